"""The fields of a zone: texts without fillers, dates whole, and how far each can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.identity import turkey
from kiosk.identity.mrz.characters import FILLER, UNREAD, Line, text_of
from kiosk.identity.mrz.confusions import candidates
from kiosk.identity.mrz.correction import seen_by, suspects
from kiosk.identity.mrz.dates import PartDate, birth_of, expiry_of
from kiosk.identity.mrz.formats import ALLOWED, Cell, Format, Holds, classes
from kiosk.identity.mrz.names import Placed, names_of, words

_ISO_PLACES = (2, 3, 5, 6, 8, 9)
"""where the six digits of a date stand in YYYY-MM-DD"""
DOUBT = 0.04
"""a character is doubtful when another is at least this likely beside it"""
_PROVEN = 0.02
"""what is left of another's likelihood where a check digit that holds would fail with it"""


@dataclass(frozen=True, slots=True)
class MrzField:
    """One field."""

    name: str
    """``document_code``, ``issuer``, ``surname``, ``given_names``, ``number``, ``nationality``, ``birth``, ``sex``,
    ``expiry``, ``optional``, ``optional_2``, ``personal_number`` (TD3), ``national_number`` (Turkish cards),
    ``office`` (FR-ID)"""
    text: str
    """without fillers; dates YYYY-MM-DD or what of it is known, six digits as printed where there is no such day"""
    raw: str
    """as in the zone, fillers included"""
    check: bool | None
    """its own check digit holds; None: it has none"""
    confidence: float
    """of its least certain character, 0..1"""
    doubtful: tuple[int, ...] = ()
    """indices in ``text`` of characters that may be others"""


def fields_of(
    form: Format, lines: tuple[Line, ...], checks: tuple[tuple[str, bool], ...], today: date
) -> tuple[MrzField, ...]:
    """Give the fields of a zone; empty ones have the text ""."""
    reader = _Reader(form, lines, dict(checks))
    fields = [reader.plain("document_code", "document_code"), reader.plain("issuer", "issuer")]
    if form.slot("names") is not None:
        fields += reader.names()
    else:
        fields += [reader.words("surname"), reader.words("given_names")]
    fields.append(reader.number())
    if form.slot("nationality") is not None:
        fields.append(reader.plain("nationality", "nationality"))
    expiry = expiry_of(reader.raw("expiry"), today) if form.slot("expiry") is not None else None
    fields.append(reader.dated("birth", birth_of(reader.raw("birth"), today, expiry)))
    fields.append(reader.plain("sex", "sex"))
    if form.slot("expiry") is not None:
        fields.append(reader.dated("expiry", expiry))
    fields += reader.optional()
    return tuple(fields)


