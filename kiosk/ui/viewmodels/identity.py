"""Identity: numbers typed on the kiosk's own keys."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import FieldTyped
from kiosk.identity.digits import render, script_of
from kiosk.ui.viewmodels.model import StepModel

_FIELDS = {
    "IR": ("national_number", "card_serial"),
    "TR": ("national_number", "card_serial"),
    "passport": ("passport_number",),
}
_LETTERS = {("IR", "card_serial"), ("TR", "card_serial"), ("passport", "passport_number")}


class IdentityModel(StepModel):
    """The numbers so far, which one is being typed, and what cannot be right."""

    changed = Signal()

    fieldChanged = Signal()

    _field = "national_number"

    def _countries(self) -> list[dict[str, str | bool]]:
        chosen = self._session.identity.country
        return [
            {"code": code, "name": self._words(f"country.{code}"), "chosen": code == chosen}
            for code in self._session.profile.countries
        ]

    def _country(self) -> str:
        return self._session.identity.country

    def _names(self) -> tuple[str, ...]:
        names = _FIELDS[self._session.identity.country]
        return names[:1] if self._session.profile.card_serial == "none" else names

    def _fields(self) -> list[dict[str, object]]:
        optional = self._session.profile.card_serial == "optional"
        rows: list[dict[str, object]] = []
        for name in self._names():
            label = self._words(f"field.{self._session.identity.country}.{name}")
            if name == "card_serial" and optional:
                label = f"{label} ({self._words('step.identity.optional')})"
            text = str(getattr(self._session.identity, name))
            if (self._session.identity.country, name) not in _LETTERS:
                text = render(text, script_of(self._session.language))
            marked = list(self._marked(name))
            rows.append(
                {"name": name, "label": label, "text": text, "current": name == self._current(), "marked": marked}
            )
        return rows

    def _marked(self, name: str) -> tuple[int, ...]:
        """Give the digits of a field that cannot be right, most likely are wrong, or differ from the document's."""
        entry = self._session.identity
        if entry.problem and name == (entry.bad_field or self._current()):
            return entry.doubtful or (() if entry.bad_digit is None else (entry.bad_digit,))
        return dict(entry.contradicted).get(name, ())

    def _current(self) -> str:
        names = self._names()
        return self._field if self._field in names else names[0]

    def _letters(self) -> bool:
        return (self._session.identity.country, self._current()) in _LETTERS

    def _problem(self) -> str:
        entry = self._session.identity
        if entry.problem:
            return self._words(f"identity.{entry.problem}_marked" if entry.doubtful else f"identity.{entry.problem}")
        return self._words("identity.contradicted") if self._contradicted() else ""

    def _contradicted(self) -> bool:
        return any(name in self._names() for name, _ in self._session.identity.contradicted)

    def _bad_digit(self) -> int:
        bad = self._session.identity.bad_digit
        return -1 if bad is None else bad

    def _complete(self) -> bool:
        entry = self._session.identity
        empty = not (entry.national_number or entry.card_serial or entry.passport_number)
        return entry.complete or (empty and self._session.profile.identity == "optional")

    def _skips(self) -> bool:
        entry = self._session.identity
        empty = not (entry.national_number or entry.card_serial or entry.passport_number)
        return empty and self._session.profile.identity == "optional"

    def _keys(self) -> list[str]:
        return [render(digit, script_of(self._session.language)) for digit in "1234567890"]

    countries = Property("QVariantList", _countries, notify=changed)
    country = Property(str, _country, notify=changed)
    fields = Property("QVariantList", _fields, notify=changed)
    letters = Property(bool, _letters, notify=changed)
    problem = Property(str, _problem, notify=changed)
    badDigit = Property(int, _bad_digit, notify=changed)
    complete = Property(bool, _complete, notify=changed)
    skips = Property(bool, _skips, notify=changed)
    keys = Property("QStringList", _keys, notify=changed)

    @Slot(str)
    def choose_country(self, code: str) -> None:
        """Choose whose number is typed."""
        self._field = _FIELDS[code][0]
        self._tap(FieldTyped("country", code))
        self.changed.emit()

    @Slot(str)
    def choose_field(self, name: str) -> None:
        """Choose the field that the keys fill."""
        self._field = name
        self.changed.emit()

    @Slot(str)
    def press(self, key: str) -> None:
        """Add a digit or letter."""
        name = self._current()
        self._tap(FieldTyped(name, getattr(self._session.identity, name) + key))

    @Slot()
    def erase(self) -> None:
        """Take the last character away."""
        name = self._current()
        self._tap(FieldTyped(name, getattr(self._session.identity, name)[:-1]))

    @Slot()
    def clear(self) -> None:
        """Empty the field."""
        self._tap(FieldTyped(self._current(), ""))

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
