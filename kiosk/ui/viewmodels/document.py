"""Document: held before the camera until its portrait was taken."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.ui.viewmodels.model import StepModel


class DocumentModel(StepModel):
    """Guide rectangle, words, progress."""

    changed = Signal()

    def _guidance(self) -> str:
        return self._words(f"guidance.{self._session.guidance.value}")

    def _guide(self) -> float:
        return self._session.profile.document.guide

    def _progress(self) -> float:
        return self._session.document.progress

    def _can_skip(self) -> bool:
        return self._session.profile.reference == "deferred"

    canSkip = Property(bool, _can_skip, notify=changed)
    guidance = Property(str, _guidance, notify=changed)
    guide = Property(float, _guide, notify=changed)
    progress = Property(float, _progress, notify=changed)

    @Slot()
    def go_on(self) -> None:
        """Go on without a card, where the registry compares later."""
        self._continue()
