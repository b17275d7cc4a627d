"""The only place where other threads' events cross to the Qt thread, and the clock that makes time an event."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kiosk.flow.events import Event, Tick
from kiosk.ui.port import SessionPort

TICK_MILLISECONDS = 100


class Bridge(QObject):
    """Posts events to the session in the Qt thread, each after a ``Tick`` of its moment."""

    _crossed = Signal(object)

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None) -> None:
        """Make it in the Qt thread; ``clock`` gives seconds."""
        super().__init__(parent)
        self._clock = clock
        self._session: SessionPort | None = None
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    def start(self, session: SessionPort) -> None:
        """Begin to post to a session."""
        self._session = session
        session.begin()
        self._timer.start()

    def stop(self) -> None:
        """Post nothing any more; what still waits is dropped."""
        self._timer.stop()
        self._session = None

    def post(self, event: Event) -> None:
        """Post an event from any thread."""
        self._crossed.emit(event)

    def tap(self, event: Event) -> None:
        """Post a touch, in the Qt thread, at once."""
        self._deliver(event)

    @Slot(object)
    def _deliver(self, event: Event) -> None:
        if self._session is not None:
            self._session.post(Tick(self._clock()))
            self._session.post(event)

    @Slot()
    def _tick(self) -> None:
        if self._session is None:
            return
        self._session.post(Tick(self._clock()))
        if self._session.state.ended:
            self._session.restart()
