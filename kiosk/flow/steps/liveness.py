"""Liveness: a random challenge; before each gesture and after the last the face is back at neutral."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FaceFacts, FrameFacts
from kiosk.flow.attempts import attempts_left, break_continuity, complete, fail_attempt, start_attempt
from kiosk.flow.effects import Cue, LookAt, Watch
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    Event,
    FrameAnalysed,
    MoreTimeAsked,
    RetryAsked,
    Tick,
    WentBack,
)
from kiosk.flow.gate import second_face
from kiosk.flow.gathering import gather_cues, gather_pad, gather_sameness, sameness
from kiosk.flow.light import begin_light
from kiosk.flow.moved import Moved
from kiosk.flow.movement import VERTICAL, is_neutral, median_pose, shows, wrong_turn
from kiosk.flow.route import WEIGHING, finish, patience
from kiosk.flow.state import Gesture, Guidance, LivenessProgress, Session
from kiosk.flow.weighing import begin_weighing, on_weighing

_SMOOTHED = 3
_NEUTRAL_POSES = 15
_FEWEST_HELD = 2
"""frames in which a gesture, or the neutral face, must be seen"""
_READING_TIME = 1.5
"""seconds between a failed attempt and the next cue"""
_PRAISE = 0.7
"""seconds for which a finished gesture is praised"""
_LONG_GAP = 3.0
"""times ``face_lost``: a gap without frames that nothing explains"""


def enter(session: Session) -> Moved:
    """Begin the first gesture's way: neutral first."""
    if session.camera_ended:
        return finish(session, "camera_ended")
    moved = start_attempt(session)
    return Moved(moved.session, (LookAt(Watch.FACE), *moved.effects))


def on(session: Session, event: Event) -> Moved:
    """Follow the challenge; when it is over, the answers of PAD and comparison."""
    progress = session.liveness
    if progress.phase in WEIGHING:
        return on_weighing(session, event)
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
        case RetryAsked() if attempts_left(session) and progress.phase != "gather":
            return fail_attempt(session, "liveness_given_up")
        case WentBack() if attempts_left(session) and progress.phase != "gather":
            # It costs an attempt: who goes back must not meet a challenge that is known by now.
            return break_continuity(session, "liveness_given_up")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Fail for good: the step's time covers all attempts."""
    return fail_attempt(session, "liveness_timed_out", last=True)


def _film_ended(session: Session) -> Moved:
    if session.liveness.phase == "gather":
        return complete(session)
    stopped = replace(session, evidence=replace(session.evidence, stopped="camera_ended"))
    return begin_weighing(stopped)


def _window_over(session: Session) -> Moved:
    return begin_light(session) if session.liveness.phase == "gather" else fail_attempt(session, "liveness_timed_out")


def _seen(session: Session, facts: FrameFacts) -> Moved:
    rules, progress = session.profile.liveness, session.liveness
    gap = session.now - progress.face_seen
    face = facts.face
    if face is None:
        if gap > rules.face_lost:
            return break_continuity(session, "face_lost")
        lost = _with(session, misses=progress.misses + 1, held_since=None, held_frames=0, wrong="")
        return Moved(replace(lost, guidance=Guidance.NO_FACE))
    if (gap > rules.face_lost and progress.misses) or gap > _LONG_GAP * rules.face_lost:
        return break_continuity(session, "face_lost")
    other_since = None
    if second_face(facts, session.profile.capture):
        other_since = session.now if progress.other_since is None else progress.other_since
        if session.now - other_since > rules.other_face:
            return break_continuity(session, "second_face")
    session = _with(session, misses=0, face_seen=session.now, other_since=other_since)
    session = gather_sameness(gather_cues(gather_pad(session, face), face), face)
    same = sameness(session)
    settled = len(session.liveness.sameness) >= rules.continuity_frames
    if settled and same is not None and same < rules.continuity_score:
        return break_continuity(session, "face_changed")
    if session.now >= session.liveness.window_until:
        return _window_over(session)
    if other_since is not None:
        return Moved(replace(session, guidance=Guidance.MORE_THAN_ONE))
    return _follow(session, face)


def _follow(session: Session, face: FaceFacts) -> Moved:
    progress = session.liveness
    if progress.phase == "gather":
        return begin_light(session) if _enough(session) else Moved(replace(session, guidance=Guidance.HOLD_STILL))
    pose = face.pose
    if pose is None or not (abs(pose.yaw) <= 180 and abs(pose.pitch) <= 180):
        return Moved(session)
    session = _with(session, recent_poses=(*progress.recent_poses, (pose.yaw, pose.pitch))[-_SMOOTHED:])
    return _neutral(session, face) if progress.phase == "neutral" else _gesture(session, face)


