"""The light sequence in the session: announced, shown, answered by the screen, left out without blame."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from kiosk.analysis.facts import LightSample
from kiosk.flow.answers import LightShown
from kiosk.flow.effects import JudgeCues, Shine
from kiosk.flow.events import ClerkAsked, Help, HelpToggled, LightDeclined
from kiosk.flow.evidence import Check
from kiosk.flow.light import lit
from kiosk.flow.state import Gesture, Guidance, Step
from kiosk.profile.loading import load_profile

SAMPLE = LightSample((0.3, 0.2, 0.1), (0.3, 0.2, 0.1), (0.4, 0.4, 0.4))
FIXED = (Gesture.LOOK_LEFT,)


def _to_light(script: Any, **given: Any) -> Any:
    person = script(challenge=FIXED, **given).to_liveness()
    while person.session.step is Step.LIVENESS and person.session.liveness.phase != "light":
        if person.session.liveness.phase == "gesture":
            person.perform(Gesture.LOOK_LEFT)
        else:
            person.show(0.05)
    return person


def _to_colours(script: Any, **given: Any) -> Any:
    person = _to_light(script, **given)
    while person.session.light.stage == "notice":
        person.show(0.05)
    assert lit(person.session) is not None
    return person


def _colours(person: Any) -> list[Any]:
    return [effect.colour for effect in person.effects if isinstance(effect, Shine)]


def test_the_colours_are_announced_before_the_first_is_shown(script: Any) -> None:
    person = _to_light(script)
    said = [person.session.guidance]
    begun = person.session.light.since
    while not _colours(person):
        person.show(0.05)
    assert person.session.now - begun >= person.profile.light.notice
    assert [*said, person.session.guidance] == [Guidance.LIGHT_COMING, Guidance.LIGHT_ON]


def test_more_time_makes_the_announcement_longer(script: Any) -> None:
    person = script(challenge=FIXED)
    person.post(HelpToggled(Help.MORE_TIME, on=True))
    person.to_liveness()
    while person.session.liveness.phase != "light":
        person.perform(Gesture.LOOK_LEFT) if person.session.liveness.phase == "gesture" else person.show(0.05)
    begun = person.session.light.since
    while person.session.light.stage == "notice":
        person.show(0.05)
    assert person.session.now - begun >= 2 * person.profile.light.notice


def test_the_whole_sequence_is_shown_gathered_and_judged_with_the_times_at_which_it_was_seen(script: Any) -> None:
    person = _to_colours(script)
    steps = person.session.light.steps
    while person.session.step is Step.LIVENESS:
        person.show(0.05, light=SAMPLE)
    gathered = next(effect.gathered for effect in person.effects if isinstance(effect, JudgeCues))
    assert [slot.colour for slot in gathered.light_slots] == [step.colour for step in steps]
    times = [slot.since for slot in gathered.light_slots]
    assert all(after - before > 1 / 3 for before, after in pairwise(times))
    assert gathered.light
    assert all(times[0] <= time for time, _ in gathered.light)
    assert person.session.evidence.of(Check.LIGHT).passed


def test_the_screen_is_as_usual_again_however_the_sequence_ends(script: Any) -> None:
    done = _to_colours(script).follow()
    assert _colours(done)[-1] is None
    left = _to_colours(script).post(LightDeclined())
    assert _colours(left)[-1] is None
    clerk = _to_colours(script).post(ClerkAsked())
    assert _colours(clerk)[-1] is None
    assert lit(clerk.session) is None


@pytest.mark.parametrize("while_shown", [False, True])
def test_a_touch_leaves_the_colours_out_and_the_session_goes_on(script: Any, while_shown: bool) -> None:
    person = (_to_colours if while_shown else _to_light)(script)
    person.post(LightDeclined())
    assert person.session.step is Step.AWARENESS
    assert person.session.evidence.of(Check.LIGHT).code == "light_not_used"
    gathered = next(effect.gathered for effect in person.effects if isinstance(effect, JudgeCues))
    assert not gathered.light_slots


def test_who_asked_for_no_flashing_sees_none(script: Any) -> None:
    person = script(challenge=FIXED)
    person.post(HelpToggled(Help.NO_FLASH, on=True))
    person.to_liveness().follow()
    assert _colours(person) == []
    assert person.session.evidence.of(Check.LIGHT).code == "light_not_used"


def test_asking_for_no_flashing_in_the_middle_stops_it_at_once(script: Any) -> None:
    person = _to_colours(script)
    person.post(HelpToggled(Help.NO_FLASH, on=True)).show(0.05)
    assert person.session.evidence.of(Check.LIGHT).code == "light_not_used"
    assert _colours(person)[-1] is None


def test_without_a_screen_or_by_the_profile_no_light_is_shown_and_the_record_says_so(script: Any) -> None:
    demo = load_profile("demo")
    dark = demo.model_copy(update={"light": demo.light.model_copy(update={"shown": False})})
    for person in (script(challenge=FIXED, screen=False), script(dark, challenge=FIXED)):
        person.to_liveness().follow()
        assert _colours(person) == []
        finding = person.session.evidence.of(Check.LIGHT)
        assert (finding.passed, finding.code) == (False, "light_not_used")


def test_looking_away_repeats_it_once_with_other_colours_and_then_goes_on_without(script: Any) -> None:
    person = _to_colours(script)
    first = person.session.light.steps
    person.show(0.9, yaw=40.0)
    assert person.session.light.stage == "notice"
    assert lit(person.session) is None
    while person.session.light.stage == "notice":
        person.show(0.05)
    assert person.session.light.steps != first
    assert not person.session.gathered.light_slots or len(person.session.gathered.light_slots) == 1
    person.show(0.9, yaw=40.0)
    assert person.session.evidence.of(Check.LIGHT).code == "light_unavailable"


def test_a_face_that_is_not_seen_for_a_moment_repeats_it(script: Any) -> None:
    person = _to_colours(script)
    for _ in range(12):
        person.frame()
    assert person.session.light.stage == "notice"
    assert person.session.light.attempts == 1


def test_a_second_face_in_the_sequence_is_no_look_at_the_screen(script: Any, make_face: Any) -> None:
    person = _to_colours(script)
    for _ in range(8):
        person.frame(make_face(), replace(make_face(), confidence=0.98))
    assert person.session.evidence.of(Check.LIGHT) is None
    assert person.session.step is not Step.AWARENESS


def test_a_screen_that_does_not_show_the_colour_is_no_persons_fault(script: Any) -> None:
    person = script(challenge=FIXED)
    person.answers[Shine] = lambda _effect: None
    person.to_liveness().follow()
    assert person.session.evidence.of(Check.LIGHT).code == "light_unavailable"
    assert person.session.step is Step.AWARENESS


def test_an_old_or_repeated_report_of_the_screen_counts_for_nothing(script: Any) -> None:
    person = _to_colours(script)
    slots = person.session.gathered.light_slots
    person.post(LightShown(person.session.light.asked), LightShown(person.session.light.asked - 1), LightShown(999))
    assert person.session.gathered.light_slots == slots


def test_who_never_looks_is_not_kept_waiting_for_ever(script: Any) -> None:
    person = _to_light(script)
    person.show(20.0, yaw=40.0)
    assert person.session.evidence.of(Check.LIGHT).code == "light_unavailable"
