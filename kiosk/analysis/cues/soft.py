"""Joining the features of a cue: each between what is fine and what is not; the worst one counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Feature:
    """One figure with the values between which trust falls from 1 to 0."""

    name: str
    value: float
    fine: float
    """1 here and beyond"""
    broken: float
    """0 here and beyond; below ``fine`` where small values are bad"""

    @property
    def trust(self) -> float:
        """Give 0..1; what is no number is not trusted."""
        if not isfinite(self.value):
            return 0.0
        return min(max((self.value - self.broken) / (self.fine - self.broken), 0.0), 1.0)


def worst(features: list[Feature]) -> tuple[float, tuple[tuple[str, str], ...]]:
    """Give the least trust, and as detail the feature that it comes from with its figure."""
    least = min(features, key=lambda feature: feature.trust)
    detail = (("least", least.name), (least.name, f"{least.value:.4g}")) if least.trust < 1.0 else ()
    return least.trust, detail
