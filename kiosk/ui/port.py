"""What the screens need from the session and from the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.flow.events import Event
from kiosk.flow.state import Session


class SessionPort(Protocol):
    """A running session, used in the Qt thread."""

    @property
    def state(self) -> Session:
        """Give the state as it is."""
        ...

    def post(self, event: Event) -> None:
        """Let something happen."""
        ...

    def begin(self) -> None:
        """Start the first session."""
        ...

    def restart(self) -> None:
        """Forget the session and begin a new one."""
        ...

    def on_change(self, callback: Callable[[Session], None]) -> None:
        """Have a callback told each new state, in the Qt thread."""
        ...


@dataclass(frozen=True, slots=True)
class Meters:
    """What the technician's overlay shows."""

    camera: str = ""
    camera_state: str = ""
    camera_fps: float = 0.0
    analysed: int = 0
    dropped: int = 0
    """frames that came while analysis was busy with an older one"""
    preview_dropped: int = 0
    engines: str = ""
    milliseconds: dict[str, float] = field(default_factory=dict)
    """median of each stage of analysis"""
    failure: str = ""
    """what took the machine out of service, in one line"""
