"""The main portrait of a document is found whichever way up, and nobody else's face is taken for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_models.tasks.face_detection import DetectedFace
from kiosk.document.facts import PortraitFound, Quad
from kiosk.document.portrait.finding import PortraitFinder

Picture = NDArray[np.uint8]
SKIN, HAIR = (200, 0, 200), (0, 200, 0)


class Faces:
    """Sees drawn faces: a magenta field under green hair, upright to within 45 degrees. Counts its looks."""

    def __init__(self, smallest: int = 8, *, fooled: bool = False) -> None:
        self._smallest = smallest
        self._fooled = fooled
        self.looks = 0

    def __call__(self, picture: Picture) -> list[DetectedFace]:
        self.looks += 1
        scale = 320 / max(picture.shape[:2])
        skin = _like(picture, SKIN)
        hair = _like(picture, HAIR)
        faces = []
        count, labels, stats, _ = cv2.connectedComponentsWithStats(skin.astype(np.uint8))
        for label in range(1, count):
            x, y, width, height, area = (int(value) for value in stats[label])
            if min(width, height) * scale < self._smallest or area < 30:
                continue
            near = np.zeros_like(skin)
            reach = max(2, width // 4)
            near[max(0, y - reach) : y + height + reach, max(0, x - reach) : x + width + reach] = True
            rows, columns = np.nonzero(hair & near)
            if not len(rows):
                continue
            own_rows, own_columns = np.nonzero(labels == label)
            away = np.array([columns.mean() - own_columns.mean(), rows.mean() - own_rows.mean()])
            upright = -away[1] > abs(away[0])
            if upright or (self._fooled and away[1] > abs(away[0])):
                faces.append(_face(x, y, width, height, 0.96 if upright else 0.88))
        return sorted(faces, key=lambda face: -face.box[2] * face.box[3])


def _like(picture: Picture, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(np.int32) - np.array(colour)).max(2) < 75)


def _face(x: float, y: float, width: float, height: float, score: float) -> DetectedFace:
    shares = np.array([[0.28, 0.35], [0.72, 0.35], [0.5, 0.55], [0.33, 0.8], [0.67, 0.8]])
    points = (np.array([x, y]) + shares * np.array([width, height])).astype(np.float32)
    return DetectedFace((float(x), float(y), float(width), float(height)), score, points)


def draw(picture: Picture, x: int, y: int, width: int, height: int, strength: float = 1.0) -> None:
    """Draw a face whose skin has this box; ``strength``: 1 in full colour .. 0 not there."""
    under = picture.astype(np.float32)
    over = under.copy()
    cv2.rectangle(over, (x, y - height // 5), (x + width - 1, y - 1), HAIR, -1)
    cv2.rectangle(over, (x, y), (x + width - 1, y + height - 1), SKIN, -1)
    for share in (0.2, 0.6):
        left, top = x + round(share * width), y + round(0.3 * height)
        cv2.rectangle(over, (left, top), (left + width // 5, top + height // 8), (0, 0, 0), -1)
    picture[:] = (strength * over + (1 - strength) * under).astype(np.uint8)


def card(width: int = 600, height: int = 380) -> Picture:
    return np.full((height, width, 3), 235, np.uint8)


def with_portrait() -> Picture:
    picture = card()
    draw(picture, 60, 140, 90, 120)
    return picture


@pytest.mark.parametrize("lying", [0, 1, 2, 3])
@pytest.mark.parametrize("fooled", [False, True])
def test_it_is_found_in_each_of_four_turns(lying: int, fooled: bool) -> None:
    picture = np.ascontiguousarray(np.rot90(with_portrait(), lying))  # counterclockwise: clockwise turns mend it
    finder = PortraitFinder(Faces(fooled=fooled))
    found = finder.find(picture)
    assert found is not None
    assert found.turned == lying
    assert found.eye_distance == pytest.approx(0.44 * 90, rel=0.1)
    cut = finder.cut(picture, found)
    face = finder.face_in(cut)
    assert face is not None
    assert face.box[3] == pytest.approx(120, abs=6)
    assert cut.shape[1] == pytest.approx(2 * 90, abs=8)


@pytest.mark.parametrize("skew", [-20, -9, 14, 20])
def test_it_is_found_at_a_skew_within_corners(skew: int) -> None:
    room = np.full((760, 900, 3), 90, np.uint8)
    matrix = cv2.getRotationMatrix2D((300, 190), -skew, 1.0)
    matrix[:, 2] += (150, 190)
    picture = np.asarray(
        cv2.warpAffine(with_portrait(), matrix, (900, 760), room, borderMode=cv2.BORDER_TRANSPARENT), np.uint8
    )
    corners = (np.array([[0, 0], [600, 0], [600, 380], [0, 380]]) @ matrix[:, :2].T) + matrix[:, 2]
    quad: Quad = tuple((float(x), float(y)) for x, y in corners)  # type: ignore[assignment]
    found = PortraitFinder(Faces()).find(picture, quad)
    assert found is not None
    middle = matrix[:, :2] @ np.array([105.0, 200.0]) + matrix[:, 2]
    assert _middle(found) == pytest.approx(tuple(middle), abs=8)
    assert found.turned == 0
    assert found.box[2:] == pytest.approx((90, 120), abs=10)


def test_who_holds_the_document_is_never_its_portrait() -> None:
    scene = np.full((900, 1200, 3), 120, np.uint8)
    draw(scene, 500, 120, 260, 330)  # the holder, larger and nearer
    scene[560:860, 300:780] = cv2.resize(with_portrait(), (480, 300))
    corners: Quad = ((300.0, 560.0), (780.0, 560.0), (780.0, 860.0), (300.0, 860.0))
    found = PortraitFinder(Faces()).find(scene, corners)
    assert found is not None
    assert found.box[0] < 480
    assert found.box[1] > 560
    scene[560:860, 300:780] = 235  # a blank card: the holder's face is still not taken
    assert PortraitFinder(Faces()).find(scene, corners) is None


def test_a_face_as_high_as_the_document_is_not_printed_on_it() -> None:
    picture = card(400, 300)
    draw(picture, 60, 40, 220, 255)
    corners: Quad = ((0.0, 0.0), (400.0, 0.0), (400.0, 300.0), (0.0, 300.0))
    assert PortraitFinder(Faces()).find(picture, corners) is None
    assert PortraitFinder(Faces()).find(picture) is not None


def test_the_main_portrait_goes_before_its_ghost() -> None:
    picture = with_portrait()
    draw(picture, 450, 150, 50, 66, strength=0.8)
    found = PortraitFinder(Faces()).find(picture)
    assert found is not None
    assert found.box[0] == pytest.approx(60, abs=6)


def test_of_two_of_one_size_the_one_in_full_contrast_is_the_main_one() -> None:
    picture = with_portrait()
    draw(picture, 400, 130, 96, 130, strength=0.75)
    found = PortraitFinder(Faces()).find(picture)
    assert found is not None
    assert found.box[0] == pytest.approx(60, abs=6)


def test_no_portrait_is_none() -> None:
    assert PortraitFinder(Faces()).find(card()) is None
    assert PortraitFinder(Faces()).find(np.zeros((5, 5, 3), np.uint8)) is None
    collapsed: Quad = ((10.0, 10.0), (10.0, 10.0), (10.0, 10.0), (10.0, 10.0))
    assert PortraitFinder(Faces()).find(with_portrait(), collapsed) is None


def test_a_document_far_away_is_searched_in_parts() -> None:
    scene = np.full((1200, 1600, 3), 150, np.uint8)
    draw(scene, 1100, 800, 52, 70)  # 10 of the detector's 320 pixels
    finder = PortraitFinder(Faces(smallest=14))
    found = finder.find(scene)
    assert found is not None
    assert found.box[0] == pytest.approx(1100, abs=6)


def test_a_face_as_it_lies_ends_the_search_early() -> None:
    seeing = Faces()
    PortraitFinder(seeing).find(with_portrait())
    sure = seeing.looks
    seeing.looks = 0
    PortraitFinder(seeing).find(np.ascontiguousarray(np.rot90(with_portrait(), 3)))
    assert sure < seeing.looks


def test_a_small_portrait_is_found_and_said_to_be_too_small() -> None:
    picture = card()
    draw(picture, 60, 140, 30, 40)
    found = PortraitFinder(Faces()).find(picture)
    assert found is not None
    assert found.problem == "too_small"


def test_a_speck_that_looks_like_a_face_is_no_portrait() -> None:
    picture = card()
    draw(picture, 60, 140, 16, 21)
    assert PortraitFinder(Faces(smallest=4)).find(picture) is None


def _middle(found: PortraitFound) -> tuple[float, float]:
    x, y, width, height = found.box
    return x + width / 2, y + height / 2
