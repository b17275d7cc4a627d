"""Face: quick for a good look, patient with a bad one, and never without a probe."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.analysis.facts import FaceFacts
from kiosk.flow.answers import ProbeGone, ProbeKept
from kiosk.flow.effects import KeepProbe
from kiosk.flow.events import CameraChanged, CameraEnded, CameraState, RetryAsked, WentBack
from kiosk.flow.evidence import Check
from kiosk.flow.state import Guidance, Step

Make = Callable[..., FaceFacts]


def _asked(person: Any) -> list[int]:
    return [effect.index for effect in person.effects if isinstance(effect, KeepProbe)]


def test_half_a_second_of_a_good_look_is_enough(script: Any) -> None:
    person = script().to(Step.FACE).show(0.5)
    assert person.session.step is Step.LIVENESS
    finding = person.session.evidence.of(Check.FACE_QUALITY)
    assert finding.passed
    assert finding.score == pytest.approx(0.92)
    assert person.session.probe is not None


def test_a_glance_is_not(script: Any) -> None:
    assert script().to(Step.FACE).show(0.3).session.step is Step.FACE


def test_the_best_frame_is_kept_and_the_straight_look_is_learnt(script: Any) -> None:
    person = script().to(Step.FACE)
    person.straight = {"yaw": 4.0, "pitch": -12.0}
    person.show(0.1, sharpness=0.3)
    person.show(0.05, sharpness=0.9)
    best = person.index
    person.show(0.5, sharpness=0.3)
    assert _asked(person) == [best]
    assert person.session.liveness.neutral_pose == pytest.approx((4.0, -12.0))


def test_one_bad_frame_does_not_begin_anew_but_a_long_look_away_does(script: Any, make_face: Make) -> None:
    person = script().to(Step.FACE).show(0.25)
    person.frame(make_face(yaw=40.0))
    assert person.session.guidance is Guidance.LOOK_STRAIGHT
    person.show(0.2)
    assert person.session.step is Step.LIVENESS
    other = script().to(Step.FACE).show(0.25)
    other.show(0.5, yaw=40.0).show(0.25)
    assert other.session.step is Step.FACE


def test_a_frame_that_is_gone_is_followed_by_the_next_good_one(script: Any) -> None:
    person = script().to(Step.FACE)
    person.answers[KeepProbe] = lambda effect: ProbeGone(effect.index)
    person.show(0.6)
    assert person.session.step is Step.FACE
    assert len(set(_asked(person))) >= 2
    person.answers[KeepProbe] = lambda effect: ProbeKept(effect.index)
    assert person.show(0.1).session.step is Step.LIVENESS


def test_a_frame_that_nobody_answers_for_is_asked_for_again(script: Any) -> None:
    person = script().to(Step.FACE)
    person.answers[KeepProbe] = lambda _: None
    person.show(1.5)
    assert len(_asked(person)) == 1
    person.show(1.5)
    assert len(_asked(person)) == 2


def test_a_probe_that_was_not_asked_for_counts_for_nothing(script: Any) -> None:
    person = script().to(Step.FACE).post(ProbeKept(1))
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.FACE_QUALITY) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"luminance": 0.03}, "quality_too_dark"),
        ({"mouth_nose_covered": 0.9}, "quality_uncover_face"),
        ({"dark_glasses": 0.9}, "quality_uncover_eyes"),
        ({"glare": 0.9}, "quality_glare"),
        ({"utility": 0.2}, "quality_unclear"),
        ({"eye_distance": 18.0}, "quality_come_closer"),
    ],
)
def test_who_is_never_well_seen_is_referred_with_the_reason(script: Any, change: dict[str, Any], reason: str) -> None:
    person = script().to(Step.FACE).show(5.0, **change).post(CameraEnded())
    assert person.session.outcome.value == "refer"
    assert person.session.reasons == (reason, "camera_ended")


def test_the_step_ends_when_nobody_comes(script: Any) -> None:
    person = script().to(Step.FACE)
    while person.session.step is Step.FACE:
        person.frame()
    assert person.session.reasons == ("quality_no_face", "timed_out")


def test_a_trouble_of_the_camera_begins_the_look_anew(script: Any) -> None:
    person = script().to(Step.FACE).show(0.3).post(CameraChanged(CameraState.FROZEN))
    assert person.session.guidance is Guidance.CAMERA_WAIT
    person.show(1.0)
    assert person.session.step is Step.FACE
    person.post(CameraChanged(CameraState.OK)).show(0.3)
    assert person.session.step is Step.FACE


def test_a_retry_begins_anew_and_is_counted(script: Any) -> None:
    person = script().to(Step.FACE).show(0.3).post(RetryAsked())
    assert person.session.face.good_since is None
    assert person.session.face.attempts == 2


def test_going_back_passes_the_document_by_when_there_is_a_reference(script: Any) -> None:
    assert script().to(Step.FACE).post(WentBack()).session.step is Step.IDENTITY
