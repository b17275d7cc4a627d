"""Read one line of text from its picture: machine-readable zones, digits of three scripts, capitals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

MRZ = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZÇĞİÑÖŞÜ-./: "
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
"""their 0-3 and 7-9 look like the Persian ones and are read as those; 4, 5 and 6 are letters of their own"""


class Alphabet(StrEnum):
    """What a line can hold; what it cannot hold is not read."""

    MRZ = "mrz"
    DIGITS = "digits"
    """digits of three scripts and ``/-.: ``"""
    LATIN = "latin"
    """capitals, also Turkish and Spanish ones, digits, ``-./: ``"""
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ReadCharacter:
    """One character of a line."""

    text: str
    confidence: float
    """probability, 0..1"""
    others: tuple[tuple[str, float], ...]
    """the next likely ones with their probabilities, best first"""
    place: float
    """middle of the character: share of the line's width, 0..1"""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as read."""

    characters: tuple[ReadCharacter, ...]

    @property
    def text(self) -> str:
        """Give the line as text, left to right as it stands in the picture."""
        return "".join(one.text for one in self.characters)

    @property
    def confidence(self) -> float:
        """Give the mean confidence of its characters, 0 for an empty line."""
        return sum(one.confidence for one in self.characters) / len(self.characters) if self.characters else 0.0


class LineReader(Protocol):
    """Reads pictures of lines; the student, or another reader in its place."""

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line: height x width (grey) of one upright, straight line with a little margin round it."""
        ...
