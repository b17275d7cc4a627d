"""A line as read, in ASCII: one script of digits chosen for the whole line, each character with its certainty. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge_models.tasks.document_text import ARABIC_DIGITS, PERSIAN_DIGITS, ReadCharacter, ReadLine
from kiosk.identity.digits import to_ascii

_EASTERN = frozenset(PERSIAN_DIGITS + ARABIC_DIGITS)
_SAME_SHAPE = frozenset("19")
"""digits that look alike and mean the same in both scripts"""
_STRANGER = 0.25
"""what is left of the certainty of a digit that was read in the line's other script"""
_LEAST_OTHER = 0.02


class Script(StrEnum):
    """Digits of a line."""

    EASTERN = "eastern"
    """Persian or Arabic-Indic"""
    LATIN = "latin"
    NONE = "none"
    """the line has no digits"""


@dataclass(frozen=True, slots=True)
class Sign:
    """One character in ASCII (or a capital of the Latin script)."""

    text: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()
    place: float = 0.0
    """share of the line's width"""


@dataclass(frozen=True, slots=True)
class Signs:
    """A line's characters."""

    items: tuple[Sign, ...]
    script: Script
    raw: str
    """as read"""

    @property
    def text(self) -> str:
        """Give the characters as one text."""
        return "".join(one.text for one in self.items)

    @property
    def least(self) -> float:
        """Give the confidence of the least certain character, 0 for an empty line."""
        return min((one.confidence for one in self.items), default=0.0)

    @property
    def mean(self) -> float:
        """Give the mean confidence, 0 for an empty line."""
        return sum(one.confidence for one in self.items) / len(self.items) if self.items else 0.0

    def only_digits(self) -> Signs:
        """Leave separators out."""
        return Signs(tuple(one for one in self.items if one.text.isdigit()), self.script, self.raw)

    def __add__(self, other: Signs) -> Signs:
        """Join two parts of one line."""
        script = self.script if len(self.items) >= len(other.items) else other.script
        return Signs(self.items + other.items, script, f"{self.raw} {other.raw}")


def signs_of(read: ReadLine) -> Signs:
    """Give a line's characters in ASCII, its digits as the script says that most of them have."""
    eastern = sum(one.confidence for one in read.characters if one.text in _EASTERN)
    latin = sum(one.confidence for one in read.characters if one.text.isascii() and one.text.isdigit())
    script = Script.NONE if not eastern and not latin else Script.EASTERN if eastern > latin else Script.LATIN
    return Signs(tuple(_sign(one, script) for one in read.characters), script, read.text)


def _sign(read: ReadCharacter, script: Script) -> Sign:
    others = tuple((to_ascii(text), p) for text, p in read.others if _fits(text, script))
    if not read.text.isdigit() or _fits(read.text, script) or script is Script.NONE:
        return Sign(to_ascii(read.text), read.confidence, others, read.place)
    plain = to_ascii(read.text)
    if plain in _SAME_SHAPE:
        return Sign(plain, read.confidence, others, read.place)
    # a digit of the other script in the midst of this one: its shape means another digit here
    for text, p in others:
        if text.isdigit() and p >= _LEAST_OTHER:
            return Sign(text, p, others, read.place)
    return Sign(plain, read.confidence * _STRANGER, others, read.place)


def _fits(text: str, script: Script) -> bool:
    return not text.isdigit() or (text in _EASTERN) == (script is Script.EASTERN)
