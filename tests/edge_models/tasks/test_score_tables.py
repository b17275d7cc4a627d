from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from edge_models.recipes.recipe import Recipe, Workshop
from edge_models.recipes.releasing import write_det
from edge_models.runtime.errors import CardInvalid, ModelMissing
from edge_models.tasks.score_tables import ScoreTable

MATED = np.random.default_rng(1).normal(0.6, 0.1, 20_000)
NONMATED = np.random.default_rng(2).normal(0.0, 0.1, 400_000)


def written(folder: Path, mated: np.ndarray = MATED, nonmated: np.ndarray = NONMATED) -> ScoreTable:
    recipe = Recipe("any", "1", 1, folder / "recipe.toml", "", {}, {})
    write_det(Workshop(recipe, folder, folder, 1), mated, nonmated, folder)
    return ScoreTable.read(folder)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ScoreTable:
    return written(tmp_path_factory.mktemp("det"))


@pytest.mark.parametrize("score", [-0.2, 0.0, 0.1, 0.2, 0.3, 0.35, 0.4])
def test_fmr_is_the_share_of_nonmated_scores_that_reach_a_score(table: ScoreTable, score: float) -> None:
    assert table.fmr_at(score) == pytest.approx(float((score <= NONMATED).mean()), rel=0.02, abs=2e-3 / 512)


@pytest.mark.parametrize("rate", [0.5, 0.1, 1e-2, 1e-3, 1e-4, 2e-5])
def test_the_threshold_of_an_fmr_keeps_it(table: ScoreTable, rate: float) -> None:
    threshold = table.threshold_for_fmr(rate)
    assert float((threshold <= NONMATED).mean()) == pytest.approx(rate, rel=0.1, abs=1.1 / len(NONMATED))
    assert table.fmr_at(threshold) == pytest.approx(rate, rel=0.01)


@pytest.mark.parametrize("rate", [0.5, 0.1, 0.05, 0.01])
def test_the_threshold_of_an_fnmr_keeps_it(table: ScoreTable, rate: float) -> None:
    assert float((table.threshold_for_fnmr(rate) > MATED).mean()) == pytest.approx(rate, rel=0.05)


def test_a_higher_score_never_has_a_higher_fmr(table: ScoreTable) -> None:
    rates = [table.fmr_at(score) for score in np.linspace(-1, 1.2, 700)]
    assert (np.diff(rates) <= 0).all()
    assert rates[0] == pytest.approx(1.0)


def test_a_smaller_fmr_never_has_a_lower_threshold(table: ScoreTable) -> None:
    thresholds = [table.threshold_for_fmr(rate) for rate in np.geomspace(1, 1e-9, 400)]
    assert (np.diff(thresholds) >= 0).all()


def test_beyond_what_was_measured_the_rate_is_never_zero_and_errs_to_the_safe_side(table: ScoreTable) -> None:
    assert table.smallest_rate >= 1 / len(NONMATED)
    far = float(NONMATED.max()) + 0.05
    # The truth is known here: the scores are drawn from a normal distribution.
    truth = float(0.5 * (1 - math.erf(far / 0.1 / np.sqrt(2))))
    assert table.fmr_at(far) > truth
    assert 0 < table.fmr_at(1.0) < table.smallest_rate
    assert table.threshold_for_fmr(1e-7) > NONMATED.max()
    # one in ten million of a normal distribution lies above 5.2 deviations
    assert table.threshold_for_fmr(1e-7) > 0.52


def test_few_scores_still_give_a_table_that_never_promises_more_than_they_hold(tmp_path: Path) -> None:
    table = written(tmp_path, np.linspace(0.5, 0.9, 20), np.linspace(0.0, 0.4, 30))
    assert table.threshold_for_fmr(1e-4) > 0.4
    assert table.fmr_at(0.41) > 1e-3
    assert 0.5 <= table.threshold_for_fnmr(0.01) < 0.55
    assert 0.0 <= table.threshold_for_fmr(0.5) <= 0.4


def test_a_release_without_its_table_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        ScoreTable.read(tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"mated": np.zeros(3)},
        {"mated": np.array([0.0, np.nan]), "nonmated": np.zeros(2), "tail": np.zeros(2), "counts": np.array([2, 2])},
        {"mated": np.zeros(2), "nonmated": np.zeros(2), "tail": np.zeros(2), "counts": np.array([0, 2])},
        {"mated": np.zeros(0), "nonmated": np.zeros(2), "tail": np.zeros(2), "counts": np.array([2, 2])},
    ],
    ids=["arrays missing", "not a number", "no mated scores", "empty"],
)
def test_a_table_that_holds_no_distributions_is_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "det.npz", **arrays)  # type: ignore[arg-type,unused-ignore]
    with pytest.raises(CardInvalid):
        ScoreTable.read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 cut short"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "det.npz").write_bytes(content)
    with pytest.raises(CardInvalid):
        ScoreTable.read(tmp_path)
