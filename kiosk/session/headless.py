"""A whole session without a screen: frames are analysed one by one, taps are those of a willing person."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.analysis.facts import Colour, FrameFacts
from kiosk.analysis.hearing.listener import Listener
from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.camera.frame import Frame
from kiosk.camera.port import Camera
from kiosk.errors import CameraLost
from kiosk.flow.answers import LightShown, WorkerFailed
from kiosk.flow.events import (
    AnswerNotKnown,
    AnswerTouched,
    CameraChanged,
    CameraEnded,
    CameraState,
    Continued,
    Event,
    FieldTyped,
    FrameAnalysed,
    GestureDeclined,
    Tick,
)
from kiosk.flow.state import Gesture, Session, Step
from kiosk.session.driver import SessionDriver
from kiosk.session.ears import InlineEars
from kiosk.session.ports import Order, Registrar

_IDLE_SECONDS = 0.1
_READING_SECONDS = 2.5
"""what a person takes to read a question"""


class Answering(StrEnum):
    """How the question about the transaction is answered."""

    RIGHT = "right"
    WRONG = "wrong"
    DURESS = "duress"
    """with the agreed silent sign"""
    UNSURE = "unsure"
    """with the button of those who do not know, or do not want it"""


class InlineEyes:
    """The analyst in the same thread; what it answers is posted at once."""

    def __init__(self, analyst: Analyst) -> None:
        """Take the analyst; the session is set once it exists."""
        self.analyst = analyst
        self.closeness = Closeness.NOTHING
        self.post: Callable[[Event], None] = lambda _event: None

    def look_at(self, closeness: Closeness) -> None:
        """Say how closely the next frames are looked at."""
        self.closeness = closeness

    def ask(self, question: Callable[[Analyst], Event | None]) -> None:
        """Answer now."""
        event = question(self.analyst)
        if event is not None:
            self.post(event)


@dataclass
class Willing:
    """The taps of a person who goes along: starts, agrees, types the numbers that were given, confirms."""

    numbers: dict[str, str] = field(default_factory=dict)
    """fields of the identity step, ``country`` first"""
    answering: Answering = Answering.RIGHT
    declined: tuple[Gesture, ...] = ()
    """gestures that this person says beforehand not to make"""
    _answered: set[str] = field(default_factory=set)

    def taps(self, session: Session) -> list[Event]:
        """Give what this person does now."""
        if session.step.value in self._answered:
            return []
        match session.step:
            case Step.WELCOME:
                self._answered.add(session.step.value)
                return [*(GestureDeclined(gesture.value) for gesture in self.declined), Continued()]
            case Step.CONSENT | Step.TRANSACTION | Step.REVIEW:
                self._answered.add(session.step.value)
                return [Continued()]
            case Step.IDENTITY:
                self._answered.add(session.step.value)
                typed: list[Event] = [FieldTyped(name, text) for name, text in self.numbers.items()]
                return [*typed, Continued()]
            case Step.DOCUMENT if session.document.phase == "differs":
                # Who is sure of what they typed says so; the decision notes that the document says otherwise.
                self._answered.add(session.step.value)
                return [Continued()]
            case Step.AWARENESS:
                return self._answer(session)
            case _:
                return []

    def _answer(self, session: Session) -> list[Event]:
        """Answer each question once, after the time that reading takes."""
        progress, question = session.awareness, session.awareness.question
        asked = f"{session.step.value}-{progress.number}"
        if question is None or asked in self._answered or session.now - progress.asked_since < _READING_SECONDS:
            return []
        self._answered.add(asked)
        match self.answering:
            case Answering.RIGHT:
                place = question.right
            case Answering.DURESS if question.duress is not None:
                place = question.duress
            case Answering.WRONG:
                spoken_for = (question.right, question.duress)
                place = next(place for place in range(len(question.answers)) if place not in spoken_for)
            case _:
                return [AnswerNotKnown()]
        return [AnswerTouched(progress.number, place), Continued()]


@dataclass(frozen=True)
class HeadlessResult:
    """How it went."""

    session: Session
    before_wipe: Session
    """the last state that still held the evidence's details"""
    frames: int
    seconds: float
    """of wall time"""
    milliseconds: dict[str, float]


