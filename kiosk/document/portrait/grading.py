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
_COVERED = 0.5
"""operating point of the student's components"""


@dataclass(frozen=True)
class Grade:
    """Quality 0..1, and "" or why the portrait cannot serve: ``too_small``, ``covered``, ``unclear``."""

    quality: float
    problem: str = ""


def eye_distance(points: NDArray[np.floating]) -> float:
    """Give the distance of the first two of five points, pixels."""
    return float(np.linalg.norm(np.asarray(points[1], np.float64) - np.asarray(points[0], np.float64)))


def grade(picture_bgr: Picture, face: DetectedFace, student: FaceQuality | None, eyes: float) -> Grade:
    """Grade a portrait in an upright picture; ``eyes``: pixels between them where it was photographed."""
    size = min(1.0, eyes / ENOUGH)
    if student is None:
        return Grade(size, "too_small" if eyes < SMALLEST else "")
    said = student(picture_bgr, face.points)
    quality = size * said.utility
    problem = ""
    if eyes < SMALLEST:
        problem = "too_small"
    elif max(said.eyes_covered, said.mouth_nose_covered, said.dark_glasses) > _COVERED:
        problem = "covered"
    elif said.utility < _COVERED:
        problem = "unclear"
    return Grade(quality, problem)
