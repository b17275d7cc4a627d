"""The mean of numbers that follow each other in time, with an interval that knows how alike neighbours are."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

_Z = 1.959964
"""of the normal distribution, 95 % two-sided"""
_FEWEST = 4.0
"""independent frames that a series counts for at least: with fewer, Student's t would make the interval of a slow drift
many times as wide as the drift itself; what that costs in coverage is measured (docs/cues.md)"""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over time and where the mean of an endless presentation would lie, 95 times of 100."""

    mean: float
    low: float
    high: float
    effective: float
    """how many independent frames the frames are worth"""


def effective_number(values: ArrayLike) -> float:
    """Give how many independent samples a correlated series is worth, at least one and at most all of them.

    The lesser of two: n / (1 + 2 sum of autocorrelations) over the initial positive sequence (Geyer 1992), and
    n (1 - r) / (1 + r) of a first-order process whose r is freed of the bias that a short series gives it (Marriott and
    Pope 1954). A series that never changes is worth one.
    """
    series = np.asarray(values, np.float64)
    count = len(series)
    if count < 2:
        return float(count)
    centred = series - series.mean()
    variance = float(centred @ centred) / count
    if variance < 1e-12:
        return 1.0
    lags = np.array([float(centred[: count - lag] @ centred[lag:]) / count for lag in range(count)]) / variance
    total = 0.0
    for lag in range(0, count - 1, 2):
        pair = lags[lag] + lags[lag + 1]
        if pair <= 0.0:
            break
        total += pair
    next_to = min(max(lags[1] + (1.0 + 3.0 * lags[1]) / count, 0.0), 0.99)
    both = min(count / max(2.0 * total - 1.0, 1.0), count * (1.0 - next_to) / (1.0 + next_to))
    return float(np.clip(both, 1.0, count))


def interval_of(values: ArrayLike, trimmed: float = 0.0) -> Interval:
    """Give the mean of a series in the order of time with its 95 % interval (Student's t on the effective number).

    ``trimmed`` is the share left out at each end of the ordered values; the spread is then that of the values with
    their ends drawn in (winsorised; Tukey and McLaughlin 1963). With fewer than three values the interval is endless.
    Raises ``ValueError`` without values.
    """
    series = np.asarray(values, np.float64)
    count = len(series)
    if not count:
        raise ValueError("no values")
    cut = int(trimmed * count)
    ordered = np.sort(series)
    mean = float(ordered[cut : count - cut].mean())
    effective = effective_number(series)
    if count < 3:
        return Interval(mean, -np.inf, np.inf, effective)
    # What the series shows of the spread is the less, the fewer independent values it holds.
    worth = max(_FEWEST, effective)
    drawn_in = np.clip(series, ordered[cut], ordered[count - cut - 1])
    spread = float(drawn_in.std()) * sqrt(worth / (worth - 1.0)) / (1.0 - 2.0 * cut / count)
    half = student(worth - 1.0) * spread / sqrt(worth)
    return Interval(mean, mean - half, mean + half, effective)


def student(freedom: float) -> float:
    """Give the 97.5 % point of Student's t, which need not be for a whole number (Cornish and Fisher 1938)."""
    if freedom <= 4.0:
        # The expansion is too rough here; the points for one to four degrees, linear in 1 / freedom between.
        known = np.array([2.776, 3.182, 4.303, 12.706])
        return float(np.interp(1.0 / max(freedom, 1.0), np.array([1 / 4, 1 / 3, 1 / 2, 1.0]), known))
    z, v = _Z, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
