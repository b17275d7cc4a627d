"""The signs and zeros that every threshold of the kiosk relies on."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.mouths import gap_of, opened, warp
from edge_models.recipes.face_landmarks.targets import (
    BLENDSHAPES,
    LIDS_LEFT,
    Shape,
    angles_of,
    aspect_ratio,
    fit,
    mirrored_state,
    pose_of,
    state_of,
)

Floats = NDArray[np.float64]


def turn(axis: str, degrees: float) -> Floats:
    """Give a right-handed rotation about x (right), y (down) or z (away)."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rows = {
        "x": [[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]],
        "y": [[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]],
        "z": [[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]],
    }
    return np.array(rows[axis], np.float64)


@pytest.fixture
def shape() -> Shape:
    generator = np.random.default_rng(3)
    half = generator.normal(0, 1, (239, 3))
    points = np.concatenate([half, half * np.array([-1, 1, 1])])
    mirror = np.concatenate([np.arange(239, 478), np.arange(239)])
    return Shape(points, np.arange(478), mirror)


def test_a_nose_towards_the_images_right_is_positive_yaw() -> None:
    rotation = turn("y", -30)
    assert (rotation @ np.array([0, 0, -1]))[0] > 0
    assert angles_of(rotation) == pytest.approx((30, 0, 0), abs=1e-6)


def test_a_chin_that_goes_up_is_positive_pitch() -> None:
    rotation = turn("x", -20)
    assert (rotation @ np.array([0, 0, -1]))[1] < 0, "the face looks up: towards smaller y"
    assert angles_of(rotation) == pytest.approx((0, 20, 0), abs=1e-6)


def test_clockwise_in_the_image_is_positive_roll() -> None:
    rotation = turn("z", 15)
    assert (rotation @ np.array([1, 0, 0]))[1] > 0, "the eye on the image's right goes down"
    assert angles_of(rotation) == pytest.approx((0, 0, 15), abs=1e-6)


def test_pose_is_found_again_whatever_size_and_place(shape: Shape) -> None:
    rotation = turn("z", 10) @ turn("y", -25) @ turn("x", 12)
    face = 40 * shape.points @ rotation.T + np.array([300.0, 200.0, 5.0])
    assert pose_of(face, shape) == pytest.approx((25, -12, 10), abs=1e-6)


def test_the_mirror_image_turns_the_other_way(shape: Shape) -> None:
    face = shape.points @ (turn("z", 10) @ turn("y", -25) @ turn("x", 12)).T
    mirrored = (face * np.array([-1, 1, 1]))[shape.mirror]
    assert pose_of(mirrored, shape) == pytest.approx((-25, -12, -10), abs=1e-6)


def test_a_fit_never_turns_a_face_inside_out() -> None:
    points = np.random.default_rng(0).normal(0, 1, (20, 3))
    rotation, scale = fit(points, points * np.array([1, 1, -1]))
    assert np.linalg.det(rotation) == pytest.approx(1)
    assert scale > 0


def test_an_eyes_opening_does_not_depend_on_the_turn() -> None:
    face = np.random.default_rng(1).normal(0, 1, (478, 3))
    straight = aspect_ratio(face, LIDS_LEFT, (33, 133))
    assert aspect_ratio(face @ turn("y", 40).T * 3, LIDS_LEFT, (33, 133)) == pytest.approx(straight)


def test_persons_left_is_the_images_right() -> None:
    face = np.random.default_rng(1).normal(0, 1, (478, 3))
    blendshapes = np.zeros(52, np.float32)
    blendshapes[BLENDSHAPES["eyeBlinkLeft"]] = 1
    blendshapes[BLENDSHAPES["eyeLookOutLeft"]] = blendshapes[BLENDSHAPES["eyeLookInRight"]] = 0.8
    blinking, open_eyes = state_of(face, blendshapes), state_of(face, np.zeros(52, np.float32))
    assert blinking[1] < open_eyes[1], "the person's left eye lies at the image's right"
    assert blinking[0] == open_eyes[0]
    assert blinking[4] == pytest.approx(0.8), "the person's left is the image's right"


def test_a_mirrored_state_swaps_eyes_and_turns_the_glance() -> None:
    state = np.array([0.1, 0.9, 0.3, 0.4, 0.5, -0.6])
    assert mirrored_state(state).tolist() == pytest.approx([0.9, 0.1, 0.3, 0.4, -0.5, -0.6])
    assert mirrored_state(mirrored_state(state)).tolist() == pytest.approx(state.tolist())


def test_an_opened_mouth_has_the_gap_that_was_asked_for(shape: Shape) -> None:
    points = shape.points.copy()
    points[13] = points[14] = (0.0, 0.5, -1.0)
    points[33], points[263] = (-1.0, -0.5, -0.5), (1.0, -0.5, -0.5)
    at_rest = Shape(points, np.array([i for i in range(478) if i not in (13, 14)]), shape.mirror)
    opening = np.zeros((478, 3))
    opening[14, 1] = 2.0
    face = 50 * points @ turn("y", 20).T
    assert gap_of(opened(face, 0.4, opening, at_rest)) == pytest.approx(0.4, abs=1e-6)


def test_a_warp_takes_the_picture_along() -> None:
    picture = np.zeros((160, 160, 3), np.uint8)
    picture[98:103, 78:83] = 255
    before = np.array([[80.0, 100.0], [60, 60], [100, 60], [80, 80]])
    after = before + np.array([[0.0, 12.0], [0, 0], [0, 0], [0, 0]])
    bright = np.argwhere(warp(picture, before, after)[..., 0] > 128).mean(0)
    assert bright == pytest.approx((112, 80), abs=1.5)
