"""The machine: what means the same in every step, the camera's troubles, and the end."""

from typing import Any

import pytest

from kiosk.flow.answers import (
    Decided,
    Outcome,
    RecordFailed,
    RecordQueued,
    ReferenceFailed,
    ReferenceReady,
    WorkerFailed,
)
from kiosk.flow.effects import CompareProbe, Decide, KeepProbe, LookAt, QueueRecord, Watch, Wipe
from kiosk.flow.events import CameraChanged, CameraEnded, CameraState, ClerkAsked, Continued, Tick
from kiosk.flow.evidence import Check
from kiosk.flow.machine import advance
from kiosk.flow.progress import IdentityEntry
from kiosk.flow.state import Guidance, Step
from kiosk.profile.loading import load_profile

BEFORE_CAMERA = (Step.WELCOME, Step.CONSENT, Step.TRANSACTION, Step.IDENTITY, Step.FACE)


def test_the_whole_way_approves_records_and_wipes_once(script: Any) -> None:
    person = script().whole_way()
    assert (person.session.outcome, person.session.reasons) == (Outcome.APPROVE, ())
    assert person.session.entry == "entry-1"
    assert person.wipes() == 1
    kinds = [type(effect) for effect in person.effects]
    assert kinds[-4:] == [LookAt, Decide, QueueRecord, Wipe]
    looked = [effect.watch for effect in person.effects if isinstance(effect, LookAt)]
    assert looked[-1] is Watch.NOTHING
    assert Watch.FACE in looked


def test_the_same_events_give_the_same_session_and_effects(script: Any) -> None:
    one, two = script().whole_way(), script().whole_way()
    assert one.session == two.session
    assert one.effects == two.effects


def test_the_result_stays_a_while_and_ends_by_itself_or_at_a_touch(script: Any) -> None:
    person = script().whole_way()
    person.wait(person.profile.limits.result - 1, 0.5)
    assert not person.session.ended
    assert person.wait(1.5, 0.5).session.ended
    assert script().whole_way().post(Continued()).session.ended
    assert person.wipes() == 1


def test_an_ended_session_stays_as_it_is(script: Any) -> None:
    person = script().whole_way().post(Continued())
    assert advance(person.session, ClerkAsked()) == (person.session, ())


def test_numbers_and_facts_leave_memory_with_the_wipe(script: Any) -> None:
    person = script().whole_way()
    assert person.session.identity == IdentityEntry()
    assert person.session.transaction.facts == ()
    assert person.session.evidence.of(Check.TRANSACTION).detail == ()
    recorded = next(effect for effect in person.effects if isinstance(effect, QueueRecord)).evidence
    shown = next(finding for finding in recorded.findings if finding.check is Check.TRANSACTION)
    assert shown.detail == (("reference", "T-1"), ("amount", "10"))


@pytest.mark.parametrize("step", BEFORE_CAMERA)
@pytest.mark.parametrize(("event", "reason"), [(ClerkAsked(), "clerk_asked"), (WorkerFailed("x"), "worker_failed")])
def test_clerk_and_failure_end_any_step_with_a_record(script: Any, step: Step, event: Any, reason: str) -> None:
    person = script().to(step).post(event)
    if step is Step.WELCOME and isinstance(event, WorkerFailed):
        assert person.session.outcome is None  # nobody is there yet: see below
        return
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, (reason,))
    assert any(isinstance(effect, QueueRecord) for effect in person.effects)
    assert person.wipes() == 1


def test_a_machine_that_broke_takes_nobody_in(script: Any) -> None:
    person = script().post(WorkerFailed("MODEL_DRIFT"))
    assert person.session.out_of_service == "MODEL_DRIFT"
    assert person.post(Continued()).session.step is Step.WELCOME
    assert person.post(ClerkAsked()).session.reasons == ("clerk_asked",)


def test_a_clerk_can_be_asked_for_in_the_middle_of_liveness(script: Any) -> None:
    assert script().to_liveness().post(ClerkAsked()).session.reasons == ("clerk_asked",)


@pytest.mark.parametrize("source", ["demo", "replay", "something"])
def test_a_picture_that_no_device_took_never_approves_a_real_transaction(script: Any, source: str) -> None:
    profile = load_profile("bank_account").model_copy(update={"identity": "optional", "card_serial": "optional"})
    person = script(profile=profile, source=source).whole_way()
    assert person.session.outcome is Outcome.REFER
    assert "source_not_device" in person.session.reasons
    assert dict(person.session.evidence.of(Check.CAMERA).detail)["source"] == source


def test_a_film_approves_in_the_demonstration(script: Any) -> None:
    person = script(source="replay").whole_way()
    assert person.session.outcome is Outcome.APPROVE
    assert person.session.evidence.of(Check.CAMERA).code == "replay"


def test_a_deferred_registry_approves_as_its_own_outcome(script: Any) -> None:
    profile = load_profile("sim_card").model_copy(
        update={"identity": "optional", "assurance": "low", "assurance_without_light": "low"}
    )
    person = script(profile=profile, reference_given=False).post(CameraChanged(CameraState.OK))
    for _ in range(4):
        person.post(Continued())
    person.show(1.0).follow().answer().post(Continued())
    assert (person.session.outcome, person.session.reasons) == (Outcome.APPROVE_DEFERRED, ("match_deferred",))
    assert not any(isinstance(effect, CompareProbe) for effect in person.effects)


