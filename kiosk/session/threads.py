"""The session's eyes behind the analysing thread."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.analysis.worker import AnalysisWorker
from kiosk.flow.events import Event


class ThreadedEyes:
    """Asks the worker; what it answers is posted from its thread (the bridge carries it over)."""

    def __init__(self, worker: AnalysisWorker, post: Callable[[Event], None]) -> None:
        """Take the worker and a way to post from any thread."""
        self._worker = worker
        self._post = post

    def look_at(self, closeness: Closeness) -> None:
        """Say how closely the next frames are looked at."""
        self._worker.look_at(closeness)

    def ask(self, question: Callable[[Analyst], Event | None]) -> None:
        """Have the worker answer before its next frame."""

        def answered(analyst: Analyst) -> None:
            event = question(analyst)
            if event is not None:
                self._post(event)

        self._worker.ask(answered)
