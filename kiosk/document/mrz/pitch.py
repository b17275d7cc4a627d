"""The pitch of a zone's characters, which perspective makes change evenly along a line."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

RANGE = (0.5, 1.75)
"""least and greatest pitch in capitals' heights: OCR-B has 1.06; foreshortening and odd prints go beyond"""
_SAME = 0.6
_FLAT = 1e-6
_STEEPEST = 0.3
"""share by which the pitch changes at most from the middle of one half to that of the other"""


@dataclass(frozen=True, slots=True)
class Pitch:
    """Pixels from one character to the next: ``width`` at ``at``, ``slope`` more for every pixel to the right."""

    width: float
    slope: float
    at: float
    regular: float
    """autocorrelation at the pitch, 0..1"""

    def count(self, x: Vector | float) -> Vector:
        """Give how many characters lie from ``at`` to x; negative to its left."""
        off = np.asarray(x, np.float64) - self.at
        if abs(self.slope) < _FLAT:
            return off / self.width
        return np.asarray(np.log(np.maximum(1 + self.slope * off / self.width, 0.05)) / self.slope)

    def place(self, count: Vector) -> Vector:
        """Give x that lies so many characters from ``at``."""
        if abs(self.slope) < _FLAT:
            return self.at + count * self.width
        return np.asarray(self.at + self.width * (np.exp(self.slope * count) - 1) / self.slope)


def measure(profiles: list[Vector], starts: list[float], capital: float) -> Pitch | None:
    """Give the pitch of lines by their ink column by column, each from its own start; None where there is none."""
    if not profiles:
        return None
    low, high = int(RANGE[0] * capital), int(RANGE[1] * capital) + 1
    total = np.sum([_autocorrelation(one, 2 * high + 2, capital) for one in profiles], axis=0)
    if total[0] <= 0:
        return None
    total = total / total[0]
    # Twice the pitch must show as well: half of a pitch then does not pass for it.
    twice = np.array([total[2 * lag - 1 : 2 * lag + 2].max() for lag in range(low, high + 1)])
    best = int((total[low : high + 1] + 0.5 * twice).argmax()) + low
    # Twice the pitch is as regular as the pitch, which is seen at half of it; half of the pitch is not.
    if best >= 2 * low:
        half = best // 2
        nearer = half - 1 + int(total[half - 1 : half + 3].argmax())
        best = nearer if total[nearer] > _SAME * total[best] else best
    if best in {low, high}:
        return None
    width = _peak(total, best)
    regular = float(np.clip(total[best], 0, 1))
    begin = min(starts)
    end = max(start + len(one) for start, one in zip(starts, profiles, strict=True))
    at = (begin + end) / 2
    first, second = (_half(profiles, starts, at, way, width, capital) for way in (-1, 1))
    if first is None or second is None:
        return Pitch(width, 0.0, at, regular)
    (left, left_at, left_how), (right, right_at, right_how) = first, second
    if abs(right - left) > _STEEPEST * width or right_at - left_at < 4 * width:
        return Pitch(width, 0.0, at, regular)
    slope = (right - left) / (right_at - left_at)
    return Pitch(
        left + slope * (at - left_at), slope, at, float(np.clip(max(regular, (left_how + right_how) / 2), 0, 1))
    )


def regularity(profile: Vector, width: float, capital: float) -> float:
    """Give how regular one line is at a pitch that was found in all, -1..1."""
    lag = round(width)
    return float(_autocorrelation(profile, lag + 4, capital)[max(lag - 2, 1) : lag + 3].max())


def _half(
    profiles: list[Vector], starts: list[float], at: float, way: int, width: float, capital: float
) -> tuple[float, float, float] | None:
    """Give pitch, place and regularity of the lines' left (-1) or right (1) half; None where there is too little."""
    lags = round(1.4 * width) + 3
    total = np.zeros(lags)
    begins, ends = [], []
    for profile, start in zip(profiles, starts, strict=True):
        middle = int(np.clip(at - start, 0, len(profile)))
        part = profile[:middle] if way < 0 else profile[middle:]
        if len(part) < 8 * width:
            continue
        total += _autocorrelation(part, lags, capital)
        begin = start if way < 0 else start + middle
        begins.append(begin)
        ends.append(begin + len(part))
    if total[0] <= 0:
        return None
    total /= total[0]
    low, high = round(0.78 * width), round(1.28 * width)
    best = low + int(total[low : high + 1].argmax())
    if total[best] < 0.25 or best in {low, high}:
        return None
    return _peak(total, best), (min(begins) + max(ends)) / 2, float(total[best])


def _peak(values: Vector, at: int) -> float:
    """Give where a peak lies between its neighbours."""
    left, top, right = values[at - 1 : at + 2]
    shift = 0.5 * (left - right) / min(left - 2 * top + right, -1e-9)
    return at + float(np.clip(shift, -0.5, 0.5))


def _autocorrelation(profile: Vector, lags: int, capital: float) -> Vector:
    """Give the autocorrelation of a line's columns, 1 at lag 0; nothing but zeros where it is too short."""
    if len(profile) < 2 * lags:
        return np.zeros(lags)
    across = profile - cv2.blur(profile.reshape(1, -1), (2 * round(capital) + 1, 1)).ravel()
    spectrum = np.abs(np.fft.rfft(across, 2 * len(across))) ** 2
    correlation = np.fft.irfft(spectrum)[:lags]
    # Far lags have fewer pairs.
    correlation = correlation * len(across) / (len(across) - np.arange(lags))
    return np.asarray(correlation / max(correlation[0], 1e-12))
