"""One session after another: the state, the events that change it, the effects that follow."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence

from kiosk.analysis.facts import Colour
from kiosk.analysis.pipeline import Analyst, Closeness, Picture
from kiosk.decision.verdict import decide
from kiosk.errors import GisheError
from kiosk.flow.answers import (
    Compared,
    CompareFailed,
    CuesJudged,
    Decided,
    DocumentRead,
    DocumentUnread,
    ListeningFailed,
    PadFailed,
    PadFused,
    ProbeGone,
    ProbeKept,
    RecordFailed,
    RecordQueued,
    SpeechFailed,
    TiltJudged,
    WorkerFailed,
)
from kiosk.flow.effects import (
    CompareProbe,
    Cue,
    Decide,
    Effect,
    FusePad,
    JudgeCues,
    JudgeSpeech,
    JudgeTilt,
    KeepProbe,
    KeepSound,
    LookAt,
    QueueRecord,
    ReadDocument,
    Shine,
    StartListening,
    StopListening,
    Watch,
    Wipe,
)
from kiosk.flow.events import CameraIdentified, Event
from kiosk.flow.machine import advance, start
from kiosk.flow.state import Session, Step
from kiosk.session.ports import Ears, Eyes, Order, RecordRequest, Registrar

log = logging.getLogger(__name__)


_KEEPS_NO_PICTURE = frozenset({"withdrawn", "consent_declined", "clerk_asked", "timed_out"})
"""ends after which no picture of the person is kept, sealed or not"""


class SessionDriver:
    """Holds the state of the running session. Everything happens in the thread that posts."""

    def __init__(
        self,
        order: Order,
        eyes: Eyes,
        registrar: Registrar,
        *,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        new_seed: Callable[[], int],
        cue: Callable[[str | None], None] = lambda _gesture: None,
        ears: Ears | None = None,
        shine: Callable[[int, Colour | None], None] = lambda _number, _colour: None,
    ) -> None:
        """Take what is needed from outside; ``cue`` is told each gesture that is asked (the demonstration follows it).

        Without ``ears`` there is no microphone. ``shine`` is told the number and colour of each change of the light;
        whoever paints it posts ``LightShown``.
        """
        self._order = order
        self._eyes = eyes
        self._registrar = registrar
        self._clock = clock
        self._new_id = new_id
        self._new_seed = new_seed
        self._cue = cue
        self._ears = ears
        self._shine = shine
        self._callbacks: list[Callable[[Session], None]] = []
        self._waiting: deque[Event] = deque()
        self._draining = False
        self._broken: WorkerFailed | None = None
        self._pin = order.pin
        self._state, self._first_effects = self._started()

    @property
    def state(self) -> Session:
        """Give the state as it is."""
        return self._state

    def on_change(self, callback: Callable[[Session], None]) -> None:
        """Have a callback told each new state."""
        self._callbacks.append(callback)

    def begin(self) -> None:
        """Carry out what the first step asks; call it once, when everything is in place."""
        for effect in self._first_effects:
            self._carry_out(effect)
        self._first_effects = ()
        if self._order.portrait is not None:
            self._eyes.ask(self._order.portrait)
        self._tell()
        if self._broken is not None:
            # What broke stays broken: the next session must not start either.
            self.post(self._broken)

    def restart(self) -> None:
        """Forget the session and begin a new one."""
        self._waiting.clear()
        self._eyes.ask(_wiped)
        self._be_deaf()
        self._cue(None)
        self._shine(0, None)
        self._state, self._first_effects = self._started()
        self.begin()

    def post(self, event: Event) -> None:
        """Let something happen; events that come of it are worked through before this returns."""
        if isinstance(event, WorkerFailed):
            self._broken = event
        if isinstance(event, CameraIdentified):
            # The next session begins with the camera that is there now.
            self._pin = event.pin
        self._waiting.append(event)
        if self._draining:
            return
        self._draining = True
        try:
            while self._waiting:
                self._step(self._waiting.popleft())
        finally:
            self._draining = False

    def _started(self) -> tuple[Session, tuple[Effect, ...]]:
        order = self._order
        return start(
            id=self._new_id(),
            profile=order.profile,
            source=order.source,
            transaction=order.transaction,
            challenge=order.challenge,
            now=self._clock(),
            language=order.language or order.profile.default_language,
            reference_given=order.reference_given and not order.document_given,
            document_given=order.document_given,
            seed=self._new_seed(),
            pin=self._pin,
            screen=order.screen,
        )

    def _step(self, event: Event) -> None:
        before = self._state
        self._state, effects = advance(before, event)
        for effect in effects:
            self._carry_out(effect)
        if before.step is Step.AWARENESS and self._state.step is not Step.AWARENESS:
            # However the step was left: nothing listens any longer.
            self._be_deaf()
        if self._state is not before:
            self._tell()

    def _tell(self) -> None:
        for callback in self._callbacks:
            callback(self._state)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case LookAt(watch):
                self._eyes.look_at(Closeness(watch.value))
                # The demonstration holds its card up while one is looked for.
                self._cue("show_card" if watch is Watch.DOCUMENT else None)
            case Cue(gesture):
                self._cue(gesture)
            case Shine(number, colour):
                self._shine(number, colour)
            case ReadDocument(indices):
                self._eyes.ask(lambda analyst: _read_document(analyst, indices))
            case JudgeTilt():
                self._eyes.ask(lambda analyst: TiltJudged(analyst.documents.judge_tilt()))
            case KeepProbe(index, within):
                self._eyes.ask(lambda analyst: _keep_probe(analyst, index, within))
            case CompareProbe(fmr):
                self._eyes.ask(lambda analyst: _compare(analyst, fmr))
            case FusePad(scores):
                bpcer = self._state.profile.pad.bpcer
                self._eyes.ask(lambda analyst: _fuse(analyst, scores, bpcer))
            case JudgeCues(gathered):
                self._eyes.ask(lambda analyst: CuesJudged(analyst.judge_cues(gathered)))
            case Decide(evidence):
                verdict = decide(evidence, self._state.profile)
                reasons = tuple(reason.value for reason in verdict.reasons)
                assurance = verdict.assurance.word if verdict.assurance is not None else ""
                self.post(Decided(verdict.outcome, reasons, assurance, verdict.shown))
            case QueueRecord(outcome, reasons, _):
                session = self._state
                self._eyes.ask(lambda analyst: self._queue_record(analyst, session, outcome.value, reasons))
            case StartListening() | KeepSound() | JudgeSpeech() | StopListening():
                self._listen(effect)
            case Wipe():
                self._eyes.ask(_wiped)
                self._be_deaf()

    def _listen(self, effect: StartListening | KeepSound | JudgeSpeech | StopListening) -> None:
        if self._ears is None:
            if isinstance(effect, StartListening):
                self.post(ListeningFailed("no_microphone"))
            elif isinstance(effect, JudgeSpeech):
                self.post(SpeechFailed("no_microphone"))
            return
        match effect:
            case StartListening():
                self._ears.start()
            case KeepSound():
                self._ears.keep()
            case JudgeSpeech(asked):
                self._ears.judge(asked)
            case StopListening():
                self._ears.stop()

    def _be_deaf(self) -> None:
        if self._ears is not None:
            self._ears.stop()

    def _queue_record(self, analyst: Analyst, session: Session, outcome: str, reasons: tuple[str, ...]) -> Event:
        """Seal and queue in the analyst's thread: it has the pictures, and the screen does not wait for the disk."""
        gone = session.evidence.stopped in _KEEPS_NO_PICTURE
        pictures = analyst.pictures() if session.profile.retention.keep_probe and not gone else {}
        request = RecordRequest(
            session=session,
            outcome=outcome,
            reasons=reasons,
            pictures=pictures,
            models=analyst.models.in_use,
            camera=self._order.camera,
        )
        try:
            return RecordQueued(self._registrar(request))
        except GisheError as error:
            log.error("the record could not be queued: %s", error.code)
            return RecordFailed(error.code)


