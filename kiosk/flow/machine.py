"""The state machine: a session and an event give the session after it and effects. ``Tick`` is the only clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from kiosk.analysis.facts import NOT_PINNED, CueJudgement
from kiosk.flow.answers import DocumentRead, DocumentUnread, ReferenceFailed, ReferenceReady, WorkerFailed
from kiosk.flow.attempts import decline
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    CameraIdentified,
    CameraState,
    ClerkAsked,
    Continued,
    Declined,
    Event,
    FieldTyped,
    FrameAnalysed,
    GestureDeclined,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    RetryAsked,
    Tick,
    WentBack,
)
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.flow.light import put_out
from kiosk.flow.moved import Moved
from kiosk.flow.references import note_document, note_reference
from kiosk.flow.route import CAMERA_STEPS, camera_usable, finish, go_back, needs_camera, patience, watches, withdraw
from kiosk.flow.scheduling import first_challenge
from kiosk.flow.state import Gesture, Guidance, Session, Step, Transaction
from kiosk.flow.steps import (
    awareness,
    consent,
    document,
    face,
    identity,
    liveness,
    result,
    review,
    transaction,
    welcome,
)
from kiosk.flow.weighing import cue_finding
from kiosk.profile.format import Profile

_TOUCHES = (LanguageChosen, HelpToggled, FieldTyped, WentBack, RetryAsked, Continued)


class _StepFunctions(NamedTuple):
    enter: Callable[[Session], Moved]
    on: Callable[[Session, Event], Moved]
    timed_out: Callable[[Session], Moved]


_STEPS: dict[Step, _StepFunctions] = {
    Step.WELCOME: _StepFunctions(welcome.enter, welcome.on, welcome.timed_out),
    Step.CONSENT: _StepFunctions(consent.enter, consent.on, consent.timed_out),
    Step.TRANSACTION: _StepFunctions(transaction.enter, transaction.on, transaction.timed_out),
    Step.IDENTITY: _StepFunctions(identity.enter, identity.on, identity.timed_out),
    Step.DOCUMENT: _StepFunctions(document.enter, document.on, document.timed_out),
    Step.FACE: _StepFunctions(face.enter, face.on, face.timed_out),
    Step.LIVENESS: _StepFunctions(liveness.enter, liveness.on, liveness.timed_out),
    Step.AWARENESS: _StepFunctions(awareness.enter, awareness.on, awareness.timed_out),
    Step.REVIEW: _StepFunctions(review.enter, review.on, review.timed_out),
    Step.RESULT: _StepFunctions(result.enter, result.on, result.timed_out),
}


def start(
    *,
    id: str,
    profile: Profile,
    source: str,
    transaction: Transaction,
    challenge: tuple[Gesture, ...] = (),
    now: float,
    language: str,
    reference_given: bool,
    document_given: bool = False,
    seed: int = 0,
    pin: CueJudgement = NOT_PINNED,
    screen: bool = False,
) -> Moved:
    """Give a new session, at welcome.

    ``source`` is ``device``, ``replay`` or ``demo``. A ``challenge`` that is given is the operator's: it is asked in
    this order, once; without one challenges are drawn from ``seed``, which must be random. ``reference_given`` says
    that ``ReferenceReady`` or ``ReferenceFailed`` will follow, ``document_given`` that the reference comes with
    ``DocumentRead`` or ``DocumentUnread``. ``pin`` says whether the camera is the calibrated one,
    ``screen`` whether there is a screen whose light the face can answer.
    """
    rules = profile.liveness
    known = source if source in ("device", "replay", "demo") else "unknown"
    real = known == "device" or (known != "unknown" and not profile.production)
    camera = Finding(Check.CAMERA, passed=real, code=known if real else "source_not_device")
    session = Session(
        id=id,
        profile=profile,
        source=source,
        transaction=transaction,
        challenge=challenge or first_challenge(rules, seed, id),
        challenge_fixed=bool(challenge),
        seed=seed,
        screen=screen,
        now=now,
        started=now,
        entered=now,
        camera_since=now,
        language=language if language in profile.languages else profile.default_language,
        reference_expected=reference_given or document_given,
        document_expected=document_given,
        evidence=Evidence((replace(camera, detail=(("source", source),)), cue_finding(Check.CAMERA_PIN, pin))),
    )
    return _enter(session)


def advance(session: Session, event: Event) -> Moved:
    """Give the session after an event, and what is to be done. An ended session stays as it is."""
    if session.ended:
        return Moved(session)
    match event:
        case Tick(now):
            moved = _tick(session, now)
        case CameraChanged(state):
            moved = _camera(session, state)
        case CameraIdentified(pin):
            moved = Moved(_identified(session, pin))
        case FrameAnalysed():
            moved = _frame(session, event)
        case ReferenceReady() | ReferenceFailed():
            moved = note_reference(session, event, _STEPS[session.step].on)
        case DocumentRead() | DocumentUnread():
            moved = note_document(session, event, _STEPS[session.step].on)
        case _:
            moved = _anywhere(session, event)
    return put_out(session, _entered(session, moved))


def _identified(session: Session, pin: CueJudgement) -> Session:
    """Note the camera that was opened: at welcome the newest counts, later another one than before stays noted."""
    before = session.evidence.of(Check.CAMERA_PIN)
    if session.step is Step.RESULT or (session.step is not Step.WELCOME and before is not None and not before.passed):
        return session
    return replace(session, evidence=session.evidence.with_finding(cue_finding(Check.CAMERA_PIN, pin)))


def _anywhere(session: Session, event: Event) -> Moved:
    """Take what means the same in every step; what is left is the step's."""
    if session.step is not Step.RESULT:
        match event:
            case ClerkAsked():
                return finish(session, "clerk_asked")
            case WorkerFailed() if session.step is not Step.WELCOME:
                return finish(session, "worker_failed")
            case Declined() if session.step not in (Step.WELCOME, Step.CONSENT):
                return withdraw(session, "withdrawn")
            case WentBack() if session.step is not Step.LIVENESS:
                return go_back(session)
            case MoreTimeAsked():
                return _more_time(session, event)
            case GestureDeclined(gesture):
                return decline(_kept_open(session), gesture)
            case HelpToggled(kind, on):
                return Moved(_helped(session, kind, on))
            case _:
                pass
        if isinstance(event, _TOUCHES):
            session = _kept_open(session)
    if isinstance(event, LanguageChosen):
        known = event.language in session.profile.languages
        return Moved(replace(session, language=event.language) if known else session)
    if isinstance(event, CameraEnded):
        session = replace(session, camera_ended=True)
    return _STEPS[session.step].on(session, event)


