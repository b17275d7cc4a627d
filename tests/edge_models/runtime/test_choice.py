"""Engines are chosen by measuring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from edge_models.runtime import choice
from edge_models.runtime.card import Card, TensorContract, read_card, read_verified
from edge_models.runtime.choice import blank_inputs, measure_engines, milliseconds
from edge_models.runtime.errors import EngineUnavailable
from edge_models.runtime.port import Engine, Tensor
from edge_models.runtime.registry import EngineName, released_root


class Counting:
    """An engine that counts."""

    name = "counting"

    def __init__(self) -> None:
        self.runs = 0
        self.closed = False

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        self.runs += 1
        return dict(inputs)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def card() -> Card:
    return read_card(released_root() / "face_detection")


def test_blank_inputs_have_the_cards_shapes_and_types(card: Card) -> None:
    free = card.model_copy(
        update={
            "inputs": (
                TensorContract(name="picture", shape=(-1, 3, 8, 8), dtype="uint8", meaning="pixels"),
                TensorContract(name="vector", shape=(1, 4), meaning="numbers"),
            )
        }
    )
    inputs = blank_inputs(free)
    assert inputs["picture"].shape == (1, 3, 8, 8)
    assert inputs["picture"].dtype == np.uint8
    assert inputs["picture"].max() == 255
    assert inputs["vector"].dtype == np.float32
    assert inputs["vector"].shape == (1, 4)


def test_warm_up_is_not_counted_and_the_time_is_positive() -> None:
    engine = Counting()
    assert milliseconds(engine, {}, runs=5) >= 0
    assert engine.runs == 8


def test_released_networks_are_measured_in_both_engines() -> None:
    card, content = read_verified(released_root() / "face_detection")
    measured = measure_engines(card, content)
    assert set(measured) == {"open_vino", "onnx_runtime"}
    assert all(ms > 0 for ms in measured.values())


def test_an_engine_that_is_not_usable_is_left_out(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Counting] = []

    def opened(_card: Card, _content: bytes, *, engine: EngineName, **_: Any) -> Engine:
        if engine == "open_vino":
            raise EngineUnavailable("not here")
        made.append(Counting())
        return made[-1]

    monkeypatch.setattr(choice, "open_engine", opened)
    assert set(measure_engines(card, b"")) == {"onnx_runtime"}
    assert [engine.closed for engine in made] == [True]


def test_no_engine_at_all_is_an_error(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: Any, **__: Any) -> Engine:
        raise EngineUnavailable("not here")

    monkeypatch.setattr(choice, "open_engine", opened)
    with pytest.raises(EngineUnavailable, match="no inference engine can run face_detection"):
        measure_engines(card, b"")
