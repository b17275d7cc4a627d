"""Whether a document is still valid on a day that can be trusted (a clock that was set, not a battery's guess)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.identity.ages import days_of


class Validity(StrEnum):
    """What an expiry date says of a day."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """no date, no such day, or no day to hold it against"""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A document on a day."""

    validity: Validity
    days_left: int | None = None
    """to its last day, below 0 when expired; None when unknown"""


def expiry_on(text: str, day: date | None) -> Expiry:
    """Give the validity of a document whose expiry is written YYYY-MM-DD, YYYY-MM or YYYY: its last day counts."""
    span = days_of(text)
    if span is None or day is None:
        return Expiry(Validity.UNKNOWN)
    left = (span[1] - day).days
    return Expiry(Validity.EXPIRED if left < 0 else Validity.VALID, left)
