"""Document: a steady, sharp portrait in the guide becomes the reference, where there is none yet."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.analysis.facts import Box, FaceFacts
from kiosk.flow.answers import ReferenceFailed, ReferenceReady
from kiosk.flow.effects import KeepReference, LookAt, Watch
from kiosk.flow.events import CameraChanged, CameraEnded, CameraState, Continued
from kiosk.flow.evidence import Check
from kiosk.flow.state import Guidance, Step
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

Make = Callable[..., FaceFacts]


@pytest.fixture
def person(script: Any) -> Any:
    """Somebody before the document step, with nothing given."""
    someone = script(reference_given=False)
    someone.post(CameraChanged(CameraState.OK))
    while someone.session.step is not Step.DOCUMENT:
        someone.post(Continued())
    return someone


def _kept(person: Any) -> list[KeepReference]:
    return [effect for effect in person.effects if isinstance(effect, KeepReference)]


def test_a_portrait_held_still_becomes_the_reference(person: Any, make_portrait: Make) -> None:
    assert person.effects[-1] == LookAt(Watch.DOCUMENT)
    for _ in range(9):
        person.frame(make_portrait())
    assert _kept(person) == []
    for _ in range(4):
        person.frame(make_portrait())
    assert len(_kept(person)) == 1
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.REFERENCE).code == "document_camera"


def test_the_sharpest_frame_is_kept(person: Any, make_portrait: Make) -> None:
    person.frame(make_portrait(sharpness=0.95))
    best = person.index
    for _ in range(14):
        person.frame(make_portrait(sharpness=0.5))
    assert _kept(person) == [KeepReference(best)]


def test_a_portrait_that_wanders_is_not_kept(person: Any, make_portrait: Make) -> None:
    for index in range(40):
        person.frame(make_portrait(box=Box(200 + 4 * index, 190, 70, 90)))
    assert _kept(person) == []
    assert person.session.step is Step.DOCUMENT


def test_the_persons_own_face_is_not_taken_for_a_document(person: Any, make_face: Make) -> None:
    for _ in range(40):
        person.frame(make_face())
    assert _kept(person) == []
    assert person.session.guidance is Guidance.SHOW_DOCUMENT


def test_a_failure_is_told_and_the_next_hold_is_taken(person: Any, make_portrait: Make) -> None:
    person.answers[KeepReference] = lambda _: ReferenceFailed("too_small")
    while not _kept(person):
        person.frame(make_portrait())
    assert person.session.guidance is Guidance.TRY_AGAIN
    assert person.session.document.failures == 1
    person.answers[KeepReference] = lambda _: ReferenceReady("document_camera", 40.0)
    for _ in range(14):
        person.frame(make_portrait())
    assert person.session.step is Step.FACE


def test_an_answer_that_never_comes_is_not_waited_for_for_ever(person: Any, make_portrait: Make) -> None:
    person.answers[KeepReference] = lambda _: None
    while not _kept(person):
        person.frame(make_portrait())
    person.wait(person.profile.limits.answer + 1, 0.5)
    assert not person.session.document.asked
    assert person.session.step is Step.DOCUMENT


def test_without_a_document_the_session_ends(person: Any) -> None:
    assert person.wait(95, 1.0).session.reasons == ("timed_out",)


def test_a_film_that_ends_before_a_document_ends_the_session(person: Any) -> None:
    assert person.post(CameraEnded()).session.reasons == ("camera_ended",)


def test_where_the_registry_compares_later_the_document_may_be_passed_by(script: Any) -> None:
    profile = load_profile("sim_card").model_copy(update={"steps": Profile(name="x").steps, "identity": "optional"})
    for passing in ("touch", "time"):
        someone = script(profile=profile, reference_given=False).post(CameraChanged(CameraState.OK))
        for _ in range(4):
            someone.post(Continued())
        assert someone.effects[-1] == LookAt(Watch.DOCUMENT)
        if passing == "touch":
            someone.post(Continued())
        else:
            someone.wait(92, 1.0)
        assert someone.session.step is Step.FACE


def test_a_portrait_that_is_given_passes_the_step_by(script: Any) -> None:
    person = script(reference_given=True)
    while person.session.step is not Step.FACE:
        person.post(Continued())
    assert LookAt(Watch.DOCUMENT) not in person.effects


def test_a_given_portrait_that_fails_in_time_brings_the_step_back(script: Any) -> None:
    person = script(reference_given=True).post(ReferenceFailed("no_face"), CameraChanged(CameraState.OK))
    while person.session.step is Step.WELCOME or person.effects[-1] == LookAt(Watch.NOTHING):
        person.post(Continued())
    assert person.session.step is Step.DOCUMENT


def test_a_given_portrait_that_fails_later_ends_the_session_with_its_reason(script: Any) -> None:
    person = script(reference_given=True)
    while person.session.step is not Step.FACE:
        person.post(Continued())
    person.post(ReferenceFailed("no_face"))
    assert person.session.reasons == ("reference_no_face",)
