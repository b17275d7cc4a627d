"""Dates of six digits, YYMMDD: which century, what of it is known (Doc 9303-3, 4.8: unknown parts are fillers)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from kiosk.identity.mrz.characters import FILLER

FURTHEST_EXPIRY = 30
"""years from today that a document can still be valid; what lies further is of the century before"""


@dataclass(frozen=True, slots=True)
class PartDate:
    """A date of which the day, or the month and the day, may not be known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def text(self) -> str:
        """Give it as YYYY-MM-DD, YYYY-MM or YYYY."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """Give the first day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """Give the last day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def birth_of(raw: str, today: date, expiry: PartDate | None = None) -> PartDate | None:
    """Give a birth date: the latest that is neither after today nor after the document's expiry; None: no such day."""
    bound = min(today, expiry.latest) if expiry is not None else today
    return _latest(raw, bound)


def expiry_of(raw: str, today: date) -> PartDate | None:
    """Give an expiry date: the latest that is not more than ``FURTHEST_EXPIRY`` years away; None: no such day."""
    return _latest(raw, date(today.year + FURTHEST_EXPIRY, 12, 31))


def _latest(raw: str, bound: date) -> PartDate | None:
    for century in range(bound.year // 100 * 100, 1800, -100):
        found = _of(raw, century)
        if found is not None and found.earliest <= bound:
            return found
    return None


def _of(raw: str, century: int) -> PartDate | None:
    """Give the date in a century, None when a part cannot be or a known part follows an unknown one."""
    year, month, day = raw[0:2], raw[2:4], raw[4:6]
    unknown = FILLER * 2
    if not _digits(year) or (month == unknown and day != unknown):
        return None
    if any(part != unknown and not _digits(part) for part in (month, day)):
        return None
    found = PartDate(
        century + int(year),
        None if month == unknown else int(month),
        None if day == unknown else int(day),
    )
    try:
        date(found.year, 1 if found.month is None else found.month, 1 if found.day is None else found.day)
    except ValueError:
        return None
    return found


def _digits(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()
