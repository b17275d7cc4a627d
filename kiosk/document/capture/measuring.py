"""How well a document can be read in a frame, from its small rectified picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
LONG_SIDE = 512
"""pixels of the picture that is measured: small print's strokes are about two wide in it"""
_WIDEST, _FINEST = 2.6, 0.7
"""spread of an edge (sigma, pixels of that picture) at which small print is lost, and at which it is as good as it gets"""
_OWN = 1.0
"""variance that smoothing and the difference over two pixels add to an edge's spread"""
_CONTRAST = 9
_STRONG = 0.5
_LOST = 40.0
_PAPER = 238
"""where the rest of the paper is as bright as this, white is its colour and no reflection"""
_BLOWN = 248
"""grey value from which a pixel has nothing left to tell"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one rectified picture shows; each 0..1."""

    sharpness: float
    luminance: float
    glare: float
    uneven_light: float


def measure(straight: Pixels) -> Look:
    """Measure a rectified document (grey, height x width); one of less than ``LONG_SIDE`` pixels is judged as if it were enlarged to it."""
    height, width = straight.shape[:2]
    rim_x, rim_y = width // 25, height // 25
    grey = np.ascontiguousarray(straight[rim_y : height - rim_y, rim_x : width - rim_x])
    spread = spread_of_edges(grey)
    sharpness = 0.0 if spread is None else (_WIDEST - spread * LONG_SIDE / max(height, width)) / (_WIDEST - _FINEST)
    return Look(float(np.clip(sharpness, 0, 1)), float(cv2.mean(grey)[0]) / 255, glare(grey), uneven_light(grey))


def spread_of_edges(grey: Pixels) -> float | None:
    """Give the spread (sigma, pixels) of the narrowest edges of print, in the direction in which they are wider.

    The steepest slope of an edge, as a share of the step that it makes, is 0.4 / sigma: light and contrast drop out. None
    where nothing has contrast.
    """
    smooth = cv2.blur(grey, (3, 3))  # grain would count as edges otherwise
    steps = []
    for kernel in ((1, 11), (11, 1)):
        ones = np.ones(kernel, np.uint8)
        steps.append(cv2.subtract(cv2.dilate(smooth, ones), cv2.erode(smooth, ones)))
    # What blur leaves of print in one direction is a faint ripple: only edges near the strongest of both count.
    strongest = max(_part(cv2.calcHist([step], [0], None, [256], [0, 256]), 0.97) for step in steps)
    if strongest < _CONTRAST:
        return None
    least = max(_CONTRAST, _STRONG * strongest)
    widest = 0.0
    for step, across in zip(steps, (True, False), strict=True):
        step = np.ascontiguousarray(step[:, 1:-1] if across else step[1:-1])
        slope = cv2.absdiff(smooth[:, 2:], smooth[:, :-2]) if across else cv2.absdiff(smooth[2:], smooth[:-2])
        counted = cv2.compare(step, float(least), cv2.CMP_GE)
        if cv2.countNonZero(counted) < 0.002 * grey.size:
            return _LOST
        share = cv2.divide(slope, step, scale=200.0)  # of 400: the difference spans two pixels
        steepest = _part(cv2.calcHist([share], [0], counted, [256], [0, 256]), 0.9) / 400
        widest = max(widest, float(np.sqrt(max((0.4 / max(steepest, 0.01)) ** 2 - _OWN, 0.04))))
    return widest


def _part(counts: NDArray[Any], share: float) -> int:
    """Give the value below which this share of what was counted lies."""
    total = np.cumsum(counts.ravel())
    return int(np.searchsorted(total, share * total[-1]))


def glare(grey: Pixels) -> float:
    """Give the share that a reflection has washed out: white, with no print left in it, on paper that is darker elsewhere."""
    blown = cv2.compare(grey, float(_BLOWN), cv2.CMP_GE)
    if not cv2.countNonZero(blown):
        return 0.0
    size = max(5, grey.shape[1] // 24) | 1
    ones = np.ones((size, size), np.uint8)
    whole = cv2.bitwise_and(cv2.dilate(cv2.erode(blown, ones), ones), blown)
    rest = cv2.bitwise_not(cv2.dilate(whole, np.ones((size // 4 | 1,) * 2, np.uint8)))
    if cv2.countNonZero(rest) and _part(cv2.calcHist([grey], [0], rest, [256], [0, 256]), 0.9) >= _PAPER:
        return 0.0
    return cv2.countNonZero(whole) / whole.size


def uneven_light(grey: Pixels) -> float:
    """Give how much the light falls off over it: the fall of a plane through the brightest of each of 8 x 5 parts."""
    small = cv2.resize(grey, (64, 40), interpolation=cv2.INTER_AREA).astype(np.float64)
    bright = np.quantile(small.reshape(5, 8, 8, 8).transpose(0, 2, 1, 3).reshape(5, 8, 64), 0.8, axis=2)
    y, x = np.mgrid[-1:1:5j, -1:1:8j]
    system = np.stack([np.ones(40), x.ravel(), y.ravel()], 1)
    weight = np.ones(40)
    plane = np.zeros(3)
    for _ in range(4):  # dark bars and portraits are the document's own: parts far from the plane count less
        root = np.sqrt(weight)
        plane, *_ = np.linalg.lstsq(system * root[:, None], bright.ravel() * root, rcond=None)
        weight = 1 / (1 + ((bright.ravel() - system @ plane) / 20) ** 2)
    top, bottom = plane[0] + abs(plane[1]) + abs(plane[2]), plane[0] - abs(plane[1]) - abs(plane[2])
    return float(np.clip((top - bottom) / max(top, 1.0), 0, 1))
