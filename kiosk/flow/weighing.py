"""After liveness: PAD scores are joined, then probe and reference are compared. The flow asks, waits and notes."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import CompareProbe, Cue, Effect, FusePad, LookAt, Watch
from kiosk.flow.events import Compared, CompareFailed, Event, PadFailed, PadFused, ReferenceFailed, ReferenceReady, Tick
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import go_on
from kiosk.flow.state import Guidance, Session, Step


def begin_weighing(session: Session) -> Moved:
    """Ask for the joined PAD score; no more frames are needed."""
    still: tuple[Effect, ...] = (LookAt(Watch.NOTHING), Cue(None))
    session = replace(session, deadline=None, guidance=Guidance.NONE)
    if not session.pad.scores:
        moved = _compare(_found(session, Finding(Check.PAD, passed=False, code="pad_too_few_frames")))
        return Moved(moved.session, still + moved.effects)
    return Moved(_phase(session, "pad"), (*still, FusePad(session.pad.scores)))


def on_weighing(session: Session, event: Event) -> Moved:
    """Take the answer that is waited for; one that does not come in time is a finding that did not pass."""
    late = session.now - session.liveness.phase_since > session.profile.limits.answer
    if session.liveness.phase == "pad":
        return _on_pad(session, event, late)
    return _on_match(session, event, late)


def _on_pad(session: Session, event: Event, late: bool) -> Moved:
    match event:
        case PadFused(score, threshold, bpcer, frames):
            enough = min(frames, len(session.pad.scores)) >= session.profile.pad.min_frames
            passed = enough and score >= threshold
            code = "bona_fide" if passed else "pad_failed" if enough or not score >= threshold else "pad_too_few_frames"
            detail = (("frames", str(frames)),)
            return _compare(_found(session, Finding(Check.PAD, passed, code, score, threshold, bpcer, detail)))
        case PadFailed():
            return _compare(_found(session, Finding(Check.PAD, passed=False, code="pad_unavailable")))
        case Tick() if late:
            return _compare(_found(session, Finding(Check.PAD, passed=False, code="pad_unavailable")))
        case _:
            return Moved(session)


def _compare(session: Session) -> Moved:
    if session.probe is None or not (session.reference or session.reference_expected):
        return _over(session)
    session = _phase(session, "match")
    return Moved(session, (CompareProbe(session.profile.match_fmr),) if session.reference else ())


def _on_match(session: Session, event: Event, late: bool) -> Moved:
    match event:
        case Compared(score, fmr, threshold) if session.reference:
            passed = score >= threshold
            code = "match" if passed else "match_failed"
            detail = (("fmr_at_score", f"{fmr:.3g}"),)
            rate = session.profile.match_fmr
            return _over(_found(session, Finding(Check.MATCH, passed, code, score, threshold, rate, detail)))
        case ReferenceReady():
            # The machine has noted the reference; what was waited for can be asked now.
            return _compare(session)
        case ReferenceFailed() if not session.reference:
            return _over(session)
        case CompareFailed() if session.reference:
            return _over(_found(session, Finding(Check.MATCH, passed=False, code="match_unavailable")))
        case Tick() if late:
            return _over(_found(session, Finding(Check.MATCH, passed=False, code="match_unavailable")))
        case _:
            return Moved(session)


def _over(session: Session) -> Moved:
    session = _phase(session, "done")
    if session.evidence.stopped:
        return Moved(replace(session, step=Step.RESULT))
    return go_on(session)


def _found(session: Session, finding: Finding) -> Session:
    return replace(session, evidence=session.evidence.with_finding(finding))


def _phase(session: Session, phase: str) -> Session:
    return replace(session, liveness=replace(session.liveness, phase=phase, phase_since=session.now))
