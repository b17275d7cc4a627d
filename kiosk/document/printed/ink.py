"""Ink: what is darker (or lighter) than the paper round it, as blobs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_STROKE = 15
"""pixels: ink is thinner than this, paper is seen within this distance"""
_AROUND = 41
"""pixels: ink is held against the strongest ink of this neighbourhood"""
_LEAST = 0.16
"""share of the paper's light that ink takes at least"""
_ABOVE_NOISE = 5.5
"""standard deviations of noise: paper's brightest of so many pixels lies some three above its mean"""
_MOST_NOISE = 12
"""grey levels between neighbours: more is an edge"""
_DARKEST = 0.55
"""of the page's bright parts: paper is not taken for darker than this"""
_SHARE = 0.36
"""of that strongest contrast ink has at least: strokes of blurred print lie well under their crossings"""
_SMALLEST = 2
_TALLEST = 90
_WIDEST = 420
_MOST = 1500


@dataclass(frozen=True, eq=False)
class Blobs:
    """Connected ink: upright boxes on the page, one row of each array per blob."""

    left: Numbers
    top: Numbers
    right: Numbers
    bottom: Numbers
    area: Numbers

    @property
    def height(self) -> Numbers:
        """Give heights."""
        return self.bottom - self.top

    @property
    def width(self) -> Numbers:
        """Give widths."""
        return self.right - self.left

    @property
    def middle(self) -> Numbers:
        """Give the heights of the middles."""
        return (self.top + self.bottom) / 2

    def __len__(self) -> int:
        """Count them."""
        return len(self.left)

    def only(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> Blobs:
        """Keep some."""
        return Blobs(self.left[kept], self.top[kept], self.right[kept], self.bottom[kept], self.area[kept])


def ink_of(grey: Pixels, *, light: bool) -> Pixels:
    """Give a mask (0 or 255) of strokes darker than their paper; ``light``: of strokes lighter than it.

    Contrast is a share of the paper's light, so that shadow and dark pictures change nothing, and is held against
    the strongest contrast near it, so that patterns under the print fall away.
    """
    bright = float(np.percentile(grey[::4, ::4], 99.5))
    pixels = 255 - grey if light else grey
    kernel = np.ones((_STROKE, _STROKE), np.uint8)
    paper = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, kernel)
    depth = cv2.subtract(paper, pixels)
    # a faint pattern of a dark ground is much for that ground, and little beside what is bright on the page
    floor = max(8, int(_DARKEST * bright))
    whole = cv2.max(grey, floor) if light else cv2.max(paper, floor)
    contrast = cv2.divide(depth, whole, scale=255.0)
    strongest = cv2.dilate(cv2.blur(contrast, (3, 3)), np.ones((_AROUND, _AROUND), np.uint8))
    limit = cv2.max(cv2.convertScaleAbs(strongest, alpha=_SHARE), int(255 * _LEAST))
    dark_enough = cv2.compare(depth, _ABOVE_NOISE * _noise(grey), cv2.CMP_GT)
    return np.asarray(cv2.bitwise_and(cv2.compare(contrast, limit, cv2.CMP_GT), dark_enough), np.uint8)


def _noise(grey: Pixels) -> float:
    """Give the noise's standard deviation in grey levels, by how neighbours differ."""
    rows = grey[::4].astype(np.int16)
    return float(np.mean(np.minimum(np.abs(np.diff(rows, axis=1)), _MOST_NOISE))) / 1.13


def blobs_of(mask: Pixels) -> Blobs:
    """Give the connected ink of a mask, left to right, without what no letter or dot can be."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = stats[1:].astype(np.float64)
    left, top, width, height, area = boxes.T
    possible = (height >= _SMALLEST) & (height <= _TALLEST) & (width <= _WIDEST) & (area >= _SMALLEST**2)
    boxes = boxes[possible]
    if len(boxes) > _MOST:
        # a busy scene: the larger ones are more likely to be print
        boxes = boxes[np.argsort(-boxes[:, 4])[:_MOST]]
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    left, top, width, height, area = boxes.T
    return Blobs(left, top, left + width, top + height, area)
