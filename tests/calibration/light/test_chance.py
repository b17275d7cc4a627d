"""The chance that a film made without knowing the sequence passes: computed and drawn."""

import numpy as np
import pytest

from calibration.light.chance import computed, simulated
from calibration.light.simulation import Scene, Site, any_site, session, timed
from kiosk.flow.light_sequence import draw_light


def test_the_computed_chance_falls_with_what_must_be_explained() -> None:
    chances = [computed(explaining, 1, 3) for explaining in (1.0, 2.0, 3.0)]
    assert chances == sorted(chances, reverse=True)
    assert 0 < chances[-1] < 1e-5 < chances[0] < 0.01


def test_films_of_other_sessions_do_not_pass_at_a_high_threshold_and_do_at_a_low_one() -> None:
    high, needed = simulated(12.0, 2, 250, 7)
    low, _ = simulated(-9.0, 1, 250, 7)
    assert (high.passed, high.pairs) == (0, 500)
    assert (low.passed, low.pairs) == (250, 250)
    assert 0 < needed < 3.5
    assert high.clearest < 12.0


def test_a_simulated_screen_never_changes_sooner_than_it_was_asked_to() -> None:
    steps = draw_light(5, "s")
    slots = timed(steps, np.random.default_rng(1))
    for slot, after, step in zip(slots, slots[1:], steps, strict=False):
        assert after.since - slot.since >= step.seconds


@pytest.mark.parametrize("scene", list(Scene))
def test_every_scene_gives_sound_samples_in_order(scene: Scene) -> None:
    random = np.random.default_rng(2)
    gathered = session(scene, any_site(random, relay=0.2), random)
    times = [time for time, _ in gathered.light]
    assert len(times) > 60
    values = np.array([(light.left, light.right, light.background) for _, light in gathered.light])
    assert (values > 0).all()
    assert (values <= 1).all()


def test_a_lit_face_follows_the_screen_and_a_film_on_a_screen_hardly() -> None:
    def swing(scene: Scene) -> float:
        light = session(scene, Site(moving=0.1), np.random.default_rng(3)).light
        red = np.array([sample.left[0] / sample.left[2] for _, sample in light])
        return float(np.log(red).std())

    assert swing(Scene.FACE) > 10 * swing(Scene.SCREEN)
