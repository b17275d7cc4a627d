"""Liveness: a random challenge; before each gesture and after the last the face is back at neutral."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FaceFacts, FrameFacts
from kiosk.flow.answers import LightShown
from kiosk.flow.asking import judge_gesture, wait_for_neutral
from kiosk.flow.attempts import (
    attempts_left,
    break_continuity,
    complete,
    fail_attempt,
    start_attempt,
    stop_for_too_few,
    too_few_left,
)
from kiosk.flow.continuity import follow_face
from kiosk.flow.effects import Effect, LookAt, Watch
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    Event,
    FrameAnalysed,
    LightDeclined,
    MoreTimeAsked,
    RetryAsked,
    Tick,
    WentBack,
)
from kiosk.flow.gathering import FRONTAL, gather_cues, gather_pad, sameness
from kiosk.flow.inside import offer_probe, probe_answered
from kiosk.flow.light import begin_light, follow_light, on_light
from kiosk.flow.measure import measure
from kiosk.flow.moved import Moved
from kiosk.flow.progress import LivenessProgress
from kiosk.flow.route import WEIGHING, finish, patience
from kiosk.flow.state import Guidance, Session
from kiosk.flow.weighing import begin_weighing, on_weighing

_SMOOTHED = 3
_ASKING = ("neutral", "gesture")
"""phases in which gestures are asked for"""


def enter(session: Session) -> Moved:
    """Begin the first gesture's way: neutral first."""
    if session.camera_ended:
        return finish(session, "camera_ended")
    if too_few_left(session):
        return stop_for_too_few(session)
    moved = start_attempt(session)
    return Moved(moved.session, (LookAt(Watch.FACE), *moved.effects))


def on(session: Session, event: Event) -> Moved:
    """Follow the challenge; when it is over, the answers of PAD and comparison."""
    progress = session.liveness
    answered = probe_answered(session, event)
    if answered is not None:
        return Moved(answered)
    if progress.phase in WEIGHING:
        return on_weighing(session, event)
    if progress.phase == "light" and isinstance(event, Tick | LightDeclined | LightShown):
        return on_light(session, event)
    match event:
        case FrameAnalysed(facts):
            return _seen(session, facts)
        case Tick(now) if now >= progress.window_until:
            return _window_over(session)
        case CameraChanged():
            # What was held before a trouble does not count on, and the next face must come in time.
            return Moved(_with(session, held_since=None, held_frames=0, wrong="", misses=progress.misses + 1))
        case CameraEnded():
            return _film_ended(session)
        case MoreTimeAsked():
            window = session.now + session.profile.liveness.window * patience(session)
            return Moved(_with(session, window_until=max(progress.window_until, window)))
        case RetryAsked() if attempts_left(session) and progress.phase in _ASKING:
            return fail_attempt(session, "liveness_given_up")
        case WentBack() if attempts_left(session) and progress.phase in _ASKING:
            # It costs an attempt: who goes back must not meet a challenge that is known by now.
            return break_continuity(session, "liveness_given_up")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Fail for good: the step's time covers all attempts."""
    return fail_attempt(session, "liveness_timed_out", last=True)


def _film_ended(session: Session) -> Moved:
    if session.liveness.phase in ("gather", "light"):
        return complete(session)
    stopped = replace(session, evidence=replace(session.evidence, stopped="camera_ended"))
    return begin_weighing(stopped)


def _window_over(session: Session) -> Moved:
    return begin_light(session) if session.liveness.phase == "gather" else fail_attempt(session, "liveness_timed_out")


def _seen(session: Session, facts: FrameFacts) -> Moved:
    face = facts.face
    session, broken = follow_face(session, facts)
    if broken:
        return break_continuity(session, broken)
    if face is None:
        progress = session.liveness
        lost = _with(session, misses=progress.misses + 1, held_since=None, held_frames=0, wrong="")
        return Moved(replace(lost, guidance=Guidance.NO_FACE))
    session = gather_cues(gather_pad(session, face), face)
    if session.liveness.phase == "light":
        return follow_light(session, face)
    if session.now >= session.liveness.window_until:
        return _window_over(session)
    if session.liveness.other_since is not None:
        return Moved(replace(session, guidance=Guidance.MORE_THAN_ONE))
    if session.liveness.phase == "gather":
        return _gathering(session, facts, face)
    return _follow(session, facts, face)


def _follow(session: Session, facts: FrameFacts, face: FaceFacts) -> Moved:
    progress = session.liveness
    seen = measure(face)
    if seen is None:
        return Moved(session)
    session = _with(session, recent=(*progress.recent, seen)[-_SMOOTHED:])
    if progress.phase == "gesture":
        return judge_gesture(session)
    moved, rested = wait_for_neutral(session)
    session = moved.session
    if not rested or session.liveness.phase != "neutral":
        return moved
    session, asked = offer_probe(session, facts, face)
    if session.liveness.position < len(session.challenge):
        return Moved(session, moved.effects + asked)
    after = _done(session)
    return Moved(after.session, moved.effects + asked + after.effects)


def _gathering(session: Session, facts: FrameFacts, face: FaceFacts) -> Moved:
    """Hold still a moment until there are frames enough to judge, and a probe."""
    pose = face.pose
    asked: tuple[Effect, ...] = ()
    if pose is not None and abs(pose.yaw) <= FRONTAL and abs(pose.pitch) <= FRONTAL:
        session, asked = offer_probe(session, facts, face)
    if not _enough(session):
        return Moved(replace(session, guidance=Guidance.HOLD_STILL), asked)
    after = begin_light(session)
    return Moved(after.session, asked + after.effects)


def _done(session: Session) -> Moved:
    """All gestures are seen: judge, or wait until there are frames enough to judge."""
    if _enough(session):
        return begin_light(session)
    window = session.now + session.profile.liveness.window * patience(session)
    waiting = _with(session, phase="gather", phase_since=session.now, window_until=window)
    return Moved(replace(waiting, guidance=Guidance.HOLD_STILL))


def _enough(session: Session) -> bool:
    frames = len(session.pad.scores) >= session.profile.pad.min_frames
    return frames and sameness(session) is not None and session.liveness.inside.kept is not None


def _with(session: Session, **changes: object) -> Session:
    progress: LivenessProgress = replace(session.liveness, **changes)  # type: ignore[arg-type]
    return replace(session, liveness=progress)
