"""Views of a picture in which faces are looked for, each with the way back to the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad
from kiosk.document.geometry import mapped, quarter_turned, spanned

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

LONGEST = 1280
"""pixels: a document's longer side is not taken larger than this"""


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
        return mapped(points, self.back)

    def turned(self, quarters: int) -> View:
        """Turn it so many quarters clockwise."""
        pixels, back = quarter_turned(self.pixels, quarters)
        return View(pixels, self.back @ back)

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
    found = spanned(corners)
    if found is None:
        return None
    quad, width, height = found
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


def _moved(x: float, y: float) -> Floats:
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])
