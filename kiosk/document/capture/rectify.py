"""A document's picture set straight: perspective taken out, sides in the proportion that the sheet really has."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Point, Quad
from kiosk.document.geometry import mapped

Pixels = NDArray[np.uint8]
ASPECTS = {"ID-1": 85.6 / 53.98, "ID-2": 105 / 74, "ID-3": 125 / 88}
"""ISO/IEC 7810: width by height"""
_NEAR = 0.09
"""how far an estimate may lie from a standard's proportion and still mean it"""
_ENLARGED = 1.15
"""a picture of it has at most so many pixels for each that the camera gave"""
_FOCAL = 1.1
"""of a camera of which nothing is known, as a share of its picture's long side; limits round it"""
_FOCAL_LIMITS = (0.7, 1.8)


@dataclass(frozen=True)
class Rectified:
    """A document's picture, and how its points lie in the one it was taken from."""

    picture: Pixels
    matrix: NDArray[np.float64]
    """3 x 3, from the camera's picture to this one"""
    aspect: float
    """width by height"""

    def back(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Take N x 2 points of this picture to the camera's picture."""
        return mapped(points, np.asarray(np.linalg.inv(self.matrix), np.float64))

    def forth(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Take N x 2 points of the camera's picture to this one."""
        return mapped(points, self.matrix)

    def back_quad(self, corners: Quad) -> Quad:
        """Take a quadrilateral of this picture to the camera's picture."""
        first, second, third, fourth = ((float(x), float(y)) for x, y in self.back(np.array(corners)))
        return first, second, third, fourth


def rectify(picture: Pixels, corners: Quad, aspect: float | None = None, long_side: int = 1000) -> Rectified:
    """Set a document straight, its first corner top left; it is not turned: what stands on its side stays so.

    ``aspect``: width by height where it is known, else it is estimated (``aspect_of``). The long side has ``long_side``
    pixels, or fewer where the camera gave fewer.
    """
    height, width = picture.shape[:2]
    shape = aspect if aspect is not None else aspect_of(corners, width, height)
    longest = max(_length(corners[side], corners[(side + 1) % 4]) for side in range(4))
    long = max(16, min(long_side, round(longest * _ENLARGED)))
    wide, tall = (long, max(8, round(long / shape))) if shape >= 1 else (max(8, round(long * shape)), long)
    matrix = straightening(corners, wide, tall)
    # Shrunk by more than a half, a plain warp would skip pixels: the picture is halved first.
    shrink = long / max(longest, 1.0)
    source, before = picture, np.eye(3)
    if shrink < 0.5:
        factor = 1 / int(1 / shrink)
        source = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        x, y = source.shape[1] / width, source.shape[0] / height
        before = np.array([[1 / x, 0, 0.5 / x - 0.5], [0, 1 / y, 0.5 / y - 0.5], [0, 0, 1]])
    drawn = cv2.warpPerspective(
        source, matrix @ before, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return Rectified(drawn.astype(np.uint8, copy=False), matrix, shape)


def straightening(corners: Quad, wide: int, tall: int) -> NDArray[np.float64]:
    """Give the 3 x 3 matrix that takes the corners to those of a picture of this size (edges of its outer pixels)."""
    goal = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32) - 0.5
    return np.asarray(cv2.getPerspectiveTransform(np.array(corners, np.float32), goal), np.float64)


def aspect_of(corners: Quad, width: int, height: int) -> float:
    """Estimate width by height of the sheet behind a quadrilateral, and take a standard's where it is near.

    After Zhang and He, "Whiteboard scanning and image enhancement" (2007): square pixels, the camera's axis through the
    middle of the picture; the focal length follows from the quadrilateral where it is tilted enough to tell.
    """
    raw = _true_aspect(corners, width, height)
    lying = max(raw, 1 / raw)
    nearest = min(ASPECTS.values(), key=lambda value: abs(value / lying - 1))
    if abs(nearest / lying - 1) < _NEAR:
        lying = nearest
    return lying if raw >= 1 else 1 / lying


def _true_aspect(corners: Quad, width: int, height: int) -> float:
    long = max(width, height)
    placed = [np.array([(x - (width - 1) / 2) / long, (y - (height - 1) / 2) / long, 1.0]) for x, y in corners]
    top_left, top_right, bottom_right, bottom_left = placed
    diagonal = np.cross(top_left, bottom_right)
    across, down = np.cross(top_right, bottom_right) @ bottom_left, np.cross(bottom_left, bottom_right) @ top_right
    plain = _sides_aspect(corners)
    if abs(across) < 1e-12 or abs(down) < 1e-12:
        return plain
    wide = (diagonal @ bottom_left) / across * top_right - top_left
    tall = (diagonal @ top_right) / down * bottom_left - top_left
    focal = _FOCAL**2
    if abs(wide[2] * tall[2]) > 1e-3:
        focal = float(-(wide[0] * tall[0] + wide[1] * tall[1]) / (wide[2] * tall[2]))
    low, high = (limit**2 for limit in _FOCAL_LIMITS)
    focal = min(high, max(low, focal)) if focal > 0 else _FOCAL**2
    ratio = ((wide[0] ** 2 + wide[1] ** 2) / focal + wide[2] ** 2) / max(
        1e-12, (tall[0] ** 2 + tall[1] ** 2) / focal + tall[2] ** 2
    )
    found = sqrt(float(ratio))
    return found if 0.2 < found < 5 else plain


def _sides_aspect(corners: Quad) -> float:
    wide = _length(corners[0], corners[1]) + _length(corners[3], corners[2])
    tall = _length(corners[1], corners[2]) + _length(corners[0], corners[3])
    return max(wide, 1e-6) / max(tall, 1e-6)


def _length(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
