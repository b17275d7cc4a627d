"""Liveness: the asked gesture, from neutral, in time, by the same face; anything else is no pass."""

from typing import Any

import pytest

from kiosk.analysis.facts import Box
from kiosk.flow.answers import Compared, CompareFailed, Outcome, PadFailed, PadFused, ReferenceReady
from kiosk.flow.challenge import build_challenge
from kiosk.flow.effects import CompareProbe, Cue, FusePad
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    CameraState,
    MoreTimeAsked,
    RetryAsked,
    WentBack,
)
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture, Guidance, Step
from kiosk.profile.loading import load_profile

TURNS = (Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT, Gesture.LOOK_UP, Gesture.LOOK_DOWN)
OPPOSITE = {
    Gesture.LOOK_LEFT: Gesture.LOOK_RIGHT,
    Gesture.LOOK_RIGHT: Gesture.LOOK_LEFT,
    Gesture.LOOK_UP: Gesture.LOOK_DOWN,
    Gesture.LOOK_DOWN: Gesture.LOOK_UP,
}


def _cues(person: Any) -> list[str]:
    return [effect.gesture for effect in person.effects if isinstance(effect, Cue) and effect.gesture]


@pytest.mark.parametrize("gesture", list(Gesture))
@pytest.mark.parametrize("straight", [(0.0, 0.0), (5.0, -14.0), (-6.0, 12.0)])
def test_each_gesture_passes_wherever_the_camera_sits(
    script: Any, gesture: Gesture, straight: tuple[float, float]
) -> None:
    person = script(challenge=(gesture,))
    person.straight = {"yaw": straight[0], "pitch": straight[1]}
    person.to_liveness().follow()
    finding = person.session.evidence.of(Check.LIVENESS)
    assert finding.passed
    assert dict(finding.detail)["challenge"] == gesture.value
    assert _cues(person) == [gesture.value]
    assert person.session.step is Step.AWARENESS


@pytest.mark.parametrize("done", TURNS)
def test_the_opposite_turn_fails_at_once_and_ends_an_operators_challenge(script: Any, done: Gesture) -> None:
    person = script(challenge=(OPPOSITE[done], Gesture.BLINK)).to_liveness()
    person.asked()
    person.perform(done)
    assert person.session.outcome is Outcome.REJECT
    assert person.session.reasons == ("liveness_wrong_gesture",)


def test_another_turn_held_fails_and_a_short_one_does_not(script: Any) -> None:
    short = script(challenge=(Gesture.OPEN_MOUTH,)).to_liveness()
    short.asked()
    short.show(0.3, yaw=25.0).show(0.5)
    assert short.follow().session.step is Step.AWARENESS
    long = script(challenge=(Gesture.OPEN_MOUTH,)).to_liveness()
    long.asked()
    long.show(0.8, yaw=25.0)
    assert long.session.reasons == ("liveness_wrong_gesture",)


