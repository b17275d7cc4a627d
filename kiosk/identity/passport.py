"""The number of a passport as printed (ICAO Doc 9303 part 4: at most nine characters)."""

from __future__ import annotations

from kiosk.identity.judgement import TYPING, WHOLE, Judgement, Problem, first_non_alphanumeric, wrong

SHORTEST = 5
LONGEST = 9


def judge_passport_number(text: str) -> Judgement:
    """Judge a passport number as typed so far: five to nine of A-Z, 0-9 with at least one digit."""
    bad = first_non_alphanumeric(text[:LONGEST])
    if bad is not None:
        return wrong(Problem.WRONG_CHARACTER, bad)
    if len(text) > LONGEST:
        return wrong(Problem.TOO_LONG, LONGEST)
    if len(text) == LONGEST and text.isalpha():
        return wrong(Problem.WRONG_CHARACTER, LONGEST - 1)
    if len(text) < SHORTEST or text.isalpha():
        return TYPING
    return WHOLE