def run_headless(
    order: Order,
    analyst: Analyst,
    camera: Camera,
    registrar: Registrar,
    *,
    new_id: Callable[[], str],
    new_seed: Callable[[], int],
    numbers: dict[str, str] | None = None,
    answering: Answering = Answering.RIGHT,
    declined: tuple[Gesture, ...] = (),
    cue: Callable[[str | None], None] = lambda _gesture: None,
    progress: Callable[[Session, FrameFacts], None] = lambda _session, _facts: None,
    watch: Callable[[Session], None] = lambda _session: None,
    listener: Listener | None = None,
    shine: Callable[[Colour | None], None] | None = None,
) -> HeadlessResult:
    """Lead a session from welcome to result. The camera's frame times are the clock: a film gives the same each time.

    ``listener`` hears on the same clock; without one there is no microphone. ``shine`` lights the scene; the light counts
    as shown at once. Raises what the camera's ``open`` raises;
    a camera lost later ends the session as the flow says.
    """
    begun = time.monotonic()
    eyes = InlineEyes(analyst)
    clock = _FrameClock()
    ears = InlineEars(listener) if listener is not None else None

    def shone(number: int, colour: Colour | None) -> None:
        if shine is not None:
            shine(colour)
            driver.post(LightShown(number))

    driver = SessionDriver(
        order, eyes, registrar, clock=clock, new_id=new_id, new_seed=new_seed, cue=cue, ears=ears, shine=shone
    )
    eyes.post = driver.post
    if ears is not None:
        ears.post = driver.post
    person = Willing(numbers or {}, answering, declined)
    kept = _LastWhole(driver)
    driver.on_change(watch)
    frames = 0
    camera.open()
    try:
        driver.begin()
        while not driver.state.ended:
            frame = _next(camera, driver)
            if frame is None:
                _run_out(driver, clock, person)
                break
            clock.at(frame.time)
            driver.post(Tick(clock()))
            if ears is not None:
                ears.hear_until(clock())
            if driver.state.camera is not CameraState.OK:
                driver.post(CameraChanged(CameraState.OK))
            _tap(driver, person)
            if eyes.closeness is not Closeness.NOTHING:
                facts = analyst.look(frame, eyes.closeness)
                frames += 1
                driver.post(FrameAnalysed(facts))
                progress(driver.state, facts)
                _tap(driver, person)
            if driver.state.closing == "shown":
                driver.post(Continued())
    finally:
        camera.close()
        # However it ended, nobody's face and nobody's voice stay behind.
        analyst.wipe()
        if ears is not None:
            ears.stop()
    milliseconds = analyst.milliseconds()
    return HeadlessResult(driver.state, kept.session, frames, time.monotonic() - begun, milliseconds)


class _FrameClock:
    """Time as frames tell it."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        return self._now

    def at(self, moment: float) -> None:
        self._now = max(self._now, moment)

    def pass_idly(self) -> None:
        self._now += _IDLE_SECONDS


class _LastWhole:
    """Remembers the last state before the wipe, for the answer of the command."""

    def __init__(self, driver: SessionDriver) -> None:
        self.session = driver.state
        driver.on_change(self._saw)

    def _saw(self, session: Session) -> None:
        if session.closing != "shown":
            self.session = session


def _tap(driver: SessionDriver, person: Willing) -> None:
    while taps := person.taps(driver.state):
        for event in taps:
            driver.post(event)


def _next(camera: Camera, driver: SessionDriver) -> Frame | None:
    try:
        frame = camera.read()
    except CameraLost:
        driver.post(CameraChanged(CameraState.LOST))
        return None
    if frame is None:
        driver.post(CameraEnded())
    return frame


def _run_out(driver: SessionDriver, clock: _FrameClock, person: Willing) -> None:
    """No more frames: let time pass until the flow has come to its end."""
    for _ in range(36_000):
        if driver.state.ended:
            return
        _tap(driver, person)
        if driver.state.closing == "shown":
            driver.post(Continued())
            return
        clock.pass_idly()
        driver.post(Tick(clock()))
    driver.post(WorkerFailed("ENDLESS"))
