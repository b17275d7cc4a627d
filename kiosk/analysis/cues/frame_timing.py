"""Whether frames come as a sensor's do: a steady period with a little jitter, drops of whole periods, one delay.

A player, a relay or a spliced stream shows elsewhere: stamps on a grid, periods too perfect or of no common measure,
a delay that wanders or jumps, frames faster than the camera can give them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.cues.soft import Feature, worst
from kiosk.analysis.facts import CueJudgement

CHECK = "frame_timing"
FEWEST = 60
_MOST = 1800
_AROUND = 15
"""intervals whose median is the period at a moment: exposure changes it, slowly or in steps"""
_GRID = 1e-3
"""milliseconds are the clock of players and streaming protocols; kernels stamp in microseconds"""
_NEAR_GRID = 2e-6

Times = NDArray[np.float64]


@dataclass(slots=True)
class FrameTiming:
    """Gathers when frames were taken and when they arrived."""

    pinned_period: float | None = None
    """seconds between frames as measured at calibration, None when it was not"""
    _seen: deque[tuple[float, float, int]] = field(default_factory=lambda: deque(maxlen=_MOST))
    _without: bool = False

    def see(self, stamp: float, arrived: float | None, index: int) -> None:
        """Take a frame's stamp, its arrival (None: the source has none of its own) and its number."""
        if arrived is None:
            self._without = True
            return
        if self._seen and index <= self._seen[-1][2]:
            # Opened anew: what came before belongs to another count.
            self._seen.clear()
        self._seen.append((stamp, arrived, index))

    def forget(self) -> None:
        """Begin a new session."""
        self._seen.clear()
        self._without = False

    def judge(self) -> CueJudgement:
        """Say whether the frames came as a sensor's do."""
        if self._without:
            return CueJudgement(CHECK, code="unavailable", detail=(("because", "times are the recording's"),))
        if len(self._seen) < 2 or (features := features_of(*self._arrays(), self.pinned_period)) is None:
            return CueJudgement(
                CHECK, frames=len(self._seen), code="unavailable", detail=(("because", "too few frames"),)
            )
        score, detail = worst(features)
        point = operating_point(CHECK)
        return CueJudgement(CHECK, score, point.threshold, point.bpcer, len(self._seen), detail=detail)

    def _arrays(self) -> tuple[Times, Times, Times]:
        table = np.array(self._seen, np.float64)
        return table[:, 0], table[:, 1], table[:, 2]


def features_of(stamps: Times, arrivals: Times, indices: Times, pinned: float | None) -> list[Feature] | None:
    """Give the features of one session's times (seconds; numbers of frames); None when there are too few."""
    gaps = np.diff(indices)
    intervals = np.diff(stamps) / np.maximum(gaps, 1)
    together = gaps == 1
    if int(together.sum()) < FEWEST:
        return None
    periods = _local_median(intervals)
    if not float(periods.min()) > 0:
        return [Feature("period", 0.0, 1.0, 0.5)]
    parts = (np.diff(stamps) / periods)[together]
    off = parts - np.maximum(np.rint(parts), 1.0)
    jitter = 1.4826 * float(np.median(np.abs(off * periods[together])))
    delay = arrivals - stamps
    steady = float(np.median(periods))
    on_grid = np.abs(stamps / _GRID - np.rint(stamps / _GRID)) * _GRID < _NEAR_GRID
    slope = np.polyfit(stamps - stamps[0], delay, 1)[0] if stamps[-1] > stamps[0] else np.inf
    low, high = np.percentile(delay, (5, 95))
    features = [
        Feature("uneven", float(np.mean(np.abs(off) > 0.25)), 0.02, 0.15),
        Feature("too_even_us", 1e6 * jitter, 8.0, 1.0),
        Feature("on_grid", float(np.mean(on_grid)), 0.1, 0.5),
        Feature("delay_spread", float(high - low) / steady, 0.8, 1.8),
        Feature("delay_drift_ppm", 1e6 * abs(float(slope)), 1000.0, 6000.0),
        Feature("delay_jump", _largest_jump(delay) / steady, 0.6, 1.4),
    ]
    if pinned is not None and pinned > 0:
        features.append(Feature("faster", float(np.percentile(periods, 5)) / pinned, 0.985, 0.95))
    return features


def _local_median(values: Times) -> Times:
    half = _AROUND // 2
    padded = np.pad(values, half, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, _AROUND), axis=1), np.float64)


def _largest_jump(values: Times) -> float:
    """Give the largest lasting step: between the medians of fifteen values before and after."""
    if len(values) < 2 * _AROUND:
        return 0.0
    medians = np.median(np.lib.stride_tricks.sliding_window_view(values, _AROUND), axis=1)
    return float(np.abs(medians[_AROUND:] - medians[:-_AROUND]).max())
