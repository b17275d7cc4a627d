"""Sides are moved onto edges, to a fraction of a pixel, and stay where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_models.tasks.document_edges import crossing, refine

TRUE = np.array([(120.0, 90.0), (520.0, 70.0), (540.0, 330.0), (110.0, 310.0)])
ALL = (True, True, True, True)


def picture(seed: int = 0, contrast: int = 60) -> NDArray[np.uint8]:
    canvas = np.full((400, 640, 3), 90, np.uint8)
    cv2.fillConvexPoly(canvas, np.round(TRUE * 256).astype(np.int32), (90 + contrast,) * 3, cv2.LINE_AA, 8)
    grain = np.random.default_rng(seed).normal(0, 5, canvas.shape)
    return np.asarray(np.clip(cv2.GaussianBlur(canvas, (0, 0), 0.8) + grain, 0, 255), np.uint8)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-6, 6), min_size=8, max_size=8), st.integers(0, 50))
def test_corners_come_back_to_within_a_pixel(off: list[float], seed: int) -> None:
    moved = refine(picture(seed), TRUE + np.array(off).reshape(4, 2), ALL, 1.0)
    assert np.abs(moved - TRUE).max() < 1.0


def test_a_side_that_must_not_move_stays() -> None:
    shifted = TRUE.copy()
    shifted[[0, 3], 0] += 5
    moved = refine(picture(), shifted, (True, True, True, False), 1.0)
    assert moved[0, 0] == pytest.approx(shifted[0, 0], abs=1)
    free = refine(picture(), shifted, ALL, 1.0)
    assert free[0, 0] == pytest.approx(TRUE[0, 0], abs=1)


def test_without_an_edge_nothing_moves_far() -> None:
    grain = np.random.default_rng(1).normal(90, 2, (400, 640, 3)).astype(np.uint8)
    assert np.abs(refine(grain, TRUE, ALL, 1.0) - TRUE).max() < 2


def test_dark_print_beside_a_pale_rim_is_outvoted() -> None:
    canvas = picture(contrast=30)
    for x in range(180, 460, 40):
        cv2.rectangle(canvas, (x, 92), (x + 14, 100), (0, 0, 0), -1)
    moved = refine(canvas, TRUE + np.array([0, 4]), ALL, 1.0)
    assert np.abs(moved[:2] - TRUE[:2]).max() < 1.5


def test_lines_cross_or_run_alike() -> None:
    a, b, c, d = (np.array(point, float) for point in ((0, 0), (2, 2), (0, 2), (2, 0)))
    met = crossing(a, b, c, d)
    assert met is not None
    assert met.tolist() == pytest.approx([1, 1])
    assert crossing(a, b, c, c + (b - a)) is None
