"""Places become rectangles in even light."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.document.barcode.places import places
from kiosk.document.barcode.squaring import evened, squared


@given(st.floats(0.08, 1.0), st.floats(0.1, 1.0))
def test_light_and_its_slope_do_not_change_what_is_black_and_white(left: float, right: float) -> None:
    bars = np.tile((np.arange(240) // 6) % 2, (120, 1))
    light = np.linspace(left, right, 240)[None, :]
    even = evened(np.asarray(np.round((40 + 200 * bars) * light), np.uint8))
    inner = np.s_[10:-10, 10:-10]
    assert even[inner][bars[inner] == 1].min() > 150 > 100 > even[inner][bars[inner] == 0].max()


def test_the_corners_of_a_place_become_the_corners_of_the_rectangle() -> None:
    grey = np.full((300, 400), 90, np.uint8)
    corners = np.array([[50, 80], [330, 40], [350, 210], [70, 260]], np.float32)
    cv2.fillConvexPoly(grey, corners.astype(np.int32), 250)
    made, way = squared(grey, corners, 200, 0.1)
    at = cv2.perspectiveTransform(corners[None], way)[0]
    assert np.abs(at[0] - 20).max() < 0.01
    inner = made[24:-24, 24:-24]
    assert inner.min() > 240


def test_a_dense_patch_is_a_place_and_a_smooth_picture_has_none() -> None:
    rng = np.random.default_rng(3)
    grey = np.full((480, 640), 200, np.uint8)
    assert places(grey, 5) == []
    patch = cv2.resize(rng.integers(0, 2, (30, 60)).astype(np.uint8) * 220, (240, 120), interpolation=cv2.INTER_NEAREST)
    grey[200:320, 150:390] = patch
    (found,) = places(grey, 5)
    assert np.abs(found.corners.mean(0) - (270, 260)).max() < 10
