"""A document's outline in one picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_corners import DocumentCorners
from kiosk.document.facts import Quad

Pixels = NDArray[np.uint8]
WHOLE = 0.3
"""highest confidence of an outline none of whose sides was seen: a scan, or a document held so close that it fills the picture"""


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a card or a passport's data page lies."""

    corners: Quad
    """clockwise from the one nearest to the picture's top left, as they lie in the picture"""
    confidence: float
    """0..1"""
    seen: tuple[bool, bool, bool, bool]
    """which sides (top, right, bottom, left, counted from the first corner) lie inside the picture"""

    @property
    def whole(self) -> bool:
        """Say whether the document fills the picture: its border is all that is known of the outline."""
        return not any(self.seen)


class OutlineFinder:
    """Finds the outline of the document that covers most of a picture. Not shared between threads."""

    def __init__(self, corners: DocumentCorners) -> None:
        """Take the loaded student."""
        self._corners = corners

    def find(self, picture_bgr: Pixels, near: Quad | None = None) -> Outline | None:
        """Give the outline in pixels of the picture, or None where no document is.

        ``near``: the corners in the frame before, which are tried first (and are all that is tried where they fit).
        A document of which no side is in the picture gets the picture's border with a confidence of at most ``WHOLE``.
        Raises ``ContractMismatch`` when the network gives values that are not finite.
        """
        found = self._corners(picture_bgr, None if near is None else np.array(near, np.float64))
        if found is None:
            return None
        height, width = picture_bgr.shape[:2]
        if not any(found.seen):
            border = ((0.0, 0.0), (width - 1.0, 0.0), (width - 1.0, height - 1.0), (0.0, height - 1.0))
            return Outline(border, min(WHOLE, found.confidence), found.seen)
        first, second, third, fourth = ((float(x), float(y)) for x, y in found.corners)
        return Outline((first, second, third, fourth), found.confidence, found.seen)
