"""Rates with exact intervals, and the exact test whether two differ: binomial arithmetic without approximations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge_models.tasks.exact_rates import clopper_pearson

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of presentations with its two-sided interval (Clopper and Pearson 1934)."""

    errors: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """Give the share, None of nothing."""
        return self.errors / self.of if self.of else None


def rate(errors: int, of: int, confidence: float = CONFIDENCE) -> Rate:
    """Give the share of ``errors`` in ``of`` presentations; of none the interval is everything.

    Raises ``ValueError`` for impossible counts.
    """
    if not 0 <= errors <= of:
        raise ValueError(f"{errors} errors in {of} presentations")
    low, high = (0.0, 1.0) if errors == of == 0 else clopper_pearson(errors, of, confidence)
    return Rate(errors, of, low, high)


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of two rates of different presentations, with an interval that holds at the stated confidence."""

    value: float | None
    low: float
    high: float


def sum_of(first: tuple[int, int], second: tuple[int, int]) -> Sum:
    """Give the sum of two rates (errors, presentations).

    Each interval is taken at half of the allowed error (Bonferroni), so that both hold together: wide, never too narrow.
    """
    half = 1 - (1 - CONFIDENCE) / 2
    one, two = rate(*first, confidence=half), rate(*second, confidence=half)
    value = None if one.value is None or two.value is None else one.value + two.value
    return Sum(value, one.low + two.low, min(2.0, one.high + two.high))


def fisher(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Give the two-sided p-value of Fisher's exact test that two rates (errors, presentations) are the same."""
    errors, (of_first, of_second) = first[0] + second[0], (first[1], second[1])
    total = of_first + of_second
    if not total:
        return 1.0
    least, most = max(0, errors - of_second), min(errors, of_first)
    ways = {k: math.comb(of_first, k) * math.comb(of_second, errors - k) for k in range(least, most + 1)}
    seen = ways[first[0]]
    return min(1.0, sum(count for count in ways.values() if count <= seen) / math.comb(total, errors))


def det_points(bona_fide: Sequence[float], attacks: Sequence[float]) -> list[tuple[float, float, float]]:
    """Give (threshold, BPCER, APCER) at every score: BPCER is the share below it, APCER the share not below it."""
    points = []
    for threshold in [*sorted({*bona_fide, *attacks}), math.inf]:
        bpcer = sum(score < threshold for score in bona_fide) / max(1, len(bona_fide))
        apcer = sum(score >= threshold for score in attacks) / max(1, len(attacks))
        points.append((threshold, bpcer, apcer))
    return points


def threshold_at(bona_fide: Sequence[float], bpcer: float) -> float:
    """Give the highest threshold that refuses no more than this share of the bona fide. Raises ``ValueError`` of none."""
    if not bona_fide:
        raise ValueError("a threshold needs bona fide scores")
    ordered = sorted(bona_fide)
    return ordered[min(len(ordered) - 1, int(bpcer * len(ordered) + 1e-9))]
