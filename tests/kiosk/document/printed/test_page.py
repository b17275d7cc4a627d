from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.document.facts import PortraitFound, Quad
from kiosk.document.printed.page import LONGEST, page_of, turns_of

QUAD: Quad = ((100.0, 80.0), (520.0, 110.0), (500.0, 380.0), (90.0, 350.0))


def test_the_page_lies_where_the_corners_say() -> None:
    page = page_of(np.zeros((480, 640, 3), np.uint8), QUAD)
    width, height = page.size
    assert max(width, height) == LONGEST
    back = page.in_picture(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))
    assert np.allclose(back, QUAD, atol=0.5)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_turned_page_knows_its_way_back(quarters: int) -> None:
    picture = np.zeros((480, 640), np.uint8)
    cv2.circle(picture, (300, 200), 5, 255, -1)
    page = page_of(picture, QUAD).turned(quarters)
    y, x = np.unravel_index(int(page.grey.argmax()), page.grey.shape)
    there = page.in_picture(np.array([[x, y]] * 4, float))[0]
    assert there == pytest.approx((300, 200), abs=6)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("corners", [None, QUAD])
def test_the_portrait_says_how_to_turn(quarters: int, corners: Quad | None) -> None:
    page = page_of(np.zeros((480, 640), np.uint8), corners)
    portrait = PortraitFound((200.0, 150.0, 60.0, 80.0), quarters, 30.0, 0.9)
    assert turns_of(page, portrait) == quarters


def test_corners_may_lie_turned_in_the_picture() -> None:
    one, two, three, four = QUAD
    # the document's own top left lies at the picture's top right: read upright it is turned by one quarter
    page = page_of(np.zeros((480, 640), np.uint8), (two, three, four, one))
    assert turns_of(page, PortraitFound((200.0, 150.0, 60.0, 80.0), 3, 30.0, 0.9)) == 0


@pytest.mark.parametrize("corners", [((1.0, 1.0),) * 4, ((0.0, 0.0), (5.0, float("nan")), (5.0, 5.0), (0.0, 5.0))])
def test_corners_that_span_nothing_give_the_whole_picture(corners: Quad) -> None:
    page = page_of(np.zeros((300, 400), np.uint8), corners)
    assert not page.squared
    assert max(page.size) == LONGEST


def test_a_line_is_cut_dark_on_light() -> None:
    picture = np.full((300, 400), 20, np.uint8)
    picture[100:120, 100:200] = 240
    page = page_of(picture, None)
    scale = page.size[0] / 400
    corners = scale * np.array([[90, 95], [210, 95], [210, 125], [90, 125]], float)
    cut = page.cut(corners, 48, light=True)
    assert cut.shape[0] == 48
    assert cut[24, cut.shape[1] // 2] < 40
    assert cut[2, 2] > 200
