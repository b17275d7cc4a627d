"""Cuts: another scene is found; exposure, coloured light, noise, a hand's tremor and the face itself are not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.analysis.scene import SceneWatch

Image = NDArray[np.uint8]
FACE = (260.0, 140.0, 120.0, 160.0)
CUT = 0.5


def room(seed: int) -> NDArray[np.float32]:
    """A room of shelves and pictures, 640 x 480, 0..1."""
    random = np.random.default_rng(seed)
    picture = np.full((480, 640, 3), 0.35, np.float32)
    for _ in range(60):
        x, y = random.integers(0, 600), random.integers(0, 440)
        width, height = random.integers(20, 140), random.integers(20, 140)
        picture[y : y + height, x : x + width] = random.uniform(0.08, 0.7, 3)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 2), np.float32)


def seen(scene: NDArray[np.float32], gain: float = 1.0, noise: int = 0) -> Image:
    random = np.random.default_rng(noise)
    return np.asarray(np.clip(scene * gain * 255 + random.normal(0, 4, scene.shape), 0, 255), np.uint8)


def change(first: Image, second: Image, seconds: float = 0.05) -> float | None:
    watch = SceneWatch()
    assert watch.change(first, [FACE], 1.0) is None
    return watch.change(second, [FACE], 1.0 + seconds)


@pytest.mark.parametrize("seed", range(12))
def test_another_room_is_a_cut(seed: int) -> None:
    said = change(seen(room(seed)), seen(room(100 + seed), noise=1))
    assert said is not None
    assert said > CUT


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.3])
def test_exposure_is_no_cut(gain: float) -> None:
    said = change(seen(room(1)), seen(room(1), gain, noise=1))
    assert said is not None
    assert said < CUT / 3


def test_the_light_of_the_screen_is_no_cut() -> None:
    near = np.linspace(0.25, 0.05, 640, dtype=np.float32)[None, :, None] * np.array([1.0, 0.2, 0.4], np.float32)
    said = change(seen(room(2)), seen(room(2) + room(2) * near * 2 + near * 0.2, noise=1))
    assert said is not None
    assert said < CUT / 2


def test_a_hand_that_trembles_is_no_cut() -> None:
    moved = np.roll(room(3), (14, -18), (0, 1))
    said = change(seen(room(3)), seen(np.asarray(moved, np.float32), noise=1))
    assert said is not None
    assert said < CUT / 2


def test_what_the_face_does_is_no_cut() -> None:
    first, second = room(4), room(4)
    x, y, width, height = (int(part) for part in FACE)
    second[y : y + height, x : x + width] = room(5)[y : y + height, x : x + width]
    said = change(seen(first), seen(second, noise=1))
    assert said is not None
    assert said < CUT / 3


def test_a_bare_wall_a_long_gap_and_a_fresh_start_say_nothing() -> None:
    wall = np.full((480, 640, 3), 0.5, np.float32)
    assert change(seen(wall), seen(wall, noise=1)) is None
    assert change(seen(room(6)), seen(room(7)), seconds=3.0) is None
    watch = SceneWatch()
    watch.change(seen(room(6)), [FACE], 1.0)
    watch.forget()
    assert watch.change(seen(room(7)), [FACE], 1.05) is None


def test_a_face_that_fills_the_frame_leaves_nothing_to_say() -> None:
    watch = SceneWatch()
    everywhere = (40.0, 20.0, 560.0, 440.0)
    watch.change(seen(room(6)), [everywhere], 1.0)
    assert watch.change(seen(room(7)), [everywhere], 1.05) is None