def _keep_probe(analyst: Analyst, index: int, within: bool) -> Event:
    return ProbeKept(index) if analyst.keep_probe(index, within=within) else ProbeGone(index)


def _read_document(analyst: Analyst, indices: tuple[int, ...]) -> Event:
    pictures = analyst.documents.recall(indices)
    return document_read(analyst, pictures, "document_camera") if pictures else DocumentUnread("gone")


def document_read(analyst: Analyst, pictures: Sequence[Picture], origin: str) -> Event:
    """Have one side read and give the event that tells of it."""
    read = analyst.read_document(pictures, live=origin == "document_camera")
    if read is None:
        return DocumentUnread("no_document")
    reading, eye_distance, code = read
    return DocumentRead(reading, origin, eye_distance, code)


def _compare(analyst: Analyst, fmr: float) -> Event:
    result = analyst.compare(fmr)
    if result is None:
        return CompareFailed("missing")
    return Compared(result.score, result.fmr, result.threshold)


def _fuse(analyst: Analyst, scores: tuple[float, ...], bpcer: float) -> Event:
    result = analyst.fuse_pad(scores, bpcer)
    if result is None:
        return PadFailed("too_few_frames")
    return PadFused(result.score, result.threshold, result.bpcer, result.frames, result.low, result.high)


def _wiped(analyst: Analyst) -> None:
    analyst.wipe()
