"""What a read document is as evidence: its own checks, whether it agrees with what was typed, whether it was there."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from kiosk.document.facts import DocumentReading, Field, PresenceCue, Source
from kiosk.flow.answers import DocumentRead
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.state import Session, Step
from kiosk.identity.cross_check import differing, same

IMPOSSIBLE = frozenset({"birth_impossible", "expiry_impossible", "birth_in_future"})
"""problems of a reading that no document of a living person can have"""
_TYPED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "IR": (("national_number", ("national_number",)), ("card_serial", ("card_serial",))),
    "TR": (("national_number", ("national_number",)), ("card_serial", ("card_serial", "number"))),
    "passport": (("passport_number", ("number",)),),
}
"""by country: what is typed, and the document's fields that say the same"""


def noted(session: Session, read: DocumentRead) -> Session:
    """Give the session with what the document says as evidence."""
    progress = replace(session.document, reading=read.reading, sides=session.document.sides + 1)
    session = replace(session, document=progress, document_expected=False)
    findings = [document_finding(read.reading, session.profile.document.expired == "refer", read.origin)]
    if read.reading.presence:
        findings.append(presence_finding(read.reading.presence))
    for finding in findings:
        session = replace(session, evidence=session.evidence.with_finding(finding))
    return compared(session)


def document_finding(reading: DocumentReading, expiry_counts: bool, origin: str) -> Finding:
    """Give whether the document's own text can be relied on: check digits, dates, expiry."""
    code = _why_not(reading, expiry_counts)
    checked = [one for one in reading.fields if one.check is not None and one.text]
    passed = not code
    score = min((one.confidence for one in checked), default=None)
    detail = [("kind", reading.kind), ("origin", origin)]
    if reading.mrz is not None:
        detail += [(f"check_{name}", "holds" if holds else "fails") for name, holds in reading.mrz.checks]
        detail += [("mended", str(len(reading.mrz.mended)))]
    detail += [("problems", " ".join(reading.problems))] if reading.problems else []
    # The first of each name is the best; the record keeps what was read, and from where.
    kept: dict[str, Field] = {}
    for one in reading.fields:
        if one.text:
            kept.setdefault(one.name, one)
    detail += [(f"field_{name}", f"{one.text} ({one.source.value})") for name, one in kept.items()]
    return Finding(Check.DOCUMENT, passed, code or _where(reading), score, detail=tuple(detail))


def presence_finding(cues: tuple[PresenceCue, ...]) -> Finding:
    """Give whether the document itself was there: passed when every cue that could be judged did."""
    judged = [cue for cue in cues if not cue.code and cue.score is not None and cue.threshold is not None]
    detail = tuple((cue.name, cue.code or ("none" if cue.score is None else f"{cue.score:.3f}")) for cue in cues)
    if not judged:
        return Finding(Check.DOCUMENT_PRESENCE, False, "document_presence_unavailable", detail=detail)
    worst = min(judged, key=_margin)
    passed = all(_margin(cue) >= 0 for cue in judged)
    code = "passed" if passed else "document_presence_failed"
    return Finding(Check.DOCUMENT_PRESENCE, passed, code, worst.score, worst.threshold, worst.rate, detail)


def compared(session: Session) -> Session:
    """Give the session with the document held against what was typed, and its own places against each other."""
    reading = session.document.reading
    if reading is None:
        return session
    typed = contradictions(session, reading)
    inner = tuple(check for check in reading.cross_checks if not check.agree)
    pairs = _pairs(session, reading)
    if typed or inner:
        code = "document_disagrees"
    else:
        code = "agrees" if pairs or reading.cross_checks else "document_not_compared"
    detail = [(name, "differs") for name, _ in typed]
    detail += [(f"{check.field}_{check.one.value}_{check.other.value}", "differs") for check in inner]
    detail += [(name, "agrees") for name, _, _ in pairs if name not in dict(typed)]
    finding = Finding(Check.DOCUMENT_AGREES, code == "agrees", code, detail=tuple(detail))
    identity = replace(session.identity, contradicted=typed)
    return replace(session, identity=identity, evidence=session.evidence.with_finding(finding))


def contradictions(session: Session, reading: DocumentReading) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Give the typed numbers that the document contradicts, each with the indices that differ."""
    return tuple(
        (name, differing(read, typed)) for name, typed, read in _pairs(session, reading) if not same(name, typed, read)
    )


def read_text(session: Session, name: str) -> str:
    """Give what the document says where that was typed, "" when it says nothing."""
    reading = session.document.reading
    pairs = _pairs(session, reading) if reading is not None else ()
    return next((read for typed_name, _, read in pairs if typed_name == name), "")


def legible(reading: DocumentReading | None) -> bool:
    """Say whether there is text of it whose own checks hold."""
    return reading is not None and not _why_not(reading, expiry_counts=False)


def _pairs(session: Session, reading: DocumentReading) -> tuple[tuple[str, str, str], ...]:
    """Give name, typed text and read text of what stands in both places."""
    if Step.IDENTITY.value not in session.profile.steps:
        return ()
    pairs = []
    for name, others in _TYPED.get(session.identity.country, ()):
        typed = str(getattr(session.identity, name))
        read = next((found for other in others if (found := reading.best(other)) is not None), None)
        # A reading that fails its own check says nothing against what was typed.
        if typed and read is not None and read.check is not False:
            pairs.append((name, typed, read.text))
    return tuple(pairs)


def _where(reading: DocumentReading) -> str:
    if reading.mrz is not None:
        return Source.MRZ.value
    return next((one.source.value for one in reading.fields if one.check or one.source is Source.BARCODE), "print")


def _why_not(reading: DocumentReading, expiry_counts: bool) -> str:
    checked = [one for one in reading.fields if one.check is not None]
    barcode = any(one.source is Source.BARCODE and one.text for one in reading.fields)
    if reading.mrz is not None and not reading.mrz.passed:
        return "document_check_digit"
    if reading.mrz is None and not checked and not barcode:
        return "document_unread"
    if any(not one.check for one in checked):
        return "document_check_digit"
    if IMPOSSIBLE.intersection(reading.problems):
        return "document_impossible"
    if "sides_unlinked" in reading.problems:
        return "document_sides_unlinked"
    return "document_expired" if expiry_counts and "expired" in reading.problems else ""


def _margin(cue: PresenceCue) -> float:
    """Give how far a cue lies above its threshold; what is no number lies below it."""
    if cue.score is None or cue.threshold is None or not (isfinite(cue.score) and isfinite(cue.threshold)):
        return float("-inf")
    return cue.score - cue.threshold
