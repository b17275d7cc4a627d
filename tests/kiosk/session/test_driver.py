"""The driver: effects are carried out, answers come back, nothing is left behind."""

from __future__ import annotations

import itertools
import logging
from typing import Any, cast

import pytest

from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.errors import KeyUnusable
from kiosk.flow.answers import Outcome, WorkerFailed
from kiosk.flow.events import AnswerTouched, ClerkAsked, Continued, Event, FrameAnalysed, Tick
from kiosk.flow.state import Session, Step
from kiosk.session.driver import SessionDriver
from kiosk.session.headless import InlineEyes


class Desk:
    """A driver whose clock, ids and seeds are counted by hand."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.now = 50.0
        self.ids = iter(f"session-{number}" for number in range(1, 100))
        self.seeds = iter(range(1, 100))
        self.eyes = InlineEyes(cast("Analyst", world.analyst))
        self.driver = SessionDriver(
            world.order(),
            self.eyes,
            world.registrar,
            clock=lambda: self.now,
            new_id=lambda: next(self.ids),
            new_seed=lambda: next(self.seeds),
            cue=world.person.cue,
        )
        self.eyes.post = self.driver.post
        self.states: list[Session] = []
        self.driver.on_change(self.states.append)

    def to(self, step: Step) -> None:
        while self.driver.state.step is not step:
            before = self.driver.state.step
            self.driver.post(Continued())
            assert self.driver.state.step is not before, before

    def frames(self, count: int) -> None:
        for _ in range(count):
            frame = self.world.camera.read()
            self.now = 50.0 + frame.time
            self.driver.post(Tick(self.now))
            if self.eyes.closeness is not Closeness.NOTHING:
                self.driver.post(FrameAnalysed(self.world.analyst.look(frame, self.eyes.closeness)))


@pytest.fixture
def desk(world: Any) -> Desk:
    return Desk(world)


def test_beginning_reads_the_portrait_and_shows_the_first_step(desk: Desk) -> None:
    desk.driver.begin()
    assert desk.driver.state.step is Step.WELCOME
    assert desk.driver.state.reference == desk.world.profile.reference_origins[0]
    assert desk.states[-1] == desk.driver.state


def test_each_new_state_is_told_and_an_event_that_changes_nothing_is_not(desk: Desk) -> None:
    desk.driver.begin()
    told = len(desk.states)
    desk.driver.post(Tick(desk.driver.state.now))
    desk.to(Step.CONSENT)
    assert desk.states[-1].step is Step.CONSENT
    assert len(desk.states) > told
    later = desk.states[told - 1 :]
    assert all(left is not right for left, right in itertools.pairwise(later))


def test_the_analyst_looks_as_closely_as_the_step_wants(desk: Desk) -> None:
    desk.driver.begin()
    before = desk.eyes.closeness
    desk.to(Step.FACE)
    assert (before, desk.eyes.closeness) == (Closeness.NOTHING, Closeness.FACE)


def test_the_whole_way_to_the_record(desk: Desk) -> None:
    desk.driver.begin()
    desk.to(Step.FACE)
    for _ in range(400):
        desk.frames(1)
        asked = desk.driver.state.awareness
        if desk.driver.state.step is Step.AWARENESS and asked.question is not None and asked.watched.seen > 1:
            desk.driver.post(AnswerTouched(1, asked.question.right))
            desk.driver.post(Continued())
        if desk.driver.state.step is Step.REVIEW:
            desk.driver.post(Continued())
        if desk.driver.state.closing == "shown":
            break
    assert desk.driver.state.outcome is Outcome.APPROVE
    assert desk.driver.state.entry == "entry-1"
    assert len(desk.world.registrar.requests) == 1
    assert desk.world.analyst.wipes >= 1


def test_events_that_come_while_one_is_worked_through_wait_their_turn(desk: Desk) -> None:
    desk.driver.begin()
    depth: list[int] = []
    inside = 0

    def watch(_session: Session) -> None:
        nonlocal inside
        inside += 1
        depth.append(inside)
        if len(depth) == 1:
            desk.driver.post(Continued())
            assert desk.driver.state.step is Step.CONSENT
        inside -= 1

    desk.driver.on_change(watch)
    desk.driver.post(Continued())
    assert desk.driver.state.step not in (Step.WELCOME, Step.CONSENT)
    assert set(depth) == {1}


def test_an_error_of_the_registrar_refers(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.world.registrar.error = KeyUnusable("a secret lies in /secret")
    desk.driver.begin()
    desk.to(Step.CONSENT)
    desk.driver.post(ClerkAsked())
    assert desk.driver.state.closing == "shown"
    assert desk.driver.state.outcome is Outcome.REFER
    assert desk.driver.state.reasons[0] == "record_failed"
    assert "secret" not in caplog.text


def test_a_crash_of_the_analysis_refers(desk: Desk) -> None:
    desk.driver.begin()
    desk.to(Step.FACE)
    desk.driver.post(WorkerFailed("DEFECT"))
    assert desk.driver.state.outcome is Outcome.REFER
    assert "worker_failed" in desk.driver.state.reasons


def test_after_a_crash_nobody_else_is_taken_in(desk: Desk) -> None:
    desk.driver.begin()
    desk.to(Step.FACE)
    desk.driver.post(WorkerFailed("DEFECT"))
    desk.driver.restart()
    desk.driver.post(Continued())
    assert desk.driver.state.step is Step.WELCOME
    assert desk.driver.state.out_of_service == "DEFECT"


def test_a_record_that_is_never_answered_refers_in_the_end(desk: Desk) -> None:
    desk.driver.begin()
    desk.to(Step.CONSENT)
    desk.eyes.post = lambda _event: None
    desk.driver.post(ClerkAsked())
    assert desk.driver.state.closing == "queueing"
    desk.driver.post(Tick(desk.driver.state.now + desk.world.profile.limits.answer + 0.1))
    assert desk.driver.state.closing == "shown"
    assert desk.driver.state.reasons[0] == "record_failed"


def test_a_probe_that_is_gone_keeps_the_face_step(desk: Desk) -> None:
    desk.world.analyst.probe_is_there = False
    desk.driver.begin()
    desk.to(Step.FACE)
    desk.frames(80)
    assert desk.driver.state.step is Step.FACE
    assert desk.driver.state.probe is None


def test_starting_again_wipes_and_knows_nothing_of_before(desk: Desk) -> None:
    desk.driver.begin()
    desk.to(Step.FACE)
    desk.frames(30)
    wipes, before = desk.world.analyst.wipes, desk.driver.state
    desk.now = 200.0
    desk.driver.restart()
    after = desk.driver.state
    assert desk.world.analyst.wipes == wipes + 1
    assert desk.world.person.cues[-1] is None
    assert after.step is Step.WELCOME
    assert (after.id, after.seed) != (before.id, before.seed)
    assert after.started == 200.0
    assert after.pad.scores == ()
    assert after.probe is None
    assert after.evidence.findings[0].check.value == "camera"
    assert desk.states[-1] == after
    assert desk.eyes.closeness is Closeness.NOTHING


def test_events_that_waited_do_not_reach_the_next_session(desk: Desk) -> None:
    desk.driver.begin()
    restarted = False

    def watch(session: Session) -> None:
        nonlocal restarted
        if session.step is Step.CONSENT and not restarted:
            restarted = True
            desk.driver.post(Continued())
            desk.driver.restart()

    desk.driver.on_change(watch)
    desk.driver.post(Continued())
    assert restarted
    assert desk.driver.state.step is Step.WELCOME


def test_questions_without_an_answer_post_nothing() -> None:
    posted: list[Event] = []
    eyes = InlineEyes(cast("Analyst", object()))
    eyes.post = posted.append
    eyes.ask(lambda _analyst: None)
    eyes.ask(lambda _analyst: ClerkAsked())
    assert posted == [ClerkAsked()]
