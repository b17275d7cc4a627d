"""What an event does to a session."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.flow.effects import Effect
from kiosk.flow.state import Session


class Moved(NamedTuple):
    """The session after an event, and what the world is asked to do, in this order."""

    session: Session
    effects: tuple[Effect, ...] = ()
