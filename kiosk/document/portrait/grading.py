"""How far the template of a document's portrait can be relied on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_detection import DetectedFace
from edge_models.tasks.face_quality import FaceQuality

Picture = NDArray[np.uint8]

SMALLEST = 16.0
"""pixels between the eyes under which a portrait is not compared"""
ENOUGH = 32.0
"""pixels between the eyes from which more bring little"""
_LIMIT = 0.5
"""operating point of the student's components. Under it in utility four of five mated portraits failed at an FMR of 1e-3"""


@dataclass(frozen=True)
class Grade:
    """Quality 0..1, and "" or why the portrait cannot serve: ``too_small``, ``covered``, ``unclear``."""

    quality: float
    problem: str = ""


def eye_distance(points: NDArray[np.floating]) -> float:
    """Give the distance of the first two of five points, pixels."""
    return float(np.linalg.norm(np.asarray(points[1], np.float64) - np.asarray(points[0], np.float64)))


def grade(picture_bgr: Picture, face: DetectedFace, student: FaceQuality | None, eyes: float) -> Grade:
    """Grade a portrait in an upright picture; ``eyes``: pixels between them where it was photographed.

    Security print and holograms look like coverings, and most of them do no harm: a portrait is refused as ``covered`` only
    where its template suffers.
    """
    size = min(1.0, eyes / ENOUGH)
    small = "too_small" if eyes < SMALLEST else ""
    if student is None:
        return Grade(size, small)
    said = student(picture_bgr, face.points)
    problem = small
    if not small and said.utility < _LIMIT:
        hidden = max(said.eyes_covered, said.mouth_nose_covered, said.dark_glasses) > _LIMIT
        problem = "covered" if hidden else "unclear"
    return Grade(size * said.utility, problem)
