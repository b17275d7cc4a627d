"""Face swap by warping: another person's face laid triangle by triangle over a moving head, its colour matched."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.attack.making.camera import Picture
from calibration.attack.making.faces import FaceAt, Finder, Points
from calibration.attack.making.plane import Floats, as_picture

_FEATHER = 0.06
"""share of the face's width over which the edge of the swap fades"""


class SwappedFace:
    """Lays the face of a portrait over the largest face of every picture; where there is none the picture stays.

    An injection: no screen is filmed, so screen and paper cues have nothing to see.
    """

    def __init__(self, portrait: Picture, find: Finder) -> None:
        """Take the other person's picture. Raises ``ValueError`` when it shows no face."""
        face = find(portrait)
        if face is None:
            raise ValueError("the portrait to swap in shows no face")
        # A dark portrait's noise would be blown up with its colours.
        self._portrait = cast("Picture", cv2.bilateralFilter(portrait, 7, 30, 5))
        self._face = face
        self._find = find
        self._triangles = triangles_of(face.points)

    def __call__(self, image: Picture, time: float) -> Picture:  # noqa: ARG002
        """Give the picture with the other face."""
        head = self._find(image)
        if head is None:
            return image.copy()
        warped = self._warped(image.shape[0], image.shape[1], head)
        mask = _inside(image, head)
        fitted = _recoloured(warped, image.astype(np.float32), mask > 0.5)
        soft = mask[..., None]
        return as_picture(image.astype(np.float32) * (1 - soft) + fitted * soft)

    def _warped(self, height: int, width: int, head: FaceAt) -> Floats:
        """Move each triangle of the portrait's points onto the head's (piecewise affine), by one map for all pixels."""
        from_x = np.full((height, width), -1, np.float32)
        from_y = np.full((height, width), -1, np.float32)
        for corners in self._triangles:
            there, here = head.points[corners], self._face.points[corners]
            x0, y0 = np.floor(there.min(0)).astype(int)
            x1, y1 = np.ceil(there.max(0)).astype(int) + 1
            x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
            if x1 <= x0 or y1 <= y0:
                continue
            area = np.zeros((y1 - y0, x1 - x0), np.uint8)
            cv2.fillConvexPoly(area, np.rint(there - [x0, y0]).astype(np.int32), 1)
            rows, columns = np.nonzero(area)
            matrix = cv2.getAffineTransform(there.astype(np.float32), here.astype(np.float32))
            at = np.stack([columns + x0, rows + y0, np.ones(len(rows))]).astype(np.float64)
            found = matrix @ at
            from_x[rows + y0, columns + x0] = found[0]
            from_y[rows + y0, columns + x0] = found[1]
        moved = cv2.remap(self._portrait, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return cast("Floats", moved.astype(np.float32))


def triangles_of(points: Points) -> list[list[int]]:
    """Give triangles over a face's points (Delaunay), each as three indices."""
    low = points.min(0) - 8
    size = points.max(0) + 8 - low
    plane = cv2.Subdiv2D((0, 0, int(size[0]) + 1, int(size[1]) + 1))
    moved = (points - low).astype(np.float32)
    for x, y in moved:
        plane.insert((float(x), float(y)))
    given = np.asarray(plane.getTriangleList(), np.float32).reshape(-1, 3, 2)
    found: list[list[int]] = []
    for corners in given:
        distances = np.linalg.norm(moved[None] - corners[:, None], axis=2)
        if float(distances.min(1).max()) < 1.0:
            triangle = [int(index) for index in distances.argmin(1)]
            if len(set(triangle)) == 3:
                found.append(triangle)
    return found


def _inside(image: Picture, head: FaceAt) -> Floats:
    """Give 1 inside the face's outline and 0 outside, the edge faded inwards."""
    filled = np.zeros(image.shape[:2], np.uint8)
    cv2.fillConvexPoly(filled, cv2.convexHull(np.rint(head.oval).astype(np.int32)), 255)
    feather = max(1.0, _FEATHER * head.box[2])
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (int(2 * feather) + 1,) * 2)
    shrunk = cv2.erode(filled, kernel)
    return cast("Floats", cv2.GaussianBlur(shrunk, (0, 0), feather / 2).astype(np.float32) / 255)


def _recoloured(face: Floats, under: Floats, where: NDArray[np.bool_]) -> Floats:
    """Bring the face's colours to those of the head: the mean of each, and the spread of their lightness (Reinhard)."""
    if not where.any():
        return face
    own, wanted = face[where], under[where]
    spread = float(np.clip(wanted.mean(1).std() / max(float(own.mean(1).std()), 1.0), 0.6, 1.3))
    return cast("Floats", (face - own.mean(0)) * np.float32(spread) + wanted.mean(0))
