"""Document: held before the camera until it was read; then what differs from what was typed."""

from __future__ import annotations

from PySide6.QtCore import Property, QPointF, Signal, Slot

from kiosk.flow.documents import read_text
from kiosk.flow.events import ShutterPressed, TiltDeclined, WentBack
from kiosk.identity.digits import render, script_of
from kiosk.ui.viewmodels.model import StepModel


class DocumentModel(StepModel):
    """Guide rectangle, outline, words, progress; the numbers that do not agree."""

    changed = Signal()

    def _guidance(self) -> str:
        return self._words(f"guidance.{self._session.guidance.value}")

    def _guide(self) -> float:
        return self._session.profile.document.guide

    def _progress(self) -> float:
        return self._session.document.progress

    def _phase(self) -> str:
        return self._session.document.phase

    def _can_skip(self) -> bool:
        profile = self._session.profile
        return profile.reference == "deferred" and profile.document.read != "required"

    def _by_hand(self) -> bool:
        return self._session.document.by_hand and self._session.document.phase == "find"

    def _outline(self) -> list[QPointF]:
        """Give the corners as shares of the picture, mirrored as the preview is; empty where none is seen."""
        return [QPointF(1.0 - x, y) for x, y in self._session.document.outline]

    def _rows(self) -> list[dict[str, object]]:
        """Give each number that differs: label, as typed, as read, the places that differ."""
        session = self._session
        rows: list[dict[str, object]] = []
        for name, marked in session.identity.contradicted:
            typed = str(getattr(session.identity, name))
            read = read_text(session, name)
            if name == "national_number":
                typed, read = (render(text, script_of(session.language)) for text in (typed, read))
            label = self._words(f"field.{session.identity.country}.{name}")
            rows.append({"label": label, "typed": typed, "read": read, "marked": list(marked)})
        return rows

    canSkip = Property(bool, _can_skip, notify=changed)
    byHand = Property(bool, _by_hand, notify=changed)
    guidance = Property(str, _guidance, notify=changed)
    guide = Property(float, _guide, notify=changed)
    progress = Property(float, _progress, notify=changed)
    phase = Property(str, _phase, notify=changed)
    outline = Property("QVariantList", _outline, notify=changed)
    rows = Property("QVariantList", _rows, notify=changed)

    @Slot()
    def go_on(self) -> None:
        """Go on without a card where the registry compares later, or standing by what was typed."""
        self._continue()

    @Slot()
    def correct(self) -> None:
        """Go back to the number."""
        self._tap(WentBack())

    @Slot()
    def take(self) -> None:
        """Take the picture by hand."""
        self._tap(ShutterPressed())

    @Slot()
    def leave_tilt(self) -> None:
        """Go on without tilting the card."""
        self._tap(TiltDeclined())
