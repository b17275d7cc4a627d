"""What a layout says of a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.document.facts import Field
from kiosk.document.printed.forms import Day, day_in, number_in
from kiosk.document.printed.lines import TextLine
from kiosk.document.printed.sheet import Form, Piece
from kiosk.document.printed.signs import Sign, Signs


@dataclass(frozen=True, slots=True)
class Found:
    """A known card and its fields."""

    kind: str
    certainty: float
    """to choose between layouts that both fit"""
    fields: tuple[Field, ...]


def digits(length: int) -> Form:
    """Give the form of a number of so many digits."""

    def form(signs: Signs) -> tuple[str, Signs] | None:
        number = number_in(signs, length)
        return (number.text, number) if number is not None else None

    return form


def day(signs: Signs) -> tuple[str, Signs] | None:
    """Give a printed day as YYYY-MM-DD; of a Gregorian one the characters in that order."""
    found = day_in(signs)
    if found is None:
        return None
    text = found.day.isoformat()
    if not found.persian:
        digits = signs.only_digits().items
        hyphen = Sign("-", 1.0)
        signs = Signs((*digits[4:], hyphen, *digits[2:4], hyphen, *digits[:2]), signs.script, signs.raw)
    return text, signs


def days(pieces: tuple[Piece, ...], *, persian: bool) -> list[tuple[TextLine, Day]]:
    """Give the lines that hold a day of one calendar, top to bottom."""
    found = [(piece.line, seen) for piece in pieces if (seen := day_in(piece.signs)) is not None]
    return sorted((pair for pair in found if pair[1].persian is persian), key=lambda pair: pair[0].top)


def same_row(one: TextLine, other: TextLine) -> bool:
    """Say whether two lines stand side by side."""
    return abs(one.middle[1] - other.middle[1]) < 0.6 * max(one.height, other.height)


def in_column(one: TextLine, other: TextLine) -> bool:
    """Say whether two lines stand above each other, by at least half of the narrower."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.5 * min(one.width, other.width)
