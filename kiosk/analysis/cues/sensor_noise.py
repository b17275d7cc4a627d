"""Whether the frames carry the sensor's own pattern (photo-response non-uniformity, PRNU).

Estimated as in Chen, Fridrich, Goljan, Lukas, "Determining image origin and integrity using sensor noise" (IEEE TIFS,
2008): noise residuals W of many frames I give the maximum-likelihood factor K = sum(W I) / sum(I I); rows and columns are
brought to zero mean and the spectrum is flattened, so that what all cameras of a model share falls away. A session's
frames are correlated with I K at the place of the pattern and at others; the ratio is the root of their
peak-to-correlation energy.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.facts import CueJudgement

CHECK = "sensor"
WIDTH, HEIGHT = 1024, 576
"""the middle of the picture that is used, pixels; smaller frames are used whole"""
FEWEST_FRAMES = 12
_NOISE_VARIANCE = 9.0
"""what the denoiser takes for noise (levels squared), after Mihcak's filter"""
_DARK, _BRIGHT = 16.0, 245.0
_PERIOD = 8
"""every eighth analysed frame is looked at: about 20 ms each"""
_MOST_FRAMES = 240

Plane = NDArray[np.float32]


def residual(gray: NDArray[np.uint8]) -> tuple[Plane, Plane]:
    """Give light and noise residual of the middle of a picture: what a smooth picture does not explain.

    The residual is what passes a high-pass filter, weakened where the picture itself is busy (a Wiener filter with
    the least of three local variances), with rows and columns of zero mean.
    """
    light = middle(gray).astype(np.float32)
    detail = light - np.asarray(cv2.GaussianBlur(light, (0, 0), 1.0), np.float32)
    energy = detail * detail
    variance = np.asarray(cv2.blur(energy, (3, 3)), np.float32)
    for size in (7, 15):
        np.minimum(variance, cv2.blur(energy, (size, size)), out=variance)
    noise = detail * np.asarray(_NOISE_VARIANCE / np.maximum(variance, _NOISE_VARIANCE), np.float32)
    # Clipped pixels carry no pattern.
    noise[(light < _DARK) | (light > _BRIGHT)] = 0.0
    return light, zero_mean(noise)


