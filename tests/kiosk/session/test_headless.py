"""Whole sessions without a screen, with a person made of numbers."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from kiosk.analysis.pipeline import Comparison, PadJudgement
from kiosk.errors import CameraMissing, StoreUnusable
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture, Session, Step, Transaction
from kiosk.profile.loading import load_profile
from kiosk.session.headless import Answering, HeadlessResult, Willing

APPROVALS = (Outcome.APPROVE, Outcome.APPROVE_DEFERRED)


def test_a_willing_person_is_approved(world: Any) -> None:
    result = world.run()
    assert result.session.outcome in APPROVALS, result.session.reasons
    assert result.session.ended
    assert result.session.entry == "entry-1"
    assert result.frames == len(world.analyst.looked)
    assert result.milliseconds == {"detection": 1.0}
    assert world.seen[0] == "face"
    assert "liveness" in world.seen


def test_the_record_is_asked_for_once_with_all_there_is(world: Any) -> None:
    result = world.run()
    (request,) = world.registrar.requests
    assert request.outcome == result.session.outcome
    assert request.camera == world.camera.uri
    assert request.pictures == {"probe": b"jpeg", "reference": b"jpeg"}
    assert request.models[0].name == "face_detection"


def test_pictures_stay_out_where_the_profile_does_not_keep_the_probe(world: Any) -> None:
    retention = world.profile.retention.model_copy(update={"keep_probe": False})
    world.profile = world.profile.model_copy(update={"retention": retention})
    world.run()
    assert world.registrar.requests[0].pictures == {}


def test_evidence_is_gone_from_the_end_and_kept_for_the_answer(world: Any) -> None:
    result = world.run()
    assert world.analyst.wipes >= 2
    assert {finding.check for finding in result.before_wipe.evidence.findings} >= {
        Check.LIVENESS,
        Check.PAD,
        Check.MATCH,
    }
    assert result.session.transaction.facts == ()
    assert result.session.pad.scores == ()


def test_the_camera_is_opened_and_let_go_of(world: Any) -> None:
    world.run()
    assert (world.camera.opened, world.camera.closed) == (1, 1)


def test_the_same_film_gives_the_same_session(world: Any) -> None:
    first = world.run()
    again = type(world)().run()
    assert again.session == first.session
    assert again.frames == first.frames


def test_a_challenge_that_was_chosen_is_asked_in_its_order(world: Any) -> None:
    world.challenge = (Gesture.OPEN_MOUTH, Gesture.LOOK_LEFT)
    result = world.run()
    assert result.session.outcome in APPROVALS
    assert [cue for cue in world.person.cues if cue is not None] == ["open_mouth", "look_left"]


def test_who_follows_no_cue_is_never_approved(world: Any) -> None:
    world.person.follows = False
    result = world.run()
    assert result.session.outcome not in APPROVALS
    assert any(reason.startswith("liveness") for reason in result.session.reasons)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"comparison": Comparison(0.2, 0.3, 0.41)}, "match_failed"),
        ({"comparison": None}, "match_unavailable"),
        ({"judgement": PadJudgement(0.1, 0.5, 0.05, 40)}, "pad_failed"),
        ({"judgement": None}, "pad_unavailable"),
    ],
)
def test_what_speaks_against_the_person_shows(world: Any, change: dict[str, Any], reason: str) -> None:
    for name, value in change.items():
        setattr(world.analyst, name, value)
    result = world.run()
    assert result.session.outcome not in APPROVALS
    assert reason in result.session.reasons


def test_a_portrait_without_a_face_is_asked_for_before_the_camera_and_never_approved(world: Any) -> None:
    world.analyst.reference = "no_face"
    result = world.run()
    assert "document" in world.seen
    assert result.session.outcome is Outcome.REFER
    assert result.session.reference == ""


def test_nobody_there_ends_by_itself(world: Any) -> None:
    world.analyst.face = lambda: None
    result = world.run()
    assert result.session.ended
    assert result.session.outcome is Outcome.REFER


@pytest.mark.parametrize("moment", [0.1, 1.5, 2.5])
def test_a_lost_camera_refers(world: Any, moment: float) -> None:
    world.camera.lost_at = moment
    result = world.run()
    assert result.session.outcome is Outcome.REFER
    assert result.session.ended
    assert "camera_lost" in result.session.reasons
    assert world.camera.closed == 1


@pytest.mark.parametrize("moment", [0.1, 1.5, 2.5])
def test_a_recording_that_ends_early_is_not_approved(world: Any, moment: float) -> None:
    world.camera.ends_at = moment
    result = world.run()
    assert result.session.ended
    assert result.session.outcome not in APPROVALS


def test_a_record_that_cannot_be_kept_refers(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.registrar.error = StoreUnusable("the disk of T-1 is full")
    result = world.run()
    assert result.session.outcome is Outcome.REFER
    assert "record_failed" in result.session.reasons
    assert result.session.entry == ""
    assert "STORE" in caplog.text
    assert "T-1" not in caplog.text


def test_a_camera_that_is_not_there_is_the_callers_matter(world: Any) -> None:
    def missing() -> None:
        raise CameraMissing

    world.camera.open = missing
    with pytest.raises(CameraMissing):
        world.run()


def test_a_crash_still_lets_go_of_the_camera(world: Any) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    world.analyst.look = broken
    with pytest.raises(ZeroDivisionError):
        world.run()
    assert world.camera.closed == 1
    assert world.analyst.wipes >= 1


def test_a_replay_never_approves_in_production(world: Any) -> None:
    world.profile = load_profile("bank_account")
    world.camera.kind = type(world.camera.kind).REPLAY
    world.numbers = {"country": "IR", "national_number": "0499370899", "card_serial": "1A12345678"}
    result = world.run()
    assert result.session.outcome not in APPROVALS


def test_a_willing_person_taps_once_a_step(world: Any) -> None:
    session: Session = world.run().session
    person = Willing({"country": "TR"})
    for step in (Step.WELCOME, Step.IDENTITY, Step.FACE):
        at = type(session)(session.id, session.profile, "demo", session.transaction, (), step=step)
        taps = person.taps(at)
        assert bool(taps) is (step is not Step.FACE)
        assert person.taps(at) == []


def _demo(world: Any, answering: Answering) -> HeadlessResult:
    world.transaction = Transaction("T-1", world.profile.transaction.facts)
    world.answering = answering
    result: HeadlessResult = world.run()
    return result


@pytest.mark.parametrize(
    ("answering", "outcome", "shown", "reasons"),
    [
        (Answering.RIGHT, Outcome.APPROVE, Outcome.APPROVE, ()),
        (Answering.WRONG, Outcome.REFER, Outcome.REFER, ("awareness_wrong_answer",)),
        (Answering.UNSURE, Outcome.REFER, Outcome.REFER, ("awareness_not_known",)),
        (Answering.DURESS, Outcome.REFER, Outcome.APPROVE, ("duress",)),
    ],
)
def test_the_question_is_answered_as_the_operator_wants_to_try_it(
    world: Any, answering: Answering, outcome: Outcome, shown: Outcome, reasons: tuple[str, ...]
) -> None:
    result = _demo(world, answering)
    assert (result.session.outcome, result.session.shown, result.session.reasons) == (outcome, shown, reasons)
    (request,) = world.registrar.requests
    assert (request.outcome, request.reasons) == (outcome, reasons)


def test_a_question_is_answered_after_the_time_that_reading_takes(world: Any) -> None:
    finding = _demo(world, Answering.RIGHT).before_wipe.evidence.of(Check.AWARENESS)
    assert finding is not None
    detail = dict(finding.detail)
    assert float(detail["seconds"]) >= 2.0
    assert detail["quicker_than_reading"] == "0"


def test_where_no_sign_is_agreed_on_nobody_gives_one(world: Any) -> None:
    rules = world.profile.awareness.model_copy(update={"duress": {}})
    world.profile = world.profile.model_copy(update={"awareness": rules})
    assert _demo(world, Answering.DURESS).session.reasons == ("awareness_not_known",)


def test_the_silent_sign_is_in_no_log(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.registrar.error = StoreUnusable("full")
    _demo(world, Answering.DURESS)
    assert caplog.text
    assert "duress" not in caplog.text
