"""Quality components on pictures whose truth is known."""

from __future__ import annotations

from dataclasses import asdict

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.analysis.facts import Quality
from kiosk.analysis.quality import measure_quality

Picture = NDArray[np.uint8]
BOX = (60.0, 40.0, 120.0, 160.0)
POINTS = np.array([[95, 100], [145, 100], [120, 130], [100, 160], [140, 160]], np.float32)


def plain(value: int = 128, background: int = 60) -> Picture:
    picture = np.full((240, 240, 3), background, np.uint8)
    picture[40:201, 60:181] = value
    return picture


def textured(seed: int = 1) -> Picture:
    return np.random.default_rng(seed).integers(60, 200, (240, 240, 3), dtype=np.uint8)


def measured(picture: Picture) -> Quality:
    return measure_quality(picture, BOX, POINTS)


def test_luminance_of_face_and_background_are_apart() -> None:
    quality = measured(plain(204, 51))
    assert quality.luminance == pytest.approx(0.8, abs=0.01)
    assert quality.background_luminance == pytest.approx(0.2, abs=0.01)
    assert quality.contrast == pytest.approx(0, abs=0.01)


def test_eye_distance_is_in_pixels() -> None:
    assert measured(plain()).eye_distance == pytest.approx(50)


def test_blur_takes_sharpness_away() -> None:
    sharp = textured()
    values = [measured(sharp).sharpness]
    for sigma in (1, 3, 8):
        values.append(measured(np.asarray(cv2.GaussianBlur(sharp, (0, 0), sigma), np.uint8)).sharpness)
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9
    assert values[-1] < 0.3


def test_a_dim_face_in_focus_stays_sharp() -> None:
    picture = textured()
    dim = np.asarray(picture * 0.3, np.uint8)
    assert measured(dim).sharpness == pytest.approx(measured(picture).sharpness, abs=0.1)


def test_clipped_pixels_are_counted() -> None:
    assert measured(plain(255)).over_exposed == 1
    assert measured(plain(0)).under_exposed == 1
    even = measured(plain(128))
    assert even.over_exposed == even.under_exposed == 0


def test_light_from_one_side_shows_whichever_side() -> None:
    picture = plain(100)
    picture[40:201, 120:181] = 200
    right = measured(picture).uneven_light
    left = measure_quality(np.ascontiguousarray(picture[:, ::-1]), BOX, POINTS).uneven_light
    assert right > 0.3
    assert left == pytest.approx(right, abs=0.02)
    assert measured(plain()).uneven_light == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("box", [(300.0, 10.0, 40.0, 40.0), (-90.0, 0.0, 60.0, 60.0), (10.0, 10.0, 0.0, 0.0)])
def test_a_box_outside_the_picture_is_the_worst_quality(box: tuple[float, float, float, float]) -> None:
    quality = measure_quality(plain(), box, POINTS)
    assert quality.sharpness == quality.contrast == 0
    assert quality.under_exposed == 1


@given(
    x=st.floats(-300, 300),
    y=st.floats(-300, 300),
    w=st.floats(0, 500),
    h=st.floats(0, 500),
    seed=st.integers(0, 5),
)
def test_any_box_gives_components_in_their_ranges(x: float, y: float, w: float, h: float, seed: int) -> None:
    quality = asdict(measure_quality(textured(seed), (x, y, w, h), POINTS))
    assert quality.pop("eye_distance") == pytest.approx(50)
    assert all(0 <= value <= 1 for value in quality.values())
