"""How loud a clip is within the band of speech, and whether it has a voice's pitch: numbers of ten milliseconds each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.heard import SoundTrack
from kiosk.sound.clip import Clip

STEP = 0.01
"""seconds between two numbers"""
_WINDOW = 0.04
"""seconds behind each number: at least two periods of a low voice"""
_BAND = (150.0, 4000.0)
_PITCH = (70.0, 400.0)
"""Hz, of men, women and children"""
_GAP = 0.5
_QUIETEST = -100.0

_Row = NDArray[np.float64]


class Loudness:
    """Listens to clip after clip and keeps numbers; of the sound itself it holds at most one window."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._rest = np.empty(0, np.float32)
        self._rate = 0
        self._start: float | None = None
        self._end = 0.0
        self._levels: list[float] = []
        self._periodic: list[float] = []

    def hear(self, clip: Clip) -> None:
        """Take the next clip; sound that was lost before it counts as silence."""
        if self._start is None or clip.rate != self._rate:
            self.wipe()
            self._rate, self._start = clip.rate, clip.time + _WINDOW / 2
        elif clip.time - self._end > _GAP:
            missing = int((clip.time - self._end) / STEP)
            self._levels += [_QUIETEST] * missing
            self._periodic += [0.0] * missing
        self._end = clip.until
        samples = np.concatenate([self._rest, clip.samples])
        window, step = int(_WINDOW * self._rate), int(STEP * self._rate)
        count = max(0, (len(samples) - window) // step + 1)
        if count:
            rows = np.lib.stride_tricks.sliding_window_view(samples, window)[::step][:count]
            levels, periodic = _measured(rows.astype(np.float64), self._rate)
            self._levels += levels.tolist()
            self._periodic += periodic.tolist()
        self._rest = samples[count * step :].copy()

    def track(self) -> SoundTrack | None:
        """Give what was heard so far, None for nothing."""
        if self._start is None or not self._levels:
            return None
        return SoundTrack(self._start, STEP, tuple(self._levels), tuple(self._periodic))

    def wipe(self) -> None:
        """Forget all."""
        self._rest.fill(0.0)
        self._rest = np.empty(0, np.float32)
        self._start = None
        self._levels, self._periodic = [], []


@dataclass(frozen=True)
class _Shape:
    """What is the same for each window of a rate."""

    window: _Row
    size: int
    """of the transform: long enough that no lag of a voice's pitch wraps round"""
    band: NDArray[np.bool_]
    pitched: NDArray[np.bool_]
    lags: slice
    share: _Row
    """the window's own autocorrelation at those lags, 1 at lag 0"""


@lru_cache(maxsize=4)
def _shape(length: int, rate: int) -> _Shape:
    first, last = int(rate / _PITCH[1]), min(int(rate / _PITCH[0]), length - 1)
    size = 1 << (length + last).bit_length()
    window = np.hanning(length)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    own = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)
    return _Shape(
        window=window,
        size=size,
        band=(frequencies >= _BAND[0]) & (frequencies <= _BAND[1]),
        pitched=frequencies <= _PITCHED,
        lags=slice(first, last + 1),
        share=own[first : last + 1] / own[0],
    )


def _measured(rows: _Row, rate: int) -> tuple[_Row, _Row]:
    """Give level and periodicity of each window (rows x samples)."""
    shape = _shape(rows.shape[1], rate)
    rows = rows - rows.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(rows * shape.window, shape.size, axis=1)) ** 2
    # Parseval; a full-scale sine gives -3 dB.
    energy = power @ shape.band * 2 / shape.size / (shape.window**2).sum()
    levels = np.maximum(10 * np.log10(np.maximum(energy, 1e-12)), _QUIETEST)
    # Boersma (1993): the autocorrelation of the window's own shape is divided out.
    autocorrelation = np.fft.irfft(power * shape.pitched, axis=1)
    at_zero = np.maximum(autocorrelation[:, :1], 1e-12)
    ratio = autocorrelation[:, shape.lags] / np.maximum(shape.share, 1e-3) / at_zero
    # Long lags have few samples behind them: what they find is trusted less.
    ratio = ratio * np.minimum(1.0, shape.share / 0.1)
    return levels, np.clip(ratio.max(axis=1), 0.0, 1.0)


_PITCHED = 1500.0
"""Hz above which a voice's pitch is hidden by breath and noise"""
