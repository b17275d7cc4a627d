"""From the lines that a reader saw to fields, check digits, and what is wrong (Doc 9303 parts 3 to 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.identity.mrz.characters import UNREAD, Line, text_of
from kiosk.identity.mrz.correction import Mend, mended, rule_holds
from kiosk.identity.mrz.fields import MrzField, fields_of
from kiosk.identity.mrz.formats import Format
from kiosk.identity.mrz.positions import fold
from kiosk.identity.mrz.problems import problems_of
from kiosk.identity.mrz.recognition import recognise


@dataclass(frozen=True, slots=True)
class Parsed:
    """A zone."""

    kind: str
    """``TD1``, ``TD2``, ``TD3``, ``MRV-A``, ``MRV-B``, ``FR-ID``, or ``unknown`` when the lines are no zone"""
    lines: tuple[str, ...]
    """after repair of length and mending; as read when unknown"""
    confidences: tuple[tuple[float, ...], ...]
    """of each character of ``lines``, the reader's, or how far a mended one is proven"""
    fields: tuple[MrzField, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()
    """``number``, ``birth``, ``expiry``, ``personal``, ``composite``: whether each holds"""
    problems: tuple[str, ...] = ()
    mended: tuple[Mend, ...] = ()
    first_line: int = 0
    """index of the zone's first line among the lines that were given"""

    @property
    def passed(self) -> bool:
        """Say whether there are check digits and all hold."""
        return bool(self.checks) and all(held for _, held in self.checks)

    def field(self, name: str) -> MrzField | None:
        """Give a field by its name."""
        return next((one for one in self.fields if one.name == name), None)


def parse(lines: tuple[Line, ...], today: date) -> Parsed:
    """Read a zone from lines top to bottom.

    Characters are first brought to the class of their position, then uncertain ones are mended where check digits
    prove them; printed check digits that do not hold are reported as they are.
    """
    found = recognise(lines)
    if found is None:
        problem = "not_recognised" if lines else "empty"
        return Parsed("unknown", tuple(text_of(line) for line in lines), _confidences(lines), problems=(problem,))
    folded = fold(found.form, found.lines)
    proven = mended(found.form, folded)
    texts = tuple(text_of(line) for line in proven)
    checks = checks_of(found.form, texts, _confidences(proven))
    fields = fields_of(found.form, proven, checks, today)
    problems = problems_of(found.form, texts, fields, today)
    if any(confidence < UNREAD for line in _confidences(proven) for confidence in line):
        problems = ("character_unread", *problems)
    if not found.exact:
        problems = ("wrong_length", *problems)
    return Parsed(
        found.form.kind,
        texts,
        _confidences(proven),
        fields,
        checks,
        problems,
        _mends(found.lines, folded, proven),
        found.first,
    )


def checks_of(
    form: Format, texts: tuple[str, ...], confidences: tuple[tuple[float, ...], ...]
) -> tuple[tuple[str, bool], ...]:
    """Give whether each check digit holds, by name.

    One that agrees with a character nobody could read proves nothing, one guess in ten agrees: it does not hold.
    """
    return tuple(
        (rule.name, rule_holds(rule, texts) and all(confidences[row][column] >= UNREAD for row, column in rule.cells))
        for rule in form.rules_of(texts)
    )


def _confidences(lines: tuple[Line, ...]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(character.confidence for character in line) for line in lines)


def _mends(read: tuple[Line, ...], folded: tuple[Line, ...], proven: tuple[Line, ...]) -> tuple[Mend, ...]:
    return tuple(
        Mend(row, column, one.best, three.best, "check" if three.best != two.best else "position")
        for row, lines in enumerate(zip(read, folded, proven, strict=True))
        for column, (one, two, three) in enumerate(zip(*lines, strict=True))
        if one.best != three.best
    )
