"""Straighten a line of print and cut it to its height: what stands loose or a little turned in its crop is brought to the middle."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
_ROWS = 48
_BLOCKS = 24
_SLOPES = np.linspace(-0.11, 0.11, 23)
"""rise by run: up to about 6 degrees either way"""
_PART_OF_TOP = 0.22
"""rows with less than this share of the strongest row's strokes do not belong to the line"""
_MARGIN = 0.3
"""ground kept above and below the line, in parts of its height"""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a line lies in its crop, in shares of the crop's height; the slope in pixels by pixel."""

    top: float
    bottom: float
    slope: float


def find_band(line: Pixels) -> Band | None:
    """Find the rows that hold the strokes of a line; None when there is nothing that stands out."""
    height, width = line.shape
    wide = int(np.clip(round(width * _ROWS / height), _BLOCKS, 1200))
    small = cv2.resize(line, (wide, _ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    # Strokes stand upright: change along the line, not a lamp's edge or the neighbouring line's cut.
    strokes = np.abs(np.diff(small, axis=1))
    floor = float(np.median(strokes))
    strokes = np.clip(strokes - 1.5 * floor, 0, 6 * max(float(strokes.mean()), 0.5))
    edges = np.linspace(0, wide - 1, _BLOCKS + 1).astype(int)
    blocks = np.add.reduceat(strokes, edges[:-1], axis=1).T
    middles = (edges[:-1] + edges[1:]) / 2 - wide / 2
    if blocks.sum() <= 1.0:
        return None
    rows = np.arange(_ROWS)[None, None] + _SLOPES[:, None, None] * middles[None, :, None]
    low = np.floor(rows).astype(int)
    part = rows - low
    padded = np.pad(blocks, ((0, 0), (1, 2)))
    place = np.clip(low + 1, 0, _ROWS + 1)
    across = np.arange(_BLOCKS)[None, :, None]
    shifted = (padded[across, place] * (1 - part) + padded[across, place + 1] * part).sum(1)
    # A level line needs no reason.
    best = int(((shifted**2).sum(1) * (1 - 0.6 * np.abs(_SLOPES))).argmax())
    profile, slope = shifted[best], float(_SLOPES[best])
    profile = np.convolve(profile, np.ones(3) / 3, "same")
    top, bottom = _heaviest(profile > _PART_OF_TOP * profile.max(), profile)
    return Band(top / _ROWS, bottom / _ROWS, slope)


def _heaviest(held: NDArray[np.bool_], profile: NDArray[np.float64]) -> tuple[int, int]:
    """Give the run of held rows with the most strokes; a gap of two rows does not end a run."""
    runs: list[tuple[int, int]] = []
    for row in np.flatnonzero(held):
        if runs and row - runs[-1][1] <= 2:
            runs[-1] = runs[-1][0], int(row) + 1
        else:
            runs.append((int(row), int(row) + 1))
    # The crop is the line's: what touches its upper or lower edge is rather the neighbour.
    middle = (len(profile) - 1) / 2

    def mass(run: tuple[int, int]) -> float:
        off = abs((run[0] + run[1] - 1) / 2 - middle) / len(profile)
        return float(profile[run[0] : run[1]].sum()) * (1 - off)

    return max(runs, key=mass)


def straightened(line: Pixels) -> Pixels:
    """Give the line level, with a margin that suits its height; a crop that fits already is given as it is."""
    height, width = line.shape
    if height < 8 or width < 8:
        return line
    band = find_band(line)
    if band is None:
        return line
    share = band.bottom - band.top
    drift = abs(band.slope) * width / height
    if 0.5 < share < 0.78 and drift < 0.12:
        return line
    margin = _MARGIN * share
    top, bottom = band.top - margin, band.bottom + margin
    rows = max(8, round((bottom - top) * height))
    # Row y of column x lies at slope * (x - middle) below its row in the middle.
    matrix = np.array([[1, 0, 0], [band.slope, 1, top * height - band.slope * width / 2]], np.float32)
    level = cv2.warpAffine(
        line, matrix, (width, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(level, np.uint8)
