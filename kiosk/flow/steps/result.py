"""Result: the evidence is judged, the record is queued, everything is wiped, the outcome is shown."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import Gathered
from kiosk.flow.answers import Decided, Outcome, RecordFailed, RecordQueued
from kiosk.flow.effects import Decide, LookAt, QueueRecord, Watch, Wipe
from kiosk.flow.events import Continued, Event
from kiosk.flow.evidence import Check
from kiosk.flow.moved import Moved
from kiosk.flow.progress import (
    AwarenessProgress,
    DocumentProgress,
    FaceProgress,
    IdentityEntry,
    LivenessProgress,
    PadProgress,
)
from kiosk.flow.route import patience
from kiosk.flow.state import Guidance, Session


def enter(session: Session) -> Moved:
    """Ask for the decision."""
    session = _waiting(replace(session, closing="deciding", guidance=Guidance.NONE))
    return Moved(session, (LookAt(Watch.NOTHING), Decide(session.evidence)))


def on(session: Session, event: Event) -> Moved:
    """Take decision and record in turn; a touch on the shown result ends the session."""
    match event:
        case Decided() if session.closing == "deciding":
            return _decided(session, event)
        case RecordQueued(entry) if session.closing == "queueing":
            return _shown(replace(session, entry=entry))
        case RecordFailed() if session.closing == "queueing":
            return _failed(session)
        case Continued() if session.closing == "shown":
            return Moved(replace(session, ended=True, deadline=None))
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Refer when decision or record do not come; end when the result was shown long enough."""
    if session.closing == "deciding":
        return _decided(session, Decided(Outcome.REFER, ("decision_missing",)))
    if session.closing == "queueing":
        return _failed(session)
    return Moved(replace(session, ended=True, deadline=None))


def _decided(session: Session, decided: Decided) -> Moved:
    outcome, reasons, shown = decided.outcome, decided.reasons, decided.shown or decided.outcome
    if session.evidence.stopped and outcome in (Outcome.APPROVE, Outcome.APPROVE_DEFERRED):
        # No decision may approve a session that did not go its whole way.
        outcome, shown, reasons = Outcome.REFER, Outcome.REFER, (session.evidence.stopped,)
    closed = replace(
        session, closing="queueing", outcome=outcome, shown=shown, reasons=reasons, assurance=decided.assurance
    )
    return Moved(_waiting(closed), (QueueRecord(outcome, reasons, session.evidence),))


def _failed(session: Session) -> Moved:
    """Refer: what is not recorded cannot be approved."""
    refer = Outcome.REFER
    return _shown(replace(session, outcome=refer, shown=refer, reasons=("record_failed", *session.reasons)))


def _shown(session: Session) -> Moved:
    shown = replace(
        session,
        closing="shown",
        deadline=session.now + session.profile.limits.result * patience(session),
        identity=IdentityEntry(),
        transaction=replace(session.transaction, facts=()),
        document=DocumentProgress(),
        face=FaceProgress(),
        liveness=LivenessProgress(),
        awareness=AwarenessProgress(),
        pad=PadProgress(),
        gathered=Gathered(),
        evidence=session.evidence.sparing(
            Check.IDENTITY, Check.DOCUMENT, Check.DOCUMENT_AGREES, Check.TRANSACTION, Check.AWARENESS
        ),
    )
    return Moved(shown, (Wipe(),))


def _waiting(session: Session) -> Session:
    return replace(session, deadline=session.now + session.profile.limits.answer)
