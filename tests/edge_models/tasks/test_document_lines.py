"""Straight edges become lines, lines become quadrilaterals, and support says how much edge lies under a side."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_models.tasks.document_lines import Lines, lines_of, pairs_of_sides, quadrilaterals, slopes_of, support

TRUE = np.array([(60.0, 50.0), (260.0, 42.0), (268.0, 170.0), (56.0, 162.0)])


def picture() -> NDArray[np.uint8]:
    canvas = np.full((220, 336, 3), 80, np.uint8)
    cv2.fillConvexPoly(canvas, np.round(TRUE * 16).astype(np.int32), (200, 190, 210), cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.8), np.uint8)


def worst(quad: NDArray[np.float64]) -> float:
    return min(float(np.abs(np.roll(quad, turn, 0) - TRUE).max()) for turn in range(4))


def test_a_card_is_among_what_its_lines_make() -> None:
    grey = cv2.cvtColor(picture(), cv2.COLOR_BGR2GRAY).astype(np.uint8)
    quads = quadrilaterals(lines_of(grey, 20), 336, 220)
    assert len(quads)
    assert min(worst(quad) for quad in quads) < 2.5


def test_broken_segments_are_one_line() -> None:
    grey = np.full((200, 300), 60, np.uint8)
    grey[100:] = 200
    grey[:, 140:160] = 130  # a finger over the middle of the edge
    lines = lines_of(grey, 10)
    level = [n for n, along in enumerate(lines.along) if abs(along[0]) > 0.99 and abs(lines.points[n][1] - 100) < 4]
    assert len(level) == 1
    assert lines.lengths[level[0]] > 240


def test_a_plain_picture_has_no_lines_and_no_quadrilaterals() -> None:
    lines = lines_of(np.full((200, 300), 90, np.uint8), 10)
    assert len(lines.points) == 0
    assert len(quadrilaterals(lines, 300, 200)) == 0


def test_only_convex_sheets_in_reach_are_made() -> None:
    starts = np.array([(60.0, 50), (260, 42), (268, 170), (56, 162), (0, 0)])
    ends = np.array([(260.0, 42), (268, 170), (56, 162), (60, 50), (336, 3)])
    none = Lines(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    quads = quadrilaterals(none.with_ends(starts, ends), 336, 220)
    assert min(worst(quad) for quad in quads) < 1e-6
    for quad in quads:
        assert cv2.isContourConvex(quad.astype(np.float32))
        x, y = quad.T
        assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0  # clockwise on the screen
        longer, shorter = sorted(pairs_of_sides(quad[None])[0])[::-1]
        assert longer / shorter < 2.4


def test_support_is_full_on_the_card_and_less_beside_it() -> None:
    slopes = slopes_of(picture())
    sides = support(np.stack([TRUE, TRUE + np.array([9.0, 12.0])]), slopes)
    assert sides[0].min() > 0.9
    assert sides[1].mean() < 0.4


def test_a_side_along_the_border_counts_in_part() -> None:
    border = np.array([[(0.0, 50.0), (260.0, 42.0), (268.0, 170.0), (0.0, 162.0)]])
    left = support(border, slopes_of(picture()))[0, 3]
    assert left == pytest.approx(0.45, abs=0.01)