def test_no_reference_where_one_is_required_refers(script: Any) -> None:
    steps = tuple(step for step in load_profile("demo").steps if step != "document")
    profile = load_profile("demo").model_copy(update={"steps": steps})
    person = script(profile=profile, reference_given=False).post(CameraChanged(CameraState.OK))
    for _ in range(4):
        person.post(Continued())
    person.show(1.0).follow().answer().post(Continued())
    assert (person.session.outcome, person.session.reasons) == (
        Outcome.REFER,
        ("reference_missing", "match_missing"),
    )


def test_the_first_reference_stays(script: Any) -> None:
    person = script().post(ReferenceReady("portrait_file", 60.0), ReferenceReady("document_file", 90.0))
    person.post(ReferenceFailed("no_face"))
    assert person.session.reference == "portrait_file"
    assert person.session.evidence.of(Check.REFERENCE).score == 60.0


def test_a_record_that_cannot_be_kept_is_no_approval(script: Any) -> None:
    person = script()
    person.answers[QueueRecord] = lambda _: RecordFailed("disk")
    person.whole_way()
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("record_failed",))
    assert person.wipes() == 1


def test_a_decision_that_does_not_come_refers_and_is_recorded(script: Any) -> None:
    person = script()
    person.answers[Decide] = lambda _: None
    person.whole_way().wait(16, 0.5)
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("decision_missing",))
    assert person.session.entry == "entry-1"


def test_a_record_whose_answer_does_not_come_refers(script: Any) -> None:
    person = script()
    person.answers[QueueRecord] = lambda _: None
    person.whole_way().wait(16, 0.5)
    assert person.session.reasons == ("record_failed",)
    assert person.wipes() == 1


def test_no_decision_approves_a_session_that_was_stopped(script: Any) -> None:
    person = script()
    person.answers[Decide] = lambda _: Decided(Outcome.APPROVE, ())
    person.to(Step.CONSENT).post(ClerkAsked())
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("clerk_asked",))


def test_answers_that_nobody_waits_for_count_for_nothing(script: Any) -> None:
    person = script().to(Step.TRANSACTION)
    before = person.session
    person.post(Decided(Outcome.APPROVE, ()), RecordQueued("x"))
    assert person.session == before


def test_a_step_waits_for_its_camera_but_not_for_ever(script: Any) -> None:
    person = script().to(Step.FACE)
    left = person.session.deadline - person.session.now
    person.post(CameraChanged(CameraState.LOST)).wait(10.0)
    assert person.session.guidance is Guidance.CAMERA_WAIT
    assert person.session.deadline - person.session.now == pytest.approx(left)
    person.post(CameraChanged(CameraState.OK)).wait(1.0)
    assert person.session.deadline - person.session.now == pytest.approx(left - 1.0)
    # All troubles of a step are counted together.
    person.post(CameraChanged(CameraState.BLACK)).wait(11.0)
    assert person.session.reasons == ("camera_lost",)


def test_a_camera_in_trouble_does_not_disturb_the_steps_of_touches(script: Any) -> None:
    person = script().to(Step.TRANSACTION).post(CameraChanged(CameraState.LOST)).wait(60.0, 1.0)
    assert person.session.step is Step.TRANSACTION
    assert person.session.guidance is Guidance.NONE


def test_a_camera_that_never_starts_is_lost(script: Any) -> None:
    person = script().post(ReferenceReady("portrait_file", 60.0))
    while person.session.step is not Step.FACE:
        person.post(Continued())
    assert person.wait(21.0, 0.5).session.reasons == ("camera_lost",)


def test_a_frame_proves_that_the_camera_has_started(script: Any) -> None:
    person = script().post(ReferenceReady("portrait_file", 60.0))
    while person.session.step is not Step.FACE:
        person.post(Continued())
    person.show(0.6)
    assert person.session.camera is CameraState.OK
    assert any(isinstance(effect, KeepProbe) for effect in person.effects)


def test_a_slow_camera_still_works_and_a_frozen_one_does_not(script: Any) -> None:
    slow = script().to(Step.FACE).post(CameraChanged(CameraState.SLOW)).show(0.6)
    assert slow.session.step is Step.LIVENESS
    frozen = script().to(Step.FACE).post(CameraChanged(CameraState.FROZEN)).show(0.6)
    assert frozen.session.step is Step.FACE


def test_a_film_that_is_over_before_the_face_is_needed_ends_there(script: Any) -> None:
    person = script().to(Step.IDENTITY).post(CameraEnded())
    assert person.session.step is Step.IDENTITY
    assert person.post(Continued()).session.reasons == ("camera_ended",)


def test_a_film_that_ends_at_the_review_is_no_longer_needed(script: Any) -> None:
    person = script().to_review().post(CameraEnded(), Continued())
    assert person.session.outcome is Outcome.APPROVE


def test_time_never_runs_backwards(script: Any) -> None:
    person = script().to(Step.CONSENT)
    now = person.session.now
    assert person.post(Tick(now - 50)).session.now == now
