"""How loud a clip is within the band of speech, and whether it has a voice's pitch: numbers of ten milliseconds each."""

from __future__ import annotations

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


def _measured(rows: _Row, rate: int) -> tuple[_Row, _Row]:
    """Give level and periodicity of each window (rows x samples)."""
    length = rows.shape[1]
    rows = rows - rows.mean(axis=1, keepdims=True)
    window = np.hanning(length)
    spectrum = np.fft.rfft(rows * window, 2 * length, axis=1)
    frequencies = np.fft.rfftfreq(2 * length, 1 / rate)
    power = np.abs(spectrum) ** 2
    power[:, (frequencies < _BAND[0]) | (frequencies > _BAND[1])] = 0.0
    # Parseval over the doubled length; a full-scale sine gives about -3 dB.
    energy = power.sum(axis=1) / length / (window**2).sum()
    levels = np.maximum(10 * np.log10(np.maximum(energy, 1e-12)), _QUIETEST)
    # Boersma (1993): the autocorrelation of the window's own shape is divided out.
    plain = np.abs(np.fft.rfft(rows * window, 2 * length, axis=1)) ** 2
    plain[:, frequencies > _PITCHED] = 0.0
    autocorrelation = np.fft.irfft(plain, axis=1)[:, :length]
    shape = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * length)) ** 2)[:length]
    first, last = int(rate / _PITCH[1]), min(int(rate / _PITCH[0]), length - 1)
    lags = slice(first, last + 1)
    at_zero = autocorrelation[:, :1] / shape[0]
    ratio = autocorrelation[:, lags] / np.maximum(shape[lags], 1e-3 * shape[0]) / np.maximum(at_zero, 1e-12)
    # Long lags have few samples behind them: what they find is trusted less.
    ratio = ratio * np.minimum(1.0, shape[lags] / (0.1 * shape[0]))
    return levels, np.clip(ratio.max(axis=1), 0.0, 1.0)


_PITCHED = 1500.0
"""Hz above which a voice's pitch is hidden by breath and noise"""
