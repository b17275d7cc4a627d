"""Rectified pictures: the sheet's own proportion, points there and back, no pixels made up."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.document.capture.rectify import ASPECTS, aspect_of, rectify
from kiosk.document.facts import Quad


def seen(width: float, height: float, tilt: float, towards: float, roll: float, distance: float = 2.4) -> Quad:
    """A sheet (width, height in metres) before a camera whose focal length is 1.1 times its picture's 1280 pixels."""
    x, y = width / 2, height / 2
    corners = np.array([(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)])
    axis = np.deg2rad(tilt) * np.array([np.cos(towards), np.sin(towards), 0])
    turn = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, np.deg2rad(roll)]))[0]
    placed = corners @ turn.T + (0, 0, distance)
    pixels = placed[:, :2] / placed[:, 2:] * 1408 + (639.5, 359.5)
    first, second, third, fourth = ((float(a), float(b)) for a, b in pixels)
    return first, second, third, fourth


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([(85.6, 53.98), (105, 74), (125, 88)]), st.floats(0, 40), st.floats(0, 6.28), st.floats(-180, 180)
)
def test_the_proportion_of_a_tilted_sheet_is_the_standards(
    size: tuple[float, float], tilt: float, towards: float, roll: float
) -> None:
    corners = seen(size[0] / 125, size[1] / 125, tilt, towards, roll)
    assert aspect_of(corners, 1280, 720) == pytest.approx(size[0] / size[1], rel=0.005)


def test_a_sheet_that_stands_stays_standing() -> None:
    assert aspect_of(seen(0.43, 0.685, 0, 0, 0), 1280, 720) == pytest.approx(1 / ASPECTS["ID-1"], rel=0.01)


def test_a_sheet_unlike_any_standard_keeps_its_own_proportion() -> None:
    assert aspect_of(seen(0.5, 0.5, 10, 1, 5), 1280, 720) == pytest.approx(1, rel=0.02)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 35), st.floats(0, 6.28), st.floats(-180, 180), st.floats(0, 1), st.floats(0, 1))
def test_points_go_there_and_back(tilt: float, towards: float, roll: float, x: float, y: float) -> None:
    corners = seen(0.685, 0.432, tilt, towards, roll)
    straight = rectify(np.zeros((720, 1280, 3), np.uint8), corners)
    height, width = straight.picture.shape[:2]
    inside = np.array([[x * width, y * height]])
    assert np.allclose(straight.forth(straight.back(inside)), inside, atol=1e-6)
    whole = ((-0.5, -0.5), (width - 0.5, -0.5), (width - 0.5, height - 0.5), (-0.5, height - 0.5))
    assert np.allclose(straight.back_quad(whole), corners, atol=0.01)


def marked(corners: Quad) -> NDArray[np.uint8]:
    """A picture with a sheet whose upper left quarter is red and whose lower right one is blue."""
    sheet = np.full((200, 320, 3), 200, np.uint8)
    sheet[:100, :160] = (0, 0, 255)
    sheet[100:, 160:] = (255, 0, 0)
    source = np.array([(0, 0), (320, 0), (320, 200), (0, 200)], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    return np.asarray(cv2.warpPerspective(sheet, matrix, (1280, 720)), np.uint8)


@pytest.mark.parametrize("roll", [0, 25, -70])
@pytest.mark.parametrize("long_side", [1000, 200, 90])
def test_the_sheet_comes_out_as_it_was_drawn(roll: float, long_side: int) -> None:
    corners = seen(0.64, 0.4, 25, 1.0, roll)
    straight = rectify(marked(corners), corners, long_side=long_side).picture
    height, width = straight.shape[:2]
    assert straight[height // 4, width // 4].tolist() == pytest.approx([0, 0, 255], abs=12)
    assert straight[height * 3 // 4, width * 3 // 4].tolist() == pytest.approx([255, 0, 0], abs=12)
    assert straight[height // 4, width * 3 // 4].tolist() == pytest.approx([200, 200, 200], abs=12)


def test_a_small_document_is_hardly_enlarged() -> None:
    corners = ((100.0, 100.0), (300.0, 100.0), (300.0, 226.0), (100.0, 226.0))
    straight = rectify(np.zeros((720, 1280), np.uint8), corners)
    assert 200 <= straight.picture.shape[1] <= 240
    assert straight.picture.ndim == 2


def test_a_given_proportion_counts() -> None:
    corners = ((100.0, 100.0), (500.0, 100.0), (500.0, 300.0), (100.0, 300.0))
    straight = rectify(np.zeros((720, 1280, 3), np.uint8), corners, aspect=1.6)
    assert straight.picture.shape[1] / straight.picture.shape[0] == pytest.approx(1.6, rel=0.01)
