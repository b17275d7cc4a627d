"""What a reader saw of a line: each character with its probability and the next likely ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

FILLER = "<"
UNREAD = 0.5
"""confidence below which a character was not read: it is more likely another than the one that is given"""
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Character:
    """One character as read."""

    best: str
    confidence: float
    """probability, 0..1"""
    others: tuple[tuple[str, float], ...] = ()
    """the next likely ones with their probabilities, best first"""

    def probability(self, text: str) -> float:
        """Give the reader's probability that the character is this one, 0 when it was not thought of."""
        if text == self.best:
            return self.confidence
        return next((probability for other, probability in self.others if other == text), 0.0)

    def read_as(self, text: str, confidence: float | None = None) -> Character:
        """Give the character taken for another, with a confidence of its own if there is one.

        What was read becomes one of the alternatives.
        """
        if text == self.best:
            return self
        rest = tuple(pair for pair in ((self.best, self.confidence), *self.others) if pair[0] != text)
        return replace(self, best=text, confidence=confidence or self.probability(text), others=rest)


Line = tuple[Character, ...]


def line_of(text: str, confidence: float = 1.0) -> Line:
    """Give a line whose characters are all read with one confidence and no alternatives."""
    return tuple(Character(character, confidence) for character in text)


def text_of(line: Line) -> str:
    """Give the line as text."""
    return "".join(character.best for character in line)
