"""What the golden vectors notice: weights that are gone, moved or turned round, and sums that saturate."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_models.runtime.golden import TOLERANCE, Golden, largest_difference
from edge_models.runtime.port import Tensor
from edge_models.runtime.registry import ENGINES, open_engine, open_model
from kiosk.analysis.models import STUDENTS

onnx = pytest.importorskip("onnx")

SATURATED = tuple(name for name in STUDENTS if name.startswith("face_"))
"""``document_corners`` has dilated convolutions, which the pairwise engine does not compute; ``document_text`` moves less
under saturation than two engines may lie apart"""


def _pairwise() -> Any:
    """Load the file beside this one: tests are no package."""
    spec = importlib.util.spec_from_file_location("saturating", Path(__file__).with_name("saturating.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def permuted(weights: Tensor) -> Tensor:
    """Move each filter to another place."""
    return np.roll(weights, 1, axis=0)


def zeroed(weights: Tensor) -> Tensor:
    """Lose a layer."""
    return np.zeros_like(weights)


def turned(weights: Tensor) -> Tensor:
    """Read signs the wrong way round."""
    return np.clip(-weights.astype(np.int32), -127, 127).astype(np.int8)


def summed_in_integers(graph: Any) -> set[str]:
    """Name the INT8 weights whose products are summed as integers: weights that are only stored so run as floats."""
    makers = {output: node for node in graph.node for output in node.output}
    found = set()
    for node in graph.node:
        feeders = [makers.get(name) for name in node.input]
        if len(feeders) > 1 and all(one is not None and one.op_type == "DequantizeLinear" for one in feeders[:2]):
            weights = feeders[1]
            assert weights is not None
            found.add(weights.input[0])
    return found & {item.name for item in graph.initializer if item.data_type == onnx.TensorProto.INT8}


def off_with(name: str, spoil: Callable[[Tensor], Tensor], every: int) -> list[float]:
    """Spoil one INT8 layer at a time (each ``every``-th), give how far off the golden vectors are."""
    release = open_model(name)
    golden = release.golden()
    model = onnx.load_from_string(release.network)
    summed = summed_in_integers(model.graph)
    layers = [i for i, item in enumerate(model.graph.initializer) if item.name in summed and len(item.dims) >= 2]
    found = []
    for index in layers[::every]:
        one = onnx.ModelProto()
        one.CopyFrom(model)
        item = one.graph.initializer[index]
        item.CopyFrom(onnx.numpy_helper.from_array(spoil(onnx.numpy_helper.to_array(item)), item.name))
        engine = open_engine(release.card, one.SerializeToString(), engine="onnx_runtime")
        found.append(largest_difference(engine, golden))
        engine.close()
    return found


@pytest.mark.parametrize("spoil", [permuted, zeroed, turned])
@pytest.mark.parametrize("name", ["face_detection", "face_embedding"])
def test_one_spoilt_layer_is_noticed_whichever_it_is(name: str, spoil: Callable[[Tensor], Tensor]) -> None:
    found = off_with(name, spoil, every=4)
    assert min(found) > TOLERANCE, found


@pytest.mark.parametrize("spoil", [permuted, zeroed, turned])
@pytest.mark.parametrize(("name", "every"), [("face_landmarks", 4), ("face_pad", 6)])
def test_most_spoilt_layers_are_noticed_where_some_weigh_little(
    name: str, every: int, spoil: Callable[[Tensor], Tensor]
) -> None:
    # Residual blocks that were grown from nothing, squeeze-and-excitation: without them the answers hardly change.
    found = off_with(name, spoil, every)
    assert np.mean(np.array(found) > TOLERANCE) >= 0.6, found


@pytest.mark.parametrize("name", STUDENTS)
def test_honest_engines_stay_within_the_tolerance(name: str) -> None:
    release = open_model(name)
    for engine in ENGINES:
        assert (
            largest_difference(open_engine(release.card, release.network, engine=engine), release.golden()) <= TOLERANCE
        )


@pytest.mark.parametrize("name", SATURATED)
def test_sums_that_saturate_are_noticed(name: str) -> None:
    release, kinds = open_model(name), _pairwise()
    exact = kinds.PairwiseEngine(release.network, saturating=False)
    assert exact.replaced > 10
    # The same arithmetic without the limit agrees: it is the saturation that is noticed.
    assert largest_difference(exact, release.golden()) <= TOLERANCE
    assert largest_difference(kinds.PairwiseEngine(release.network, saturating=True), release.golden()) > TOLERANCE


def test_a_small_map_beside_a_large_one_is_judged_for_itself() -> None:
    pattern = np.linspace(-1, 1, 300)
    whole = np.stack([10 * pattern, pattern])[None]

    class Half:
        name = "half"

        def run(self, _inputs: object) -> dict[str, Tensor]:
            return {"maps": np.stack([10 * pattern, -pattern])[None]}

        def close(self) -> None:
            """Nothing to free."""

    assert largest_difference(Half(), [Golden({}, {"maps": whole})]) > TOLERANCE
