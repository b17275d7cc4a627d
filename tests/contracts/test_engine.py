"""What every inference engine behind the port must do."""

from __future__ import annotations

import numpy as np
import pytest

from edge_models.cli import GOLDEN_TOLERANCE
from edge_models.runtime.card import read_verified
from edge_models.runtime.choice import blank_inputs
from edge_models.runtime.errors import ContractMismatch, EngineUnavailable
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.registry import ENGINES, EngineName, load, open_engine, released_root

NAMES = sorted(path.parent.name for path in released_root().glob("*/card.toml"))
every_engine = pytest.mark.parametrize("engine", ENGINES)


@every_engine
@pytest.mark.parametrize("name", NAMES)
def test_golden_vectors_come_out_again(name: str, engine: EngineName) -> None:
    _, loaded = load(name, engine=engine)
    assert largest_difference(loaded, read_golden(released_root() / name)) <= GOLDEN_TOLERANCE
    loaded.close()


@pytest.mark.parametrize("name", NAMES)
def test_engines_agree(name: str) -> None:
    vectors = read_golden(released_root() / name)
    (_, one), (_, other) = (load(name, engine=engine) for engine in ENGINES)
    for vector in vectors:
        left, right = one.run(vector.inputs), other.run(vector.inputs)
        assert left.keys() == right.keys()
        for output, value in left.items():
            spread = max(float(value.std()), 1e-3)
            assert float(np.abs(value - right[output]).mean()) / spread <= GOLDEN_TOLERANCE
    one.close()
    other.close()


@every_engine
@pytest.mark.parametrize("name", NAMES)
def test_outputs_have_the_cards_names_shapes_and_types(name: str, engine: EngineName) -> None:
    card, loaded = load(name, engine=engine)
    outputs = loaded.run(blank_inputs(card))
    assert set(outputs) == {contract.name for contract in card.outputs}
    for contract in card.outputs:
        value = outputs[contract.name]
        assert value.dtype == contract.dtype
        assert len(value.shape) == len(contract.shape)
        assert all(want in (-1, have) for want, have in zip(contract.shape, value.shape, strict=True))
    loaded.close()


@every_engine
def test_a_result_outlives_the_next_run(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    inputs = blank_inputs(card)
    first = loaded.run(inputs)
    kept = {name: value.copy() for name, value in first.items()}
    loaded.run({name: np.zeros_like(value) for name, value in inputs.items()})
    for name, value in first.items():
        np.testing.assert_array_equal(value, kept[name])
    loaded.close()


@every_engine
def test_a_wrong_shape_breaks_the_contract(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    wrong = {name: value[:, :, :-3] for name, value in blank_inputs(card).items()}
    with pytest.raises(ContractMismatch, match="face_landmarks"):
        loaded.run(wrong)
    assert loaded.run(blank_inputs(card))
    loaded.close()


@every_engine
def test_an_unknown_input_breaks_the_contract(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    value = next(iter(blank_inputs(card).values()))
    with pytest.raises(ContractMismatch):
        loaded.run({"no_such_input": value})
    loaded.close()


@every_engine
def test_nothing_runs_after_closing(engine: EngineName) -> None:
    card, loaded = load("face_landmarks", engine=engine)
    loaded.close()
    loaded.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        loaded.run(blank_inputs(card))


@every_engine
def test_an_output_that_the_network_lacks_breaks_the_contract(engine: EngineName) -> None:
    card, content = read_verified(released_root() / "face_landmarks")
    more = card.model_copy(update={"outputs": (*card.outputs, card.outputs[0].model_copy(update={"name": "mood"}))})
    with pytest.raises(ContractMismatch, match="mood"):
        open_engine(more, content, engine=engine)
