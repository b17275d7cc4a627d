"""Check digits of Doc 9303-3, 4.9: weights 7, 3, 1 over the values of the characters, modulo 10."""

from __future__ import annotations

from kiosk.identity.mrz.characters import DIGITS, FILLER, LETTERS

WEIGHTS = (7, 3, 1)
_VALUES = {c: i for i, c in enumerate(DIGITS + LETTERS)} | {FILLER: 0}


def value(character: str) -> int | None:
    """Give a character's value: 0-9, A-Z from 10, the filler 0; None for what no zone may hold."""
    return _VALUES.get(character)


def check_digit(text: str) -> str | None:
    """Give the check digit of a text, None when a character of it has no value."""
    total = 0
    for index, character in enumerate(text):
        one = value(character)
        if one is None:
            return None
        total += one * WEIGHTS[index % 3]
    return str(total % 10)


def holds(text: str, digit: str, may_be_filler: bool = False) -> bool:
    """Say whether the digit checks the text; an empty text's may be left out where the standard says so."""
    if may_be_filler and digit == FILLER:
        return not text.strip(FILLER)
    return digit in DIGITS and digit != "" and check_digit(text) == digit
