"""O and 0 are nearly one glyph in OCR-B: where the reader is not sure, what is usual and the check digits decide.

Numbers and optional data are digits far more often than letters, and states avoid an O beside a 0; so an unsure O in
them is first taken for a 0. Where check digits speak for the O it stays.
"""

from __future__ import annotations

from collections.abc import Collection

from kiosk.identity.mrz.characters import LETTERS, Character, Line
from kiosk.identity.mrz.formats import FORMATS, Holds

_ZERO, _LETTER = "0", "O"
_SURE = 0.97
"""a confidence above which the reader's own word stands"""
_FIELDS: Collection[str] = ("number", "optional", "optional_2")
_LEAST = 0.6
"""confidence of the other twin"""


def as_zeros(kind: str, lines: tuple[Line, ...], *, in_words: bool = False) -> tuple[Line, ...]:
    """Give a zone's lines with each unsure O of its numbers and optional data taken for 0.

    A lone O between two letters may be a word's and is left, but with ``in_words``. Lines that are not as wide as their form are left as they are.
    """
    form = next((one for one in FORMATS if one.kind == kind), None)
    if form is None or any(len(line) != form.width for line in lines):
        return lines
    given = [list(line) for line in lines]
    for slot in form.slots:
        if slot.name not in _FIELDS or slot.holds is not Holds.ANY:
            continue
        for row, column in slot.cells:
            one = lines[row][column]
            if one.best == _LETTER and one.confidence < _SURE and (in_words or not _in_word(lines[row], column)):
                given[row][column] = _zero(one)
    return tuple(tuple(line) for line in given)


def _in_word(line: Line, column: int) -> bool:
    return (
        0 < column < len(line) - 1
        and line[column - 1].best in LETTERS
        and line[column + 1].best in LETTERS
        and _LETTER not in (line[column - 1].best, line[column + 1].best)
    )


def _zero(character: Character) -> Character:
    # Of twins the sum of both is what the reader saw.
    both = character.probability(_ZERO) + character.probability(_LETTER)
    return character.read_as(_ZERO, max(_LEAST, min(0.9, both)))
