"""Points under a homography, quarter turns, and what a quadrilateral spans: shared by all that look at documents."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

SMALLEST = 8.0
"""pixels: a quadrilateral with a shorter side, or less area than its square, is no document"""
_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


def mapped(points: NDArray[np.floating], way: Floats) -> Floats:
    """Take n x 2 points through a 3 x 3 homography."""
    taken = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))]) @ way.T
    return np.asarray(taken[:, :2] / taken[:, 2:], np.float64)


def quarter_turned(pixels: Pixels, quarters: int) -> tuple[Pixels, Floats]:
    """Turn a picture so many quarters clockwise; gives it and the way back for its points (3 x 3)."""
    quarters %= 4
    if not quarters:
        return pixels, np.eye(3)
    height, width = pixels.shape[:2]
    back = {
        1: [[0, 1, 0], [-1, 0, height - 1], [0, 0, 1]],
        2: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
        3: [[0, -1, width - 1], [1, 0, 0], [0, 0, 1]],
    }[quarters]
    return np.asarray(cv2.rotate(pixels, _TURNS[quarters]), np.uint8), np.array(back, float)


def spanned(corners: Quad) -> tuple[Floats, float, float] | None:
    """Give the corners (4 x 2) with the longer of their opposite sides, across and down; None where they span nothing."""
    quad = np.asarray(corners, np.float64)
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        return None
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    x, y = quad.T
    area = abs(0.5 * float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
    if min(sides) < SMALLEST or area < SMALLEST**2:
        return None
    return quad, float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
