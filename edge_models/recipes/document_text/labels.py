"""The classes of the student: what a glyph is called, and which glyphs count as one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_text import ARABIC_DIGITS, BLANK, CLASSES, PERSIAN_DIGITS, STEP, WINDOW

_INDEX = {character: number for number, character in enumerate(CLASSES)}
_SAME = {
    arabic: persian for arabic, persian in zip(ARABIC_DIGITS, PERSIAN_DIGITS, strict=True) if arabic not in CLASSES
}


def canonical(text: str) -> str:
    """Give the text as the student spells it: Arabic-Indic 0-3 and 7-9 as Persian ones."""
    return "".join(_SAME.get(character, character) for character in text)


def numbers(text: str) -> list[int]:
    """Give the classes of a line."""
    return [_INDEX[character] for character in canonical(text)]


UNTOLD = -1


def columns(text: str, edges: NDArray[np.float32], width: int = WINDOW) -> NDArray[np.int64]:
    """Say which output column shows what, where that is sure: a character's middle, the ground between two, beside the text.

    CTC alone first has to find out where characters are; drawn lines know it.
    """
    told = np.full(width // STEP, BLANK, np.int64)
    middles = (np.arange(len(told)) + 0.5) * STEP
    for left, right in edges:
        told[(middles > left + 0.1 * (right - left)) & (middles < right - 0.1 * (right - left))] = UNTOLD
    for label, (left, right) in zip(numbers(text), edges, strict=True):
        at = int((left + right) / 2 / STEP)
        if 0 <= at < len(told):
            told[at] = label
    return told


assert BLANK not in _INDEX.values()
