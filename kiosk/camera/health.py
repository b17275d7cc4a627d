"""Whether the camera is fit, judged from cheap numbers of its frames and the times at which they came."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import CameraBusy, CameraError, CameraMissing


class HealthState(StrEnum):
    """How the camera is."""

    OK = "ok"
    STARTING = "starting"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    FROZEN = "frozen"
    SLOW = "slow"
    LOST = "lost"
    BUSY = "busy"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FrameStatistics:
    """What is measured on every frame."""

    mean: float
    """brightness, 0..255"""
    glaring: float
    """share of the picture at the top of the scale, 0..1"""
    changed: float | None
    """mean difference to the frame before in levels; None for the first"""


class FrameMeter:
    """Measures frames on every eighth pixel of every eighth row."""

    def __init__(self) -> None:
        """Start without a frame to compare to."""
        self._before: NDArray[np.int16] | None = None

    def measure(self, image: NDArray[np.uint8]) -> FrameStatistics:
        """Give the numbers of one frame."""
        sample = image[4::8, 4::8].astype(np.int16)
        before, self._before = self._before, sample
        same_shape = before is not None and before.shape == sample.shape
        changed = float(np.abs(sample - before).mean()) if before is not None and same_shape else None
        return FrameStatistics(float(sample.mean()), float((sample.min(axis=2) >= 250).mean()), changed)

    def forget(self) -> None:
        """Start anew, as after a loss."""
        self._before = None


_BLACK_BELOW, _BLACK_LEFT = 8.0, 11.0
_GLARING_ABOVE, _GLARING_LEFT = 0.6, 0.5
_SAME_BELOW = 0.02
_FROZEN_SECONDS = 1.5
_SLOW_BELOW, _SLOW_LEFT = 8.0, 9.5
_WINDOW_SECONDS = 2.5
_SILENCE_SECONDS = 2.0
_FIRST_FRAMES = 3
# How long a finding must last before it is told, so that the state does not flicker.
_DWELL = {
    HealthState.OK: 0.5,
    HealthState.BLACK: 0.7,
    HealthState.OVEREXPOSED: 0.7,
    HealthState.FROZEN: 0.0,
    HealthState.SLOW: 0.5,
}


class CameraHealth:
    """Keeps the state of one camera; times are seconds of one steady clock."""

    def __init__(self, *, may_hold_still: bool = False) -> None:
        """Take whether frames may be all alike (one picture in the place of a camera)."""
        self._may_hold_still = may_hold_still
        self._state = HealthState.STARTING
        self._finding: HealthState | None = None
        self._finding_since = 0.0
        self._arrivals: deque[float] = deque()
        self._seen = 0
        self._moved: float | None = None
        self._heard: float | None = None

    @property
    def state(self) -> HealthState:
        """Tell how the camera is."""
        return self._state

    @property
    def rate(self) -> float:
        """Give frames per second over the last seconds; 0 before there are two."""
        if len(self._arrivals) < 2 or self._arrivals[-1] <= self._arrivals[0]:
            return 0.0
        return (len(self._arrivals) - 1) / (self._arrivals[-1] - self._arrivals[0])

    def opened(self, now: float, *, may_hold_still: bool | None = None) -> None:
        """Begin anew with a camera that was opened."""
        if may_hold_still is not None:
            self._may_hold_still = may_hold_still
        self._state = HealthState.STARTING
        self._heard = now
        self._quiet()

    def failed(self, error: CameraError) -> None:
        """Take note that the camera cannot be opened or is gone."""
        if isinstance(error, CameraBusy):
            self._state = HealthState.BUSY
        elif isinstance(error, CameraMissing):
            # A camera that has given pictures was there: it is lost rather than missing.
            self._state = HealthState.LOST if self._state is HealthState.LOST else HealthState.MISSING
        else:
            self._state = HealthState.LOST
        self._quiet()

    def missed(self, now: float) -> None:
        """Take note that no frame has come until now; long silence is a loss."""
        if self._heard is None:
            self._heard = now
        if now - self._heard > _SILENCE_SECONDS:
            self._state = HealthState.LOST
            self._quiet()

    def saw(self, statistics: FrameStatistics, now: float) -> None:
        """Take note of a frame."""
        self._heard = now
        self._seen += 1
        self._arrivals.append(now)
        while now - self._arrivals[0] > _WINDOW_SECONDS:
            self._arrivals.popleft()
        if self._moved is None or statistics.changed is None or statistics.changed > _SAME_BELOW:
            self._moved = now
        if self._seen < _FIRST_FRAMES:
            self._state = HealthState.STARTING
            return
        finding = self._judge(statistics, now)
        if finding is not self._finding:
            self._finding, self._finding_since = finding, now
        fresh = self._state in (HealthState.STARTING, HealthState.LOST, HealthState.BUSY, HealthState.MISSING)
        # A fit camera need not wait to be called so at the start; a fault still has to last.
        dwell = 0.0 if fresh and finding is HealthState.OK else _DWELL[finding]
        if finding is not self._state and now - self._finding_since >= dwell:
            self._state = finding

    def _quiet(self) -> None:
        """Forget the frames before a break."""
        self._finding, self._moved = None, None
        self._seen = 0
        self._arrivals.clear()

    def _judge(self, statistics: FrameStatistics, now: float) -> HealthState:
        """Name the worst that this frame shows; a state is left at a farther mark than it is entered."""
        if statistics.mean < (_BLACK_LEFT if self._state is HealthState.BLACK else _BLACK_BELOW):
            return HealthState.BLACK
        if statistics.glaring > (_GLARING_LEFT if self._state is HealthState.OVEREXPOSED else _GLARING_ABOVE):
            return HealthState.OVEREXPOSED
        if not self._may_hold_still and self._moved is not None and now - self._moved > _FROZEN_SECONDS:
            return HealthState.FROZEN
        long_enough = len(self._arrivals) > 1 and now - self._arrivals[0] > 0.6 * _WINDOW_SECONDS
        if long_enough and self.rate < (_SLOW_LEFT if self._state is HealthState.SLOW else _SLOW_BELOW):
            return HealthState.SLOW
        return HealthState.OK
