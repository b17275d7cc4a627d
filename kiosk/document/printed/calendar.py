"""The Persian (Solar Hijri) calendar's days as Gregorian ones. Pure.

Leap years by the 33-year rule, which gives the official calendar's years 1178-1633 (K. M. Borkowski,
"The Persian calendar for 3000 years", Earth, Moon, and Planets 74, 1996).
"""

from __future__ import annotations

from datetime import date, timedelta

_FIRST, _LAST = 1178, 1633
_ANCHOR_YEAR, _ANCHOR = 1400, date(2021, 3, 21)


def is_leap(year: int) -> bool:
    """Say whether a year has 366 days."""
    return (8 * year + 29) % 33 < 8


def days_in_month(year: int, month: int) -> int:
    """Give the days of a month, 1..12."""
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


def from_persian(year: int, month: int, day: int) -> date | None:
    """Give the Gregorian day; None where the Persian calendar has no such day or the rule does not reach."""
    if not (_FIRST <= year <= _LAST and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        return None
    first, last = sorted((year, _ANCHOR_YEAR))
    days = sum(365 + is_leap(one) for one in range(first, last))
    passed = (month - 1) * 31 - max(0, month - 7) + day - 1
    return _ANCHOR + timedelta(days=passed + (days if year >= _ANCHOR_YEAR else -days))
