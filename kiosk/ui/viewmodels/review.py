"""Review: what will be sent, confirmed or withdrawn."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import Declined
from kiosk.identity.digits import render, script_of
from kiosk.profile.loading import duration_in_words
from kiosk.ui.viewmodels.model import StepModel

_READ = ("surname", "given_names", "number", "birth", "expiry")
"""fields of the document that the person is shown"""


class ReviewModel(StepModel):
    """Label and value of each thing that the record will hold."""

    changed = Signal()

    def _rows(self) -> list[dict[str, str]]:
        session, words = self._session, self._words
        rows = [(words("step.transaction.reference"), session.transaction.reference)]
        rows += [(words(label), words.value(value)) for label, value in session.transaction.facts]
        entry = session.identity
        for name in ("national_number", "card_serial", "passport_number"):
            if text := getattr(entry, name):
                # Serials and passport numbers stay as they are printed; letters and Persian digits do not mix.
                shown = render(text, script_of(session.language)) if name == "national_number" else text
                rows.append((words(f"field.{entry.country}.{name}"), shown))
        rows += self._document()
        rows.append((words("step.review.pictures"), words("step.review.pictures_value")))
        kept = duration_in_words(session.profile.retention.days, session.language)
        rows.append((words("step.review.kept"), words("step.review.kept_value", time=kept)))
        return [{"label": label, "value": value} for label, value in rows]

    def _document(self) -> list[tuple[str, str]]:
        """Give what was read of the document: the person sees it before it is sent."""
        reading, words = self._session.document.reading, self._words
        if reading is None:
            return []
        rows = [(words("step.document.name"), words(f"document.{reading.kind}"))]
        for name in _READ:
            found = reading.best(name)
            if found is not None:
                rows.append((words(f"read.{name}"), found.text))
        return rows

    rows = Property("QVariantList", _rows, notify=changed)

    @Slot()
    def withdraw(self) -> None:
        """Take everything back."""
        self._tap(Declined())

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
