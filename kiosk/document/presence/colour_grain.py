"""Fine grain of colour all over a document: stripes of a screen's pixels beat with the mosaic of the camera's sensor."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

_TILE = 96
"""pixels: the camera's own, as any resampling would soften the grain"""
_RIM = 6
_ACROSS, _DOWN = (0.14, 0.38, 0.62, 0.86), (0.2, 0.5, 0.8)
"""where tiles stand within the document"""
_LEAST_SIDE = 160
"""pixels of the document's shorter side below which tiles would be the same"""
_FINE, _COARSE = 1.1, 3.0
"""standard deviations, in pixels, of the two blurs whose difference is looked at: periods of about 4 to 16 pixels, where
the beat of any grid with a mosaic of two pixels lies"""
_QUIET = 20
"""percentile of the tiles that counts: print lies in some places, a screen's pixels lie everywhere"""


def colour_grain(picture_bgr: Picture, corners: Quad) -> float | None:
    """Give how strong and how coloured the grain is (logarithm); None: the document is too small.

    The lines of print darken all colours together; the stripes of a screen lie a third of a pixel apart for each.
    """
    tiles = _tiles(picture_bgr, corners)
    if tiles is None:
        return None
    # One below the other: each filter is called once, and what runs over from tile to tile is cut off.
    tall = tiles.reshape(-1, _TILE, 3)
    band = cv2.GaussianBlur(tall, (0, 0), _FINE) - cv2.GaussianBlur(tall, (15, 15), _COARSE)
    inner = band.reshape(-1, _TILE, _TILE, 3)[:, _RIM:-_RIM, _RIM:-_RIM]
    blue, green, red = inner[..., 0], inner[..., 1], inner[..., 2]
    bright = np.square((blue + green + red) / 3).mean((1, 2))
    opposed = np.square(red - blue).mean((1, 2))
    tinted = np.square(green - (red + blue) / 2).mean((1, 2))
    # Squared levels are added so that what lies below a camera's noise does not count.
    strength = np.log(opposed + 0.3) + np.log((tinted + 0.1) / (0.25 * bright + 0.3))
    return float(np.percentile(strength, _QUIET))


def _tiles(picture: Picture, corners: Quad) -> Floats | None:
    """Give tiles x side x side x 3 from all over the document."""
    quad = np.array(corners, np.float64)
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    height, width = picture.shape[:2]
    if sides.min() < _LEAST_SIDE or min(height, width) < _TILE:
        return None
    tiles = []
    for down in _DOWN:
        for across in _ACROSS:
            upper = quad[0] * (1 - across) + quad[1] * across
            lower = quad[3] * (1 - across) + quad[2] * across
            x, y = upper * (1 - down) + lower * down - _TILE / 2
            left, top = int(np.clip(x, 0, width - _TILE)), int(np.clip(y, 0, height - _TILE))
            tiles.append(picture[top : top + _TILE, left : left + _TILE])
    return np.asarray(tiles, np.float32)
