"""Transaction: what the session is for."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.ui.viewmodels.model import StepModel


class TransactionModel(StepModel):
    """The transaction's reference and facts."""

    changed = Signal()

    def _facts(self) -> list[dict[str, str]]:
        transaction = self._session.transaction
        rows = [("step.transaction.reference", transaction.reference), *transaction.facts]
        return [{"label": self._words(label), "value": self._words.value(value)} for label, value in rows]

    facts = Property("QVariantList", _facts, notify=changed)

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
