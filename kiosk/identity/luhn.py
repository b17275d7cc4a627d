"""Numbers of bank cards: sixteen digits, the last a check digit after Luhn (ISO/IEC 7812-1, annex B)."""

from __future__ import annotations

from kiosk.identity.doubt import doubtful
from kiosk.identity.judgement import TYPING, WHOLE, Judgement, Problem, first_non_digit, wrong

NUMBER_LENGTH = 16


def holds(digits: str) -> bool:
    """Say whether a number of any length ends in its Luhn digit: from the right, every second digit doubled."""
    if not digits or first_non_digit(digits) is not None:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def judge_card_number(text: str) -> Judgement:
    """Judge a card's number as typed or read so far (tidied: ASCII digits only)."""
    bad = first_non_digit(text[:NUMBER_LENGTH])
    if bad is not None:
        return wrong(Problem.WRONG_CHARACTER, bad)
    if len(text) > NUMBER_LENGTH:
        return wrong(Problem.TOO_LONG, NUMBER_LENGTH)
    if len(text) < NUMBER_LENGTH:
        return TYPING
    # Sixteen equal zeros hold arithmetically.
    if len(set(text)) == 1:
        return wrong(Problem.ALL_SAME, NUMBER_LENGTH - 1)
    return WHOLE if holds(text) else wrong(Problem.CHECK_DIGIT, NUMBER_LENGTH - 1, doubtful(text, holds))
