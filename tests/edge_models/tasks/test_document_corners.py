"""The student document_corners: what it is fed, the four sides round what is covered, its release."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.registry import ENGINES, EngineName, load
from edge_models.tasks.document_corners import CELL, HEIGHT, WIDTH, DocumentCorners, four_sides, locate, prepare
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

TALL, WIDE = HEIGHT // CELL, WIDTH // CELL


def scene(corners: NDArray[np.float64], width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """A pale card with print on it before a darker ground with grain."""
    chance = np.random.default_rng(seed)
    canvas = np.full((height, width, 3), (70, 90, 60), np.uint8)
    cv2.fillConvexPoly(canvas, np.round(corners * 16).astype(np.int32), (225, 215, 230), cv2.LINE_AA, 4)
    middle = corners.mean(0)
    for part in (0.25, 0.45, 0.6):
        inner = middle + (corners - middle) * part
        cv2.line(canvas, inner[0].astype(int).tolist(), inner[1].astype(int).tolist(), (40, 40, 40), 2)
    return np.asarray(np.clip(canvas + chance.normal(0, 4, canvas.shape), 0, 255), np.uint8)


def covered(corners: NDArray[np.float64], width: int, height: int) -> NDArray[np.float32]:
    """What a perfect network says of a picture of this size."""
    fine = 8
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 255)
    if height > width:
        mask = cv2.rotate(mask, cv2.ROTATE_90_COUNTERCLOCKWISE).astype(np.uint8)
    mask = cv2.resize(mask, (WIDE * fine, TALL * fine), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return np.asarray(cv2.resize(mask, (WIDE, TALL), interpolation=cv2.INTER_AREA) / 255, np.float32)


def turned(width: float, height: float, degrees: float, middle: tuple[float, float]) -> NDArray[np.float64]:
    angle = np.deg2rad(degrees)
    corners = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(corners @ turn + middle, np.float64)


def farthest(found: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """How far the worst corner is off, whichever corner is called the first."""
    return min(float(np.linalg.norm(np.roll(found, turn, 0) - true, axis=1).max()) for turn in range(4))


@settings(max_examples=10, deadline=None)
@given(st.floats(0, 360), st.floats(0.3, 0.55), st.integers(0, 99))
def test_a_card_at_any_angle_is_found_to_a_few_pixels(degrees: float, share: float, seed: int) -> None:
    true = turned(1280 * share, 1280 * share / 1.585, degrees, (640, 360))
    if true.min() < 4 or (true > (1276, 716)).any():
        true = turned(430, 271, degrees, (640, 360))
    found = locate(covered(true, 1280, 720), scene(true, 1280, 720, seed))
    assert found is not None
    assert farthest(found.corners, true) < 5
    assert found.seen == (True, True, True, True)
    assert found.confidence > 0.85


def test_an_upright_picture_gives_corners_in_its_own_pixels() -> None:
    true = turned(520, 328, 12, (420, 900))
    found = locate(covered(true, 900, 1600), scene(true, 900, 1600))
    assert found is not None
    assert farthest(found.corners, true) < 5


def test_sides_follow_the_edge_not_the_cover() -> None:
    """A cover that runs over onto a hand is brought back by the picture's straight edges."""
    true = turned(560, 353, 8, (560, 360))
    cover = covered(true, 1280, 720)
    cover[14:28, 35:44] = 1.0  # a hand at the right, taken for the document
    found = locate(cover, scene(true, 1280, 720))
    assert found is not None
    assert farthest(found.corners, true) < 12
    plain = locate(covered(true, 1280, 720), scene(true, 1280, 720))
    assert plain is not None
    assert found.confidence < plain.confidence


def test_a_document_that_leaves_the_picture_has_unseen_sides() -> None:
    true = turned(560, 353, 0, (170, 360))
    found = locate(covered(true, 1280, 720), scene(true, 1280, 720))
    assert found is not None
    assert sum(found.seen) == 3
    left = found.corners[:, 0] < 6
    assert left.sum() == 2


def test_what_is_followed_is_moved_to_the_new_place() -> None:
    before, now = turned(560, 353, 3, (600, 340)), turned(560, 353, 4, (607, 345))
    found = locate(covered(now, 1280, 720), scene(now, 1280, 720), near=before)
    assert found is not None
    assert farthest(found.corners, now) < 4


