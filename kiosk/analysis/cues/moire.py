"""Moire: the beat between a screen's or a print's raster and the camera's pixels, as a peak in the face's spectrum.

Windowed tiles of the face at the camera's own resolution are transformed and their power averaged (Welch 1967); each
frequency is compared with the median of its ring, so that a sharp picture is no peak and a raster is one. What lies on
the axes and on multiples of an eighth is left out: JPEG's and H.264's blocks. Compression and resizing remove the beat
before it can be seen; on such films this cue says little. (After Patel, Han, Jain and Ott 2015.)
"""

from __future__ import annotations

from math import exp, isfinite

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.scored import judge_scores
from kiosk.analysis.facts import CueJudgement, Gathered

CHECK = "moire"
_TILE = 64
_MOST = 192
"""pixels to a side that are looked at"""
_AROUND = 0.8
"""half of the side in widths of the face"""
_LOWEST, _HIGHEST = 0.14, 0.5
"""cycles to a pixel: below it lies the face itself"""
_PEAKS = 4
"""highest frequencies averaged: a peak through a window is a few samples wide"""
_MIDDLE, _STEEP = 3.0, 2.0
"""peak (natural logarithm of power over its ring's median) that scores one half, and how fast the score falls"""
Picture = NDArray[np.uint8]


def _plan() -> tuple[NDArray[np.float32], list[NDArray[np.int64]]]:
    """Give the window, and for each ring the places in the spectrum that are compared with each other."""
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
    down, across = np.meshgrid(np.fft.fftfreq(_TILE), np.fft.rfftfreq(_TILE), indexing="ij")
    radius, near = np.hypot(down, across), 1.6 / _TILE
    on_axis = (np.abs(down) < near) | (np.abs(across) < near)
    blocks = [np.abs(part * 8 - np.round(part * 8)) < 0.6 * 8 / _TILE for part in (down, across)]
    used = (radius > _LOWEST) & (radius < _HIGHEST) & ~on_axis & ~(blocks[0] & blocks[1])
    ring = np.floor(radius * _TILE / 2).astype(int)
    rings = [np.flatnonzero(used & (ring == number)) for number in np.unique(ring[used])]
    return window, [places for places in rings if len(places) >= 12]


_WINDOW, _RINGS = _plan()


def peak_of(image: Picture, box: tuple[float, float, float, float]) -> float | None:
    """Give how far the strongest peaks stand out (natural logarithm of power); None for a face under 64 pixels."""
    x, y, width, height = box
    half = min(_MOST / 2, _AROUND * width)
    left, top = max(0, int(x + width / 2 - half)), max(0, int(y + height / 2 - half))
    part = image[top : int(y + height / 2 + half), left : int(x + width / 2 + half)]
    if min(part.shape[:2]) < _TILE:
        return None
    gray = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.float32)
    every = np.lib.stride_tricks.sliding_window_view(gray, (_TILE, _TILE))[:: _TILE // 2, :: _TILE // 2]
    tiles = every.reshape(-1, _TILE, _TILE)
    tiles = (tiles - tiles.mean((1, 2), keepdims=True)) * _WINDOW
    power = np.log((np.abs(np.fft.rfft2(tiles)) ** 2).mean(0).ravel() + 1e-3)
    over = np.concatenate([power[places] - np.median(power[places]) for places in _RINGS])
    return float(np.partition(over, -_PEAKS)[-_PEAKS:].mean())


def moire_score(image: Picture, box: tuple[float, float, float, float]) -> float | None:
    """Score a frame: 1 no beat .. 0 a strong one; None for a face too small to tell."""
    peak = peak_of(image, box)
    if peak is None or not isfinite(peak):
        return None
    return 1.0 / (1.0 + exp(_STEEP * (peak - _MIDDLE)))


def judge_moire(gathered: Gathered) -> CueJudgement:
    """Judge the frames of a session by their median."""
    return judge_scores(CHECK, gathered)
