"""Draws: bound to seed, session, purpose and attempt; none favours a number."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.drawing import draw_below, draw_between


@given(st.integers(), st.text(max_size=20), st.text(max_size=20), st.integers(0, 9), st.integers(1, 1 << 60))
def test_a_draw_is_in_range_and_can_be_drawn_again(
    seed: int, session: str, purpose: str, attempt: int, below: int
) -> None:
    number = draw_below(seed, session, purpose, attempt, below)
    assert 0 <= number < below
    assert number == draw_below(seed, session, purpose, attempt, below)
    assert 0.4 <= draw_between(seed, session, purpose, attempt, 0.4, 1.2) <= 1.2


def test_each_part_changes_the_draw_and_parts_do_not_run_into_each_other() -> None:
    least = 1 << 200
    drawn = {
        draw_below(1, "a", "b", 1, least),
        draw_below(1 << 255, "a", "b", 1, least),
        draw_below(1, "ab", "", 1, least),
        draw_below(1, "", "ab", 1, least),
        draw_below(1, "a", "b", 11, least),
    }
    assert len(drawn) == 5


def test_all_256_bits_of_the_seed_count() -> None:
    assert len({draw_below(1 << bit, "s", "p", 1, 1 << 64) for bit in range(256)}) == 256


def test_no_number_is_favoured() -> None:
    counted = Counter(draw_below(seed, "s", "p", 1, 7) for seed in range(7000))
    assert min(counted.values()) > 850
    assert max(counted.values()) < 1150
