"""How old a person is on a day; dates of which the day or the month is not known give a range."""

from __future__ import annotations

import calendar
from datetime import date


def age_on(birth: date, day: date) -> int:
    """Give whole years; one born on 29 February turns a year older on 1 March where there is no such day.

    Raises ValueError when the birth lies after the day.
    """
    if birth > day:
        raise ValueError("born after the day")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_range(birth: str, day: date) -> tuple[int, int] | None:
    """Give the least and the most years of a birth written YYYY-MM-DD, YYYY-MM or YYYY; None when it cannot be."""
    span = days_of(birth)
    if span is None or span[0] > day:
        return None
    first, last = span
    return age_on(min(last, day), day), age_on(first, day)


def days_of(text: str) -> tuple[date, date] | None:
    """Give the first and the last day that YYYY-MM-DD, YYYY-MM or YYYY can mean, None when it is none of them."""
    parts = text.split("-")
    shapes = [4, 2, 2][: len(parts)]
    if [len(part) for part in parts] != shapes or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = (*(int(part) for part in parts), None, None)[:3]
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return first, first
    last_month = 12 if month is None else first.month
    return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
