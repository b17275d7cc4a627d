"""A portrait's grade falls with its size and with what its template is worth."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from edge_models.tasks.face_detection import DetectedFace
from edge_models.tasks.face_quality import FaceQuality, QualityComponents
from kiosk.document.portrait.grading import ENOUGH, SMALLEST, grade

PICTURE = np.zeros((60, 60, 3), np.uint8)
FACE = DetectedFace((10, 10, 30, 40), 0.95, np.zeros((5, 2), np.float32))


class Says:
    """Says the same of every face."""

    def __init__(self, utility: float, eyes_covered: float = 0.0) -> None:
        self._said = QualityComponents(eyes_covered, 0.0, 0.0, 0.0, 0.0, 1.0, utility)

    def __call__(self, picture: object, points: object) -> QualityComponents:
        return self._said


def student(utility: float, eyes_covered: float = 0.0) -> FaceQuality:
    return cast("FaceQuality", Says(utility, eyes_covered))


def test_a_large_clear_portrait_is_worth_what_its_template_is() -> None:
    assert grade(PICTURE, FACE, student(0.9), 2 * ENOUGH).quality == pytest.approx(0.9)
    assert grade(PICTURE, FACE, student(0.9), 2 * ENOUGH).problem == ""


def test_a_smaller_one_is_worth_less() -> None:
    grades = [grade(PICTURE, FACE, student(0.9), eyes).quality for eyes in (SMALLEST, 24.0, ENOUGH, 60.0)]
    assert grades == sorted(grades)
    assert grades[0] < grades[1] < grades[2] == grades[3]


@pytest.mark.parametrize(
    ("utility", "covered", "eyes", "problem"),
    [
        (0.9, 0.0, SMALLEST - 1, "too_small"),
        (0.2, 0.9, SMALLEST - 1, "too_small"),
        (0.2, 0.0, 40.0, "unclear"),
        (0.2, 0.9, 40.0, "covered"),
        (0.8, 0.9, 40.0, ""),
    ],
)
def test_a_problem_is_named_where_the_template_suffers(
    utility: float, covered: float, eyes: float, problem: str
) -> None:
    assert grade(PICTURE, FACE, student(utility, covered), eyes).problem == problem


def test_without_the_student_size_alone_speaks() -> None:
    assert grade(PICTURE, FACE, None, 100.0).quality == 1.0
    assert grade(PICTURE, FACE, None, 10.0).problem == "too_small"
