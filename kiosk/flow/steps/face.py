"""Face: the person looks at the oval; the best of the good frames is kept as the probe."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FrameFacts
from kiosk.flow.answers import ProbeGone, ProbeKept
from kiosk.flow.effects import KeepProbe, LookAt, Watch
from kiosk.flow.events import CameraChanged, CameraEnded, Event, FrameAnalysed, RetryAsked, Tick
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.gate import face_guidance, face_score
from kiosk.flow.gathering import gather_pad
from kiosk.flow.measure import measure, median_measure
from kiosk.flow.moved import Moved
from kiosk.flow.progress import FaceProgress, LivenessProgress, PadProgress
from kiosk.flow.route import finish, go_on
from kiosk.flow.state import Guidance, Session

_LOOKS = 15
_ANSWER = 2.0
"""seconds after which a probe that was asked for counts as gone"""


def enter(session: Session) -> Moved:
    """Look closely; anything found in an earlier try is forgotten."""
    if session.camera_ended:
        return finish(session, "camera_ended")
    session = replace(session, face=FaceProgress(attempts=session.face.attempts), pad=PadProgress(), probe=None)
    return Moved(session, (LookAt(Watch.FACE),))


def on(session: Session, event: Event) -> Moved:
    """Wait for a good face, then for the worker to keep its best frame."""
    progress = session.face
    match event:
        case FrameAnalysed(facts):
            return _seen(session, facts)
        case ProbeKept(index) if index == progress.asked_probe:
            return _kept(session, index)
        case ProbeGone(index) if index == progress.asked_probe:
            return Moved(_choose_again(session))
        case Tick(now) if progress.asked_probe is not None and now - progress.asked_since > _ANSWER:
            return Moved(_choose_again(session))
        case RetryAsked():
            return Moved(replace(session, face=FaceProgress(attempts=progress.attempts + 1), pad=PadProgress()))
        case CameraChanged():
            # Frames before and after a trouble need not show the same person.
            return Moved(replace(session, face=_fresh(progress), pad=PadProgress()))
        case CameraEnded():
            return finish(_never_good(session), "camera_ended")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """End, and say what was in the way of a good picture."""
    return finish(_never_good(session), "timed_out")


def _seen(session: Session, facts: FrameFacts) -> Moved:
    rules, progress = session.profile.capture, session.face
    guidance = face_guidance(facts, rules)
    face = facts.face
    if guidance is Guidance.GOOD and face is not None:
        session = gather_pad(session, face)
    if progress.asked_probe is not None:
        return Moved(session)
    if guidance is not Guidance.GOOD or face is None or face.pose is None:
        lapsed = progress.good_since is None or session.now - progress.last_good > rules.gap
        progress = replace(_fresh(progress) if lapsed else progress, guidances=_counted(progress.guidances, guidance))
        return Moved(replace(session, guidance=guidance, face=progress))
    since = session.now if progress.good_since is None else progress.good_since
    score, look = face_score(face, rules), measure(face)
    better = progress.best_index is None or score > progress.best_score
    held = session.now - since
    progress = replace(
        progress,
        good_since=since,
        last_good=session.now,
        good_frames=progress.good_frames + 1,
        best_index=facts.index if better else progress.best_index,
        best_score=score if better else progress.best_score,
        progress=1.0 if rules.hold <= 0 else min(1.0, held / rules.hold),
        looks=progress.looks if look is None else (*progress.looks, look)[-_LOOKS:],
    )
    session = replace(session, guidance=Guidance.GOOD, face=progress)
    if held < rules.hold or progress.good_frames < rules.min_good_frames or progress.best_index is None:
        return Moved(session)
    asked = replace(progress, asked_probe=progress.best_index, asked_since=session.now)
    return Moved(replace(session, face=asked), (KeepProbe(progress.best_index),))


def _kept(session: Session, index: int) -> Moved:
    progress = session.face
    threshold = session.profile.capture.min_sharpness
    detail = (("frames", str(progress.good_frames)), ("min_sharpness", f"{threshold:.3g}"))
    finding = Finding(Check.FACE_QUALITY, passed=True, code="good", score=progress.best_score, detail=detail)
    liveness = LivenessProgress(
        attempts=session.liveness.attempts,
        failures=session.liveness.failures,
        neutral=median_measure(progress.looks) if progress.looks else None,
        neutrals=progress.looks,
        face_seen=session.now,
    )
    evidence = session.evidence.with_finding(finding)
    return go_on(replace(session, probe=index, liveness=liveness, evidence=evidence))


def _choose_again(session: Session) -> Session:
    """Give the session in which the next good frame is asked for: the face stays good."""
    progress = replace(session.face, asked_probe=None, best_index=None, best_score=0.0)
    return replace(session, face=progress)


def _fresh(progress: FaceProgress) -> FaceProgress:
    return FaceProgress(attempts=progress.attempts, guidances=progress.guidances)


def _counted(guidances: tuple[tuple[str, int], ...], guidance: Guidance) -> tuple[tuple[str, int], ...]:
    counts = dict(guidances)
    counts[guidance.value] = counts.get(guidance.value, 0) + 1
    return tuple(counts.items())


def _never_good(session: Session) -> Session:
    counts = session.face.guidances
    why = max(counts, key=lambda item: item[1])[0] if counts else Guidance.NO_FACE.value
    finding = Finding(Check.FACE_QUALITY, passed=False, code=f"quality_{why}")
    return replace(session, evidence=session.evidence.with_finding(finding))
