"""The anchor that needs no training: straight edges, four at a time, and four-sided contours. Measured, not shipped.

Candidates are weighed by the edge under their sides, their size and their shape.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels
from edge_models.tasks.document_corners import FoundDocument, four_sides
from edge_models.tasks.document_lines import Slopes, lines_of, pairs_of_sides, quadrilaterals, slopes_of, support

Points = NDArray[np.float64]
_LONG = 400
_LINES = 20
_WEIGHED = 1200


def find(picture_bgr: Pixels) -> FoundDocument | None:
    """Give the likeliest outline with the share of its sides that has an edge under it, or None."""
    scale = _LONG / max(picture_bgr.shape[:2])
    small = cv2.resize(picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.uint8)
    height, width = small.shape[:2]
    grey, slopes = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8), slopes_of(small)
    crossed = quadrilaterals(lines_of(grey, _LINES), width, height)[:_WEIGHED]
    quads = np.concatenate([crossed, *(sides[None] for sides in _from_contours(slopes))])
    if not len(quads):
        return None
    by_side = support(quads, slopes)
    share = 0.35 * by_side.min(1) + 0.65 * by_side.mean(1)
    pair = pairs_of_sides(quads)
    aspect = pair.max(1) / np.maximum(pair.min(1), 1e-6)
    likely = np.exp(-(((aspect - 1.5) / 0.45) ** 2) / 2)
    # Portraits, bars and panels lie within documents: of two good candidates the larger one is meant.
    area = np.minimum(1.0, pair.prod(1) / (width * height) / 0.3)
    best = int((share * (0.6 + 0.4 * likely) * (0.35 + 0.65 * np.sqrt(area))).argmax())
    corners = (quads[best] + 0.5) / scale - 0.5
    first = int(np.argmin(corners.sum(1)))
    return FoundDocument(np.roll(corners, -first, 0), float(share[best]), (True,) * 4)


def _from_contours(slopes: Slopes) -> list[Points]:
    """Give the four-sided hulls of large contours at two thresholds."""
    strength = np.hypot(slopes.across, slopes.down)
    found = []
    for factor in (1.0, 2.2):
        edges = (strength > factor * slopes.limit).astype(np.uint8)
        edges = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            if cv2.contourArea(cv2.convexHull(contour)) > 0.015 * strength.size:
                sides = four_sides(contour[:, 0].astype(np.float64))
                if sides is not None:
                    found.append(sides)
    return found[:60]
