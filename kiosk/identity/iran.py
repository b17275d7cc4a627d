"""The Iranian national number (kod-e melli) and the serial of the smart national card."""

from __future__ import annotations

from kiosk.identity.doubt import doubtful
from kiosk.identity.judgement import (
    TYPING,
    WHOLE,
    Judgement,
    Problem,
    first_non_alphanumeric,
    first_non_digit,
    wrong,
)

NUMBER_LENGTH = 10
SERIAL_LENGTH = 10
_SHORTEST = 8


def check_digit(first_nine: str) -> int:
    """Give the tenth digit: the sum weighted 10..2 modulo 11, from 2 on taken from 11."""
    rest = sum(int(digit) * (NUMBER_LENGTH - index) for index, digit in enumerate(first_nine)) % 11
    return rest if rest < 2 else 11 - rest


def judge_national_number(text: str) -> Judgement:
    """Judge a national number as typed so far (tidied: ASCII digits only).

    Ten equal digits hold arithmetically but are taken for a held-down key; six zeros after the place of
    registration are not given to a person.
    """
    bad = first_non_digit(text[:NUMBER_LENGTH])
    if bad is not None:
        return wrong(Problem.WRONG_CHARACTER, bad)
    if len(text) > NUMBER_LENGTH:
        return wrong(Problem.TOO_LONG, NUMBER_LENGTH)
    if len(text) >= 9 and text[3:9] == "000000":
        return wrong(Problem.NOT_ISSUED, 8)
    if len(text) < NUMBER_LENGTH:
        return TYPING
    if len(set(text)) == 1:
        return wrong(Problem.ALL_SAME, NUMBER_LENGTH - 1)
    if int(text[9]) != check_digit(text[:9]):
        return wrong(Problem.CHECK_DIGIT, NUMBER_LENGTH - 1, doubtful(text, holds))
    return WHOLE


def holds(text: str) -> bool:
    """Say whether ten digits are a number that can be given to a person."""
    whole = len(text) == NUMBER_LENGTH and first_non_digit(text) is None
    return whole and text[3:9] != "000000" and len(set(text)) > 1 and int(text[9]) == check_digit(text[:9])


def with_leading_zeros(text: str) -> str:
    """Give eight or nine digits with the zeros that people leave out; anything else as it is."""
    if _SHORTEST <= len(text) < NUMBER_LENGTH and first_non_digit(text) is None:
        return text.zfill(NUMBER_LENGTH)
    return text


def judge_card_serial(text: str) -> Judgement:
    """Judge the serial on the back of the card as typed so far: ten of A-Z, 0-9; no check digit is known."""
    bad = first_non_alphanumeric(text[:SERIAL_LENGTH])
    if bad is not None:
        return wrong(Problem.WRONG_CHARACTER, bad)
    if len(text) > SERIAL_LENGTH:
        return wrong(Problem.TOO_LONG, SERIAL_LENGTH)
    return WHOLE if len(text) == SERIAL_LENGTH else TYPING
