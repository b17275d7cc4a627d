"""Result: the outcome in plain words, what happens next, the receipt."""

from __future__ import annotations

import segno
from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.answers import Outcome
from kiosk.ui.viewmodels.model import StepModel

_OTHER_ENDS = {
    "clerk_asked": "clerk",
    "awareness_not_known": "unsure",
    "consent_declined": "left",
    "withdrawn": "left",
    "timed_out": "late",
}
"""ends that have words of their own"""


class ResultModel(StepModel):
    """Shown once the record stands in the outbox."""

    changed = Signal()

    def _ready(self) -> bool:
        return self._session.closing == "shown" or self._session.ended

    def _outcome(self) -> str:
        return self._session.shown.value if self._ready() and self._session.shown else ""

    def _end(self) -> str:
        outcome = self._outcome()
        if outcome != Outcome.REFER.value:
            return outcome
        return next((_OTHER_ENDS[code] for code in self._session.reasons_shown if code in _OTHER_ENDS), outcome)

    def _title(self) -> str:
        return self._words(f"outcome.{self._end()}.title") if self._outcome() else self._words("step.result.wait")

    def _text(self) -> str:
        return self._words(f"outcome.{self._end()}.text") if self._outcome() else ""

    def _reasons(self) -> list[str]:
        if self._end() not in (Outcome.REFER.value, Outcome.REJECT.value):
            return []
        return list(dict.fromkeys(self._words(f"reason.{code}") for code in self._session.reasons_shown))

    def _receipt(self) -> str:
        return self._session.entry[:8].upper() if self._ready() else ""

    def _qr(self) -> list[list[bool]]:
        if not self._ready() or not self._session.entry:
            return []
        code = segno.make(f"gishe:{self._session.entry}", error="m", micro=False)
        return [[bool(cell) for cell in row] for row in code.matrix]

    def _trial(self) -> str:
        return "" if self._session.source == "device" else self._words(f"step.result.trial_{self._session.source}")

    ready = Property(bool, _ready, notify=changed)
    outcome = Property(str, _outcome, notify=changed)
    title = Property(str, _title, notify=changed)
    text = Property(str, _text, notify=changed)
    reasons = Property("QStringList", _reasons, notify=changed)
    receipt = Property(str, _receipt, notify=changed)
    qr = Property("QVariantList", _qr, notify=changed)
    trial = Property(str, _trial, notify=changed)

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
