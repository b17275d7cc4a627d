"""Names of Doc 9303-3, 4.6: primary identifier, two fillers, secondary identifier; one filler parts their words."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.identity.mrz.characters import FILLER

Placed = tuple[str, tuple[int | None, ...]]
"""a text, and for each of its characters the index in the field it came from (None: put in)"""


@dataclass(frozen=True, slots=True)
class Names:
    """A person's names as the zone has them."""

    primary: Placed
    secondary: Placed
    truncated: bool
    """the field is full to its end, so more may have been left out"""


def names_of(raw: str) -> Names:
    """Give the names of a field. One without two fillers is all primary (a person with a single name)."""
    start = len(raw) - len(raw.lstrip(FILLER))
    cut = raw.find(FILLER * 2, start)
    full = bool(raw) and raw[-1] != FILLER
    if cut < 0:
        return Names(words(raw, 0), ("", ()), full)
    return Names(words(raw[:cut], 0), words(raw[cut:], cut), full)


def words(raw: str, offset: int) -> Placed:
    """Give a field's words parted by single spaces, and where each character stood, counted from ``offset``."""
    text: list[str] = []
    places: list[int | None] = []
    for index, character in enumerate(raw):
        if character != FILLER:
            if text and raw[index - 1] == FILLER:
                text.append(" ")
                places.append(None)
            text.append(character)
            places.append(offset + index)
    return "".join(text), tuple(places)