def _tick(session: Session, now: float) -> Moved:
    passed = max(0.0, now - session.now)
    session = replace(session, now=session.now + passed)
    if needs_camera(session) and not camera_usable(session):
        return _stand_still(session, passed)
    if session.deadline is not None and session.now >= session.deadline:
        return _STEPS[session.step].timed_out(session)
    return _STEPS[session.step].on(session, Tick(session.now))


def _stand_still(session: Session, passed: float) -> Moved:
    """Stop the step's clock for a camera in trouble, as long as the profile allows it."""
    waited = session.camera_waited + passed
    if waited > session.profile.limits.camera:
        return finish(session, "camera_lost")
    progress = replace(session.liveness, window_until=session.liveness.window_until + passed)
    deadline = None if session.deadline is None else session.deadline + passed
    stopped = replace(session, camera_waited=waited, liveness=progress, deadline=deadline)
    return Moved(replace(stopped, guidance=Guidance.CAMERA_WAIT))


def _camera(session: Session, state: CameraState) -> Moved:
    if state is session.camera:
        return Moved(session)
    session = replace(session, camera=state, camera_since=session.now)
    if needs_camera(session) and not camera_usable(session):
        session = replace(session, guidance=Guidance.CAMERA_WAIT)
    return _STEPS[session.step].on(session, CameraChanged(state))


def _frame(session: Session, event: FrameAnalysed) -> Moved:
    if session.camera is CameraState.STARTING:
        # A picture is the best proof that the camera works.
        session = replace(session, camera=CameraState.OK, camera_since=session.now)
    if not watches(session) or not camera_usable(session):
        return Moved(session)
    return _STEPS[session.step].on(session, event)


def _more_time(session: Session, event: MoreTimeAsked) -> Moved:
    limits = session.profile.limits
    seconds = limits.of(session.step.value)
    if session.deadline is None or seconds is None or session.more_time_asks >= limits.more_time_asks:
        return Moved(session)
    deadline = max(session.deadline, session.now + seconds * limits.more_time_factor)
    session = replace(session, deadline=deadline, more_time_asks=session.more_time_asks + 1)
    return _STEPS[session.step].on(session, event)


def _helped(session: Session, kind: Help, on: bool) -> Session:
    helps = session.helps | {kind} if on else session.helps - {kind}
    if kind is Help.MORE_TIME and on and kind not in session.helps:
        # What is left of the step and of the window grows at once.
        factor, now = session.profile.limits.more_time_factor, session.now
        rules, progress = session.profile.liveness, session.liveness
        # Bound to the phase's begin: toggling again and again must not hold the window open.
        longest_window = max(progress.window_until, progress.phase_since + rules.window * factor)
        window = min(now + max(0.0, progress.window_until - now) * factor, longest_window)
        deadline = None if session.deadline is None else now + (session.deadline - now) * factor
        longest = session.profile.limits.of(session.step.value)
        if deadline is not None and longest is not None:
            deadline = max(session.deadline or 0.0, min(deadline, session.entered + longest * factor))
        session = replace(session, deadline=deadline, liveness=replace(progress, window_until=window))
    return _kept_open(replace(session, helps=helps))


def _kept_open(session: Session) -> Session:
    """Give the session whose step stays open a while after a touch.

    Before the camera more time is asked for, and so for a question: who is told the answer by somebody needs time too.
    """
    if session.deadline is None or session.step in CAMERA_STEPS or session.step is Step.AWARENESS:
        return session
    return replace(session, deadline=max(session.deadline, session.now + session.profile.limits.idle))


def _entered(before: Session, moved: Moved) -> Moved:
    """Enter the step that was named, and those that it names in turn."""
    session, effects = moved
    step = before.step
    while session.step is not step:
        step = session.step
        entered = _enter(session)
        session, effects = entered.session, effects + entered.effects
    return Moved(session, effects)


def _enter(session: Session) -> Moved:
    seconds = session.profile.limits.of(session.step.value)
    deadline = None if seconds is None else session.now + seconds * patience(session)
    session = replace(
        session,
        entered=session.now,
        deadline=deadline,
        guidance=Guidance.NONE,
        camera_waited=0.0,
        more_time_asks=0,
    )
    return _STEPS[session.step].enter(session)
