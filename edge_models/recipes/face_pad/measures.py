"""Error rates of PAD (ISO/IEC 30107-3) with exact intervals, per source and per species."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.exact_rates import clopper_pearson
from edge_models.tasks.face_pad import SPECIES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