class _Reader:
    """Cuts fields out of one zone."""

    def __init__(self, form: Format, lines: tuple[Line, ...], checks: dict[str, bool]) -> None:
        self._form, self._lines, self._checks = form, lines, checks
        self._texts = tuple(text_of(line) for line in lines)
        self._held = classes(form)
        self._rules = form.rules_of(self._texts)
        self._suspects = suspects(form, lines)

    def raw(self, name: str) -> str:
        slot = self._form.slot(name)
        return slot.of(self._texts) if slot is not None else ""

    def plain(self, name: str, slot_name: str, check: str = "") -> MrzField:
        cells = self._cells(slot_name)
        raw = self._raw(cells)
        text = raw.strip(FILLER)
        start = len(raw) - len(raw.lstrip(FILLER))
        placed = tuple(range(start, start + len(text)))
        shown = (text.replace(FILLER, " "), placed)
        return self._field(name, shown, raw, cells, check)

    def words(self, name: str) -> MrzField:
        cells = self._cells(name)
        raw = self._raw(cells)
        return self._field(name, words(raw, 0), raw, cells)

    def names(self) -> list[MrzField]:
        cells = self._cells("names")
        raw = self._raw(cells)
        names = names_of(raw)
        cut = len(raw) if not names.secondary[0] else raw.find(FILLER * 2, len(raw) - len(raw.lstrip(FILLER)))
        return [
            self._field("surname", names.primary, raw[:cut], cells),
            self._field("given_names", names.secondary, raw[cut:], cells),
        ]

    def number(self) -> MrzField:
        rule = next(rule for rule in self._rules if rule.name == "number")
        raw = self._raw(rule.over)
        text = raw.rstrip(FILLER)
        return self._field("number", (text, tuple(range(len(text)))), raw, rule.over, "number")

    def dated(self, name: str, found: PartDate | None) -> MrzField:
        cells = self._cells(name)
        raw = self._raw(cells)
        if found is None:
            empty = not raw.strip(FILLER)
            return self._field(name, ("", ()) if empty else (raw, tuple(range(6))), raw, cells, name)
        text = found.text
        places: list[int | None] = [None] * len(text)
        for index, place in enumerate(_ISO_PLACES):
            if place < len(text):
                places[place] = index
        return self._field(name, (text, tuple(places)), raw, cells, name)

    def optional(self) -> list[MrzField]:
        fields = []
        for slot_name in ("optional", "optional_2", "office"):
            if self._form.slot(slot_name) is None:
                continue
            personal = self._form.kind == "TD3"
            name = "personal_number" if personal and slot_name == "optional" else slot_name
            fields.append(self.plain(name, slot_name, "personal" if personal else ""))
        fields += self._national()
        return fields

    def _national(self) -> list[MrzField]:
        """Give the national number where a state is known to put it; its check is its own digits'."""
        slot = self._form.slot("optional")
        if slot is None:
            return []
        raw = slot.of(self._texts)
        text = raw.strip(FILLER)
        before = len(raw) - len(raw.lstrip(FILLER))
        placed = (text, tuple(range(before, before + len(text))))
        if self._form.kind != "TD1" or self.raw("issuer") != "TUR" or not _is_number(text):
            return []
        field = self._field("national_number", placed, raw, slot.cells)
        return [MrzField(field.name, field.text, field.raw, turkey.holds(text), field.confidence, field.doubtful)]

    def _cells(self, name: str) -> tuple[Cell, ...]:
        slot = self._form.slot(name)
        if slot is None:
            return ()
        long = self._form.long_number(self._texts)
        if name == "optional" and long is not None:
            # The rest of the number and its check digit stand at the beginning, a filler after them.
            return tuple(cell for cell in slot.cells if cell[1] > long.at[1] + 1)
        return slot.cells

    def _raw(self, cells: tuple[Cell, ...]) -> str:
        return "".join(self._texts[row][column] for row, column in cells)

    def _field(self, name: str, placed: Placed, raw: str, cells: tuple[Cell, ...], check: str = "") -> MrzField:
        text, places = placed
        used = [cells[place] for place in places if place is not None]
        confidence = min((self._lines[row][column].confidence for row, column in used or cells), default=0.0)
        doubtful = tuple(
            index for index, place in enumerate(places) if place is not None and self._doubtful(cells[place])
        )
        return MrzField(name, text, raw, self._checks.get(check) if check else None, confidence, doubtful)

    def _doubtful(self, cell: Cell) -> bool:
        """Say whether another character is likely here, given what the check digits leave of it."""
        if cell in self._suspects:
            return True
        character = self._lines[cell[0]][cell[1]]
        if character.confidence < UNREAD:
            return True
        allowed = ALLOWED[self._held.get(cell, Holds.ANY)]
        weights = candidates(character)
        own = max(weights[character.best], 0.01)
        for other, weight in weights.items():
            if other == character.best or other not in allowed:
                continue
            proof = _PROVEN if seen_by(self._rules, self._checks, cell, character.best, other) else 1.0
            if weight * proof >= DOUBT * own:
                return True
        return False


def _is_number(text: str) -> bool:
    return len(text) == turkey.NUMBER_LENGTH and text.isascii() and text.isdigit()
