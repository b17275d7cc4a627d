"""Welcome: waits for a touch, for ever; language and assistance are chosen here."""

from __future__ import annotations

from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Event
from kiosk.flow.moved import Moved
from kiosk.flow.route import go_on
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Look at nothing until somebody asks for it."""
    return Moved(session, (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Go on at a touch."""
    return go_on(session) if isinstance(event, Continued) else Moved(session)


def timed_out(session: Session) -> Moved:
    """Stay: welcome has no deadline."""
    return Moved(session)
