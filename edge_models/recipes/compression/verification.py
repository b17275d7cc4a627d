"""How well templates tell persons apart: the thresholds come from other persons than the figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Verification:
    """Of all pairs of the persons given."""

    accuracy: float
    """mean of true match and true non-match rates; the threshold is the best one of the other half of the persons"""
    tar_at_fmr_1e_3: float
    """true match rate where one in a thousand non-mated pairs passes"""


def verify(templates: NDArray[np.floating], person: NDArray[np.integer]) -> Verification:
    """Measure unit-length templates. Raises ``ValueError`` with fewer than four persons."""
    people = np.unique(person)
    if len(people) < 4:
        raise ValueError(f"{len(people)} persons cannot be halved")
    halves = [_pairs(templates[mask], person[mask]) for mask in (np.isin(person, people[i::2]) for i in (0, 1))]
    rates = [
        _balanced(*halves[other], float(threshold))
        for other, threshold in ((1, _best(*halves[0])), (0, _best(*halves[1])))
    ]
    mated, nonmated = _pairs(templates, person)
    return Verification(float(np.mean(rates)), float((mated > np.quantile(nonmated, 0.999)).mean()))


def _pairs(
    templates: NDArray[np.floating], person: NDArray[np.integer]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    upper = np.triu_indices(len(person), 1)
    scores = (templates @ templates.T)[upper]
    same = person[upper[0]] == person[upper[1]]
    return scores[same], scores[~same]


def _balanced(mated: NDArray[np.floating], nonmated: NDArray[np.floating], threshold: float) -> float:
    return float(((mated >= threshold).mean() + (nonmated < threshold).mean()) / 2)


def _best(mated: NDArray[np.floating], nonmated: NDArray[np.floating]) -> float:
    grid = np.linspace(-1, 1, 2001)
    true_match = 1 - np.searchsorted(np.sort(mated), grid) / len(mated)
    true_nonmatch = np.searchsorted(np.sort(nonmated), grid) / len(nonmated)
    return float(grid[np.argmax(true_match + true_nonmatch)])