def _neutral(session: Session, face: FaceFacts) -> Moved:
    """Wait until the person is back at their own straight look, then ask for the next gesture."""
    rules, progress, capture = session.profile.liveness, session.liveness, session.profile.capture
    before = session.challenge[progress.position - 1] if progress.position else None
    over = progress.position == len(session.challenge)
    after = None if over else session.challenge[progress.position]
    pose = median_pose(progress.recent_poses)
    neutral = progress.neutral_pose or (0.0, 0.0)
    rested = is_neutral(pose, neutral, rules, before)
    if Gesture.OPEN_MOUTH in (before, after):
        rested = rested and face.mouth_open is not None and face.mouth_open <= rules.mouth_shut
    if Gesture.BLINK in (before, after):
        rested = rested and face.eyes_open is not None and min(face.eyes_open) >= rules.eye_open
    waited = session.now - progress.phase_since
    retrying = progress.position == 0 and bool(progress.failures)
    if not rested:
        guidance = Guidance.WELL_DONE if before and waited < _PRAISE else Guidance.BACK_TO_MIDDLE
        if retrying and waited < _READING_TIME:
            guidance = Guidance.TRY_AGAIN
        return Moved(replace(_with(session, held_since=None, held_frames=0), guidance=guidance))
    poses = (*progress.neutral_poses, pose)[-_NEUTRAL_POSES:]
    yaw, pitch = median_pose(poses)
    learnt = _clamped(yaw, capture.max_yaw), _clamped(pitch, capture.max_pitch)
    session = _held(_with(session, neutral_poses=poses, neutral_pose=learnt))
    if not _held_enough(session, rules.hold) or (retrying and waited < _READING_TIME):
        return Moved(session)
    if over:
        return _done(session)
    if before not in VERTICAL:
        session = _rested(session, learnt[0], capture.max_pitch)
    asked = _with(
        session,
        phase="gesture",
        phase_since=session.now,
        window_until=session.now + rules.window * patience(session),
        held_since=None,
        held_frames=0,
        wrong="",
        closed_seen=False,
    )
    return Moved(replace(asked, guidance=Guidance.DO_GESTURE), (Cue(session.challenge[progress.position].value),))


def _rested(session: Session, yaw: float, limit: float) -> Session:
    """Take the pitch at which the head has come to rest: a nod is measured from there, not from before a turn."""
    progress = session.liveness
    latest = progress.neutral_poses[-max(_FEWEST_HELD, progress.held_frames) :]
    pitch = _clamped(median_pose(latest)[1], limit)
    return _with(session, neutral_pose=(yaw, pitch), neutral_poses=((yaw, pitch),) * len(latest))


def _gesture(session: Session, face: FaceFacts) -> Moved:
    """Wait for the gesture; another one that is clearly shown fails the attempt."""
    rules, progress = session.profile.liveness, session.liveness
    asked = session.challenge[progress.position]
    pose, neutral = median_pose(progress.recent_poses), progress.neutral_pose or (0.0, 0.0)
    session = replace(session, guidance=Guidance.DO_GESTURE)
    if asked is Gesture.BLINK:
        session, seen = _blinked(session, face)
        if seen:
            return _gesture_done(session)
    else:
        open_mouth = face.mouth_open is not None and face.mouth_open >= rules.mouth_open
        seen = open_mouth if asked is Gesture.OPEN_MOUTH else shows(asked, pose, neutral, rules)
        session = _held(session) if seen else _with(session, held_since=None, held_frames=0)
        if seen and _held_enough(session, rules.hold):
            return _gesture_done(session)
    wrong = None if seen else wrong_turn(asked, pose, neutral, rules)
    if wrong is None:
        return Moved(_with(session, wrong=""))
    turn, opposite = wrong
    if session.liveness.wrong != turn.value:
        return Moved(_with(session, wrong=turn.value, wrong_since=session.now))
    if session.now - session.liveness.wrong_since < (rules.opposite_hold if opposite else rules.wrong_hold):
        return Moved(session)
    return fail_attempt(session, "liveness_wrong_gesture")


def _gesture_done(session: Session) -> Moved:
    progress = session.liveness
    done = _with(
        session,
        position=progress.position + 1,
        phase="neutral",
        phase_since=session.now,
        window_until=session.now + session.profile.liveness.window * patience(session),
        times=(*progress.times, session.now - progress.phase_since),
        held_since=None,
        held_frames=0,
        wrong="",
    )
    return Moved(replace(done, guidance=Guidance.WELL_DONE), (Cue(None),))


def _done(session: Session) -> Moved:
    """All gestures are seen: judge, or hold still a moment until there are frames enough to judge."""
    if _enough(session):
        return begin_light(session)
    window = session.now + session.profile.liveness.window * patience(session)
    waiting = _with(session, phase="gather", phase_since=session.now, window_until=window)
    return Moved(replace(waiting, guidance=Guidance.HOLD_STILL))


def _enough(session: Session) -> bool:
    return len(session.pad.scores) >= session.profile.pad.min_frames and sameness(session) is not None


def _blinked(session: Session, face: FaceFacts) -> tuple[Session, bool]:
    """Follow the eyes: closed, then open again within a blink's time."""
    rules, progress = session.profile.liveness, session.liveness
    if face.eyes_open is None:
        return session, False
    if max(face.eyes_open) <= rules.eye_closed:
        return (session if progress.closed_seen else _with(session, closed_seen=True, closed_since=session.now)), False
    if not progress.closed_seen or min(face.eyes_open) < rules.eye_open:
        return session, False
    quick = session.now - progress.closed_since <= rules.blink_seconds
    return _with(session, closed_seen=False), quick


def _held(session: Session) -> Session:
    progress = session.liveness
    since = session.now if progress.held_since is None else progress.held_since
    return _with(session, held_since=since, held_frames=progress.held_frames + 1)


def _held_enough(session: Session, seconds: float) -> bool:
    progress = session.liveness
    long = progress.held_since is not None and session.now - progress.held_since >= seconds
    return long and progress.held_frames >= _FEWEST_HELD


def _clamped(angle: float, limit: float) -> float:
    return max(-limit, min(limit, angle))


def _with(session: Session, **changes: object) -> Session:
    progress: LivenessProgress = replace(session.liveness, **changes)  # type: ignore[arg-type]
    return replace(session, liveness=progress)
