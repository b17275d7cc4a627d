"""Review: the person sees what will be sent, and confirms or withdraws."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Event
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import finish, go_on
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Look at nothing any more."""
    return Moved(session, (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Note the confirmation; withdrawing is the machine's, as in every step."""
    if not isinstance(event, Continued):
        return Moved(session)
    finding = Finding(Check.REVIEW, passed=True, code="confirmed")
    return go_on(replace(session, evidence=session.evidence.with_finding(finding)))


def timed_out(session: Session) -> Moved:
    """End: what nobody confirmed is not sent as approved."""
    return finish(session, "timed_out")
