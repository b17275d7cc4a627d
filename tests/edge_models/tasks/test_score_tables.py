from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.recipes.recipe import Recipe, Workshop
from edge_models.recipes.releasing import write_det
from edge_models.runtime.errors import CardInvalid, ModelMissing, RateUnsupported
from edge_models.tasks.score_tables import ScoreTable, rate_of

MATED = np.random.default_rng(1).normal(0.6, 0.1, 20_000)
NONMATED = np.random.default_rng(2).normal(0.0, 0.1, 400_000)


def written(
    work: Path, mated: np.ndarray = MATED, nonmated: np.ndarray = NONMATED, alike: np.ndarray | None = None
) -> ScoreTable:
    workshop = Workshop(Recipe("any", "1", 1, work / "recipe.toml", "", {}, {}), work, work, 1)
    workshop.candidate.mkdir()
    write_det(workshop, mated, nonmated, alike)
    return ScoreTable.read(workshop.candidate)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ScoreTable:
    return written(tmp_path_factory.mktemp("det"))


@pytest.mark.parametrize("score", [-0.2, 0.0, 0.1, 0.2, 0.3, 0.35, 0.4])
def test_fmr_is_the_share_of_nonmated_scores_that_reach_a_score(table: ScoreTable, score: float) -> None:
    assert table.fmr_at(score) == pytest.approx(float((score <= NONMATED).mean()), rel=0.02, abs=2e-3 / 512)


@pytest.mark.parametrize("rate", [0.5, 0.1, 1e-2, 1e-3, 1e-4])
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
    thresholds = [table.threshold_for_fmr(rate) for rate in np.geomspace(1, table.smallest_rate, 400)]
    assert (np.diff(thresholds) >= 0).all()


def test_beyond_what_was_measured_the_rate_of_a_score_is_never_zero_and_errs_to_the_safe_side(
    table: ScoreTable,
) -> None:
    far = float(NONMATED.max()) + 0.05
    # The truth is known here: the scores are drawn from a normal distribution.
    truth = float(0.5 * (1 - math.erf(far / 0.1 / np.sqrt(2))))
    assert table.fmr_at(far) > truth
    assert 0 < table.fmr_at(1.0) < table.smallest_rate


def test_a_rate_that_the_comparisons_cannot_show_is_refused_with_the_number_that_it_needs(table: ScoreTable) -> None:
    table.threshold_for_fmr(30 / len(NONMATED))
    with pytest.raises(RateUnsupported, match=r"needs 3,000,000 non-mated comparisons.*400,000"):
        table.threshold_for_fmr(1e-5)
    table.threshold_for_fnmr(10 / len(MATED))
    with pytest.raises(RateUnsupported, match=r"needs 100,000 mated comparisons.*20,000"):
        table.threshold_for_fnmr(1e-4)


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.5, math.nan])
def test_what_is_no_rate_is_refused(table: ScoreTable, rate: float) -> None:
    for threshold in (table.threshold_for_fmr, table.threshold_for_fnmr):
        with pytest.raises(RateUnsupported):
            threshold(rate)


def test_few_scores_give_a_table_that_refuses_what_it_cannot_show(tmp_path: Path) -> None:
    table = written(tmp_path, np.linspace(0.5, 0.9, 20), np.linspace(0.0, 0.4, 60))
    with pytest.raises(RateUnsupported):
        table.threshold_for_fmr(0.1)
    assert table.fmr_at(0.41) > 1e-4
    assert 0.0 <= table.threshold_for_fmr(0.5) <= 0.4


@given(errors=st.integers(0, 400), comparisons=st.integers(1, 400))
def test_an_interval_holds_its_rate_and_stays_between_0_and_1(errors: int, comparisons: int) -> None:
    rate = rate_of(min(errors, comparisons), comparisons)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.low < rate.high


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(3).binomial(400, 0.05, 4000)
    covered = [rate.low <= 0.05 <= rate.high for rate in (rate_of(int(errors), 400) for errors in draws)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_more_comparisons_make_an_interval_narrower() -> None:
    few, many = rate_of(5, 100), rate_of(500, 10_000)
    assert many.high - many.low < few.high - few.low


def test_those_who_look_alike_have_a_table_of_their_own(tmp_path: Path) -> None:
    harder = np.random.default_rng(4).normal(0.15, 0.1, 40_000)
    table = written(tmp_path, alike=harder)
    assert table.alike is not None
    threshold = table.threshold_for_fmr(1e-3)
    assert table.alike.fmr_at(threshold) == pytest.approx(float((harder >= threshold).mean()), rel=0.05)
    assert table.alike.fmr_at(threshold) > table.fmr_at(threshold)
    assert table.alike.nonmated_count == len(harder)


def test_a_table_without_them_says_so(table: ScoreTable) -> None:
    assert table.alike is None


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
