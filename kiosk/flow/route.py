"""Where a session goes: on, back, or to an early end. A step that names another step is left; the machine enters it."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import Effect
from kiosk.flow.events import CameraState, Help
from kiosk.flow.evidence import Check, Evidence
from kiosk.flow.moved import Moved
from kiosk.flow.progress import FaceProgress, LivenessProgress
from kiosk.flow.state import Session, Step

CAMERA_STEPS = frozenset({Step.DOCUMENT, Step.FACE, Step.LIVENESS})
USABLE_CAMERA = frozenset({CameraState.OK, CameraState.SLOW})
WEIGHING = frozenset({"pad", "cues", "match"})
"""phases of liveness in which the flow waits for answers and needs no more frames"""

_LEAVES: dict[Step, tuple[Check, ...]] = {
    Step.CONSENT: (Check.CONSENT,),
    Step.TRANSACTION: (Check.TRANSACTION,),
    Step.IDENTITY: (Check.IDENTITY,),
    Step.FACE: (Check.FACE_QUALITY,),
}


def patience(session: Session) -> float:
    """Give the factor by which limits and windows are longer for this person."""
    return session.profile.limits.more_time_factor if Help.MORE_TIME in session.helps else 1.0


def go_on(session: Session, *effects: Effect) -> Moved:
    """Give the session on its way to the profile's next step."""
    steps = session.profile.steps
    following = steps[steps.index(session.step.value) + 1]
    return Moved(replace(session, step=Step(following)), effects)


def go_back(session: Session) -> Moved:
    """Give the session one step back, without what that step had found; where there is no way back, as it is.

    A document is not shown twice, and nobody goes back past liveness (which has its own way back to the face).
    """
    steps = session.profile.steps
    place = steps.index(session.step.value) - 1
    if place >= 0 and Step(steps[place]) is Step.DOCUMENT and session.reference:
        place -= 1
    if place < 0 or session.step in (Step.LIVENESS, Step.AWARENESS, Step.REVIEW, Step.RESULT):
        return Moved(session)
    before = Step(steps[place])
    evidence = session.evidence.without(*_LEAVES.get(before, ()))
    back = replace(session, step=before, evidence=evidence)
    return Moved(forget_probe(back) if before is Step.FACE else back)


def forget_probe(session: Session) -> Session:
    """Give the session as before the face step; attempts and their failures stay counted."""
    liveness = LivenessProgress(attempts=session.liveness.attempts, failures=session.liveness.failures)
    return replace(
        session,
        probe=None,
        face=FaceProgress(attempts=session.face.attempts + 1),
        liveness=liveness,
        evidence=session.evidence.without(Check.FACE_QUALITY, Check.LIVENESS, Check.CONTINUITY),
    )


def needs_camera(session: Session) -> bool:
    """Say whether the step's clock stands while the camera is in trouble."""
    weighing = session.step is Step.LIVENESS and session.liveness.phase in WEIGHING
    return session.step in CAMERA_STEPS and not weighing


def watches(session: Session) -> bool:
    """Say whether the step looks at frames; awareness does, and goes on without them."""
    return needs_camera(session) or session.step is Step.AWARENESS


def camera_usable(session: Session) -> bool:
    """Say whether frames may be judged."""
    return session.camera in USABLE_CAMERA and not session.camera_ended


def finish(session: Session, code: str) -> Moved:
    """Give the session on its way to an early end for this reason."""
    return Moved(replace(session, step=Step.RESULT, evidence=replace(session.evidence, stopped=code)))


def withdraw(session: Session, code: str) -> Moved:
    """Give the session on its way to an early end of which only the reason is kept, and the silent sign if it was given.

    Who forces a person must not be able to unmake the sign by stopping.
    """
    sign = session.evidence.of(Check.DURESS)
    kept = () if sign is None or sign.passed else (sign,)
    transaction = replace(session.transaction, facts=())
    return Moved(replace(session, step=Step.RESULT, transaction=transaction, evidence=Evidence(kept, stopped=code)))
