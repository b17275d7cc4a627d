"""A machine that computes a model wrongly says so and serves nobody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from edge_models.runtime.choice import measure_engines
from edge_models.runtime.errors import ModelDrift
from edge_models.runtime.golden import TOLERANCE, Golden
from edge_models.runtime.port import Engine, Tensor
from edge_models.runtime.registry import open_engine, open_model
from kiosk.analysis import models
from kiosk.analysis.fitness import Fitness, measure_fitness, require_fitness
from kiosk.analysis.models import load_models
from kiosk.settings import Settings

GOLDEN = [
    Golden({"x": np.zeros((1, 4), np.float32)}, {"y": np.array([[-1, 1, -1, 1]], np.float32)}),
    Golden({"x": np.ones((1, 4), np.float32)}, {"y": np.array([[9, 9, 9, 1]], np.float32)}),
]


class Off:
    """An engine whose results lie beside the golden ones."""

    name = "open_vino"

    def __init__(self, by: float) -> None:
        self.by = by
        self.runs = 0

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        self.runs += 1
        vector = GOLDEN[int(inputs["x"][0, 0])]
        return {"y": vector.outputs["y"] + np.float32(self.by)}

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize(("by", "fit"), [(0.0, True), (0.9 * TOLERANCE, True), (1.5 * TOLERANCE, False)])
def test_the_tolerance_divides_fit_from_drifted(by: float, fit: bool) -> None:
    measured = measure_fitness("face_tiny 1.0.0", Off(by), GOLDEN)
    assert measured.difference == pytest.approx(by, abs=1e-6)
    assert measured.fit is fit


def test_every_vector_is_run() -> None:
    engine = Off(0)
    measure_fitness("m", engine, GOLDEN)
    assert engine.runs == len(GOLDEN)


@pytest.mark.parametrize("off", [math.nan, math.inf])
def test_results_that_are_no_numbers_are_not_fit(off: float) -> None:
    assert not measure_fitness("m", Off(off), GOLDEN).fit


def test_the_error_names_each_drifted_model_its_engine_and_by_how_much() -> None:
    measured = [
        Fitness("face_pad 1.0.0", "open_vino", 0.734),
        Fitness("face_landmarks 1.0.0", "onnx_runtime", 0.01),
        Fitness("face_embedding 1.2.0", "onnx_runtime", 1.25),
    ]
    with pytest.raises(ModelDrift) as raised:
        require_fitness(measured)
    line = raised.value.line()
    assert line.startswith("error[MODEL_DRIFT]: face_pad 1.0.0 drifted in open_vino: off by 0.734")
    assert "face_embedding 1.2.0 drifted in onnx_runtime: off by 1.250" in line
    assert "face_landmarks" not in line
    assert raised.value.exit_status == 5


def test_models_that_drift_are_not_handed_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def scaled(*args: object, **kinds: object) -> Engine:
        engine = open_engine(*args, **kinds)  # type: ignore[arg-type]
        inner = engine.run
        if args[0].name == "face_pad":  # type: ignore[attr-defined]
            monkeypatch.setattr(engine, "run", lambda inputs: {k: 1 - v for k, v in inner(inputs).items()})
        return engine

    monkeypatch.setattr(models, "open_engine", scaled)
    with pytest.raises(ModelDrift, match=r"face_pad .* drifted in onnx_runtime"):
        load_models(Settings(data=tmp_path, engine="onnx_runtime"))


def test_an_engine_that_drifts_is_not_measured_for_the_choice() -> None:
    release = open_model("face_landmarks")
    wrong = [
        Golden(vector.inputs, {name: value + 10 * value.std() + 1 for name, value in vector.outputs.items()})
        for vector in release.golden()
    ]
    with pytest.raises(ModelDrift, match="face_landmarks"):
        measure_engines(release.card, release.network, golden=wrong, runs=5)
    assert measure_engines(release.card, release.network, golden=release.golden(), runs=5)
