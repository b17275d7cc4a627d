"""A challenge that the kiosk paces: too early, too fast, declined gestures, and the probe from within."""

from typing import Any

import pytest

from kiosk.analysis.facts import Box
from kiosk.flow.answers import Outcome, ProbeGone
from kiosk.flow.effects import Cue, KeepProbe
from kiosk.flow.events import (
    GestureDeclined,
)
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture, Guidance, Step


def _cues(person: Any) -> list[str]:
    return [effect.gesture for effect in person.effects if isinstance(effect, Cue) and effect.gesture]


def _drawn(script: Any, first: Gesture, **given: Any) -> Any:
    """A person whose drawn challenge begins with a gesture, before the first cue."""
    for seed in range(200):
        person = script(seed=seed, **given)
        if person.session.challenge[0] is first:
            return person.to_liveness()
    raise AssertionError(first)


def _to_the_pause(person: Any) -> Any:
    for _ in range(60):
        if person.session.liveness.cue_at is not None:
            return person
        person.show(0.01)
    raise AssertionError("no pause")


def test_the_coming_turn_before_its_cue_is_too_early(script: Any) -> None:
    person = _to_the_pause(_drawn(script, Gesture.LOOK_LEFT))
    cues = _cues(person)
    person.show(0.4, yaw=25.0)
    assert person.session.liveness.failures == ("liveness_too_early",)
    assert _cues(person) == cues
    assert person.session.guidance is Guidance.TRY_AGAIN


def test_another_movement_in_the_pause_only_costs_time(script: Any) -> None:
    person = _to_the_pause(_drawn(script, Gesture.LOOK_LEFT))
    person.show(0.5, yaw=-25.0).show(0.3)
    assert person.session.liveness.failures == ()
    assert person.follow().session.step is Step.AWARENESS


def test_a_gesture_sooner_than_a_person_reacts_is_too_fast(script: Any) -> None:
    person = _drawn(script, Gesture.LOOK_LEFT)
    assert person.asked() is Gesture.LOOK_LEFT
    person.show(0.6, yaw=25.0)
    assert person.session.liveness.failures == ("liveness_too_fast",)


def test_a_blink_of_ones_own_is_neither_early_nor_an_answer(script: Any) -> None:
    person = _to_the_pause(_drawn(script, Gesture.BLINK))
    person.show(0.2, eyes_open=(0.05, 0.05)).show(0.2)
    assert person.asked() is Gesture.BLINK
    person.show(0.15, eyes_open=(0.05, 0.05)).show(0.3)
    assert (person.session.liveness.position, person.session.liveness.failures) == (0, ())
    assert person.follow().session.step is Step.AWARENESS


def test_reactions_pauses_and_strength_are_evidence(script: Any) -> None:
    person = script(seed=4).to_liveness().follow()
    detail = dict(person.session.evidence.of(Check.LIVENESS).detail)
    assert detail["paced"] == "yes"
    assert float(detail["entropy_bits"]) == pytest.approx(8.95, abs=0.01)
    assert float(detail["chance"]) == pytest.approx(2**-8.954, rel=0.01)
    reactions = [float(text) for text in detail["reactions"].split(",")]
    assert len(reactions) == 3
    assert all(reaction == -1 or reaction >= person.profile.liveness.reaction for reaction in reactions)


def test_an_operators_challenge_holds_no_secret(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.asked()
    person.show(0.6, yaw=25.0).follow()
    detail = dict(person.session.evidence.of(Check.LIVENESS).detail)
    assert (detail["entropy_bits"], detail["paced"], detail["chance"]) == ("0.00", "no", "1")


def test_holding_still_takes_its_drawn_time_and_moving_begins_it_anew(script: Any) -> None:
    person = _drawn(script, Gesture.HOLD_STILL)
    person.asked()
    person.show(0.7)
    person.show(0.2, yaw=7.0)
    person.show(0.7)
    assert person.session.liveness.position == 0
    person.show(2.0)
    assert person.session.liveness.position == 1


def test_who_declines_beforehand_gets_a_challenge_as_strong_without_it(script: Any) -> None:
    person = script(seed=9)
    for gesture in ("smile", "open_mouth", "blink"):
        person.post(GestureDeclined(gesture))
    person.to_liveness().follow()
    assert person.session.step is Step.AWARENESS
    detail = dict(person.session.evidence.of(Check.LIVENESS).detail)
    assert not {"smile", "open_mouth", "blink"} & set(detail["challenge"].split(","))
    assert len(detail["challenge"].split(",")) > 3
    assert float(detail["entropy_bits"]) >= 8.95
    assert (detail["redraws"], detail["attempt"], detail["declined"]) == ("0", "1", "smile,open_mouth,blink")


def test_declining_what_was_shown_costs_no_attempt_but_asks_for_more_bits(script: Any) -> None:
    person = script(seed=9).to_liveness()
    asked = person.asked()
    before = person.session.challenge
    person.post(GestureDeclined(asked.value))
    progress = person.session.liveness
    assert (progress.attempts, progress.position, progress.failures) == (1, 0, ())
    assert asked not in person.session.challenge
    assert person.session.challenge != before
    person.follow()
    detail = dict(person.session.evidence.of(Check.LIVENESS).detail)
    assert (detail["redraws"], detail["attempt"]) == ("1", "1")
    assert float(detail["entropy_bits"]) >= 8.95
    # Two draws of which something was shown: the chance to have foreseen one of them is counted for both.
    assert float(detail["chance"]) > 2**-8.96


def test_who_declines_too_much_is_helped_by_a_clerk(script: Any) -> None:
    person = script(seed=9)
    for gesture in list(Gesture)[:6]:
        person.post(GestureDeclined(gesture.value))
    person.to(Step.FACE).show(3.0)
    assert person.session.outcome is Outcome.REFER
    assert "liveness_too_few_gestures" in person.session.reasons
    assert not _cues(person)


def test_an_unknown_gesture_and_one_declined_twice_change_nothing(script: Any) -> None:
    person = script(seed=9).to_liveness()
    person.post(GestureDeclined("wink"))
    assert person.session.declined == ()
    person.post(GestureDeclined("smile"), GestureDeclined("smile"))
    assert person.session.declined == (Gesture.SMILE,)


def test_the_probe_for_the_match_comes_from_between_the_gestures(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT)).to_liveness()
    first = person.session.probe
    person.follow()
    asked = [effect for effect in person.effects if isinstance(effect, KeepProbe)]
    assert [effect.within for effect in asked] == [False] + [True] * (len(asked) - 1)
    assert person.session.probe == asked[-1].index != first
    finding = person.session.evidence.of(Check.CONTINUITY)
    assert finding.passed
    assert dict(finding.detail)["probe"] == "within_the_challenge"


def test_without_a_probe_from_within_continuity_is_not_shown(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.answers[KeepProbe] = lambda effect: ProbeGone(effect.index)
    for _ in range(1200):
        if person.session.step is not Step.LIVENESS:
            break
        turned = person.session.liveness.phase == "gesture"
        person.show(0.05, yaw=25.0 if turned else 0.0)
    finding = person.session.evidence.of(Check.CONTINUITY)
    assert (finding.passed, finding.code) == (False, "continuity_unproven")


@pytest.mark.parametrize(("change", "code"), [({"box": Box(20, 20, 200, 240)}, "face_jumped")])
def test_a_face_that_jumps_breaks_off_and_rejects_without_attempts(
    script: Any, change: dict[str, Any], code: str
) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.show(0.3).show(0.3, **change)
    assert (person.session.outcome, person.session.reasons) == (Outcome.REJECT, (code,))
