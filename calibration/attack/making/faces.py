"""Where a face is in a picture: what attacks that paint or swap need of the students."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_landmarks import LIPS_INNER, LIPS_OUTER, OVAL
from kiosk.analysis.models import Models

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FaceAt:
    """The largest face of a picture: box (x, y, width, height) and 478 points, pixels."""

    box: tuple[float, float, float, float]
    points: Points

    @property
    def lips(self) -> tuple[Points, Points]:
        """Give the outer and the inner edge of the lips."""
        return self.points[list(LIPS_OUTER)], self.points[list(LIPS_INNER)]

    @property
    def oval(self) -> Points:
        """Give the outline of the face."""
        return self.points[list(OVAL)]


Finder = Callable[[Picture], FaceAt | None]


def finder_of(models: Models) -> Finder:
    """Give a finder that uses the kiosk's own students."""

    def find(picture: Picture) -> FaceAt | None:
        faces = models.detection(picture)
        if not faces:
            return None
        seen = models.landmarks(picture, faces[0].box, faces[0].points)
        return FaceAt(faces[0].box, seen.points.astype(np.float32))

    return find
