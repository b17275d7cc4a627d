"""The same field from several places: whether they agree, and which characters differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from kiosk.identity.ages import days_of
from kiosk.identity.calendars import printed_date
from kiosk.identity.digits import tidy
from kiosk.identity.iran import NUMBER_LENGTH, with_leading_zeros
from kiosk.identity.names import same_name

DATES = frozenset({"birth", "expiry", "issued"})
NAMES = frozenset({"surname", "given_names", "father"})


@dataclass(frozen=True, slots=True)
class Value:
    """A field's text from one place."""

    source: str
    """``typed``, ``mrz``, ``print``, ``barcode``, ``chip``"""
    text: str
    proven: bool = False
    """its own check digit holds"""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two places that do not agree."""

    one: str
    other: str
    doubtful: tuple[int, ...]
    """indices of the characters that differ, in the text that is less proven, else in the second"""


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """A field held against itself in other places."""

    field: str
    compared: int
    """places that have a text"""
    differences: tuple[Difference, ...] = ()
    best: str = ""
    """the text that most places have, a proven one before others, as it stands there; "" when none is"""

    @property
    def agree(self) -> bool:
        """Say whether at least two places have a text and all say the same."""
        return self.compared > 1 and not self.differences


def agree(field: str, values: tuple[Value, ...]) -> CrossChecked:
    """Hold a field's texts from several places against each other.

    Dates agree when they are one day in either calendar, names when they can be one name, all else when it is
    character for character the same once digits are ASCII and separators are out.
    """
    given = tuple(value for value in values if normal(field, value.text))
    differences = tuple(
        _difference(field, one, other) for one, other in combinations(given, 2) if not same(field, one.text, other.text)
    )
    return CrossChecked(field, len(given), differences, _best(field, given))


def same(field: str, one: str, other: str) -> bool:
    """Say whether two texts of a field say the same."""
    if field in NAMES:
        return same_name(one, other)
    first, second = normal(field, one), normal(field, other)
    if field in DATES and first != second:
        # A date of which the day is not known agrees with any day in it.
        spans = days_of(first), days_of(second)
        if spans[0] is None or spans[1] is None:
            return False
        return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
    return first == second


def normal(field: str, text: str) -> str:
    """Give a text as it is compared."""
    if field in DATES:
        if days_of(text.strip()) is not None:
            return text.strip()
        day = printed_date(text)
        return day.isoformat() if day is not None else tidy(text)
    if field in NAMES:
        return " ".join(text.upper().split())
    text = tidy(text)
    if field == "national_number" and len(text) < NUMBER_LENGTH:
        return with_leading_zeros(text)
    return text


def differing(one: str, other: str) -> tuple[int, ...]:
    """Give the indices in ``other`` at which it differs from ``one``.

    Of one length: place by place. Otherwise what stands between the beginning and the end that both share.
    """
    if len(one) == len(other):
        return tuple(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    shortest = min(len(one), len(other))
    begin = next((index for index in range(shortest) if one[index] != other[index]), shortest)
    end = next((n for n in range(shortest - begin) if one[-1 - n] != other[-1 - n]), shortest - begin)
    return tuple(range(begin, max(len(other) - end, min(begin + 1, len(other)))))


def _difference(field: str, one: Value, other: Value) -> Difference:
    if other.proven and not one.proven:
        one, other = other, one
    if field in NAMES:
        return Difference(one.source, other.source, ())
    return Difference(one.source, other.source, differing(normal(field, one.text), normal(field, other.text)))


def _best(field: str, given: tuple[Value, ...]) -> str:
    if not given:
        return ""
    counts: Counter[str] = Counter()
    for value in given:
        counts[normal(field, value.text)] += 1 + (len(given) if value.proven else 0)
    return max(given, key=lambda value: counts[normal(field, value.text)]).text
