"""A four-sided place becomes a rectangle, its light becomes even."""

from __future__ import annotations

from collections.abc import Callable
from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.barcode.places import Corners, Grey

Matrix = NDArray[np.float64]
"""3 x 3, from the given picture to the squared one"""

_EVEN_OVER = 0.12
"""of the shorter side: the neighbourhood whose white and black become 255 and 0"""
_LIGHT_SIDE = 100
"""pixels of the shorter side at which light is measured"""
_LEAST_RANGE = 12.0
"""grey levels below which a neighbourhood is left as it is: no code, only noise"""


def squared(grey: Grey, corners: Corners, long_side: int, margin: float) -> tuple[Grey, Matrix]:
    """Give the place as a rectangle whose longer side has so many pixels, with a margin (share of that side)."""
    first, second, third, fourth = ([float(x), float(y)] for x, y in corners)
    across = max(1.0, (dist(first, second) + dist(fourth, third)) / 2)
    down = max(1.0, (dist(first, fourth) + dist(second, third)) / 2)
    scale = long_side / max(across, down)
    width, height, rim = across * scale, down * scale, margin * long_side
    to = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + np.float32(rim)
    way = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), to)
    size = (max(8, round(width + 2 * rim)), max(8, round(height + 2 * rim)))
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    source = grey
    if scale < 0.6:
        # A warp takes no averages: fine bars would alias.
        source = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 / scale), np.uint8)
    made = cv2.warpPerspective(source, way, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, np.uint8), np.asarray(way, np.float64)


def evened(grey: Grey) -> Grey:
    """Give the picture with each neighbourhood's white at 255 and black at 0: shadows, slopes and darkness go."""
    # Light changes slowly: white and black are sought on a small picture whose pixels keep the extremes of a few.
    step = max(1, min(grey.shape) // _LIGHT_SIDE)
    block, size = np.ones((step, step), np.uint8), (grey.shape[1], grey.shape[0])
    few = (max(1, size[0] // step), max(1, size[1] // step))
    window = max(3, int(_EVEN_OVER * min(few)) | 1)
    kernel = np.ones((window, window), np.uint8)

    def spread(extreme: Callable[..., Grey]) -> NDArray[np.float32]:
        small = cv2.resize(extreme(grey, block), few, interpolation=cv2.INTER_NEAREST)
        soft = cv2.GaussianBlur(extreme(small, kernel), (0, 0), window / 3)
        return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)

    white, black = spread(cv2.dilate), spread(cv2.erode)
    even = (grey.astype(np.float32) - black) * (255 / np.maximum(white - black, _LEAST_RANGE))
    return np.clip(even, 0, 255).astype(np.uint8)


def sharpened(grey: Grey, radius: float, amount: float) -> Grey:
    """Give the picture with its edges steeper (unsharp mask; radius in pixels)."""
    soft = cv2.GaussianBlur(grey, (0, 0), radius)
    return np.asarray(cv2.addWeighted(grey, 1 + amount, soft, -amount, 0), np.uint8)
