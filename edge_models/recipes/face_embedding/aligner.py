"""Faces aligned as the kiosk aligns them: by the dense points of the landmarks student, not by a detector's five."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load
from edge_models.tasks.alignment import DENSE_TEMPLATE, align
from edge_models.tasks.face_landmarks import Box, FaceLandmarks


class Aligner:
    """Refines a detector's five points and cuts the aligned face."""

    def __init__(self) -> None:
        """Load the released landmarks student."""
        self._landmarks = FaceLandmarks(*load("face_landmarks", engine="open_vino"))

    def __call__(self, picture: Pixels, corners: NDArray[np.float32], points5: NDArray[np.float32]) -> Pixels:
        """Give 112 x 112 x 3 (BGR); ``corners``: left, top, right, bottom of the face's box in pixels."""
        left, top, right, bottom = (float(value) for value in corners)
        return self.of_box(picture, (left, top, right - left, bottom - top), points5)

    def of_box(self, picture: Pixels, box: Box, points5: NDArray[np.float32]) -> Pixels:
        """Give the same of a box as x, y, width, height."""
        return align(picture, self._landmarks(picture, box, points5).points5, template=DENSE_TEMPLATE)
