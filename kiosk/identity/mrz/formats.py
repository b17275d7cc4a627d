"""The layouts: which field stands where, what its characters may be, and what each check digit covers.

TD1, TD2, TD3, MRV-A and MRV-B after Doc 9303 parts 4 to 7. FR-ID is the French identity card of 1988 to 2021, which
follows no part of it: two lines of 36, the given names on the second, a composite over all 71 characters before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.identity.mrz.characters import DIGITS, FILLER, LETTERS

Cell = tuple[int, int]
"""line, column, from 0"""


class Holds(StrEnum):
    """What may stand at a position."""

    DIGIT = "digit"
    DATE = "date"
    """a digit, or a filler where it is not known"""
    LETTER = "letter"
    """a letter or a filler: names, states, the document code's first"""
    SEX = "sex"
    ANY = "any"


ALLOWED = {
    Holds.DIGIT: DIGITS,
    Holds.DATE: DIGITS + FILLER,
    Holds.LETTER: LETTERS + FILLER,
    Holds.SEX: "MFX" + FILLER,
    Holds.ANY: DIGITS + LETTERS + FILLER,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a field stands: one line, from ``start`` up to before ``stop``."""

    name: str
    row: int
    start: int
    stop: int
    holds: Holds = Holds.ANY

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Give its positions from left to right."""
        return tuple((self.row, column) for column in range(self.start, self.stop))

    def of(self, lines: tuple[str, ...]) -> str:
        """Give its text, fillers included."""
        return lines[self.row][self.start : self.stop]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check digit: its name, what it covers in order, where it stands."""

    name: str
    over: tuple[Cell, ...]
    at: Cell
    may_be_filler: bool = False
    """left out when what it covers is empty"""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Give all positions that it depends on, its own last."""
        return (*self.over, self.at)


@dataclass(frozen=True, slots=True)
class Format:
    """One layout."""

    kind: str
    rows: int
    width: int
    slots: tuple[Slot, ...]
    rules: tuple[Rule, ...]
    first: str
    """letters that the document code may begin with"""

    def slot(self, name: str) -> Slot | None:
        """Give the slot of a field, None where the layout has none."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def rules_of(self, lines: tuple[str, ...]) -> tuple[Rule, ...]:
        """Give the check digits as they stand in these lines: a long document number moves its own."""
        long = self.long_number(lines)
        if long is None:
            return self.rules
        return tuple(long if rule.name == "number" else rule for rule in self.rules)

    def long_number(self, lines: tuple[str, ...]) -> Rule | None:
        """Give the rule of a number of more than nine characters (Doc 9303-5 and -6), None where it is not one.

        A filler stands in place of its check digit; the rest and the check digit open the optional data and end with
        a filler.
        """
        number, optional = self.slot("number"), self.slot("optional")
        if self.kind not in {"TD1", "TD2"} or number is None or optional is None:
            return None
        row, place = number.row, number.stop
        if lines[row][place] != FILLER or FILLER in number.of(lines):
            return None
        rest = len(optional.of(lines).split(FILLER, 1)[0])
        if rest < 2:
            return None
        end = optional.start + rest - 1
        over = number.cells + tuple((row, column) for column in range(optional.start, end))
        return Rule("number", over, (row, end))


def _cells(*spans: tuple[int, int, int]) -> tuple[Cell, ...]:
    return tuple((row, column) for row, start, stop in spans for column in range(start, stop))


def _rule(name: str, *spans: tuple[int, int, int], at: Cell, may_be_filler: bool = False) -> Rule:
    return Rule(name, _cells(*spans), at, may_be_filler)


def _code(row: int = 0) -> tuple[Slot, ...]:
    return (Slot("document_code", row, 0, 2), Slot("issuer", row, 2, 5, Holds.LETTER))


def _second_line(personal: int) -> tuple[Slot, ...]:
    """Give the fields that TD2, TD3 and the visas share on their second line."""
    return (
        Slot("number", 1, 0, 9),
        Slot("nationality", 1, 10, 13, Holds.LETTER),
        Slot("birth", 1, 13, 19, Holds.DATE),
        Slot("sex", 1, 20, 21, Holds.SEX),
        Slot("expiry", 1, 21, 27, Holds.DATE),
        Slot("optional", 1, 28, personal),
    )


_NUMBER, _BIRTH, _EXPIRY = (
    _rule("number", (1, 0, 9), at=(1, 9)),
    _rule("birth", (1, 13, 19), at=(1, 19)),
    _rule("expiry", (1, 21, 27), at=(1, 27)),
)

TD1 = Format(
    "TD1",
    3,
    30,
    (
        *_code(),
        Slot("number", 0, 5, 14),
        Slot("optional", 0, 15, 30),
        Slot("birth", 1, 0, 6, Holds.DATE),
        Slot("sex", 1, 7, 8, Holds.SEX),
        Slot("expiry", 1, 8, 14, Holds.DATE),
        Slot("nationality", 1, 15, 18, Holds.LETTER),
        Slot("optional_2", 1, 18, 29),
        Slot("names", 2, 0, 30, Holds.LETTER),
    ),
    (
        _rule("number", (0, 5, 14), at=(0, 14)),
        _rule("birth", (1, 0, 6), at=(1, 6)),
        _rule("expiry", (1, 8, 14), at=(1, 14)),
        _rule("composite", (0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29), at=(1, 29)),
    ),
    "IAC",
)
TD2 = Format(
    "TD2",
    2,
    36,
    (*_code(), Slot("names", 0, 5, 36, Holds.LETTER), *_second_line(35)),
    (_NUMBER, _BIRTH, _EXPIRY, _rule("composite", (1, 0, 10), (1, 13, 20), (1, 21, 35), at=(1, 35))),
    "IACP",
)
TD3 = Format(
    "TD3",
    2,
    44,
    (*_code(), Slot("names", 0, 5, 44, Holds.LETTER), *_second_line(42)),
    (
        _NUMBER,
        _BIRTH,
        _EXPIRY,
        _rule("personal", (1, 28, 42), at=(1, 42), may_be_filler=True),
        _rule("composite", (1, 0, 10), (1, 13, 20), (1, 21, 43), at=(1, 43)),
    ),
    "P",
)
MRV_A = Format(
    "MRV-A",
    2,
    44,
    (*_code(), Slot("names", 0, 5, 44, Holds.LETTER), *_second_line(44)),
    (_NUMBER, _BIRTH, _EXPIRY),
    "V",
)
MRV_B = Format(
    "MRV-B",
    2,
    36,
    (*_code(), Slot("names", 0, 5, 36, Holds.LETTER), *_second_line(36)),
    (_NUMBER, _BIRTH, _EXPIRY),
    "V",
)
FR_ID = Format(
    "FR-ID",
    2,
    36,
    (
        *_code(),
        Slot("surname", 0, 5, 30, Holds.LETTER),
        Slot("office", 0, 30, 36),
        Slot("number", 1, 0, 12),
        Slot("given_names", 1, 13, 27, Holds.LETTER),
        Slot("birth", 1, 27, 33, Holds.DATE),
        Slot("sex", 1, 34, 35, Holds.SEX),
    ),
    (
        _rule("number", (1, 0, 12), at=(1, 12)),
        _rule("birth", (1, 27, 33), at=(1, 33)),
        _rule("composite", (0, 0, 36), (1, 0, 35), at=(1, 35)),
    ),
    "I",
)
FORMATS = (TD1, TD2, TD3, MRV_A, MRV_B, FR_ID)


def classes(form: Format) -> dict[Cell, Holds]:
    """Give what may stand at each position of a layout; check digits are digits, one that may be left out a date's."""
    held = {cell: slot.holds for slot in form.slots for cell in slot.cells}
    for rule in form.rules:
        held[rule.at] = Holds.DATE if rule.may_be_filler else Holds.DIGIT
    held[(0, 0)] = Holds.LETTER
    if form.kind == "FR-ID":
        # Year, month and serial; between them the department, which has a letter in Corsica.
        held |= {(1, column): Holds.DIGIT for column in (0, 1, 2, 3, 7, 8, 9, 10, 11)}
    number = form.slot("number")
    if form.kind in {"TD1", "TD2"} and number is not None:
        # A long number has a filler there.
        held[(number.row, number.stop)] = Holds.DATE
    return held
