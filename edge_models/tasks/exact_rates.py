"""Exact binomial arithmetic for error rates: no approximation, so that few presentations look as few as they are."""

from __future__ import annotations

import math
from collections.abc import Callable


def clopper_pearson(errors: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact two-sided interval of a share (Clopper and Pearson 1934). Raises ``ValueError`` without trials."""
    if of < 1 or not 0 <= errors <= of:
        raise ValueError(f"{errors} errors of {of}")
    tail = (1 - level) / 2
    low = 0.0 if errors == 0 else _solve(lambda p: 1 - at_most(errors - 1, of, p), tail, rising=True)
    high = 1.0 if errors == of else _solve(lambda p: at_most(errors, of, p), tail, rising=False)
    return low, high


def at_most(errors: int, of: int, p: float) -> float:
    """Give the binomial chance of at most so many errors."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 1.0 if errors >= of else 0.0
    logs = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * math.log(p) + (of - k) * math.log1p(-p)
        for k in range(errors + 1)
    )
    return min(1.0, math.fsum(math.exp(value) for value in logs))


def _solve(chance: Callable[[float], float], wanted: float, *, rising: bool) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if (chance(middle) < wanted) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2
