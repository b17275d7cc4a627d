"""The outline in a picture's pixels; a document that fills the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_corners import DocumentCorners, FoundDocument
from kiosk.document.capture.finding import WHOLE, OutlineFinder

PICTURE = np.zeros((400, 600, 3), np.uint8)
CORNERS = np.array([[50.0, 40], [550, 60], [540, 350], [60, 360]])


class Student(DocumentCorners):
    """Gives what it was told to, and remembers the hint."""

    def __init__(self, found: FoundDocument | None) -> None:
        self.found = found
        self.near: NDArray[np.float64] | None = None

    def __call__(self, picture_bgr: NDArray[np.uint8], near: NDArray[np.float64] | None = None) -> FoundDocument | None:
        self.near = near
        return self.found


def test_corners_confidence_and_seen_sides_come_through() -> None:
    found = OutlineFinder(Student(FoundDocument(CORNERS, 0.9, (True, True, False, True)))).find(PICTURE)
    assert found is not None
    assert np.allclose(found.corners, CORNERS)
    assert found.confidence == 0.9
    assert found.seen == (True, True, False, True)
    assert not found.whole


def test_nothing_stays_nothing() -> None:
    assert OutlineFinder(Student(None)).find(PICTURE) is None


def test_a_document_that_fills_the_picture_has_its_border_and_little_confidence() -> None:
    found = OutlineFinder(Student(FoundDocument(CORNERS, 0.97, (False,) * 4))).find(PICTURE)
    assert found is not None
    assert found.whole
    assert found.corners == ((0, 0), (599, 0), (599, 399), (0, 399))
    assert found.confidence == WHOLE


def test_the_place_in_the_frame_before_is_handed_on() -> None:
    student = Student(FoundDocument(CORNERS, 0.9, (True,) * 4))
    OutlineFinder(student).find(PICTURE, ((1, 2), (3, 4), (5, 6), (7, 8)))
    assert student.near is not None
    assert student.near.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
