"""The student face_quality: the view that it is given, its operating points, its release."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.cli import GOLDEN_TOLERANCE
from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.registry import EngineName, load, released_root
from edge_models.tasks.face_quality import COMPONENTS, OPERATED, SIDE, VIEW, FaceQuality, cut, prepare, stretched
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

BOTH: tuple[EngineName, ...] = ("onnx_runtime", "open_vino")
POINTS = np.array([[260, 200], [340, 200], [300, 250], [265, 300], [335, 300]], np.float32)
POINT = 0.4


def card(**changes: Any) -> Card:
    inputs, outputs = [tensor("pixels", [1, 3, SIDE, SIDE])], [tensor("components", [1, len(COMPONENTS)])]
    return card_of(
        "face_quality",
        **{"inputs": inputs, "outputs": outputs, "parameters": dict.fromkeys(OPERATED.values(), POINT), **changes},
    )


def echo(*values: float) -> Echo:
    return Echo(components=np.array([values], np.float32))


def test_the_view_is_upright_and_reaches_the_chin() -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    for x, y in POINTS.astype(int):
        picture[y - 6 : y + 7, x - 6 : x + 7] = 255
    view = cut(picture, POINTS)
    assert view.shape == (SIDE, SIDE, 3)
    for x, y in (VIEW * SIDE / 112).round().astype(int):
        assert view[y - 1 : y + 2, x - 1 : x + 2].mean() > 120
    # The chin lies as far below the mouth as the mouth below the eyes, roughly.
    assert VIEW[3, 1] + 0.6 * (VIEW[3, 1] - VIEW[0, 1]) < 112


def test_pixels_come_in_as_the_card_says() -> None:
    views = np.zeros((1, SIDE, SIDE, 3), np.uint8)
    views[0, 2, 3] = (0, 127, 255)
    tensor = prepare(views)
    assert tensor.shape == (1, 3, SIDE, SIDE)
    assert tensor.dtype == np.float32
    assert tensor[0, :, 2, 3] == pytest.approx([-127.5 / 128, -0.5 / 128, 127.5 / 128])


def test_components_are_named_and_stretched_to_their_operating_points() -> None:
    engine = echo(0.4, 0.7, 0.3, 0.2, 0.0, 0.9, 1.0)
    said = FaceQuality(card(), engine)(np.zeros((480, 640, 3), np.uint8), POINTS)
    assert said.eyes_covered == pytest.approx(0.5)
    assert said.mouth_nose_covered == pytest.approx(0.75)
    assert said.dark_glasses == pytest.approx(0.25)
    assert (said.glare, said.utility) == (0, 1)
    assert said.face_covered == pytest.approx(0.3)
    assert said.neutral_expression == pytest.approx(0.9)
    assert engine.fed["pixels"].shape == (1, 3, SIDE, SIDE)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.99))
def test_stretching_keeps_order_and_range(one: float, other: float, point: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= stretched(low, point) <= stretched(high, point) <= 1
    assert (stretched(one, point) > 0.5) == (one > point)


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ContractMismatch):
        FaceQuality(card(), echo(*[float("nan")] * 7))(np.zeros((480, 640, 3), np.uint8), POINTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {}},
        {"parameters": dict.fromkeys(OPERATED.values(), 1.0)},
        {"outputs": [{"name": "components", "shape": [1, 4], "meaning": "m"}]},
        {"inputs": [{"name": "pixels", "shape": [1, 3, 112, 112], "meaning": "m"}]},
    ],
)
def test_a_card_of_another_network_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CardInvalid):
        FaceQuality(card(**changes), echo(*[0.0] * 7))


@pytest.mark.parametrize("engine", BOTH)
def test_release_gives_its_golden_outputs(engine: EngineName) -> None:
    _, running = load("face_quality", engine=engine)
    assert largest_difference(running, read_golden(released_root() / "face_quality")) <= GOLDEN_TOLERANCE


@pytest.mark.parametrize("engine", BOTH)
def test_release_is_small_and_trusts_no_black_frame(engine: EngineName) -> None:
    released, running = load("face_quality", engine=engine)
    assert released.bytes <= 500_000
    task = FaceQuality(released, running)
    assert task(np.zeros((480, 640, 3), np.uint8), POINTS).utility < 0.5