def test_a_gesture_shown_before_it_is_asked_does_not_count(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.show(2.0, yaw=25.0)
    assert _cues(person) == []
    assert person.session.guidance is Guidance.BACK_TO_MIDDLE
    assert person.asked() is Gesture.LOOK_LEFT


def test_a_mouth_that_is_open_already_must_shut_first(script: Any) -> None:
    person = script(challenge=(Gesture.OPEN_MOUTH,)).to_liveness()
    person.show(1.0, mouth_open=0.8)
    assert _cues(person) == []
    assert person.follow().session.step is Step.AWARENESS


def test_eyes_that_stay_shut_are_no_blink(script: Any) -> None:
    person = script(challenge=(Gesture.BLINK,)).to_liveness()
    person.asked()
    person.show(1.5, eyes_open=(0.05, 0.05)).show(0.5)
    assert person.session.liveness.phase == "gesture"
    person.show(0.15, eyes_open=(0.05, 0.05)).show(0.5)
    assert person.follow().session.step is Step.AWARENESS


def test_one_eye_is_no_blink(script: Any) -> None:
    person = script(challenge=(Gesture.BLINK,)).to_liveness()
    person.asked()
    person.show(0.15, eyes_open=(0.05, 0.9)).show(0.3)
    assert person.session.liveness.phase == "gesture"


def test_one_frames_error_is_no_gesture(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.asked()
    person.show(0.05, yaw=60.0).show(0.5)
    assert person.session.liveness.phase == "gesture"


def test_the_return_to_neutral_is_part_of_the_challenge(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.asked()
    person.show(0.5, yaw=25.0)
    assert person.session.liveness.position == 1
    person.post(CameraEnded())
    assert person.session.outcome is Outcome.REFER
    assert person.session.reasons == ("camera_ended",)


def test_who_does_nothing_runs_out_of_windows_and_attempts(script: Any) -> None:
    person = script().to_liveness()
    person.show(70.0)
    finding = person.session.evidence.of(Check.LIVENESS)
    assert (finding.passed, finding.code) == (False, "liveness_timed_out")
    assert person.session.outcome is Outcome.REJECT
    assert len(_cues(person)) == load_profile("demo").liveness.attempts


def test_who_never_comes_back_to_neutral_runs_out_too(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT)).to_liveness()
    person.asked()
    person.show(30.0, yaw=25.0)
    assert person.session.reasons == ("liveness_timed_out",)


def test_a_new_attempt_has_a_challenge_drawn_anew_and_time_to_read(script: Any) -> None:
    person = script(seed=3).to_liveness()
    rules, first = person.profile.liveness, person.session.challenge
    assert first == build_challenge(3, rules.gestures, rules.count, 1, person.session.id)
    person.asked()
    person.post(RetryAsked())
    assert person.session.guidance is Guidance.TRY_AGAIN
    assert person.session.challenge == build_challenge(3, rules.gestures, rules.count, 2, person.session.id)
    cues = len(_cues(person))
    person.show(1.2)
    assert len(_cues(person)) == cues
    person.follow()
    assert person.session.step is Step.AWARENESS
    detail = dict(person.session.evidence.of(Check.LIVENESS).detail)
    assert (detail["attempt"], detail["failed_attempts"]) == ("2", "liveness_given_up")


def test_an_operators_challenge_is_asked_once(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.post(RetryAsked(), WentBack())
    assert person.session.step is Step.LIVENESS
    assert person.session.liveness.attempts == 1


def test_going_back_costs_an_attempt_and_a_new_probe(script: Any) -> None:
    person = script().to_liveness()
    before = person.session.challenge
    person.asked()
    person.post(WentBack())
    assert person.session.step is Step.FACE
    assert person.session.probe is None
    assert person.session.evidence.of(Check.FACE_QUALITY) is None
    assert person.session.liveness.attempts == 2
    assert person.session.challenge != before
    assert person.show(1.0).follow().session.step is Step.AWARENESS


def test_a_face_that_is_lost_briefly_goes_on_and_lost_long_begins_at_the_face(script: Any) -> None:
    person = script().to_liveness()
    for _ in range(9):
        person.frame()
    assert person.session.guidance is Guidance.NO_FACE
    assert person.show(0.2).session.step is Step.LIVENESS
    for _ in range(25):
        person.frame()
    assert person.session.step is Step.FACE
    assert person.session.liveness.failures == ("face_lost",)


def test_a_lost_face_refers_when_no_attempt_is_left(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    for _ in range(25):
        person.frame()
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("face_lost",))


def test_a_face_that_comes_back_after_a_long_trouble_is_not_taken_for_the_same(script: Any) -> None:
    person = script().to_liveness()
    person.post(CameraChanged(CameraState.LOST)).wait(2.0).post(CameraChanged(CameraState.OK)).show(0.1)
    assert person.session.step is Step.FACE


def test_a_second_face_may_pass_but_not_stay(script: Any, make_face: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    other = make_face(box=Box(430, 120, 180, 200))
    for _ in range(6):
        person.frame(make_face(), other)
    assert person.session.guidance is Guidance.MORE_THAN_ONE
    person.show(0.1)
    assert person.session.step is Step.LIVENESS
    for _ in range(14):
        person.frame(make_face(), other)
    assert person.session.reasons == ("second_face",)


def test_another_face_in_the_persons_place_is_rejected(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.show(0.3).show(1.0, same_as_probe=0.05)
    assert (person.session.outcome, person.session.reasons) == (Outcome.REJECT, ("face_changed",))


def test_without_comparisons_with_the_probe_continuity_is_not_shown(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    while person.session.step is Step.LIVENESS:
        turned = person.session.liveness.phase == "gesture"
        person.show(0.05, yaw=25.0 if turned else 0.0, same_as_probe=None)
    finding = person.session.evidence.of(Check.CONTINUITY)
    assert (finding.passed, finding.code) == (False, "continuity_unproven")


def test_more_time_widens_the_window(script: Any) -> None:
    profile = load_profile("bank_account").model_copy(update={"identity": "optional", "card_serial": "optional"})
    person = script(profile=profile, challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.asked()
    person.show(7.0).post(MoreTimeAsked()).show(5.0)
    assert person.session.step is Step.LIVENESS
    person.show(5.0)
    assert person.session.reasons == ("liveness_timed_out",)


def test_the_window_does_not_run_while_the_camera_is_in_trouble(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    left = person.session.liveness.window_until - person.session.now
    person.post(CameraChanged(CameraState.BLACK)).wait(0.8)
    assert person.session.liveness.window_until - person.session.now == pytest.approx(left)


def test_pad_scores_of_face_and_liveness_are_joined_and_judged(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,))
    person.answers[FusePad] = lambda effect: PadFused(0.2, 0.5, 0.05, len(effect.scores))
    person.to_liveness().follow()
    finding = person.session.evidence.of(Check.PAD)
    assert (finding.passed, finding.code, finding.score, finding.rate) == (False, "pad_failed", 0.2, 0.05)


def test_too_few_frames_are_no_judgement(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,))
    person.answers[FusePad] = lambda _: PadFused(0.9, 0.5, 0.05, 3)
    person.to_liveness().follow()
    assert person.session.evidence.of(Check.PAD).code == "pad_too_few_frames"


def test_a_quick_person_is_asked_to_hold_still_until_there_are_frames_enough(script: Any) -> None:
    person = script(challenge=(Gesture.OPEN_MOUTH,)).to(Step.FACE)
    person.show(3.0, pad=None)
    person.asked()
    for _ in range(60):
        if person.session.liveness.phase == "gather":
            break
        opened = person.session.liveness.phase == "gesture"
        person.show(0.01, mouth_open=0.8 if opened else 0.05, pad=None)
    assert person.session.guidance is Guidance.HOLD_STILL
    person.show(1.0)
    assert person.follow().session.step is Step.AWARENESS
    assert person.session.evidence.of(Check.PAD).passed


def test_without_any_score_pad_is_missing_its_frames(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to(Step.FACE)
    person.show(3.0, pad=None)
    while person.session.step is Step.LIVENESS:
        turned = person.session.liveness.phase == "gesture"
        person.show(0.05, yaw=25.0 if turned else 0.0, pad=None)
    assert person.session.evidence.of(Check.PAD).code == "pad_too_few_frames"
    assert not any(isinstance(effect, FusePad) for effect in person.effects)


@pytest.mark.parametrize(
    ("effect", "answer", "check", "code"),
    [
        (FusePad, PadFailed("broken"), Check.PAD, "pad_unavailable"),
        (FusePad, None, Check.PAD, "pad_unavailable"),
        (CompareProbe, CompareFailed("broken"), Check.MATCH, "match_unavailable"),
        (CompareProbe, None, Check.MATCH, "match_unavailable"),
        (CompareProbe, Compared(0.3, 0.02, 0.41), Check.MATCH, "match_failed"),
    ],
)
def test_an_answer_that_fails_or_does_not_come_does_not_pass(
    script: Any, effect: Any, answer: Any, check: Check, code: str
) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.answers[effect] = lambda _: answer
    for _ in range(200):
        if person.session.liveness.phase in ("pad", "match") or person.session.step is Step.AWARENESS:
            break
        person.show(0.05, yaw=25.0 if person.session.liveness.phase == "gesture" else 0.0)
    person.wait(person.profile.limits.answer + 1, 0.5)
    finding = person.session.evidence.of(check)
    assert person.session.step is Step.AWARENESS
    assert (finding.passed, finding.code) == (False, code)


def test_a_match_states_the_rate_that_its_threshold_stands_for(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness().follow()
    assert CompareProbe(person.profile.match_fmr) in person.effects
    finding = person.session.evidence.of(Check.MATCH)
    assert (finding.passed, finding.score, finding.threshold, finding.rate) == (True, 0.72, 0.41, 1e-3)


def test_a_reference_that_is_still_being_read_is_waited_for(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,))
    person.to(Step.FACE)
    person.session = type(person.session)(
        **{
            **{name: getattr(person.session, name) for name in type(person.session).__dataclass_fields__},
            "reference": "",
            "reference_expected": True,
        }
    )
    person.show(1.0)
    for _ in range(200):
        if person.session.liveness.phase == "match":
            break
        person.show(0.05, yaw=25.0 if person.session.liveness.phase == "gesture" else 0.0)
    assert not any(isinstance(effect, CompareProbe) for effect in person.effects)
    person.post(ReferenceReady("portrait_file", 70.0))
    assert person.session.step is Step.AWARENESS
    assert person.session.evidence.of(Check.MATCH).passed


def test_a_failed_liveness_is_weighed_too_so_that_the_record_says_all(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT,)).to_liveness()
    person.answers[FusePad] = lambda effect: PadFused(0.1, 0.5, 0.05, len(effect.scores))
    person.asked()
    person.perform(Gesture.LOOK_RIGHT)
    assert person.session.reasons == ("liveness_wrong_gesture", "pad_failed")
    assert person.session.evidence.of(Check.MATCH).passed


@pytest.mark.parametrize("noise", [2.0, 4.0])
def test_the_noise_of_measured_poses_is_borne(script: Any, make_face: Any, noise: float) -> None:
    challenge = (Gesture.LOOK_LEFT, Gesture.LOOK_UP, Gesture.LOOK_RIGHT, Gesture.LOOK_DOWN)
    person = script(challenge=challenge).to_liveness()
    moves = dict(zip(challenge, ((24.0, 0.0), (0.0, 16.0), (-24.0, 0.0), (0.0, -16.0)), strict=True))
    wave = (0.0, 1.0, -0.6, 0.3, -1.0, 0.8, -0.2)
    for index in range(400):
        if person.session.step is not Step.LIVENESS:
            break
        progress = person.session.liveness
        move = moves[challenge[progress.position]] if progress.phase == "gesture" else (0.0, 0.0)
        yaw, pitch = move
        person.frame(make_face(yaw=yaw + noise * wave[index % 7], pitch=pitch + noise * wave[(index + 3) % 7]))
    assert person.session.step is Step.AWARENESS
    assert person.session.evidence.of(Check.LIVENESS).passed


def test_a_nod_is_measured_from_where_the_head_came_to_rest(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_RIGHT, Gesture.LOOK_DOWN)).to_liveness()
    person.asked()
    person.show(0.5, yaw=-25.0)
    person.straight = {"yaw": 2.0, "pitch": 10.0}
    assert person.asked() is Gesture.LOOK_DOWN
    person.show(0.5, pitch=-6.0)
    assert person.session.liveness.phase == "gesture"
    assert person.perform(Gesture.LOOK_DOWN).follow().session.step is Step.AWARENESS


def test_the_straight_look_does_not_wander_off_with_the_head(script: Any) -> None:
    person = script(challenge=(Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT)).to_liveness()
    person.asked()
    person.show(0.5, yaw=25.0)
    person.show(3.0, yaw=12.0)
    assert person.session.liveness.position == 1
    assert person.session.liveness.phase == "neutral"
