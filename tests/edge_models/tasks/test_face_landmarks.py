from __future__ import annotations

import numpy as np
import pytest

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.port import Tensor
from edge_models.runtime.registry import EngineName, load, released_root
from edge_models.tasks.face_landmarks import (
    Crop,
    FaceLandmarks,
    Points,
    crop_matrix,
    crop_of,
    cut,
    five_points,
    to_picture,
)
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

UPRIGHT = np.array([[40, 40], [80, 40], [60, 60], [45, 80], [75, 80]], np.float32)


def turned(points: Points, degrees: float, about: tuple[float, float]) -> Points:
    """Turn points clockwise in the image."""
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved: Points = ((points - about) @ rotation.T + about).astype(np.float32)
    return moved


def card_with(parameters: dict[str, float]) -> Card:
    inputs, outputs = [tensor("pixels", [1, 3, 96, 96])], [tensor("points", [1, 478, 2])]
    return card_of("face_landmarks", inputs=inputs, outputs=outputs, parameters=parameters)


def outputs(points: float = 0.5) -> dict[str, Tensor]:
    return {
        "points": np.full((1, 478, 2), points, np.float32),
        "pose": np.array([[12.0, -5.0, 3.0]], np.float32),
        "state": np.array([[1.4, -0.2, 0.3, 0.6, -2.0, 0.1, 4.0]], np.float32),
    }


@pytest.mark.parametrize("degrees", [-150.0, -30.0, 0.0, 25.0, 90.0])
def test_the_crop_turns_with_the_head(degrees: float) -> None:
    points = turned(UPRIGHT, degrees, (60, 60))
    crop = crop_of((20, 20, 80, 80), points, 1.2)
    assert crop.roll == pytest.approx(degrees, abs=1e-3)
    flat = points @ crop_matrix(crop, 96)[:, :2].T + crop_matrix(crop, 96)[:, 2]
    assert flat[0, 1] == pytest.approx(flat[1, 1], abs=1e-3), "eyes lie level in the crop"
    assert flat[0, 1] < flat[3, 1], "and above the mouth"


def test_the_crop_drops_towards_the_chin() -> None:
    crop = crop_of((20, 20, 80, 80), turned(UPRIGHT, 90, (60, 60)), 1.0, 0.1)
    assert crop.centre == pytest.approx((52.0, 60.0), abs=1e-3)


def test_points_find_their_way_back_to_the_picture() -> None:
    crop = Crop((300.0, 200.0), 180.0, 17.0)
    inside = np.random.default_rng(1).uniform(0, 1, (478, 2)).astype(np.float32)
    picture = to_picture(inside, crop, 96)
    matrix = crop_matrix(crop, 96)
    assert np.allclose((picture @ matrix[:, :2].T + matrix[:, 2]) / 95, inside, atol=1e-4)


@pytest.mark.parametrize("side", [60.0, 150.0, 700.0])
def test_a_dot_is_cut_where_the_matrix_says(side: float) -> None:
    picture = np.zeros((900, 900, 3), np.uint8)
    y, x = np.mgrid[0:900, 0:900]
    centre = (450 + side * 0.2, 450 - side * 0.1)
    picture[(x - centre[0]) ** 2 + (y - centre[1]) ** 2 < (side * 0.05) ** 2] = 255
    crop = Crop((450.0, 450.0), side, 20.0)
    small = cut(picture, crop, 96)[..., 0].astype(float)
    found = np.array([(small.sum(0) * np.arange(96)).sum(), (small.sum(1) * np.arange(96)).sum()]) / small.sum()
    matrix = crop_matrix(crop, 96)
    assert np.allclose(found, matrix[:, :2] @ centre + matrix[:, 2], atol=0.35)


def test_a_crop_outside_the_picture_repeats_its_edge() -> None:
    picture = np.full((50, 50, 3), 77, np.uint8)
    assert (cut(picture, Crop((500.0, 500.0), 300.0, 0.0), 96) == 77).all()


def test_values_are_bounded_and_the_removed_roll_comes_back() -> None:
    engine = Echo(**outputs())
    task = FaceLandmarks(card_with({"crop_scale": 1.2, "crop_drop": 0.0}), engine)
    picture = np.zeros((120, 120, 3), np.uint8)
    said = task(picture, (20, 20, 80, 80), turned(UPRIGHT, 20, (60, 60)))
    assert engine.fed["pixels"].shape == (1, 3, 96, 96)
    assert (said.yaw, said.pitch) == (12.0, -5.0)
    assert said.roll == pytest.approx(23.0, abs=1e-3)
    assert said.eyes_open == (1.0, 0.0)
    assert said.gaze == pytest.approx((-1.0, 0.1))
    assert said.confidence == pytest.approx(1 / (1 + np.exp(-4.0)))
    assert np.allclose(said.points, 60.0, atol=1e-3)
    assert said.points5.shape == (5, 2)


def test_roll_stays_within_half_a_turn() -> None:
    task = FaceLandmarks(card_with({"crop_scale": 1.2, "crop_drop": 0.0}), Echo(**outputs()))
    said = task(np.zeros((120, 120, 3), np.uint8), (20, 20, 80, 80), turned(UPRIGHT, 179, (60, 60)))
    assert said.roll == pytest.approx(-178.0, abs=1e-2)


def test_values_that_are_not_finite_are_refused() -> None:
    task = FaceLandmarks(card_with({"crop_scale": 1.2, "crop_drop": 0.0}), Echo(**outputs(float("nan"))))
    with pytest.raises(ContractMismatch):
        task(np.zeros((120, 120, 3), np.uint8), (20, 20, 80, 80), UPRIGHT)


def test_a_card_without_the_crops_scale_is_refused() -> None:
    with pytest.raises(CardInvalid):
        FaceLandmarks(card_with({}), Echo())


def test_five_points_come_image_left_first() -> None:
    points = np.zeros((478, 2), np.float32)
    points[[33, 133], 0] = (10, 20)
    points[[362, 263], 0] = (40, 50)
    assert five_points(points)[:2, 0].tolist() == [15.0, 45.0]


@pytest.mark.parametrize("engine", ["onnx_runtime", "open_vino"])
def test_the_release_gives_its_golden_outputs(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    assert card.bytes <= 1_000_000
    assert largest_difference(loaded, read_golden(released_root() / "face_landmarks")) < 0.1


@pytest.mark.parametrize("engine", ["onnx_runtime", "open_vino"])
def test_the_release_reads_a_drawn_face(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    picture = np.full((240, 240, 3), 90, np.uint8)
    said = FaceLandmarks(card, loaded)(picture, (60, 50, 100, 130), UPRIGHT + np.array([50, 40], np.float32))
    assert said.points.shape == (478, 2)
    assert np.isfinite(said.points).all()
    assert 0 <= said.confidence <= 1
