"""PAD scores of many frames joined, with an interval: frames of one film say much the same, so they count for less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from kiosk.analysis.cues.correlated import interval_of

TRIMMED = 0.2
"""share of the lowest and of the highest scores left out, as ``edge_models.tasks.face_pad.fuse`` does"""


@dataclass(frozen=True, slots=True)
class PadOverTime:
    """What the PAD scores of a session say together."""

    score: float
    low: float
    high: float
    """95 % interval of the score over time, within 0..1"""
    frames: int
    effective: float
    """how many independent frames they are worth"""


def join(scores: Sequence[float]) -> PadOverTime | None:
    """Join scores (0 attack .. 1 bona fide) in the order of time, evenly spaced; None where nothing can be said.

    A score that is no number makes the whole unsayable: it must not count for the person. With fewer than three frames
    the interval is everything.
    """
    if not scores or not all(isfinite(score) for score in scores):
        return None
    found = interval_of(scores, TRIMMED)
    low, high = max(0.0, found.low), min(1.0, found.high)
    return PadOverTime(found.mean, low, high, len(scores), found.effective)
