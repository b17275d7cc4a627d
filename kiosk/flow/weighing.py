"""After liveness: PAD scores are joined, cues judged, probe and reference compared. The flow asks, waits and notes."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from kiosk.analysis.facts import CueJudgement
from kiosk.flow.answers import (
    Compared,
    CompareFailed,
    CuesFailed,
    CuesJudged,
    PadFailed,
    PadFused,
    ReferenceFailed,
    ReferenceReady,
)
from kiosk.flow.effects import CompareProbe, Cue, Effect, FusePad, JudgeCues, LookAt, Watch
from kiosk.flow.events import Event, Tick
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import go_on
from kiosk.flow.state import Guidance, Session, Step

CUES = (
    Check.DEPTH,
    Check.SURROUNDINGS,
    Check.MOIRE,
    Check.LIGHT,
    Check.FRAME_TIMING,
    Check.FRAME_CONTENT,
    Check.SENSOR,
)
"""checks that are judged over the whole session, in one answer; one that has a finding already keeps it"""


def begin_weighing(session: Session) -> Moved:
    """Ask for the joined PAD score; no more frames are needed."""
    still: tuple[Effect, ...] = (LookAt(Watch.NOTHING), Cue(None))
    session = replace(session, deadline=None, guidance=Guidance.NONE)
    if not session.pad.scores:
        moved = _cues(_found(session, Finding(Check.PAD, passed=False, code="pad_too_few_frames")))
        return Moved(moved.session, still + moved.effects)
    return Moved(_phase(session, "pad"), (*still, FusePad(session.pad.scores)))


def on_weighing(session: Session, event: Event) -> Moved:
    """Take the answer that is waited for; one that does not come in time is a finding that did not pass."""
    late = session.now - session.liveness.phase_since > session.profile.limits.answer
    if session.liveness.phase == "pad":
        return _on_pad(session, event, late)
    if session.liveness.phase == "cues":
        return _on_cues(session, event, late)
    return _on_match(session, event, late)


def _on_pad(session: Session, event: Event, late: bool) -> Moved:
    match event:
        case PadFused():
            return _cues(_found(session, pad_finding(event, session)))
        case PadFailed():
            return _cues(_found(session, Finding(Check.PAD, passed=False, code="pad_unavailable")))
        case Tick() if late:
            return _cues(_found(session, Finding(Check.PAD, passed=False, code="pad_unavailable")))
        case _:
            return Moved(session)


def pad_finding(fused: PadFused, session: Session) -> Finding:
    """Give what the joined PAD scores are as evidence: passed only where the whole interval does.

    A score that is high enough while its interval reaches below the threshold is undecided: it refers and never approves.
    """
    score, threshold = fused.score, fused.threshold
    low, high = (score if end is None else end for end in (fused.low, fused.high))
    enough = min(fused.frames, len(session.pad.scores)) >= session.profile.pad.min_frames
    code = "pad_failed"
    if score >= threshold and not enough:
        code = "pad_too_few_frames"
    elif score >= threshold:
        # Not "low < threshold": an end that is no number must not pass either.
        code = "bona_fide" if low >= threshold else "pad_uncertain"
    detail = (("frames", str(fused.frames)), ("low", f"{low:.3f}"), ("high", f"{high:.3f}"))
    return Finding(Check.PAD, code == "bona_fide", code, score, threshold, fused.bpcer, detail)


def _cues(session: Session) -> Moved:
    return Moved(_phase(session, "cues"), (JudgeCues(session.gathered),))


def _on_cues(session: Session, event: Event, late: bool) -> Moved:
    match event:
        case CuesJudged(judgements):
            by_check = {judgement.check: judgement for judgement in judgements}
        case CuesFailed():
            by_check = {}
        case Tick() if late:
            by_check = {}
        case _:
            return Moved(session)
    for check in CUES:
        if check is Check.LIGHT and session.evidence.stopped and not session.gathered.light_slots:
            # It ended before the light's turn: nothing was asked, so nothing is noted.
            continue
        if session.evidence.of(check) is None:
            judgement = by_check.get(check.value, CueJudgement(check.value, code="unavailable"))
            session = _found(session, cue_finding(check, judgement))
    return _compare(session)


def cue_finding(check: Check, judgement: CueJudgement) -> Finding:
    """Give what a cue's judgement is as evidence: passed only with figures that say so."""
    score, threshold = judgement.score, judgement.threshold
    judged = not judgement.code
    sound = score is not None and threshold is not None and isfinite(score) and isfinite(threshold)
    if judged and not sound:
        return Finding(check, passed=False, code=f"{check.value}_unavailable", detail=judgement.detail)
    passed = judged and score is not None and threshold is not None and score >= threshold
    code = "passed" if passed else f"{check.value}_{judgement.code or 'failed'}"
    detail = (("frames", str(judgement.frames)), *judgement.detail)
    return Finding(check, passed, code, score, threshold, judgement.rate, detail)


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
