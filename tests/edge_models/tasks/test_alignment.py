from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.runtime.errors import ContractMismatch
from edge_models.tasks import alignment
from edge_models.tasks.alignment import TEMPLATE, align, similarity


@settings(max_examples=60, deadline=None)
@given(
    scale=st.floats(0.1, 20),
    degrees=st.floats(-180, 180),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_a_moved_template_is_carried_back(scale: float, degrees: float, shift: tuple[float, float]) -> None:
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = scale * TEMPLATE @ rotation.T + np.array(shift)
    matrix = similarity(points, TEMPLATE)
    assert np.allclose(points @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=1e-6)
    assert np.isclose(np.sqrt(np.linalg.det(matrix[:, :2])), 1 / scale)


def test_a_mirrored_face_is_turned_and_not_mirrored() -> None:
    mirrored = TEMPLATE * [-1, 1] + [112, 0]
    assert np.linalg.det(similarity(mirrored, TEMPLATE)[:, :2]) > 0


def test_no_other_similarity_fits_better() -> None:
    points = TEMPLATE + np.array([[3, 0], [0, -2], [4, 1], [-1, 2], [2, 2]])
    matrix = similarity(points, TEMPLATE)

    def misfit(candidate: np.ndarray) -> float:
        return float(((points @ candidate[:, :2].T + candidate[:, 2] - TEMPLATE) ** 2).sum())

    best = misfit(matrix)
    for index in range(40):
        generator = np.random.default_rng(index)
        angle, scale = generator.normal(0, 0.02), 1 + generator.normal(0, 0.02)
        change = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        other = np.hstack([change @ matrix[:, :2], (change @ matrix[:, 2] + generator.normal(0, 0.3, 2))[:, None]])
        assert misfit(other) >= best


def test_the_aligned_crop_holds_the_points_where_the_template_wants_them() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    points = TEMPLATE * 1.5 + [120, 60]
    for colour, (x, y) in enumerate(points):
        picture[round(y) - 3 : round(y) + 4, round(x) - 3 : round(x) + 4] = 50 + 40 * colour
    crop = align(picture, points)
    assert crop.shape == (112, 112, 3)
    for colour, (x, y) in enumerate(TEMPLATE):
        assert crop[round(y), round(x), 0] == 50 + 40 * colour


def test_what_lies_outside_the_picture_is_black() -> None:
    white = np.full((112, 112, 3), 255, np.uint8)
    crop = align(white, TEMPLATE - [60, 0])
    assert crop[56, 30].tolist() == [0, 0, 0]
    assert crop[56, 90].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    "points",
    [np.full((5, 2), np.nan), np.full((5, 2), 7.0), TEMPLATE[:4], np.where(np.eye(5, 2) > 0, np.inf, TEMPLATE)],
    ids=["not a number", "all in one place", "four points", "infinite"],
)
def test_points_that_are_no_face_are_refused(points: np.ndarray) -> None:
    with pytest.raises(ContractMismatch):
        align(np.zeros((112, 112, 3), np.uint8), points)


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_large_face_is_the_same_crop_without_aliasing(factor: int) -> None:
    """A checked cloth as fine as a pixel must come out grey, and what is drawn must stand where it stood."""
    rows, columns = np.mgrid[0:160, 0:160]
    small = np.stack([rows, columns, (rows + columns) // 2], 2).astype(np.uint8)
    large = np.repeat(np.repeat(small, factor, 0), factor, 1)
    points = alignment.TEMPLATE + 20.0
    plain = alignment.align(small, points)
    shrunk = alignment.align(large, (points + 0.5) * factor - 0.5)
    assert np.abs(plain.astype(int) - shrunk.astype(int)).max() <= 2
    cloth = np.where((np.indices((160 * factor, 160 * factor)).sum(0) % 2)[..., None] > 0, 255, 0).astype(np.uint8)
    cloth = np.repeat(cloth, 3, 2)
    grey = alignment.align(cloth, (points + 0.5) * factor - 0.5)[8:-8, 8:-8]
    assert np.abs(grey.astype(int) - 127).max() <= 45
