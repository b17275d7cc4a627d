"""What can be said of a number while it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why a number cannot be right; the i18n key is ``identity.<value>``."""

    NONE = ""
    WRONG_CHARACTER = "wrong_character"
    TOO_LONG = "too_long"
    FIRST_ZERO = "first_zero"
    ALL_SAME = "all_same"
    NOT_ISSUED = "not_issued"
    """a pattern that is never given to a person"""
    CHECK_DIGIT = "check_digit"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A number as typed so far: whether it is whole, and the first character that cannot be right."""

    complete: bool = False
    problem: Problem = Problem.NONE
    bad_digit: int | None = None
    """index from 0; None when all may still be right"""
    doubtful: tuple[int, ...] = ()
    """digits one of which most likely is wrong where only a check digit says so; () when nothing tells them apart"""


TYPING = Judgement()
"""Nothing wrong yet, more to come."""
WHOLE = Judgement(complete=True)
"""All that can be checked without a register is right."""


def wrong(problem: Problem, at: int, doubtful: tuple[int, ...] = ()) -> Judgement:
    """Give the judgement of a number whose character at this index cannot be right beside those before it."""
    return Judgement(problem=problem, bad_digit=at, doubtful=doubtful)


def first_non_digit(text: str) -> int | None:
    """Give the index of the first character that is not an ASCII digit, None when there is none."""
    return next((index for index, c in enumerate(text) if not (c.isascii() and c.isdigit())), None)


def first_non_alphanumeric(text: str) -> int | None:
    """Give the index of the first character that is not one of A-Z, 0-9, None when there is none."""
    return next((index for index, c in enumerate(text) if not (c.isascii() and (c.isdigit() or "A" <= c <= "Z"))), None)
