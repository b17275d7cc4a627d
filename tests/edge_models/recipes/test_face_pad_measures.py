from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.recipes.face_pad.measures import brief, rate, table, threshold_of
from edge_models.tasks.exact_rates import clopper_pearson


@pytest.mark.parametrize(
    ("errors", "of", "low", "high"),
    # the usual tables of the exact interval
    [
        (0, 10, 0.0, 0.3085),
        (10, 10, 0.6915, 1.0),
        (1, 10, 0.0025, 0.4450),
        (5, 100, 0.0164, 0.1128),
        (0, 52, 0, 0.0685),
    ],
)
def test_exact_interval(errors: int, of: int, low: float, high: float) -> None:
    assert clopper_pearson(errors, of) == pytest.approx((low, high), abs=2e-4)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_interval_holds_the_rate_and_mirrors(pair: tuple[int, int]) -> None:
    errors, of = pair
    low, high = clopper_pearson(errors, of)
    assert 0 <= low <= errors / of <= high <= 1
    assert clopper_pearson(of - errors, of) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("errors", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_no_trials_give_no_interval(errors: int, of: int) -> None:
    with pytest.raises(ValueError, match="errors of"):
        clopper_pearson(errors, of)


def test_rates_per_source_and_species() -> None:
    scores = np.array([0.9, 0.8, 0.2, 0.7, 0.1, 0.6, 0.3])
    label = np.array([0, 0, 0, 1, 1, 2, 2])
    source = np.array(["a", "b", "b", "a", "b", "a", "a"])
    given_ = table(scores, label, source, 0.5)
    assert given_["bpcer"]["errors"] == 1
    assert given_["bpcer_of"]["b"] == rate(np.array([False, True]))
    assert given_["apcer_print"]["rate"] == 0.5
    assert given_["apcer_print_of"]["a"]["rate"] == 1.0
    assert given_["apcer_screen_of"] == {"a": given_["apcer_screen"]}
    assert "apcer_mask" not in given_


def test_threshold_refuses_the_stated_share_of_bona_fide() -> None:
    scores = np.concatenate([np.linspace(0, 1, 1001), [0.04, 0.2]])
    label = np.array([0] * 1001 + [1, 1])
    assert threshold_of(scores, label == 0, 0.05) == pytest.approx(0.05)
    assert brief(scores, label, 0.05) == pytest.approx({"threshold": 0.05, "apcer_print": 0.5})
