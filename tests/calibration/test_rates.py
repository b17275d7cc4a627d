"""Exact intervals, sums, the exact test, thresholds and trade-offs."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.rates import det_points, fisher, rate, sum_of, threshold_at
from edge_models.tasks.exact_rates import at_most

unhurried = settings(deadline=None)
counts = st.integers(1, 80).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("errors", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (0, 59, 0.0, 0.0606),
    ],
)
def test_intervals_are_those_of_clopper_and_pearson(errors: int, of: int, low: float, high: float) -> None:
    found = rate(errors, of)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_a_rate_of_nothing_says_nothing() -> None:
    found = rate(0, 0)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)
    with pytest.raises(ValueError, match="3 errors in 2"):
        rate(3, 2)


@unhurried
@given(counts)
def test_the_interval_holds_its_tails(count: tuple[int, int]) -> None:
    errors, of = count
    found = rate(errors, of)
    assert found.low <= errors / of <= found.high
    if errors:
        assert 1 - at_most(errors - 1, of, found.low) == pytest.approx(0.025, abs=1e-6)
    if errors < of:
        assert at_most(errors, of, found.high) == pytest.approx(0.025, abs=1e-6)


@unhurried
@given(counts, counts)
def test_a_sum_is_never_surer_than_its_parts(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, two, both = rate(*first), rate(*second), sum_of(first, second)
    assert both.value == pytest.approx(first[0] / first[1] + second[0] / second[1])
    assert both.low <= one.low + two.low
    assert both.high >= min(2.0, one.high + two.high)


@unhurried
@given(counts, counts)
def test_fisher_is_symmetric_and_a_chance(first: tuple[int, int], second: tuple[int, int]) -> None:
    p = fisher(first, second)
    assert 0 < p <= 1
    assert p == pytest.approx(fisher(second, first))
    assert fisher(first, first) == pytest.approx(1.0)


def test_fisher_gives_the_textbooks_value() -> None:
    # The lady tasting tea: three of four cups right.
    assert fisher((3, 4), (1, 4)) == pytest.approx(0.4857, abs=1e-4)
    assert fisher((4, 4), (0, 60)) < 1e-5


@unhurried
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.sampled_from([0.0, 0.05, 0.1, 0.5]))
def test_a_threshold_refuses_no_more_than_it_may(scores: list[float], bpcer: float) -> None:
    threshold = threshold_at(scores, bpcer)
    assert sum(score < threshold for score in scores) <= bpcer * len(scores) + 1e-9
    higher = [score for score in scores if score > threshold]
    if higher:
        assert sum(score < min(higher) for score in scores) > bpcer * len(scores) - 1e-9


def test_a_threshold_needs_bona_fide() -> None:
    with pytest.raises(ValueError, match="bona fide"):
        threshold_at([], 0.05)


@unhurried
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_trade_off_goes_from_all_accepted_to_all_refused(bona_fide: list[float], attacks: list[float]) -> None:
    points = det_points(bona_fide, attacks)
    assert points[0][1:] == (0.0, 1.0)
    assert points[-1] == (math.inf, 1.0, 0.0)
    for (_, bpcer, apcer), (_, bpcer_next, apcer_next) in itertools.pairwise(points):
        assert bpcer <= bpcer_next
        assert apcer >= apcer_next
