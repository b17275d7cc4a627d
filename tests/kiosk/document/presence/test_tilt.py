"""Cards are turned in space, seen through a pinhole, and their tilt is told from the corners."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.document.facts import Quad
from kiosk.document.presence.tilt import FOCAL, tilt_of

FRAME = (1280, 720)
ASPECT = 85.6 / 54


def seen(about_x: float, about_y: float, roll: float = 0.0, focal: float = FOCAL, near: float = 2.4) -> Quad:
    """Give the corners of a card turned about its upright, then about the level axis, then rolled; ``near``: distance in widths.

    Positive ``about_x``: the bottom comes nearer; positive ``about_y``: the right side comes nearer.
    """
    x, y, z = radians(about_x), radians(about_y), radians(roll)
    upright = np.array([[cos(y), 0, -sin(y)], [0, 1, 0], [-sin(y), 0, cos(y)]])
    upright[0, 2] = sin(y)
    level = np.array([[1, 0, 0], [0, cos(x), sin(x)], [0, -sin(x), cos(x)]])
    rolled = np.array([[cos(z), -sin(z), 0], [sin(z), cos(z), 0], [0, 0, 1]])
    half = 0.5 / ASPECT
    flat = np.array([[-0.5, -half, 0], [0.5, -half, 0], [0.5, half, 0], [-0.5, half, 0]])
    points = flat @ (rolled @ level @ upright).T + np.array([0.1, -0.05, near])
    one, two, three, four = (
        (float(FRAME[0] / 2 + focal * FRAME[0] * px / pz), float(FRAME[1] / 2 + focal * FRAME[0] * py / pz))
        for px, py, pz in points
    )
    return one, two, three, four


def test_a_card_seen_squarely_is_not_tilted() -> None:
    for tilt in (tilt_of(seen(0, 0), frame=FRAME), tilt_of(seen(0, 0), ASPECT), tilt_of(seen(0, 0))):
        assert tilt == pytest.approx((0, 0), abs=0.5)


def test_the_top_towards_the_camera_is_negative_and_the_right_side_positive() -> None:
    top, side = tilt_of(seen(-20, 0), frame=FRAME), tilt_of(seen(0, 20), frame=FRAME)
    assert top is not None
    assert side is not None
    assert top == pytest.approx((-20, 0), abs=0.5)
    assert side == pytest.approx((0, 20), abs=0.5)


@given(st.floats(-45, 45), st.floats(-180, 180), st.booleans())
def test_a_tilt_about_one_axis_is_told_exactly_where_the_lens_is_known(tilt: float, roll: float, level: bool) -> None:
    told = tilt_of(seen(tilt, 0, roll) if level else seen(0, tilt, roll), frame=FRAME)
    assert told == pytest.approx((tilt, 0) if level else (0, tilt), abs=0.01)


@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(0.9, 1.5))
def test_another_lens_scales_the_angles_and_never_turns_them_round(
    about_x: float, about_y: float, focal: float
) -> None:
    told = tilt_of(seen(about_x, 0, focal=focal), frame=FRAME)
    other = tilt_of(seen(0, about_y, focal=focal), frame=FRAME)
    assert told is not None
    assert other is not None
    for true, found in ((about_x, told[0]), (about_y, other[1])):
        assert abs(found - true) <= 0.35 * abs(true) + 0.01


@given(st.floats(15, 50), st.sampled_from([-1, 1]), st.floats(-180, 180), st.booleans())
def test_with_the_aspect_alone_large_tilts_are_told(size: float, sign: int, roll: float, level: bool) -> None:
    tilt = size * sign
    told = tilt_of(seen(tilt, 0, roll) if level else seen(0, tilt, roll), ASPECT)
    assert told is not None
    found, rest = told if level else told[::-1]
    assert found * sign > 0
    assert abs(found - tilt) < 6
    assert abs(rest) < 6


def test_a_document_that_lies_on_its_side_keeps_the_axes_of_its_own_corners() -> None:
    quad = seen(-25, 0, 90)
    assert tilt_of(quad, frame=FRAME) == pytest.approx((-25, 0), abs=0.01)


@pytest.mark.parametrize(
    "corners",
    [
        ((0.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
        ((0.0, 0.0), (100.0, 0.0), (0.0, 60.0), (100.0, 60.0)),
        ((0.0, 0.0), (100.0, 0.0), (20.0, 10.0), (0.0, 60.0)),
        ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),
    ],
)
def test_corners_of_no_document_have_no_tilt(corners: Quad) -> None:
    assert tilt_of(corners) is None
    assert tilt_of(corners, ASPECT) is None
    assert tilt_of(corners, frame=FRAME) is None
