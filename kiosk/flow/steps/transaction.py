"""Transaction: the person sees what the session is for."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Event
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import finish, go_on
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Show the transaction; look at nothing."""
    return Moved(session, (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Note what was shown when the person goes on."""
    if not isinstance(event, Continued):
        return Moved(session)
    shown = session.transaction
    detail = (("reference", shown.reference), *shown.facts)
    finding = Finding(Check.TRANSACTION, passed=bool(shown.reference), code="confirmed", detail=detail)
    return go_on(replace(session, evidence=session.evidence.with_finding(finding)))


def timed_out(session: Session) -> Moved:
    """End: nobody confirmed."""
    return finish(session, "timed_out")
