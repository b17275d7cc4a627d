"""Forms that printed values have: numbers of so many digits, days, months of expiry. Pure; nothing is mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kiosk.document.printed.signs import Script, Signs
from kiosk.identity.calendars import month_days, persian_day

_SEPARATORS = frozenset(" -./:")
_YEAR_FIRST = re.compile(r"(1[234]\d\d)[/.\-: ]*(\d\d)[/.\-: ]*(\d\d)")
_YEAR_LAST = re.compile(r"(\d\d)[/.\-: ]*(\d\d)[/.\-: ]*(\d{4})")
"""days and months have two digits on all known cards: a single one has lost its neighbour; separators are easily lost"""
_MONTH_FIRST = re.compile(r"(0[1-9]|1[0-2]) ?[/\-] ?(20)?(\d\d)")
_PERSIAN_MONTH = re.compile(r"(1[34])?(\d\d) ?[/\-] ?(0[1-9]|1[0-2])")
_SLASHES_AS_ONES = re.compile(r"1[234]\d\d1(0[1-9]|1[0-2])1(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Day:
    """A printed day."""

    day: date
    persian: bool
    signs: Signs


def number_in(signs: Signs, length: int) -> Signs | None:
    """Give the digits of a line that holds so many of them and, apart from separators, nothing else."""
    digits = signs.only_digits()
    if len(digits.items) != length or any(
        not one.text.isdigit() and one.text not in _SEPARATORS for one in signs.items
    ):
        return None
    return digits


def may_be_day(digits: str) -> bool:
    """Say whether ten digits may be a Persian day whose two slashes were read as ones."""
    return _SLASHES_AS_ONES.fullmatch(digits) is not None


def day_in(signs: Signs) -> Day | None:
    """Give the day of a line that holds one and nothing else: Persian with its year before or behind, or dd.mm.yyyy."""
    text = signs.text.strip(" .-:")
    eastern = signs.script is Script.EASTERN
    if eastern and (match := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day = (int(part) for part in match.groups())
        found = persian_day(year, month, day)
        return Day(found, True, signs) if found is not None else None
    if (match := _YEAR_LAST.fullmatch(text)) is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    if eastern:
        found = persian_day(year, month, day)
        return Day(found, True, signs) if found is not None else None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Day(found, False, signs) if 1900 <= year < 2100 else None


def has_form(signs: Signs) -> bool:
    """Say whether a line is a number of a card or a day."""
    return day_in(signs) is not None or any(number_in(signs, length) is not None for length in (10, 11, 16))


def expiry_in(signs: Signs, *, iranian: bool) -> str | None:
    """Give a bank card's expiry: YYYY-MM of ``mm/yy``; of a Persian ``yyyy/mm`` or ``yy/mm`` the month's last day.

    ``iranian``: the card's number says that an Iranian bank gave it; years then stand before months.
    """
    text = signs.text.strip(" .-:")
    if iranian or signs.script is Script.EASTERN:
        if (match := _PERSIAN_MONTH.fullmatch(text)) is None:
            return None
        century, years, month = match.groups()
        # cards are given for a few years: 99 is 1399, 05 is 1405
        year = int(years) + (100 * int(century) if century else 1300 if int(years) > 80 else 1400)
        if century and (century == "13") != (int(years) > 80):
            return None
        last = persian_day(year, int(month), month_days(year, int(month)))
        return last.isoformat() if last is not None else None
    if (match := _MONTH_FIRST.fullmatch(text)) is None:
        return None
    return f"20{match.group(3)}-{match.group(1)}"