def middle(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the middle part that is used, its corner at a multiple of eight: blocks of the coding stay aligned."""
    height, width = gray.shape
    high, wide = min(height, HEIGHT) // 8 * 8, min(width, WIDTH) // 8 * 8
    top, left = (height - high) // 2 // 8 * 8, (width - wide) // 2 // 8 * 8
    return gray[top : top + high, left : left + wide]


def zero_mean(plane: Plane) -> Plane:
    """Give the plane with rows and columns of zero mean: what readout and interpolation do to all cameras alike."""
    plane = plane - plane.mean(axis=1, keepdims=True)
    return np.asarray(plane - plane.mean(axis=0, keepdims=True), np.float32)


class FingerprintEstimator:
    """Estimates a sensor's pattern from frames of an even, defocused light."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._sums: list[tuple[Plane, Plane]] = []
        self.frames = 0

    def add(self, gray: NDArray[np.uint8]) -> None:
        """Take a frame; all must have one size. Raises ``ValueError`` for another."""
        light, noise = residual(gray)
        if not self._sums:
            self._sums = [(np.zeros_like(light), np.zeros_like(light)) for _ in range(2)]
        products, squares = self._sums[self.frames % 2]
        if products.shape != light.shape:
            raise ValueError("frames of different sizes")
        products += noise * light
        squares += light * light
        self.frames += 1

    def fingerprint(self) -> Plane:
        """Give the pattern of all frames, cleaned. Raises ``ValueError`` without frames."""
        if self.frames < 2:
            raise ValueError("too few frames")
        (p0, s0), (p1, s1) = self._sums
        return clean(np.asarray((p0 + p1) / np.maximum(s0 + s1, 1.0), np.float32))

    def repeatability(self) -> float:
        """Give the correlation between the patterns of the even and the odd frames: 0 all chance .. 1 all sensor."""
        if self.frames < 2:
            return 0.0
        one, other = (clean(np.asarray(p / np.maximum(s, 1.0), np.float32)) for p, s in self._sums)
        return correlation(one, other)


def clean(pattern: Plane) -> Plane:
    """Give the pattern without what cameras of a model share: rows, columns, and peaks of the spectrum."""
    # Rows and columns of each colour site on their own: a mosaic repeats every second pixel.
    pattern = pattern.astype(np.float32, copy=True)
    for y in (0, 1):
        for x in (0, 1):
            pattern[y::2, x::2] = zero_mean(pattern[y::2, x::2])
    spectrum = np.fft.rfft2(pattern)
    power = (np.abs(spectrum) ** 2).astype(np.float32) / pattern.size
    expected = max(float(pattern.var()), 1e-20)
    local = power
    for size in (3, 5, 9):
        local = np.minimum(local, cv2.blur(power, (size, size)))
    noise = expected / np.maximum(local, expected)
    return np.asarray(np.fft.irfft2(spectrum * noise, s=pattern.shape), np.float32)


def correlation(one: Plane, other: Plane) -> float:
    """Give the normalised correlation of two planes of one size."""
    a, b = one - one.mean(), other - other.mean()
    energy = float(np.sqrt(float((a * a).sum()) * float((b * b).sum())))
    return float((a * b).sum()) / energy if energy > 0 else 0.0


# Other places at which the pattern is laid, for comparison: far apart, odd in both directions, none of them small.
_ELSEWHERE = tuple((37 + 61 * i, 53 + 113 * i) for i in range(24))


@dataclass(slots=True)
class SensorNoise:
    """Gathers a session's correlation with the enrolled pattern: sums of numbers, no pixels."""

    pattern: Plane | None
    """None: no sensor was enrolled at this site"""
    _seen: int = 0
    _frames: int = 0
    _here: float = 0.0
    _elsewhere: NDArray[np.float64] | None = None
    _wrong_size: bool = False

    def due(self) -> bool:
        """Count an analysed frame, and say whether it is one of the few that are looked at."""
        self._seen += 1
        return self.pattern is not None and self._frames < _MOST_FRAMES and (self._seen - 1) % _PERIOD == 0

    def add(self, gray: NDArray[np.uint8]) -> None:
        """Correlate a frame with the pattern."""
        if self.pattern is None:
            return
        light, noise = residual(gray)
        if light.shape != self.pattern.shape:
            self._wrong_size = True
            return
        here, elsewhere = _correlations(noise, light * self.pattern)
        self._here += here
        self._elsewhere = elsewhere if self._elsewhere is None else self._elsewhere + elsewhere
        self._frames += 1

    def forget(self) -> None:
        """Begin a new session."""
        self._seen = self._frames = 0
        self._here, self._elsewhere, self._wrong_size = 0.0, None, False

    @property
    def score(self) -> float:
        """Give the signed root of the peak-to-correlation energy; 0 without frames."""
        if self._elsewhere is None:
            return 0.0
        spread = float(np.sqrt(np.mean(self._elsewhere**2)))
        return self._here / spread if spread > 0 else 0.0

    def judge(self) -> CueJudgement:
        """Say whether the session's frames carry the pattern."""
        if self.pattern is None:
            return CueJudgement(CHECK, code="not_enrolled")
        if self._wrong_size:
            return CueJudgement(CHECK, code="unavailable", detail=(("because", "another picture size than enrolled"),))
        if self._frames < FEWEST_FRAMES:
            return CueJudgement(CHECK, frames=self._frames, code="unavailable", detail=(("because", "too few frames"),))
        point = operating_point(CHECK)
        return CueJudgement(CHECK, self.score, point.threshold, point.bpcer, self._frames)


def _correlations(noise: Plane, expected: Plane) -> tuple[float, NDArray[np.float64]]:
    height, width = noise.shape
    expected = zero_mean(expected)
    here = float(np.vdot(noise, expected))
    flat = noise.reshape(-1)
    elsewhere = np.empty(len(_ELSEWHERE))
    for place, (down, right) in enumerate(_ELSEWHERE):
        # One turn of the flattened plane stands for a shift in both directions, without a copy.
        turn = (down % height) * width + right % width
        other = expected.reshape(-1)
        elsewhere[place] = float(flat[turn:] @ other[: flat.size - turn]) + float(
            flat[:turn] @ other[flat.size - turn :]
        )
    return here, elsewhere
