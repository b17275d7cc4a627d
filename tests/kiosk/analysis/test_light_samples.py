"""Light measured on a picture: linear, of each cheek, and of what is beside the head."""

import numpy as np
import pytest

from kiosk.analysis.light_samples import measure_light

BOX = (220.0, 120.0, 200.0, 240.0)
POINTS = np.array([(280, 200), (360, 200), (320, 250), (285, 300), (355, 300)], np.float32)


def _scene(left: tuple[int, ...], right: tuple[int, ...], behind: tuple[int, ...]) -> np.ndarray:
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:] = behind
    picture[120:360, 220:320], picture[120:360, 320:420] = left, right
    return picture


def test_each_half_and_the_background_are_measured_in_linear_red_green_blue() -> None:
    sample = measure_light(_scene((50, 100, 200), (10, 20, 188), (255, 255, 255)), BOX, POINTS)
    assert sample.left == pytest.approx((0.5776, 0.1274, 0.0319), abs=1e-3)
    assert sample.right[0] == pytest.approx(0.5029, abs=1e-3)
    assert sample.background == pytest.approx((1.0, 1.0, 1.0))


def test_eyes_and_mouth_do_not_count() -> None:
    picture = _scene((90, 90, 90), (90, 90, 90), (30, 30, 30))
    plain = measure_light(picture, BOX, POINTS)
    for x, y in POINTS.astype(int):
        picture[y - 8 : y + 8, x - 14 : x + 14] = (255, 0, 255)
    assert measure_light(picture, BOX, POINTS) == plain


@pytest.mark.parametrize(
    "box", [(0.0, 0.0, 640.0, 480.0), (-200.0, -100.0, 900.0, 700.0), (600.0, 440.0, 80.0, 90.0), (0.0, 0.0, 4.0, 4.0)]
)
def test_faces_at_the_edge_or_larger_than_the_picture_are_measured_all_the_same(box: tuple[float, ...]) -> None:
    x, y, w, h = box
    points = np.array([(0.3, 0.35), (0.7, 0.35), (0.5, 0.55), (0.35, 0.75), (0.65, 0.75)], np.float32) * (w, h) + (x, y)
    sample = measure_light(_scene((80, 80, 80), (80, 80, 80), (80, 80, 80)), (x, y, w, h), points.astype(np.float32))
    assert sample.left == pytest.approx(sample.background)
    assert sample.right == pytest.approx(sample.background)
