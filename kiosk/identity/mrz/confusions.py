"""Characters that readers take for each other in OCR-B and its neighbours, and how readily."""

from __future__ import annotations

from kiosk.identity.mrz.characters import Character

_ALIKE = (
    # glyphs that differ in width alone, or not at all in some fonts
    ("0", "O", 1.0),
    ("0", "D", 0.4),
    ("0", "Q", 0.4),
    ("O", "D", 0.3),
    ("O", "Q", 0.4),
    ("1", "I", 0.8),
    ("1", "L", 0.3),
    ("I", "L", 0.2),
    ("8", "B", 0.7),
    ("5", "S", 0.7),
    ("2", "Z", 0.7),
    ("6", "G", 0.5),
    ("4", "A", 0.3),
    ("7", "T", 0.3),
    ("7", "Y", 0.1),
    ("1", "7", 0.2),
    ("1", "T", 0.2),
    ("3", "8", 0.2),
    ("5", "6", 0.2),
    ("6", "8", 0.2),
    ("8", "9", 0.1),
    ("0", "8", 0.1),
    ("8", "S", 0.1),
    ("3", "B", 0.1),
    ("U", "V", 0.3),
    ("M", "N", 0.2),
    ("H", "N", 0.1),
    ("E", "F", 0.2),
    ("C", "G", 0.2),
    ("P", "R", 0.2),
    # a filler's two strokes beside letters of the same strokes
    ("<", "K", 0.4),
    ("<", "C", 0.4),
    ("<", "X", 0.2),
    ("<", "S", 0.1),
    ("<", "E", 0.1),
    ("<", "L", 0.1),
)
CONFUSIONS: dict[str, dict[str, float]] = {}
"""for each character what else it may be, 0 never .. 1 cannot be told apart"""
for _one, _other, _how in _ALIKE:
    CONFUSIONS.setdefault(_one, {})[_other] = _how
    CONFUSIONS.setdefault(_other, {})[_one] = _how

LEAK = 0.3
"""share of a character's doubt (1 - confidence) that is put on characters which the reader did not name"""


def candidates(character: Character) -> dict[str, float]:
    """Give what a character may be, with weights: the reader's probabilities, its leftover doubt by likeness."""
    weights = {character.best: character.confidence}
    for other, probability in character.others:
        weights[other] = max(weights.get(other, 0.0), probability)
    left = max(0.0, 1.0 - sum(weights.values()))
    alike = CONFUSIONS.get(character.best, {})
    whole = sum(alike.values()) or 1.0
    for other, how in alike.items():
        weights[other] = weights.get(other, 0.0) + LEAK * left * how / whole
    return weights
