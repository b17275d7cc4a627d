"""How often is measured, and what is said of many times: the middle and the spread, never the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Amount:
    """How much is run: in each round every competitor runs ``runs`` times, one after the other."""

    rounds: int
    runs: int
    frames: int
    """different frames of the demonstration camera"""


FULL = Amount(rounds=20, runs=10, frames=60)
QUICK = Amount(rounds=3, runs=5, frames=15)


@dataclass(frozen=True)
class Spread:
    """Milliseconds of one run: median, quartiles and the least: other work on the machine only ever adds."""

    median: float
    lower: float
    upper: float
    least: float
    runs: int

    @property
    def between(self) -> float:
        """Give the interquartile range."""
        return self.upper - self.lower


def spread_of(times: Sequence[float]) -> Spread | None:
    """Give median and quartiles of some milliseconds; None when there are none."""
    if not times:
        return None
    lower, median, upper = (float(value) for value in np.percentile(np.asarray(times, np.float64), [25, 50, 75]))
    return Spread(median, lower, upper, min(times), len(times))
