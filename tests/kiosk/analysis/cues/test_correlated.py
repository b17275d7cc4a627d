from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.analysis.cues.correlated import effective_number, interval_of, student


def walk(rng: np.random.Generator, count: int, alike: float) -> np.ndarray:
    """A first-order process of variance one round zero."""
    values = rng.normal(0, 1, count)
    for index in range(1, count):
        values[index] = alike * values[index - 1] + np.sqrt(1 - alike**2) * values[index]
    return values


@pytest.mark.parametrize(("freedom", "point"), [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (30, 2.042)])
def test_the_points_are_students(freedom: float, point: float) -> None:
    assert student(freedom) == pytest.approx(point, abs=0.005)


def test_independent_frames_count_nearly_whole_and_correlated_ones_for_few() -> None:
    rng = np.random.default_rng(1)
    apart = np.median([effective_number(walk(rng, 200, 0.0)) for _ in range(40)])
    alike = np.median([effective_number(walk(rng, 200, 0.9)) for _ in range(40)])
    assert apart > 150
    assert 5 < alike < 20  # 200 (1 - 0.9) / (1 + 0.9) = 10.5


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9])
def test_the_interval_holds_the_truth_nearly_as_often_as_it_says(alike: float) -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(200):
        found = interval_of(walk(rng, 120, alike), 0.2)
        held += found.low <= 0.0 <= found.high
    assert held >= 176  # of 190 wanted; short series of like frames hide some of their spread


@given(st.lists(st.floats(0, 1), min_size=3, max_size=60), st.floats(0, 0.4))
def test_the_mean_lies_in_its_interval_and_among_the_values(values: list[float], trimmed: float) -> None:
    found = interval_of(values, trimmed)
    assert found.low <= found.mean <= found.high
    assert min(values) - 1e-9 <= found.mean <= max(values) + 1e-9
    assert 1.0 <= found.effective <= len(values)


def test_two_frames_say_nothing_of_their_spread() -> None:
    found = interval_of([0.9, 0.9])
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_without_values_there_is_no_interval() -> None:
    with pytest.raises(ValueError, match="no values"):
        interval_of([])
