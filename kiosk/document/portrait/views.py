"""Views of a picture in which faces are looked for, each with the way back to the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

LONGEST = 1280
"""pixels: a document's longer side is not taken larger than this"""
_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True)
class View:
    """Pixels (BGR) and the 3 x 3 homography that takes their coordinates to those of the picture."""

    pixels: Picture
    back: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Give width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def points_in_picture(self, points: NDArray[np.floating]) -> Floats:
        """Take n x 2 points of the view to the picture."""
        mapped = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))]) @ self.back.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)

    def turned(self, quarters: int) -> View:
        """Turn it so many quarters clockwise."""
        quarters %= 4
        if not quarters:
            return self
        width, height = self.size
        way = {
            1: [[0, 1, 0], [-1, 0, height - 1], [0, 0, 1]],
            2: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            3: [[0, -1, width - 1], [1, 0, 0], [0, 0, 1]],
        }[quarters]
        return View(np.asarray(cv2.rotate(self.pixels, _TURNS[quarters]), np.uint8), self.back @ np.array(way, float))

    def part(self, left: float, top: float, width: float, height: float) -> View:
        """Cut a rectangle, its border moved inside the view. At least one pixel is left."""
        across, down = self.size
        x, y = int(np.clip(left, 0, across - 1)), int(np.clip(top, 0, down - 1))
        right, bottom = int(np.clip(left + width, x + 1, across)), int(np.clip(top + height, y + 1, down))
        return View(np.ascontiguousarray(self.pixels[y:bottom, x:right]), self.back @ _moved(x, y))

    def shrunk(self, longest: int) -> View:
        """Shrink it so that its longer side has at most so many pixels."""
        width, height = self.size
        factor = longest / max(width, height)
        if factor >= 1:
            return self
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        # a bilinear step before the averaging of whole pixels is several times as fast and aliases little
        rough = self.pixels
        if factor < 0.5:
            rough = np.asarray(cv2.resize(rough, (2 * size[0], 2 * size[1]), interpolation=cv2.INTER_LINEAR), np.uint8)
        small = np.asarray(cv2.resize(rough, size, interpolation=cv2.INTER_AREA), np.uint8)
        across, down = width / size[0], height / size[1]
        grown = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
        return View(small, self.back @ grown)


def whole(picture: Picture) -> View:
    """View the picture as it is."""
    return View(picture, np.eye(3))


def within(picture: Picture, corners: Quad, margin: float = 0.03) -> View | None:
    """View what lies within the corners, squared, with a margin (share of each side); None where they span nothing.

    The document lies in it as the corners are ordered; it is never enlarged.
    """
    quad = np.asarray(corners, np.float64)
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        return None
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    width, height = max(sides[0], sides[2]), max(sides[1], sides[3])
    if min(sides) < 8 or abs(_area(quad)) < 64:
        return None
    scale = min(1.0, LONGEST / max(width, height))
    width, height = width * scale, height * scale
    x, y = margin * width, margin * height
    flat = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32)
    back = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
    if not np.isfinite(back).all():
        return None
    size = (max(1, round(width + 2 * x)), max(1, round(height + 2 * y)))
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat_picture = cv2.warpPerspective(picture, back, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return View(np.asarray(flat_picture, np.uint8), np.asarray(back, np.float64))


def _area(quad: Floats) -> float:
    x, y = quad.T
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def _moved(x: float, y: float) -> Floats:
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])
