"""Light sequences: drawn for the session, balanced, and kind to people who bear flashing badly."""

from collections import Counter
from itertools import pairwise
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.analysis.light_colours import GREY, HIGH, LOW
from kiosk.flow.light_sequence import SLOTS, balanced_words, colour_bits, draw_light, length_bits

SEEDS = st.integers(0, (1 << 256) - 1)


@given(SEEDS, st.text("0123456789abcdef", min_size=1, max_size=32), st.integers(1, 5))
def test_a_second_holds_three_changes_at_most_and_all_is_over_in_five(seed: int, session: str, attempt: int) -> None:
    """WCAG 2.2, 2.3.1 and ITU-R BT.1702 allow three pairs of changes a second, and five seconds of flashing."""
    steps = draw_light(seed, session, attempt)
    assert all(step.seconds > 1 / 3 for step in steps)
    assert sum(step.seconds for step in steps) <= 5.0


@given(SEEDS)
def test_no_colour_is_saturated_red(seed: int) -> None:
    """R / (R + G + B) of at least 0.8 is saturated (WCAG 2.2)."""
    for step in draw_light(seed, "s"):
        assert step.colour[0] / sum(step.colour) < 0.8


@given(SEEDS)
def test_every_channel_is_about_half_high_and_no_two_do_the_same(seed: int) -> None:
    steps = draw_light(seed, "s")
    assert steps[0].colour == steps[-1].colour == GREY
    channels = list(zip(*(step.colour for step in steps[1:-1]), strict=True))
    assert len(set(channels)) == 3
    for channel in channels:
        assert Counter(channel)[HIGH] in (SLOTS // 2, SLOTS // 2 + 1)
        assert set(channel) == {LOW, HIGH}
        assert sum(one != other for one, other in pairwise(channel)) >= 3


def test_seed_session_and_attempt_each_change_the_sequence() -> None:
    first = draw_light(1, "a", 1)
    assert draw_light(1, "a", 1) == first
    others = (draw_light(2, "a", 1), draw_light(1, "b", 1), draw_light(1, "a", 2))
    assert first not in others


def test_the_stated_bits_are_those_of_the_draw() -> None:
    words = balanced_words()
    assert len(set(words)) == len(words) == 216
    assert colour_bits() == pytest.approx(log2(216 * 215 * 214))
    assert length_bits() == pytest.approx(9 * log2(3))


def test_all_words_are_drawn_about_equally_often() -> None:
    drawn = Counter(tuple(step.colour[0] for step in draw_light(seed, "s")[1:-1]) for seed in range(4000))
    assert len(drawn) == 216
    chi_square = sum((count - 4000 / 216) ** 2 / (4000 / 216) for count in drawn.values())
    assert chi_square < 290  # 99.95 % point for 215 degrees of freedom
