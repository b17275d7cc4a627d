"""What all view models share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from kiosk.flow.events import Continued, Event
from kiosk.flow.state import Session
from kiosk.ui.catalogue import Catalogue


class StepModel(QObject):
    """Shows one step of a session. ``changed`` tells QML to read all properties again."""

    changed: Signal
    """each view model declares its own: PySide does not find a base class's signal as ``notify`` of a property"""

    def __init__(self, session: Session, catalogue: Catalogue, tap: Callable[[Event], None]) -> None:
        """Take the state, the words, and where taps go."""
        super().__init__()
        self._session = session
        self._words = catalogue
        self._tap = tap

    def show(self, session: Session, catalogue: Catalogue) -> None:
        """Take a new state; tells QML only when something is different."""
        if session is self._session and catalogue is self._words:
            return
        self._session = session
        self._words = catalogue
        self.changed.emit()

    def _continue(self) -> None:
        # Not a slot: PySide 6.12 crashes where a base class has slots and a derived one adds properties.
        self._tap(Continued())
