"""The page: a card squared and brought to one size, or the picture as it is, with the way back to the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import PortraitFound, Quad, Rect
from kiosk.document.geometry import mapped, quarter_turned, spanned

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

LONGEST = 1000
"""pixels of a card's longer side: an identity card's smallest values are then some 20 high"""
_LONGEST_OPEN = 1280
"""of a picture without corners, in which the card may be anywhere"""
_MOST_GROWN = 4.0


@dataclass(frozen=True, eq=False)
class Page:
    """A grey page, and where it lies in the picture."""

    grey: Pixels
    back: Floats
    """3 x 3: takes points of the page to points of the picture"""
    source: Pixels
    """the picture, grey"""
    squared: bool
    """it was cut along a document's corners"""

    @property
    def size(self) -> tuple[int, int]:
        """Give width and height."""
        return self.grey.shape[1], self.grey.shape[0]

    def turned(self, quarters: int) -> Page:
        """Turn it so many quarters clockwise."""
        grey, back = quarter_turned(self.grey, quarters)
        return Page(grey, self.back @ back, self.source, self.squared)

    def in_picture(self, corners: Floats) -> Quad:
        """Take four points of the page to the picture."""
        one, two, three, four = ((float(x), float(y)) for x, y in mapped(corners, self.back))
        return one, two, three, four

    def from_picture(self, box: Rect) -> Rect:
        """Give the upright box on the page round a box of the picture."""
        x, y, w, h = box
        corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], float)
        flat = mapped(corners, np.asarray(np.linalg.inv(self.back), np.float64))
        (left, top), (right, bottom) = flat.min(0), flat.max(0)
        return float(left), float(top), float(right - left), float(bottom - top)

    def cut(self, corners: Floats, height: int, *, light: bool, drawn_out: float = 1.0) -> Pixels:
        """Cut a line (its corners on the page, as read) out of the picture: so high, dark on light.

        ``drawn_out``: how much wider than it is.
        """
        across = float(np.linalg.norm(corners[1] - corners[0]))
        down = float(np.linalg.norm(corners[3] - corners[0]))
        width = max(4, round(across / max(down, 1.0) * height * drawn_out))
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        there = np.asarray(self.in_picture(corners), np.float32)
        # the picture is sharper than the page, unless the line is so large in it that a look-up would skip pixels
        large = np.linalg.norm(there[3] - there[0]) > 2 * height
        pixels, place = (self.grey, corners.astype(np.float32)) if large else (self.source, there)
        way = cv2.getPerspectiveTransform(flat, place)
        how = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
        cut = cv2.warpPerspective(pixels, way, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(255 - cut if light else cut, np.uint8)


def page_of(picture: Pixels, corners: Quad | None) -> Page:
    """Give the page within the corners, or the whole picture where there are none or they span nothing.

    ``picture`` is height x width x 3 (BGR) or height x width (grey).
    """
    grey = picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    page = _squared(grey, corners) if corners is not None else None
    return page if page is not None else _whole(grey)


def turns_of(page: Page, portrait: PortraitFound) -> int:
    """Give the quarter turns clockwise that stand the page upright, as its portrait says."""
    x, y, width, height = portrait.box
    up = {0: (0.0, -1.0), 1: (-1.0, 0.0), 2: (0.0, 1.0), 3: (1.0, 0.0)}[portrait.turned % 4]
    centre = (x + width / 2, y + height / 2)
    reach = max(width, height, 1.0) / 2
    points = np.array([centre, (centre[0] + reach * up[0], centre[1] + reach * up[1])])
    flat = mapped(points, np.asarray(np.linalg.inv(page.back), np.float64))
    dx, dy = flat[1] - flat[0]
    # up on the page, as an angle clockwise from up; the page is turned back by as many quarters
    return -round(math.atan2(dx, -dy) / (math.pi / 2)) % 4


def _whole(grey: Pixels) -> Page:
    height, width = grey.shape
    longest = max(width, height)
    scale = min(_MOST_GROWN, LONGEST / longest) if longest < LONGEST else min(1.0, _LONGEST_OPEN / longest)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    across, down = width / size[0], height / size[1]
    back = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
    return Page(_resized(grey, size), back, grey, squared=False)


def _resized(grey: Pixels, size: tuple[int, int]) -> Pixels:
    if size == (grey.shape[1], grey.shape[0]):
        return grey
    smaller = size[0] < grey.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _squared(grey: Pixels, corners: Quad) -> Page | None:
    found = spanned(corners)
    if found is None:
        return None
    quad, width, height = found
    scale = min(_MOST_GROWN, LONGEST / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale < 0.5:
        # one bilinear look-up would skip pixels: shrink the picture first
        less = (max(1, round(grey.shape[1] * 1.5 * scale)), max(1, round(grey.shape[0] * 1.5 * scale)))
        small = np.asarray(cv2.resize(grey, less, interpolation=cv2.INTER_AREA), np.uint8)
        ratio = np.array([less[0] / grey.shape[1], less[1] / grey.shape[0]])
        inner = (quad + 0.5) * ratio - 0.5
    else:
        small, inner = grey, quad
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    back = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
    way = cv2.getPerspectiveTransform(flat, inner.astype(np.float32))
    if not np.isfinite(back).all():
        return None
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    page = cv2.warpPerspective(small, way, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return Page(np.asarray(page, np.uint8), np.asarray(back, np.float64), grey, squared=True)
