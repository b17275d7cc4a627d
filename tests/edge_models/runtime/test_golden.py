"""Golden vectors: stored, read, compared."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from edge_models.runtime.errors import CardInvalid, ContractMismatch, ModelMissing
from edge_models.runtime.golden import Golden, largest_difference, read_golden, write_golden
from edge_models.runtime.port import Tensor
from edge_models.runtime.registry import released_root


class Doubling:
    """An engine that doubles and adds an offset."""

    name = "doubling"

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {"y": inputs["x"] * 2 + self.offset}

    def close(self) -> None:
        pass


def vectors() -> list[Golden]:
    x = np.linspace(-1, 1, 24, dtype=np.float32).reshape(1, 24)
    return [Golden({"x": x * size}, {"y": 2 * x * size}) for size in (1, 3)]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_golden(tmp_path / "golden.npz", vectors())
    read = read_golden(tmp_path)
    assert len(read) == 2
    for got, want in zip(read, vectors(), strict=True):
        np.testing.assert_array_equal(got.inputs["x"], want.inputs["x"])
        np.testing.assert_array_equal(got.outputs["y"], want.outputs["y"])


def test_more_than_ten_vectors_keep_their_order(tmp_path: Path) -> None:
    many = [Golden({"x": np.full(1, i, np.float32)}, {"y": np.full(1, i, np.float32)}) for i in range(12)]
    write_golden(tmp_path / "golden.npz", many)
    assert [float(vector.inputs["x"][0]) for vector in read_golden(tmp_path)] == list(range(12))


def test_no_difference_is_none_and_an_offset_is_seen() -> None:
    assert largest_difference(Doubling(), vectors()) == 0
    spread = float(vectors()[0].outputs["y"].std())
    assert largest_difference(Doubling(0.5), vectors()) == pytest.approx(0.5 / spread, rel=1e-3)


def test_results_that_are_not_numbers_are_infinitely_far() -> None:
    assert largest_difference(Doubling(float("nan")), vectors()) == float("inf")


def test_an_output_without_its_vector_is_a_broken_contract() -> None:
    x = vectors()[0].inputs
    for outputs in ({"z": x["x"]}, {"y": x["x"][:, :3]}):
        with pytest.raises(ContractMismatch, match="y"):
            largest_difference(Doubling(), [Golden(x, outputs)])


def test_missing_and_broken_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        read_golden(tmp_path)
    shutil.copy(released_root() / "face_detection" / "golden.npz", tmp_path)
    path = tmp_path / "golden.npz"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CardInvalid):
        read_golden(tmp_path)


def test_names_without_a_place_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "golden.npz", x=np.zeros(1))
    with pytest.raises(CardInvalid):
        read_golden(tmp_path)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in released_root().glob("*/card.toml")))
def test_every_release_has_vectors(name: str) -> None:
    golden = read_golden(released_root() / name)
    assert golden
    assert all(vector.inputs and vector.outputs for vector in golden)