def test_what_fits_no_more_is_sought_afresh() -> None:
    before, now = turned(560, 353, 0, (340, 340)), turned(560, 353, 30, (800, 380))
    found = locate(covered(now, 1280, 720), scene(now, 1280, 720), near=before)
    assert found is not None
    assert farthest(found.corners, now) < 5


def test_nothing_covered_and_specks_are_no_document() -> None:
    picture = np.full((720, 1280, 3), 90, np.uint8)
    cover = np.zeros((TALL, WIDE), np.float32)
    assert locate(cover, picture) is None
    cover[10:13, 10:13] = 1
    assert locate(cover, picture) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), min_size=5, max_size=40))
def test_four_sides_enclose_what_they_are_fitted_round(points: list[tuple[int, int]]) -> None:
    given_points = np.array(points, np.float64)
    sides = four_sides(given_points)
    if sides is None:
        return
    assert sides.shape == (4, 2)
    # The hull is thinned first by a hundredth of its length: points may lie that far outside.
    slack = 0.01 * cv2.arcLength(cv2.convexHull(given_points.astype(np.float32)), True) + 1
    for point in given_points:
        assert cv2.pointPolygonTest(sides.astype(np.float32), (float(point[0]), float(point[1])), True) > -slack


def card(**changes: Any) -> Card:
    inputs, outputs = [tensor("pixels", [1, 3, HEIGHT, WIDTH])], [tensor("cover", [1, 1, TALL, WIDE])]
    return card_of(
        "document_corners", **{"inputs": inputs, "outputs": outputs, "parameters": {"min_confidence": 0.6}, **changes}
    )


def echo(cover: NDArray[np.float32]) -> Echo:
    return Echo(cover=cover[None, None])


def test_the_threshold_of_the_card_decides_what_is_shown() -> None:
    true = turned(560, 353, 8, (560, 360))
    picture = scene(true, 1280, 720)
    engine = echo(covered(true, 1280, 720))
    assert DocumentCorners(card(), engine)(picture) is not None
    assert engine.fed["pixels"].shape == (1, 3, HEIGHT, WIDTH)
    faint = echo(covered(true, 1280, 720) * np.float32(0.55))
    assert DocumentCorners(card(), faint)(picture) is None
    assert DocumentCorners(card(), faint).candidate(picture) is not None


def test_a_card_of_another_network_is_refused() -> None:
    engine = echo(np.zeros((TALL, WIDE), np.float32))
    with pytest.raises(CardInvalid):
        DocumentCorners(card(parameters={}), engine)
    with pytest.raises(CardInvalid):
        DocumentCorners(card(outputs=[{"name": "cover", "shape": [1, 4], "meaning": "x"}]), engine)


def test_values_that_are_not_finite_are_an_error() -> None:
    with pytest.raises(ContractMismatch):
        DocumentCorners(card(), echo(np.full((TALL, WIDE), np.nan, np.float32)))(np.zeros((720, 1280, 3), np.uint8))


def test_the_input_is_the_whole_picture_laid_on_its_side() -> None:
    upright = np.zeros((1600, 900, 3), np.uint8)
    upright[:800] = 255  # its upper half
    fed = prepare(upright)[0]
    assert fed.shape == (3, HEIGHT, WIDTH)
    assert fed[:, :, :100].min() > 0.9
    assert fed[:, :, 124:].max() < -0.9


@pytest.mark.parametrize("engine", ENGINES)
def test_the_release_finds_a_drawn_card_in_either_runtime(engine: EngineName) -> None:
    task = DocumentCorners(*load("document_corners", engine=engine))
    true = turned(620, 391, 9, (600, 350))
    picture = scene(true, 1280, 720)
    x, y = true.mean(0).astype(int).tolist()
    cv2.rectangle(picture, (x - 240, y - 90), (x - 100, y + 100), (120, 150, 190), -1)  # where a portrait would be
    for row in range(5):
        place = (x - 60, y - 80 + 36 * row)
        cv2.putText(picture, "SPECIMEN 0123", place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (40, 40, 40), 2, cv2.LINE_AA)
    found = task(picture)
    assert found is not None
    assert farthest(found.corners, true) < 5
    assert task(np.full((720, 1280, 3), 90, np.uint8)) is None
