"""Texts out of logits, and how they compare with what was drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_text import Alphabet, decode


def texts(logits: NDArray[np.float32], alphabet: Alphabet = Alphabet.ANY) -> list[str]:
    """Read batches of logits (B x classes x columns)."""
    return ["".join(c.text for c in decode(one, alphabet)) for one in logits]


def distance(first: str, second: str) -> int:
    """Count the insertions, deletions and changes between two texts (Levenshtein)."""
    row = list(range(len(second) + 1))
    for number, one in enumerate(first, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(second, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (one != other))
    return row[-1]


def same(first: str, second: str) -> bool:
    """Whether two texts are one when O and 0 count as the same: OCR-B draws them nearly alike."""
    return first.replace("O", "0") == second.replace("O", "0")


def rates(read: Sequence[str], drawn: Sequence[str]) -> dict[str, float]:
    """Give shares of exact strings, of exact ones but for O and 0, but for spaces too, and errors by character."""
    count = max(len(drawn), 1)
    errors = sum(distance(a.replace("O", "0"), b.replace("O", "0")) for a, b in zip(read, drawn, strict=True))
    return {
        "exact": sum(a == b for a, b in zip(read, drawn, strict=True)) / count,
        "exact_but_o": sum(same(a, b) for a, b in zip(read, drawn, strict=True)) / count,
        "exact_but_o_and_spaces": sum(
            same(a.replace(" ", ""), b.replace(" ", "")) for a, b in zip(read, drawn, strict=True)
        )
        / count,
        "character_errors": errors / max(sum(map(len, drawn)), 1),
    }
