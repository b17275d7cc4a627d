"""Welcome: waits for a touch, for ever; language and assistance are chosen here."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.answers import WorkerFailed
from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Event
from kiosk.flow.moved import Moved
from kiosk.flow.route import go_on
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Look at nothing until somebody asks for it."""
    return Moved(session, (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Go on at a touch, unless the machine cannot serve: nobody is led into a session that can only be referred."""
    match event:
        case WorkerFailed(code):
            return Moved(replace(session, out_of_service=code))
        case Continued() if not session.out_of_service:
            return go_on(session)
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Stay: welcome has no deadline."""
    return Moved(session)
