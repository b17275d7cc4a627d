"""The Turkish identity number (T.C. kimlik no) and the serial of the identity card."""

from __future__ import annotations

from kiosk.identity.doubt import doubtful
from kiosk.identity.judgement import TYPING, WHOLE, Judgement, Problem, first_non_digit, wrong

NUMBER_LENGTH = 11
SERIAL_FORM = "A99A99999"
"""A stands for a letter, 9 for a digit"""


def check_digits(first_nine: str) -> tuple[int, int]:
    """Give the tenth and the eleventh digit.

    Seven times the odd places less the even ones may be below zero: what is left of it modulo 10 is taken from 0 up.
    """
    digits = [int(digit) for digit in first_nine]
    tenth = (7 * sum(digits[0::2]) - sum(digits[1::2])) % 10
    return tenth, (sum(digits) + tenth) % 10


def judge_national_number(text: str) -> Judgement:
    """Judge an identity number as typed so far (tidied: ASCII digits only)."""
    bad = first_non_digit(text[:NUMBER_LENGTH])
    if bad is not None:
        return wrong(Problem.WRONG_CHARACTER, bad)
    if text[:1] == "0":
        return wrong(Problem.FIRST_ZERO, 0)
    if len(text) >= 10:
        whole = text[:NUMBER_LENGTH]
        tenth, eleventh = check_digits(text[:9])
        if int(text[9]) != tenth:
            return wrong(Problem.CHECK_DIGIT, 9, doubtful(whole, holds) if len(whole) == NUMBER_LENGTH else ())
        if len(whole) == NUMBER_LENGTH and int(text[10]) != eleventh:
            return wrong(Problem.CHECK_DIGIT, 10, doubtful(whole, holds))
    if len(text) > NUMBER_LENGTH:
        return wrong(Problem.TOO_LONG, NUMBER_LENGTH)
    return WHOLE if len(text) == NUMBER_LENGTH else TYPING


def holds(text: str) -> bool:
    """Say whether eleven digits are an identity number."""
    if len(text) != NUMBER_LENGTH or first_non_digit(text) is not None or text[0] == "0":
        return False
    tenth, eleventh = check_digits(text[:9])
    return (int(text[9]), int(text[10])) == (tenth, eleventh)


def judge_card_serial(text: str) -> Judgement:
    """Judge a card's serial as typed so far: letter, two digits, letter, five digits; no check digit."""
    for index, (character, kind) in enumerate(zip(text, SERIAL_FORM, strict=False)):
        fits = "A" <= character <= "Z" if kind == "A" else character.isascii() and character.isdigit()
        if not fits:
            return wrong(Problem.WRONG_CHARACTER, index)
    if len(text) > len(SERIAL_FORM):
        return wrong(Problem.TOO_LONG, len(SERIAL_FORM))
    return WHOLE if len(text) == len(SERIAL_FORM) else TYPING
