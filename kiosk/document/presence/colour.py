"""How much colour a document has, and whether the camera shows colour at all."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Picture = NDArray[np.uint8]

_LOOKED_AT = 160
"""pixels of the longer side: noise and colour fringes of sharp print average out"""
_DARKEST, _BRIGHTEST = 24, 247
"""levels beyond which the ratio of colours is noise or cut off"""
_LIFT = 6.0
"""levels added before ratios are taken, so that dark pixels count less"""
_FEWEST = 60
"""pixels without which nothing can be said"""


@dataclass(frozen=True, slots=True)
class ColourSpread:
    """How far hues lie apart (logarithm of the ratio of two colours, from the 3rd to the 97th percentile)."""

    document: float
    """a cast of the light moves all hues together and does not count"""
    everywhere: float
    """document and surroundings"""


def colour_spread(picture_bgr: Picture, corners: Quad) -> ColourSpread | None:
    """Measure; None where too little is neither black nor washed out."""
    scale = min(1.0, _LOOKED_AT / max(picture_bgr.shape[:2]))
    small = cv2.resize(picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    quad = np.array(corners, np.float32)
    inner = quad.mean(0) + 0.92 * (quad - quad.mean(0))
    inside = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(inner * scale).astype(np.int32), 1)
    usable = (small.max(2) > _DARKEST) & (small.max(2) < _BRIGHTEST)
    levels = np.log(small.astype(np.float32) + _LIFT)
    hues = np.stack([levels[..., 2] - levels[..., 1], levels[..., 0] - levels[..., 1]], 2)
    document = hues[usable & (inside > 0)]
    if len(document) < _FEWEST:
        return None
    return ColourSpread(_spread(document), _spread(hues[usable]))


def _spread(hues: NDArray[np.float32]) -> float:
    low, high = np.percentile(hues, (3, 97), axis=0)
    return float((high - low).max())
