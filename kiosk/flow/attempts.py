"""Attempts at the challenge: how one begins, fails, breaks off or is complete, and what each leaves as evidence."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import Cue
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.gathering import sameness
from kiosk.flow.moved import Moved
from kiosk.flow.progress import LivenessProgress
from kiosk.flow.route import WEIGHING, forget_probe, patience
from kiosk.flow.scheduling import gestures_left, redrawn, strength_detail
from kiosk.flow.state import Guidance, Session, Step
from kiosk.flow.weighing import begin_weighing

_FOLLOWED = frozenset({*WEIGHING, "gather", "light", "done"})
"""phases in which no more gestures are asked"""


def start_attempt(session: Session) -> Moved:
    """Begin the challenge from its first gesture, with the calm look that is known already."""
    old = session.liveness
    fresh = LivenessProgress(
        phase_since=session.now,
        window_until=session.now + session.profile.liveness.window * patience(session),
        neutral=old.neutral,
        neutrals=old.neutrals,
        face_seen=session.now if not old.face_seen else old.face_seen,
        misses=old.misses,
        other_since=old.other_since,
        track=old.track,
        sameness=old.sameness,
        attempts=old.attempts,
        failures=old.failures,
    )
    guidance = Guidance.TRY_AGAIN if old.failures else Guidance.GOOD
    return Moved(replace(session, liveness=fresh, guidance=guidance), (Cue(None),))


def attempts_left(session: Session) -> bool:
    """Say whether another challenge may be tried; an operator's challenge is asked once."""
    return not session.challenge_fixed and session.liveness.attempts < session.profile.liveness.attempts


def decline(session: Session, name: str) -> Moved:
    """Note a gesture that the person will not make, and draw anew from the rest; it costs no attempt.

    Before liveness it is noted, and the challenge is drawn from the rest without anything having been shown.
    """
    steps = session.profile.steps
    ahead = steps.index(session.step.value) <= steps.index(Step.LIVENESS.value)
    here = session.step is Step.LIVENESS
    if not ahead or (here and session.liveness.phase in _FOLLOWED):
        return Moved(session)
    asked = session.challenge if session.challenge_fixed else gestures_left(session)
    gesture = next((gesture for gesture in asked if gesture.value == name), None)
    if gesture is None or gesture in session.declined:
        return Moved(session)
    redraws = session.redraws + (here and session.liveness.revealed)
    session = replace(session, declined=(*session.declined, gesture), redraws=redraws)
    fresh = None if session.challenge_fixed else redrawn(session)
    if here:
        return stop_for_too_few(session) if fresh is None else start_attempt(fresh)
    return Moved(session if fresh is None else fresh)


def too_few_left(session: Session) -> bool:
    """Say whether what is left after declining makes no challenge of the strength that is asked."""
    if session.challenge_fixed:
        return any(gesture in session.declined for gesture in session.challenge)
    return redrawn(session) is None


def stop_for_too_few(session: Session) -> Moved:
    """End the challenge: a clerk helps without it."""
    return _stopped(session, Finding(Check.LIVENESS, False, "liveness_too_few_gestures", detail=_detail(session)))


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
        detail = (*_continuity_detail(session), *_detail(session))
        return _stopped(session, Finding(Check.CONTINUITY, False, code, score=sameness(session), detail=detail))
    again = forget_probe(_next_challenge(session))
    return Moved(replace(again, step=Step.FACE), (Cue(None),))


def complete(session: Session) -> Moved:
    """Note a challenge that was followed to its end, and continuity up to it, then weigh."""
    rules, same = session.profile.liveness, sameness(session)
    liveness = Finding(Check.LIVENESS, passed=True, code="challenge_followed", detail=_detail(session))
    detail = _continuity_detail(session)
    if same is None or session.liveness.inside.kept is None:
        # Who moved is who is matched only with a probe from within the challenge.
        continuity = Finding(Check.CONTINUITY, False, "continuity_unproven", score=same, detail=detail)
    else:
        held = same >= rules.continuity_score
        code = "same_face" if held else "face_changed"
        continuity = Finding(Check.CONTINUITY, held, code, same, rules.continuity_score, detail=detail)
    evidence = session.evidence.with_finding(liveness).with_finding(continuity)
    return begin_weighing(replace(session, evidence=evidence))


def _stopped(session: Session, finding: Finding) -> Moved:
    evidence = replace(session.evidence.with_finding(finding), stopped=finding.code)
    return begin_weighing(replace(session, evidence=evidence))


def _failed(session: Session, code: str) -> Session:
    progress = session.liveness
    return replace(session, liveness=replace(progress, failures=(*progress.failures, code)))


def _next_challenge(session: Session) -> Session:
    attempt = session.liveness.attempts + 1
    session = replace(session, redraws=0, liveness=replace(session.liveness, attempts=attempt))
    # An attempt that could begin with these gestures can begin again: fewer bits are asked after no redraw.
    return redrawn(session) or session


def _detail(session: Session) -> tuple[tuple[str, str], ...]:
    progress = session.liveness
    return (
        ("challenge", ",".join(gesture.value for gesture in session.challenge)),
        ("seconds", ",".join(f"{seconds:.2f}" for seconds in progress.times)),
        ("reactions", ",".join(f"{seconds:.2f}" for seconds in progress.reactions)),
        ("attempt", str(progress.attempts)),
        ("failed_attempts", ",".join(progress.failures)),
        *strength_detail(session),
    )


def _continuity_detail(session: Session) -> tuple[tuple[str, str], ...]:
    inside = session.liveness.inside
    if inside.kept is None:
        return (("probe", "before_the_challenge"),)
    return (("probe", "within_the_challenge"), ("probe_seconds", f"{inside.seconds:.2f}"))
