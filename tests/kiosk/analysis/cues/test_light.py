"""The judge of the light sequence, on simulated faces and attacks: what passes, what does not, and why."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.light.simulation import SKINS, Scene, Site, any_site, session
from kiosk.analysis.cues.light import Answer, answer_of, judge_light, verdict_of
from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.facts import Gathered, LightSample


def _judged(scene: Scene, site: Site, seed: int = 3) -> tuple[bool, str]:
    judgement = judge_light(session(scene, site, np.random.default_rng(seed)))
    assert judgement.score is not None
    assert judgement.threshold is not None
    return not judgement.code and judgement.score >= judgement.threshold, dict(judgement.detail)["lacking"]


@pytest.mark.parametrize("skin", list(SKINS))
@pytest.mark.parametrize("ambient", [50.0, 300.0])
def test_a_face_passes_whatever_its_skin(skin: str, ambient: float) -> None:
    assert _judged(Scene.FACE, Site(skin=skin, ambient=ambient)) == (True, "")


@pytest.mark.parametrize("fps", [15.0, 30.0])
@pytest.mark.parametrize("latency", [0.06, 0.20])
def test_a_face_passes_at_any_usual_rate_and_delay_which_is_measured(fps: float, latency: float) -> None:
    gathered = session(Scene.FACE, Site(fps=fps, latency=latency), np.random.default_rng(4))
    answer = answer_of(gathered.light_slots, gathered.light)
    assert answer is not None
    assert answer.lacks() == ""
    assert answer.clear >= operating_point("light").threshold
    assert abs(answer.delay - latency) < 0.05


def test_light_from_one_side_does_not_hide_the_answer_of_either_half() -> None:
    assert _judged(Scene.FACE, Site(side=3.0)) == (True, "")


@pytest.mark.parametrize("scene", [Scene.SCREEN, Scene.REPLAY, Scene.INJECTED])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_does_not_know_the_sequence_does_not_pass(scene: Scene, seed: int) -> None:
    random = np.random.default_rng(seed)
    assert not _judged(scene, any_site(random), seed)[0]


def test_a_relay_that_is_late_is_known_by_its_delay() -> None:
    site = Site(latency=0.1, relay=0.3)
    assert _judged(Scene.RELAY, site) == (False, "delay")


def test_a_print_that_fills_the_picture_answers_behind_the_face_too() -> None:
    assert _judged(Scene.PRINT_ALL, Site()) == (False, "behind")


@pytest.mark.parametrize("scene", [Scene.PRINT, Scene.MASK])
def test_what_is_lit_as_a_face_is_passes_and_other_cues_must_tell(scene: Scene) -> None:
    assert _judged(scene, Site())[0]


def test_a_well_exposed_picture_without_an_answer_failed_and_was_not_too_bright() -> None:
    judgement = judge_light(session(Scene.SCREEN, Site(), np.random.default_rng(5)))
    assert judgement.code == ""
    assert judgement.score is not None
    assert judgement.threshold is not None
    assert judgement.score < judgement.threshold


def _answer(**changes: float) -> Answer:
    usual = Answer(clear=30.0, delay=0.1, drift=0.0, strength=0.2, behind=0.1, colours=0.9, level=0.3, noise=0.01)
    return replace(usual, **changes)


@pytest.mark.parametrize(
    ("changes", "passed", "code"),
    [
        ({}, True, ""),
        ({"clear": 2.0}, False, ""),
        ({"clear": 2.0, "level": 0.9}, False, "too_bright"),
        ({"level": 0.9}, True, ""),
        ({"strength": 0.01}, True, "too_bright"),
        ({"strength": -0.2}, False, ""),
        ({"clear": 2.0, "noise": 0.2}, False, "unavailable"),
        ({"delay": 0.4}, False, ""),
        ({"drift": 0.3}, False, ""),
        ({"behind": 0.95}, False, ""),
        ({"colours": 0.0}, False, ""),
    ],
)
def test_each_part_of_the_shape_counts(changes: dict[str, float], passed: bool, code: str) -> None:
    score, said = verdict_of(_answer(**changes), 12.0)
    assert said == code
    assert (score >= 12.0) is passed


@pytest.mark.parametrize("changes", [{"delay": 0.4}, {"drift": 0.3}, {"behind": 0.95}, {"colours": 0.0}])
def test_an_answer_of_the_wrong_shape_never_passes_however_clear(changes: dict[str, float]) -> None:
    score, _ = verdict_of(_answer(clear=1e6, **changes), 12.0)
    assert score <= 0


def test_too_few_frames_a_gap_or_no_sequence_is_no_judgement() -> None:
    whole = session(Scene.FACE, Site(), np.random.default_rng(6))
    few = replace(whole, light=whole.light[::8])
    gap = replace(whole, light=tuple(sample for sample in whole.light if not 1.0 < sample[0] < 2.0))
    late = replace(whole, light=tuple(sample for sample in whole.light if sample[0] > 0.6))
    for gathered in (Gathered(), few, gap, late, replace(whole, light_slots=())):
        assert judge_light(gathered).code == "unavailable"


def test_broken_numbers_are_left_out() -> None:
    whole = session(Scene.FACE, Site(), np.random.default_rng(7))
    broken = LightSample((float("nan"), 0.2, 0.2), (0.0, 0.0, 0.0), (0.3, 0.3, 0.3))
    mixed = replace(
        whole,
        light=tuple((time, broken if index % 7 == 3 else light) for index, (time, light) in enumerate(whole.light)),
    )
    judgement = judge_light(mixed)
    assert judgement.code == ""
    assert judgement.score is not None
    assert np.isfinite(judgement.score)
