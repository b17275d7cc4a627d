"""Lines that lie turned or loose in their crop come out level and at their height; others stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_models.tasks.text_lines import find_band, straightened

Pixels = NDArray[np.uint8]


def printed(*, height: int = 40, width: int = 400, cap: int = 20, top: int = 10) -> Pixels:
    """Upright bars and rings, as print is made of."""
    picture = np.full((height, width), 200, np.uint8)
    for x in range(12, width - 24, 16):
        cv2.rectangle(picture, (x, top), (x + 9, top + cap - 1), 40, 2)
    return picture


def turned(picture: Pixels, degrees: float) -> Pixels:
    _height, width = picture.shape
    room = round(abs(np.tan(np.radians(degrees))) * width / 2) + 2
    tall = cv2.copyMakeBorder(picture, room, room, 0, 0, cv2.BORDER_REPLICATE)
    matrix = cv2.getRotationMatrix2D((width / 2, tall.shape[0] / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(tall, matrix, (width, tall.shape[0]), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def test_a_line_that_fills_its_crop_stays_as_it_is() -> None:
    line = printed(height=36, cap=22, top=7)
    assert straightened(line) is line


@pytest.mark.parametrize("degrees", [-4.0, -2.0, 2.0, 4.0])
def test_a_turned_line_is_levelled(degrees: float) -> None:
    line = turned(printed(), degrees)
    band = find_band(line)
    assert band is not None
    # A picture's rows count downwards: turning anticlockwise lifts the right end.
    assert np.degrees(np.arctan(band.slope)) == pytest.approx(-degrees, abs=0.7)
    level = straightened(line)
    again = find_band(level)
    assert again is not None
    assert abs(again.slope) < 0.02
    assert level.shape[0] < line.shape[0]


def test_a_loose_crop_is_cut_to_the_line() -> None:
    line = printed(height=120, cap=20, top=30)
    level = straightened(line)
    assert 22 <= level.shape[0] <= 50
    assert level.min() < 60


def test_the_edge_of_a_neighbouring_line_is_left_out() -> None:
    line = printed(height=64, cap=22, top=21)
    cv2.rectangle(line, (0, 0), (400, 3), 40, 2)
    for x in range(12, 380, 16):
        line[:5, x : x + 3] = 40
    level = straightened(line)
    assert level.shape[0] < 48


def test_nothing_stands_out_of_plain_ground() -> None:
    plain = np.full((40, 200), 128, np.uint8)
    assert find_band(plain) is None
    assert straightened(plain) is plain
    tiny = np.zeros((5, 5), np.uint8)
    assert straightened(tiny) is tiny
