"""Document: held still and legible it is read; what is missing is asked for; what contradicts is shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.analysis.facts import Box, FaceFacts
from kiosk.document.facts import DocumentReading, Field, PresenceCue, Source
from kiosk.flow.answers import DocumentRead, DocumentUnread, ReferenceFailed, TiltJudged
from kiosk.flow.effects import JudgeTilt, LookAt, ReadDocument, Watch
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    CameraState,
    Continued,
    FieldTyped,
    ShutterPressed,
    TiltDeclined,
    WentBack,
)
from kiosk.flow.evidence import Check
from kiosk.flow.state import Guidance, Step
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

Make = Callable[..., FaceFacts]


def _profile(**document: Any) -> Profile:
    demo = load_profile("demo")
    return demo.model_copy(update={"document": demo.document.model_copy(update=document)})


def _at_document(script: Any, typed: dict[str, str] | None = None, **given: Any) -> Any:
    someone = script(**{"reference_given": False, **given})
    someone.post(CameraChanged(CameraState.OK))
    while someone.session.step is not Step.DOCUMENT:
        if someone.session.step is Step.IDENTITY:
            for name, text in (typed or {}).items():
                someone.post(FieldTyped(name, text))
        before = someone.session.step
        someone.post(Continued())
        assert someone.session.step is not before
    return someone


@pytest.fixture
def person(script: Any) -> Any:
    """Somebody before the document step, with nothing given."""
    return _at_document(script)


def _asked(person: Any) -> list[ReadDocument]:
    return [effect for effect in person.effects if isinstance(effect, ReadDocument)]


# --- looking for it


def test_a_card_held_still_is_read_and_its_portrait_is_the_reference(person: Any) -> None:
    assert person.effects[-1] == LookAt(Watch.DOCUMENT)
    person.hold(0.5)
    assert _asked(person) == []
    person.hold(0.3)
    assert len(_asked(person)) == 1
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.REFERENCE).code == "document_camera"
    assert person.session.evidence.of(Check.DOCUMENT).passed


def test_the_most_legible_frames_are_read(person: Any) -> None:
    person.hold(0.06, sharpness=0.99)
    best = person.index
    person.hold(0.8, sharpness=0.5)
    (asked,) = _asked(person)
    assert asked.indices[0] == best
    assert len(asked.indices) == person.profile.document.frames


def test_a_portrait_alone_is_read_where_no_edge_is_seen(person: Any, make_portrait: Make) -> None:
    for _ in range(14):
        person.frame(make_portrait())
    assert len(_asked(person)) == 1
    assert person.session.step is Step.FACE


def test_a_card_that_wanders_is_not_read(person: Any) -> None:
    for index in range(40):
        shift = 15 * (index % 2)
        person.hold(0.01, corners=((170 + shift, 150), (470 + shift, 150), (470 + shift, 340), (170 + shift, 340)))
    assert _asked(person) == []
    assert person.session.step is Step.DOCUMENT


def test_the_persons_own_face_is_not_taken_for_a_document(person: Any, make_face: Make) -> None:
    for _ in range(40):
        person.frame(make_face())
    assert _asked(person) == []
    assert person.session.guidance is Guidance.SHOW_DOCUMENT


def test_a_portrait_that_wanders_is_not_read(person: Any, make_portrait: Make) -> None:
    for index in range(40):
        person.frame(make_portrait(box=Box(200 + 9 * index % 200, 190, 70, 90)))
    assert _asked(person) == []


def test_glare_is_told_and_not_read(person: Any) -> None:
    person.hold(2.0, glare=0.3)
    assert person.session.guidance is Guidance.CARD_GLARE
    assert _asked(person) == []


def test_after_a_while_the_picture_may_be_taken_by_hand(person: Any) -> None:
    person.hold(1.0, glare=0.3).post(ShutterPressed())
    assert _asked(person) == []
    person.hold(person.profile.document.by_hand, glare=0.3)
    assert person.session.document.by_hand
    person.post(ShutterPressed())
    assert _asked(person)[0].indices[-1] == person.index


# --- readings in vain


def test_a_reading_in_vain_is_told_and_the_next_hold_is_read(person: Any) -> None:
    answer = person.answers[ReadDocument]
    person.answers[ReadDocument] = lambda _: DocumentUnread("no_document")
    while not _asked(person):
        person.hold(0.05)
    assert person.session.guidance is Guidance.TRY_AGAIN
    assert person.session.document.failures == 1
    person.answers[ReadDocument] = answer
    person.hold(1.0)
    assert person.session.step is Step.FACE


def test_readings_in_vain_end_the_session_with_their_reason(person: Any) -> None:
    person.answers[ReadDocument] = lambda _: DocumentUnread("no_document")
    person.hold(20.0)
    assert person.session.reasons[0] == "document_unread"


def test_a_document_without_a_portrait_asks_for_the_other_side_and_ends_with_a_reason_of_its_own(
    person: Any, passport: DocumentReading
) -> None:
    card = replace(passport, kind="TD1")
    person.answers[ReadDocument] = lambda _: DocumentRead(card, "document_camera", None, "portrait_missing")
    while not _asked(person):
        person.hold(0.05)
    assert person.session.guidance is Guidance.TURN_CARD
    person.hold(20.0)
    assert person.session.reasons[0] == "reference_portrait_missing"


def test_the_other_side_brings_the_portrait(person: Any, passport: DocumentReading) -> None:
    back = DocumentRead(replace(passport, kind="TD1"), "document_camera", None, "portrait_missing")
    front = DocumentRead(replace(passport, kind="TD1"), "document_camera", 30.0)
    person.answers[ReadDocument] = lambda effect: front if effect.side else back
    person.hold(6.0)
    assert [effect.side for effect in _asked(person)] == [0, 1]
    assert person.session.step is Step.FACE


def test_both_sides_are_asked_for_where_the_profile_wants_them(script: Any, passport: DocumentReading) -> None:
    person = _at_document(script, profile=_profile(sides="both"))
    person.answers[ReadDocument] = lambda _: DocumentRead(replace(passport, kind="TD1"), "document_camera", 30.0)
    person.hold(6.0)
    assert len(_asked(person)) == 2


def test_a_passport_has_one_side(script: Any) -> None:
    person = _at_document(script, profile=_profile(sides="both")).hold(6.0)
    assert len(_asked(person)) == 1


def test_an_answer_that_never_comes_is_not_waited_for_for_ever(person: Any) -> None:
    person.answers[ReadDocument] = lambda _: None
    while not _asked(person):
        person.hold(0.05)
    person.wait(person.profile.limits.answer + 1, 0.5)
    assert person.session.document.phase == "find"
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


# --- what was given with the session


def test_a_portrait_that_is_given_passes_the_step_by(script: Any) -> None:
    person = script(reference_given=True)
    while person.session.step is not Step.FACE:
        person.post(Continued())
    assert LookAt(Watch.DOCUMENT) not in person.effects


def test_a_portrait_does_not_stand_in_for_a_document_that_is_required(script: Any) -> None:
    person = _at_document(script, profile=_profile(read="required"), reference_given=True)
    person.hold(2.0)
    assert len(_asked(person)) == 1
    assert person.session.step is Step.FACE


def test_a_document_that_is_given_is_waited_for_where_it_is_required(script: Any, passport: DocumentReading) -> None:
    person = _at_document(script, profile=_profile(read="required"), document_given=True)
    assert person.session.guidance is Guidance.CARD_READING
    person.post(DocumentRead(passport, "document_file", 40.0))
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.REFERENCE).code == "document_file"


def test_a_required_document_that_cannot_be_read_is_a_finding_and_not_an_approval(
    script: Any, passport: DocumentReading
) -> None:
    assert passport.mrz is not None
    bad = replace(passport, mrz=replace(passport.mrz, checks=(("number", False),)))
    person = _at_document(script, profile=_profile(read="required"))
    person.answers[ReadDocument] = lambda _: DocumentRead(bad, "document_camera", 40.0)
    person.hold(6.0)
    assert person.session.step is Step.FACE
    assert len(_asked(person)) == 2
    finding = person.session.evidence.of(Check.DOCUMENT)
    assert (finding.passed, finding.code) == (False, "document_check_digit")


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


def test_a_given_document_without_a_portrait_that_is_read_later_ends_the_session(
    script: Any, passport: DocumentReading
) -> None:
    person = script(reference_given=False, document_given=True)
    while person.session.step is not Step.FACE:
        person.post(Continued())
    person.post(DocumentRead(passport, "document_file", None, "portrait_missing"))
    assert "reference_portrait_missing" in person.session.reasons


# --- the tilt


def _tilted(person: Any) -> Any:
    person.hold(1.0)
    assert person.session.guidance is Guidance.TILT_CARD
    return person


def test_a_tilt_that_is_offered_is_seen_and_judged(script: Any) -> None:
    person = _at_document(script, profile=_profile(tilt="offered"))
    cue = PresenceCue("parallax", 0.9, 0.5, 0.02)
    person.answers[JudgeTilt] = lambda _: TiltJudged((cue,))
    _tilted(person)
    person.hold(0.1)
    person.hold(0.2, corners=((190, 160), (450, 160), (480, 300), (160, 300)))
    assert JudgeTilt() in person.effects
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.DOCUMENT_PRESENCE).passed


@pytest.mark.parametrize("passing", ["touch", "time"])
def test_a_tilt_is_no_duty(script: Any, passing: str) -> None:
    person = _tilted(_at_document(script, profile=_profile(tilt="offered")))
    person.post(TiltDeclined()) if passing == "touch" else person.wait(9.0)
    assert person.session.step is Step.FACE


# --- what the document contradicts


def test_a_document_that_says_otherwise_is_shown_with_the_digits(script: Any, passport: DocumentReading) -> None:
    person = _at_document(script, {"country": "passport", "passport_number": "L898907C3"})
    person.hold(1.0)
    assert person.session.document.phase == "differs"
    assert person.session.identity.contradicted == (("passport_number", (6,)),)


def test_the_number_can_be_corrected_and_the_document_is_not_asked_for_again(script: Any) -> None:
    person = _at_document(script, {"country": "passport", "passport_number": "L898907C3"})
    person.hold(1.0).post(WentBack())
    assert person.session.step.value == "identity"
    person.post(FieldTyped("passport_number", "L898902C3"), Continued())
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.DOCUMENT_AGREES).code == "agrees"


def test_who_stands_by_the_number_goes_on_and_the_finding_stays(script: Any) -> None:
    person = _at_document(script, {"country": "passport", "passport_number": "L898907C3"})
    person.hold(1.0).post(Continued())
    assert person.session.step is Step.FACE
    finding = person.session.evidence.of(Check.DOCUMENT_AGREES)
    assert (finding.passed, finding.code) == (False, "document_disagrees")
    assert all("L898" not in text for pair in finding.detail for text in pair)


def test_a_number_that_fails_its_own_check_contradicts_nobody(script: Any, passport: DocumentReading) -> None:
    person = _at_document(script, {"country": "passport", "passport_number": "L898907C3"})
    misread = replace(passport, fields=(Field("number", "L898902C3", Source.MRZ, 0.4, check=False),))
    person.answers[ReadDocument] = lambda _: DocumentRead(misread, "document_camera", 40.0)
    person.hold(1.0)
    assert person.session.step is Step.FACE
    assert person.session.evidence.of(Check.DOCUMENT_AGREES).code == "document_not_compared"


def test_sides_that_nothing_links_are_a_finding_of_their_own(script: Any, passport: DocumentReading) -> None:
    person = _at_document(script)
    unlinked = replace(passport, problems=("sides_unlinked",))
    person.answers[ReadDocument] = lambda _: DocumentRead(unlinked, "document_camera", 40.0)
    person.hold(1.0)
    finding = person.session.evidence.of(Check.DOCUMENT)
    assert (finding.passed, finding.code) == (False, "document_sides_unlinked")
