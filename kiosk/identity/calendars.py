"""The Persian calendar (solar Hijri) beside the Gregorian one, and dates as cards print them.

Years 1178 to 1633 (1799 to 2255): leap years follow a cycle of 33 years there, which agrees with the equinox. Six months
of 31 days, five of 30, the last of 29, of 30 in leap years. 1 Farvardin 1300 was 21 March 1921.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from kiosk.identity.digits import to_ascii

FIRST_YEAR, LAST_YEAR = 1178, 1633
_EPOCH_YEAR, _EPOCH = 1300, date(1921, 3, 21)
_PRINTED_PERSIAN = range(1280, 1500)
"""years that are Persian when printed: 1901 to 2120 in the Gregorian calendar"""
_PRINTED = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})")


def is_leap(year: int) -> bool:
    """Say whether a Persian year has 366 days."""
    return (25 * year + 11) % 33 < 8


def month_days(year: int, month: int) -> int:
    """Give the days of a Persian month, 1 to 12."""
    return 31 if month <= 6 else 30 if month <= 11 or is_leap(year) else 29


def to_gregorian(year: int, month: int, day: int) -> date:
    """Give the Gregorian date of a Persian one; raises ValueError where there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {FIRST_YEAR}..{LAST_YEAR} needed")
    if not 1 <= month <= 12 or not 1 <= day <= month_days(year, month):
        raise ValueError("no such day")
    days = _days_to(year) + sum(month_days(year, before) for before in range(1, month)) + day - 1
    return _EPOCH + timedelta(days=days)


def persian_day(year: int, month: int, day: int) -> date | None:
    """Give the Gregorian date of a Persian one, None where there is none."""
    try:
        return to_gregorian(year, month, day)
    except ValueError:
        return None


def to_persian(day: date) -> tuple[int, int, int]:
    """Give the Persian year, month and day of a Gregorian date; raises ValueError outside 1799 to 2255."""
    year = day.year - 621
    if not FIRST_YEAR < year <= LAST_YEAR:
        raise ValueError("a date in 1800 to 2254 needed")
    left = (day - _EPOCH).days - _days_to(year)
    if left < 0:
        year -= 1
        left = (day - _EPOCH).days - _days_to(year)
    month = 1
    while left >= month_days(year, month):
        left -= month_days(year, month)
        month += 1
    return year, month, left + 1


def printed_date(text: str, month_first: bool = False) -> date | None:
    """Give the date that a card prints, None when it is none.

    Digits of three scripts. Year first or last, parted by ``/``, ``.``, ``-`` or a space; a year of 1280 to 1499 is
    Persian. With the year last the day comes first unless told otherwise.
    """
    found = _PRINTED.fullmatch(to_ascii(text).strip())
    if found is None:
        return None
    one, two, three = found.groups()
    if len(one) == 4 and len(three) <= 2:
        year, month, day = int(one), int(two), int(three)
    elif len(three) == 4 and len(one) <= 2:
        year = int(three)
        day, month = (int(two), int(one)) if month_first else (int(one), int(two))
    else:
        return None
    try:
        return to_gregorian(year, month, day) if year in _PRINTED_PERSIAN else date(year, month, day)
    except ValueError:
        return None


def _days_to(year: int) -> int:
    """Give the days from the epoch to a Persian year's first."""
    if year >= _EPOCH_YEAR:
        return sum(366 if is_leap(one) else 365 for one in range(_EPOCH_YEAR, year))
    return -sum(366 if is_leap(one) else 365 for one in range(year, _EPOCH_YEAR))
