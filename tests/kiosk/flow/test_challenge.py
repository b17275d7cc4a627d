"""Challenges: random, replayable, never twice the same gesture running."""

from collections import Counter
from itertools import pairwise, product
from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.flow.challenge import TURNS, build_challenge, count_ways, entropy_bits, length_for, parse_challenge
from kiosk.flow.state import Gesture

_GESTURES = st.lists(st.sampled_from(Gesture), min_size=2, max_size=9, unique=True)


def _allowed(sequence: tuple[Gesture, ...], gestures: list[Gesture]) -> bool:
    turned = bool(TURNS & set(sequence)) or not TURNS & set(gestures)
    return turned and all(one is not two for one, two in pairwise(sequence))


@given(st.integers(), _GESTURES, st.integers(1, 8), st.integers(1, 5))
def test_a_challenge_keeps_to_its_rules_and_can_be_drawn_again(
    seed: int, gestures: list[Gesture], count: int, attempt: int
) -> None:
    challenge = build_challenge(seed, gestures, count, attempt)
    assert len(challenge) == count
    assert set(challenge) <= set(gestures)
    assert _allowed(challenge, gestures)
    assert challenge == build_challenge(seed, gestures, count, attempt)


@settings(deadline=None)
@given(_GESTURES, st.integers(1, 4))
def test_the_entropy_is_that_of_all_sequences_that_are_allowed(gestures: list[Gesture], count: int) -> None:
    ways = sum(_allowed(sequence, gestures) for sequence in product(gestures, repeat=count))
    assert entropy_bits(gestures, count) == pytest.approx(log2(ways))


def test_every_sequence_is_as_likely_as_another() -> None:
    gestures = [Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH, Gesture.BLINK]
    drawn = Counter(build_challenge(seed, gestures, 2) for seed in range(3000))
    ways = round(2 ** entropy_bits(gestures, 2))
    assert len(drawn) == ways
    assert min(drawn.values()) > 0.8 * 3000 / ways


def test_each_attempt_is_drawn_anew() -> None:
    gestures = list(Gesture)
    assert len({build_challenge(5, gestures, 4, attempt) for attempt in range(1, 6)}) > 1


def test_fewer_than_two_gestures_are_no_challenge() -> None:
    with pytest.raises(ValueError, match="two different"):
        build_challenge(1, [Gesture.BLINK, Gesture.BLINK], 2)


def test_names_are_read_in_their_order() -> None:
    assert parse_challenge("look_left, open_mouth") == (Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH)


@pytest.mark.parametrize(("text", "said"), [("look_left,wink", "unknown gesture 'wink'"), (" , ", "at least one")])
def test_unknown_names_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_challenge(text)


def test_another_session_another_draw_though_the_seed_were_the_same() -> None:
    gestures = list(Gesture)
    drawn = {build_challenge(5, gestures, 6, session=f"session-{number}") for number in range(20)}
    assert len(drawn) == 20
    assert build_challenge(5, gestures, 6, redraw=1) != build_challenge(5, gestures, 6)


@given(_GESTURES, st.floats(1, 14), st.integers(1, 4), st.integers(0, 5))
def test_a_longer_challenge_makes_up_for_fewer_gestures_and_for_choosing(
    gestures: list[Gesture], bits: float, least: int, redraws: int
) -> None:
    length = length_for(gestures, bits, least, 8, redraws)
    needed = bits + log2(1 + redraws)
    if length is None:
        assert count_ways(gestures, 8) == 0 or entropy_bits(gestures, 8) < needed
        return
    assert least <= length <= 8
    assert entropy_bits(gestures, length) >= needed - 1e-6
    assert length == least or count_ways(gestures, length - 1) == 0 or entropy_bits(gestures, length - 1) < needed


def test_one_gesture_makes_no_challenge() -> None:
    assert length_for([Gesture.BLINK], 1.0, 1, 8) is None
