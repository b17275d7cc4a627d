"""Error rates of PAD (ISO/IEC 30107-3) with exact intervals, per source and per species."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_pad import SPECIES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def clopper_pearson(errors: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of a share (Clopper and Pearson 1934). Raises ``ValueError`` without trials."""
    if of < 1 or not 0 <= errors <= of:
        raise ValueError(f"{errors} errors of {of}")
    tail = (1 - level) / 2
    low = 0.0 if errors == 0 else _solve(lambda p: 1 - _at_most(errors - 1, of, p), tail, rising=True)
    high = 1.0 if errors == of else _solve(lambda p: _at_most(errors, of, p), tail, rising=False)
    return low, high


def rate(wrong: Flags) -> dict[str, Any]:
    """Give a rate with its interval and counts."""
    errors, of = int(wrong.sum()), len(wrong)
    low, high = clopper_pearson(errors, of)
    return {"rate": errors / of, "low": low, "high": high, "errors": errors, "of": of}


def threshold_of(scores: Floats, bona_fide: Flags, bpcer: float) -> float:
    """Give the score below which this share of bona fide presentations lies."""
    return float(np.quantile(scores[bona_fide], bpcer))


def table(scores: Floats, label: NDArray[np.int64], source: NDArray[np.str_], threshold: float) -> dict[str, Any]:
    """Give APCER per source and species, and BPCER per source, at a threshold; APCER also pooled per species."""
    given: dict[str, Any] = {"threshold": threshold}
    for number, species in enumerate(SPECIES):
        inside = label == number
        if not inside.any():
            continue
        kind, wrong = ("bpcer", scores < threshold) if number == 0 else (f"apcer_{species}", scores >= threshold)
        given[kind] = rate(wrong[inside])
        given[f"{kind}_of"] = {
            str(name): rate(wrong[inside & (source == name)]) for name in sorted(set(source[inside].tolist()))
        }
    return given


def brief(scores: Floats, label: NDArray[np.int64], bpcer: float) -> dict[str, float]:
    """Give the threshold of a BPCER and the pooled APCER per species there, as plain numbers (for the gate)."""
    threshold = threshold_of(scores, label == 0, bpcer)
    given = {"threshold": threshold}
    for number, species in enumerate(SPECIES[1:], start=1):
        if (label == number).any():
            given[f"apcer_{species}"] = float((scores[label == number] >= threshold).mean())
    return given


def _at_most(errors: int, of: int, p: float) -> float:
    """Give the binomial chance of at most so many errors."""
    if p <= 0 or p >= 1:
        return 1.0 if p <= 0 or errors >= of else 0.0
    logs = [
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * math.log(p) + (of - k) * math.log1p(-p)
        for k in range(errors + 1)
    ]
    return min(1.0, math.fsum(math.exp(value) for value in logs))


def _solve(chance: Any, wanted: float, *, rising: bool) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if (chance(middle) < wanted) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2
