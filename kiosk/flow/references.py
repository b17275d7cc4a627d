"""References and documents are noted in whichever step their answers come; then the step sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.flow.answers import DocumentRead, DocumentUnread, ReferenceFailed, ReferenceReady
from kiosk.flow.documents import noted
from kiosk.flow.events import Event
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import finish
from kiosk.flow.state import Session, Step

On = Callable[[Session, Event], Moved]
"""what the present step makes of an event"""


def note_reference(session: Session, event: ReferenceReady | ReferenceFailed, on: On) -> Moved:
    """Note the reference, whichever step it comes in; the first one stays."""
    if session.step in (Step.REVIEW, Step.RESULT) or session.reference:
        return Moved(session)
    if isinstance(event, ReferenceReady):
        return on(_with_reference(session, event.origin, event.eye_distance), event)
    return _without_reference(session, event.code, event, on)


def note_document(session: Session, event: DocumentRead | DocumentUnread, on: On) -> Moved:
    """Note what was read of a document, and its portrait where a reference is still wanted."""
    if session.step in (Step.REVIEW, Step.RESULT):
        return Moved(session)
    if isinstance(event, DocumentUnread):
        session = replace(session, document_expected=False)
        unread: Event = event if session.step is Step.DOCUMENT else ReferenceFailed("no_document")
        return _without_reference(session, "no_document", unread, on)
    session = noted(session, event)
    if session.reference:
        return on(session, event)
    if event.eye_distance is not None:
        ready = ReferenceReady(event.origin, event.eye_distance)
        return on(_with_reference(session, event.origin, event.eye_distance), ready)
    code = event.portrait_code or "portrait_missing"
    # The document step sees what was read; for every other step only the portrait counts.
    told: Event = event if session.step is Step.DOCUMENT else ReferenceFailed(code)
    return _without_reference(session, code, told, on)


def _with_reference(session: Session, origin: str, eye_distance: float) -> Session:
    trusted = origin in session.profile.reference_origins
    code = origin if trusted else "reference_origin"
    finding = Finding(Check.REFERENCE, trusted, code, score=eye_distance, detail=(("origin", origin),))
    evidence = session.evidence.with_finding(finding)
    return replace(session, reference=origin, reference_expected=False, evidence=evidence)


def _without_reference(session: Session, code: str, event: Event, on: On) -> Moved:
    """Let the document step find another where it lies ahead; else end: nothing can be compared."""
    if not session.reference_expected:
        return on(session, event)
    steps = session.profile.steps
    session = replace(session, reference_expected=False)
    ahead = Step.DOCUMENT in steps and steps.index(session.step.value) <= steps.index(Step.DOCUMENT.value)
    if not ahead:
        code = f"reference_{code}"
        session = replace(session, evidence=session.evidence.with_finding(Finding(Check.REFERENCE, False, code)))
        if session.step is not Step.LIVENESS:
            return finish(session, code)
    return on(session, event)
