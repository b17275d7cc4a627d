"""Views go back to the picture: whatever is cut, turned or shrunk, a point names the same place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.document.portrait.views import View, whole, within


def picture(width: int = 90, height: int = 60) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3)).astype(np.uint8)


def pixel(view: View, x: int, y: int) -> list[int]:
    return [int(value) for value in view.pixels[y, x]]


@given(
    quarters=st.integers(-5, 5),
    left=st.integers(0, 60),
    top=st.integers(0, 40),
    side=st.integers(1, 50),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)
@settings(max_examples=60, deadline=None)
def test_a_pixel_of_a_turned_part_is_the_pixel_it_maps_to(
    quarters: int, left: int, top: int, side: int, x: float, y: float
) -> None:
    source = picture()
    view = whole(source).part(left, top, side, side).turned(quarters)
    u, v = round(x * (view.size[0] - 1)), round(y * (view.size[1] - 1))
    back = view.points_in_picture(np.array([[u, v]]))[0]
    assert pixel(view, u, v) == [int(value) for value in source[round(back[1]), round(back[0])]]


def test_four_quarters_are_the_picture_again() -> None:
    view = whole(picture())
    assert np.array_equal(view.turned(1).turned(3).pixels, view.pixels)
    assert np.allclose(view.turned(1).turned(3).back, view.back)


def test_a_part_beyond_the_border_keeps_at_least_a_pixel() -> None:
    assert whole(picture()).part(500, 500, 10, 10).size == (1, 1)


def test_shrinking_keeps_the_middle_where_it_is() -> None:
    view = whole(picture(900, 600)).shrunk(300)
    assert view.size == (300, 200)
    middle = view.points_in_picture(np.array([[149.5, 99.5]]))[0]
    assert middle == pytest.approx([449.5, 299.5])


def test_within_squares_a_skewed_document() -> None:
    corners = ((30.0, 20.0), (230.0, 60.0), (210.0, 190.0), (10.0, 150.0))
    view = within(picture(300, 220), corners, margin=0.0)
    assert view is not None
    width, height = view.size
    back = view.points_in_picture(np.array([[0, 0], [width, 0], [width, height], [0, height]]))
    assert np.abs(back - np.array(corners)).max() < 1.5


@pytest.mark.parametrize(
    "corners",
    [
        ((0.0, 0.0),) * 4,
        ((0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (150.0, 0.0)),
        ((0.0, 0.0), (float("nan"), 0.0), (10.0, 10.0), (0.0, 10.0)),
    ],
)
def test_corners_that_span_nothing_give_no_view(corners: tuple[tuple[float, float], ...]) -> None:
    assert within(picture(), corners) is None  # type: ignore[arg-type]
