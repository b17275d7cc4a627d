"""Where a barcode may stand: compact places full of strong edges, each as four corners."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Corners = NDArray[np.float32]
"""4 x 2: around the place in order, its longer side first"""

_LOOKED_AT = 640
"""pixels of the longer side at which places are looked for"""
_WINDOW = 13
"""pixels over which edges are counted: two or three bars of the finest code that can be read"""
_DENSITY = 0.09
"""edge strength in a window as a share of its contrast: print of letters lies about 0.05, codes above 0.12"""
_FLATTEST = 14.0
"""grey levels of contrast below which there is only noise"""
_SMALLEST = 0.02
"""of the longer side"""
_CONTRAST = 0.45
"""(white - black) / white: ink on paper reaches 0.5 even when blurred, safety print stays below 0.35"""
_FILLED = 0.55
"""share of its rectangle that a place must fill"""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place that may hold a code, in pixels of the picture that was looked at."""

    corners: Corners
    weight: float
    """area times density of edges: what is worth trying first"""


def places(grey: Grey, most: int) -> list[Place]:
    """Give the places in which a code may stand, the likeliest first."""
    scale = min(1.0, _LOOKED_AT / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    density = _density(np.asarray(small, np.uint8))
    mask = (density > _DENSITY).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    least = _SMALLEST * max(small.shape)
    found = []
    for outline in outlines:
        _, (width, height), _ = cv2.minAreaRect(outline)
        area = cv2.contourArea(outline)
        if min(width, height) < least or area < _FILLED * width * height:
            continue
        x, y, w, h = cv2.boundingRect(outline)
        found.append(Place(_four(outline) / np.float32(scale), float(area * density[y : y + h, x : x + w].mean())))
    return sorted(found, key=lambda place: -place.weight)[:most]


def _density(grey: Grey) -> NDArray[np.float32]:
    """Give how many edges there are round each pixel, whatever the light: mean gradient over contrast."""
    across = cv2.Sobel(grey, cv2.CV_16S, 1, 0, ksize=3)
    down = cv2.Sobel(grey, cv2.CV_16S, 0, 1, ksize=3)
    strength = cv2.add(cv2.convertScaleAbs(across, alpha=0.125), cv2.convertScaleAbs(down, alpha=0.125))
    mean = cv2.blur(strength, (_WINDOW, _WINDOW)).astype(np.float32)
    window = np.ones((_WINDOW, _WINDOW), np.uint8)
    brightest = cv2.dilate(grey, window)
    contrast = cv2.subtract(brightest, cv2.erode(grey, window)).astype(np.float32)
    flat = (contrast < _FLATTEST) | (contrast < _CONTRAST * brightest)
    return np.asarray(np.where(flat, 0, mean / np.maximum(contrast, 1)), np.float32)


def _four(outline: NDArray[np.int32]) -> Corners:
    """Give the four-sided hull that fits best, its longer side first: perspective included."""
    hull = cv2.convexHull(outline)
    corners = cv2.boxPoints(cv2.minAreaRect(outline))
    if len(hull) > 4:
        fitted = np.asarray(cv2.approxPolyN(hull, 4, ensure_convex=True), np.float32).reshape(-1, 2)
        # A fit that runs far beyond the place has missed its sides.
        if len(fitted) == 4 and cv2.contourArea(fitted) < 1.25 * cv2.contourArea(corners):
            corners = fitted
    clockwise = corners if cv2.contourArea(corners, oriented=True) > 0 else corners[::-1]
    first, second = np.linalg.norm(clockwise[1] - clockwise[0]), np.linalg.norm(clockwise[2] - clockwise[1])
    return np.ascontiguousarray(clockwise if first >= second else np.roll(clockwise, -1, 0), np.float32)
