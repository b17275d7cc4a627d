"""The pitch of characters is measured with its change along the line, and not taken for twice or half of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.document.mrz.pitch import Pitch, Vector, measure

CAPITAL = 14.0


def profile(count: int, width: float, slope: float = 0.0, seed: int = 1) -> Vector:
    """Ink of characters whose strokes lie about the middle of their cell, as letters' do."""
    generator = np.random.default_rng(seed)
    edges = np.concatenate([[0.0], np.cumsum([width + slope * i for i in range(count)])])
    x = np.arange(int(edges[-1]))
    ink = np.zeros(len(x))
    for left, right in pairwise(edges):
        for stroke in np.array([0.2, 0.4, 0.6]) + generator.normal(0, 0.05, 3):
            ink += np.exp(-(((x - left - stroke * (right - left)) / 1.2) ** 2))
    return ink


@given(st.floats(9.0, 22.0), st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_a_regular_line_has_its_pitch(width: float, seed: int) -> None:
    found = measure([profile(44, width, seed=seed), profile(44, width, seed=seed + 1)], [0.0, 0.0], CAPITAL)
    assert found is not None
    assert found.width == pytest.approx(width, rel=0.04)


@pytest.mark.parametrize("slope", [-0.06, 0.06])
def test_a_line_in_perspective_counts_right(slope: float) -> None:
    lines = [profile(44, 15.0 - 21 * slope, slope, seed) for seed in (3, 4)]
    found = measure(lines, [0.0, 0.0], CAPITAL)
    assert found is not None
    assert found.slope * slope > 0
    assert float(found.count(len(lines[0])) - found.count(0.0)) == pytest.approx(44, abs=1.0)


def test_fillers_alone_are_not_counted_by_two() -> None:
    one = np.tile(np.exp(-(((np.arange(15) - 7) / 2.0) ** 2)), 40)
    found = measure([one], [0.0], CAPITAL)
    assert found is not None
    assert found.width == pytest.approx(15, abs=0.5)


def test_nothing_has_no_pitch() -> None:
    assert measure([np.zeros(600)], [0.0], CAPITAL) is None
    assert measure([np.ones(20)], [0.0], CAPITAL) is None


@given(st.floats(-0.01, 0.01), st.floats(-200, 200))
def test_place_undoes_count(slope: float, x: float) -> None:
    pitch = Pitch(15.0, slope, 300.0, 0.6)
    assert float(pitch.place(pitch.count(300.0 + x))) == pytest.approx(300.0 + x, abs=0.01)
