"""Attempts at the challenge: how one begins, fails, breaks off or is complete, and what each leaves as evidence."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.challenge import build_challenge, entropy_bits
from kiosk.flow.effects import Cue
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.gathering import sameness
from kiosk.flow.moved import Moved
from kiosk.flow.route import forget_probe, patience
from kiosk.flow.state import Guidance, LivenessProgress, Session, Step
from kiosk.flow.weighing import begin_weighing


def start_attempt(session: Session) -> Moved:
    """Begin the challenge from its first gesture, with the straight look that is known already."""
    old = session.liveness
    fresh = LivenessProgress(
        phase_since=session.now,
        window_until=session.now + session.profile.liveness.window * patience(session),
        neutral_pose=old.neutral_pose,
        neutral_poses=old.neutral_poses,
        face_seen=session.now if not old.face_seen else old.face_seen,
        sameness=old.sameness,
        attempts=old.attempts,
        failures=old.failures,
    )
    guidance = Guidance.TRY_AGAIN if old.failures else Guidance.GOOD
    return Moved(replace(session, liveness=fresh, guidance=guidance), (Cue(None),))


def attempts_left(session: Session) -> bool:
    """Say whether another challenge may be tried; an operator's challenge is asked once."""
    return not session.challenge_fixed and session.liveness.attempts < session.profile.liveness.attempts


def fail_attempt(session: Session, code: str, *, last: bool = False) -> Moved:
    """Begin a new attempt with a newly drawn challenge, or note the failure when none is left."""
    session = _failed(session, code)
    if last or not attempts_left(session):
        finding = Finding(Check.LIVENESS, passed=False, code=code, detail=_detail(session))
        return _stopped(session, finding)
    return start_attempt(_next_challenge(session))


def break_continuity(session: Session, code: str) -> Moved:
    """Go back to the face with a new challenge: the probe and the live person must be one; or note the failure."""
    session = _failed(session, code)
    if not attempts_left(session):
        return _stopped(session, Finding(Check.CONTINUITY, passed=False, code=code, score=sameness(session)))
    again = forget_probe(_next_challenge(session))
    return Moved(replace(again, step=Step.FACE), (Cue(None),))


def complete(session: Session) -> Moved:
    """Note a challenge that was followed to its end, and continuity up to it, then weigh."""
    rules, same = session.profile.liveness, sameness(session)
    liveness = Finding(Check.LIVENESS, passed=True, code="challenge_followed", detail=_detail(session))
    if same is None:
        continuity = Finding(Check.CONTINUITY, passed=False, code="continuity_unproven")
    else:
        held = same >= rules.continuity_score
        code = "same_face" if held else "face_changed"
        continuity = Finding(Check.CONTINUITY, held, code, score=same, threshold=rules.continuity_score)
    evidence = session.evidence.with_finding(liveness).with_finding(continuity)
    return begin_weighing(replace(session, evidence=evidence))


def _stopped(session: Session, finding: Finding) -> Moved:
    evidence = replace(session.evidence.with_finding(finding), stopped=finding.code)
    return begin_weighing(replace(session, evidence=evidence))


def _failed(session: Session, code: str) -> Session:
    progress = session.liveness
    return replace(session, liveness=replace(progress, failures=(*progress.failures, code)))


def _next_challenge(session: Session) -> Session:
    rules, attempt = session.profile.liveness, session.liveness.attempts + 1
    challenge = build_challenge(session.seed, rules.gestures, rules.count, attempt)
    return replace(session, challenge=challenge, liveness=replace(session.liveness, attempts=attempt))


def _detail(session: Session) -> tuple[tuple[str, str], ...]:
    rules, progress = session.profile.liveness, session.liveness
    bits = 0.0 if session.challenge_fixed else entropy_bits(rules.gestures, rules.count)
    return (
        ("challenge", ",".join(gesture.value for gesture in session.challenge)),
        ("seconds", ",".join(f"{seconds:.2f}" for seconds in progress.times)),
        ("attempt", str(progress.attempts)),
        ("failed_attempts", ",".join(progress.failures)),
        ("entropy_bits", f"{bits:.2f}"),
    )
