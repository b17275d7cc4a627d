"""What the evaluation draws and counts: occluders, rendered heads, eye patches, groups, blinks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="the recipes group is not installed")
pytest.importorskip("av", reason="the recipes group is not installed")

from edge_models.recipes.face_landmarks.eye_patches import set_in
from edge_models.recipes.face_landmarks.films import blinks_in
from edge_models.recipes.face_landmarks.occlusion import cover, fingers_over, glasses_over, mask_over, scarf_over
from edge_models.recipes.face_landmarks.rendering import head_of, render, rotation_of
from edge_models.recipes.face_landmarks.report_sets import groups_of
from edge_models.recipes.face_landmarks.targets import Shape, angles_of
from edge_models.tasks.face_landmarks import OVAL


@pytest.fixture
def points() -> NDArray[np.float64]:
    """478 points over a square of 96 pixels: an oval for the rim, the rest scattered inside, a dome for the depth."""
    generator = np.random.default_rng(4)
    angle = generator.uniform(0, 2 * np.pi, 478)
    radius = np.sqrt(generator.uniform(0, 0.8, 478))
    flat = np.stack([48 + 26 * radius * np.cos(angle), 48 + 34 * radius * np.sin(angle)], 1)
    rim = np.linspace(-np.pi / 2, 1.5 * np.pi, len(OVAL), endpoint=False)
    flat[list(OVAL)] = np.stack([48 + 26 * np.cos(rim), 48 + 34 * np.sin(rim)], 1)
    for index, place in {33: (32, 40), 133: (42, 40), 362: (54, 40), 263: (64, 40), 4: (48, 52), 168: (48, 38)}.items():
        flat[index] = place
    depth = -20 * np.sqrt(np.clip(1 - ((flat - 48) / [27, 35]) ** 2 @ np.ones(2), 0, 1))
    return np.concatenate([flat, depth[:, None]], 1)


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(90, 160, (96, 96, 3)).astype(np.uint8)


@pytest.mark.parametrize("draw", [mask_over, glasses_over, fingers_over, scarf_over])
def test_an_occluder_changes_a_part_of_the_picture(draw, picture, points) -> None:  # type: ignore[no-untyped-def]
    before = picture.copy()
    drawn = draw(picture, points[:, :2], np.random.default_rng(2))
    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    assert (picture == before).all()
    share = (drawn != picture).any(2).mean()
    assert 0.005 < share < 0.95


def test_most_faces_stay_uncovered(picture, points) -> None:  # type: ignore[no-untyped-def]
    generator = np.random.default_rng(3)
    unit = (points[:, :2] / 95).astype(np.float32)
    results = [cover(picture, unit, generator) for _ in range(200)]
    touched = [bool((drawn != picture).any()) for drawn, _ in results]
    assert 0.1 < np.mean(touched) < 0.3
    assert 0 < sum(hidden for _, hidden in results) < sum(touched)


@pytest.mark.parametrize("angles", [(20.0, 10.0, -7.0), (-45.0, 25.0, 15.0), (0.0, 0.0, 0.0)])
def test_rendered_angles_are_the_ones_that_are_read(angles: tuple[float, float, float]) -> None:
    assert angles_of(rotation_of(*angles)) == pytest.approx(angles)


def test_a_turned_head_moves_its_middle_to_that_side(picture, points) -> None:  # type: ignore[no-untyped-def]
    shape = Shape(points - points.mean(0), np.arange(478), np.arange(478))
    marked = picture.copy()
    marked[44:60, 44:53] = (0, 0, 255)
    head = head_of(marked, points, shape)
    wall = np.full((120, 120, 3), 30, np.uint8)
    middles = []
    for yaw in (-30.0, 0.0, 30.0):
        drawn = render(head, (yaw, 0.0, 0.0), 120, wall).astype(int)
        red = (drawn[..., 2] > 180) & (drawn[..., 0] < 90)
        assert red.any()
        middles.append(np.nonzero(red)[1].mean())
    assert middles[0] < middles[1] - 1.5
    assert middles[2] > middles[1] + 1.5


def test_a_patch_lies_over_the_eye_only(picture) -> None:  # type: ignore[no-untyped-def]
    patch = np.tile(np.arange(64, dtype=np.uint8)[None, :, None] * 3, (64, 1, 3))
    corners = np.array([[32.0, 40.0], [52.0, 40.0]])
    laid = set_in(picture, patch, corners, mirror=False)
    changed = (laid != picture).any(2)
    assert changed[38:42, 36:48].mean() > 0.9
    assert not changed[70:].any()
    assert not changed[:, 70:].any()


def test_groups_come_from_the_name() -> None:
    assert groups_of("utkface/test/34_1_3_2017.jpg") == {"age": "20-39", "sex": "female", "origin": "Indian"}
    assert groups_of("utkface/test/oddly_named.jpg") == {}
    assert "sex" not in groups_of("5_3_0_1.jpg")


def test_a_blink_is_counted_once() -> None:
    assert blinks_in(np.array([0.9, 0.5, 0.2, 0.1, 0.3, 0.8, 0.9, 0.1, 0.9])) == 2
    assert blinks_in(np.array([0.1, 0.2, 0.1])) == 0
