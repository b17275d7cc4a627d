"""Small measurements of a picture's fine structure, on a few tiles of it: noise, stillness, traces of its coding."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

TILE = 96
_PLACES = ((0.04, 0.06), (0.04, 0.5), (0.04, 0.94), (0.5, 0.04), (0.5, 0.96), (0.94, 0.06), (0.94, 0.94), (0.72, 0.04))
"""where the tiles lie: round the face, never on it; what is kept of a frame until the next shows nobody"""

FREQUENCIES = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2), (0, 3), (3, 0))
"""of the 8x8 cosine transform whose steps are looked for: row, column"""
STEPS = np.arange(2.0, 41.0)
"""quantisation steps that are told apart"""
_BINS = 241
_BIN = 0.5

Tiles = NDArray[np.float32]


def tiles_of(image: NDArray[np.uint8]) -> Tiles:
    """Give tiles of a BGR picture's luma: tiles x 96 x 96, corners at multiples of eight; () for a small picture."""
    height, width = image.shape[:2]
    if height < 2 * TILE or width < 2 * TILE:
        return np.empty((0, TILE, TILE), np.float32)
    parts = np.empty((len(_PLACES), TILE, TILE), np.float32)
    for number, (down, across) in enumerate(_PLACES):
        top, left = int(down * (height - TILE)) // 8 * 8, int(across * (width - TILE)) // 8 * 8
        parts[number] = cv2.cvtColor(image[top : top + TILE, left : left + TILE], cv2.COLOR_BGR2GRAY)
    return parts


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two frames in the tile that changed least."""

    noise: float
    """standard deviation of one frame's noise, levels of 255"""
    still: float
    """share of pixels that are exactly as before"""
    whiteness: float
    """how much of the change is as fine as single pixels: 1 for white noise, less after scaling or smoothing"""


_LAPLACE_GAIN = 20.0
"""variance that the Laplacian of white noise has, in those of the noise"""


def change_between(before: Tiles, now: Tiles) -> Change | None:
    """Compare the tiles of two frames; None where there are none, or none that is lit."""
    mean = now.mean(axis=(1, 2)) if len(now) else np.empty(0)
    lit = np.flatnonzero((mean > 20) & (mean < 235))
    if not len(lit):
        return None
    change = now[lit] - before[lit]
    spread = change.var(axis=(1, 2))
    least = int(np.argmin(spread))
    part = change[least]
    fine = float(np.var(cv2.Laplacian(part, cv2.CV_32F)[1:-1, 1:-1]))
    energy = float(spread[least])
    whiteness = fine / (_LAPLACE_GAIN * energy) if energy > 0 else 0.0
    return Change(float(np.sqrt(energy / 2)), float(np.mean(part == 0)), whiteness)


def _basis() -> NDArray[np.float32]:
    """Give the chosen cosine functions of an 8x8 block as columns, 64 x frequencies, of unit energy."""
    place = np.arange(8)
    waves = np.cos((2 * place[None] + 1) * np.arange(8)[:, None] * np.pi / 16) * 0.5
    waves[0] *= np.sqrt(0.5)
    return np.stack([np.outer(waves[v], waves[u]).ravel() for v, u in FREQUENCIES], axis=1).astype(np.float32)


_BASIS = _basis()


class CombMeter:
    """Keeps histograms of cosine coefficients: those of a JPEG stand at multiples of its steps, like a comb."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.counts = np.zeros((len(FREQUENCIES), _BINS))

    def add(self, tiles: Tiles) -> None:
        """Take the tiles of a frame."""
        blocks = tiles.reshape(-1, TILE // 8, 8, TILE // 8, 8).swapaxes(2, 3).reshape(-1, 64)
        bins = np.rint(np.abs(blocks @ _BASIS) / _BIN).astype(np.int64)
        for number in range(len(FREQUENCIES)):
            self.counts[number] += np.bincount(np.minimum(bins[:, number], _BINS - 1), minlength=_BINS)

    def steps(self) -> tuple[tuple[float, ...], float]:
        """Give the step of each frequency (0: none seen) and how closely the coefficients keep to them, 0..1."""
        steps, combs = [], []
        for number in range(len(FREQUENCIES)):
            strengths = np.array([self._comb(number, step) for step in STEPS])
            best = float(strengths.max())
            # Coefficients that keep to a step keep to its divisors too: the largest of these is the step.
            near = np.flatnonzero(strengths >= 0.8 * best)
            seen = best >= 0.3
            steps.append(float(STEPS[near[-1]]) if seen else 0.0)
            combs.append(best if seen else 0.0)
        return tuple(steps), float(np.mean(combs))

    def comb(self, steps: tuple[float, ...]) -> float:
        """Give how closely coefficients keep to given steps, 0..1, over the frequencies that have one."""
        known = [self._comb(number, step) for number, step in enumerate(steps) if step > 0]
        return float(np.mean(known)) if known else 0.0

    def _comb(self, number: int, step: float) -> float:
        """Give the mean cosine of the phase, over coefficients beyond the half of the first step; small ones say nothing."""
        values = np.arange(_BINS - 1) * _BIN
        counts = self.counts[number, :-1]
        beyond = values > 0.5 * step + _BIN
        total = float(counts[beyond].sum())
        if total < 200:
            return 0.0
        return max(0.0, float((counts[beyond] * np.cos(2 * np.pi * values[beyond] / step)).sum()) / total)
