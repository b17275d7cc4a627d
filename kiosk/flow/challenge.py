"""Random challenges, drawn from an injected seed so that a session can be replayed.

A challenge never asks for the same gesture twice running, so that the return to neutral between two is seen, and holds
at least one turn of the head where turns are allowed. All sequences that keep to this are equally likely: the entropy
is the logarithm of their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import log2

from kiosk.flow.state import Gesture

TURNS = frozenset({Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT, Gesture.LOOK_UP, Gesture.LOOK_DOWN})


def build_challenge(seed: int, gestures: Sequence[Gesture | str], count: int, attempt: int = 1) -> tuple[Gesture, ...]:
    """Give the challenge that a seed draws for an attempt; ``gestures`` hold at least two different ones."""
    allowed = _allowed(gestures)
    index = _draw(seed, attempt, _ways(allowed, count))
    chosen: list[Gesture] = []
    for left in range(count - 1, -1, -1):
        for gesture in allowed:
            if chosen and gesture is chosen[-1]:
                continue
            ways = _ways_after(allowed, left, any(past in TURNS for past in (*chosen, gesture)))
            if index < ways:
                chosen.append(gesture)
                break
            index -= ways
    return tuple(chosen)


def entropy_bits(gestures: Sequence[Gesture | str], count: int) -> float:
    """Give the bits that an attacker must guess to foresee a challenge."""
    return log2(_ways(_allowed(gestures), count))


def parse_challenge(text: str) -> tuple[Gesture, ...]:
    """Give the gestures of a list like ``look_left,open_mouth``. Raises ``ValueError`` naming what is unknown."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = {gesture.value for gesture in Gesture}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"unknown gesture {unknown[0]!r}; known are {', '.join(sorted(known))}")
    if not names:
        raise ValueError("a challenge needs at least one gesture")
    return tuple(Gesture(name) for name in names)


def _allowed(gestures: Sequence[Gesture | str]) -> tuple[Gesture, ...]:
    allowed = tuple(dict.fromkeys(Gesture(gesture) for gesture in gestures))
    if len(allowed) < 2:
        raise ValueError("a challenge is drawn from at least two different gestures")
    return allowed


def _ways(allowed: tuple[Gesture, ...], count: int) -> int:
    return sum(_ways_after(allowed, count - 1, first in TURNS) for first in allowed)


def _ways_after(allowed: tuple[Gesture, ...], left: int, turned: bool) -> int:
    """Count how a sequence can go on for ``left`` more gestures, each but its last one allowed."""
    everything = int((len(allowed) - 1) ** left)
    still = [gesture for gesture in allowed if gesture not in TURNS]
    if turned or len(still) == len(allowed):
        return everything
    return everything - int((len(still) - 1) ** left)


def _draw(seed: int, attempt: int, below: int) -> int:
    """Give a number under ``below``, each as likely as another (draws that would favour small ones are thrown away)."""
    space = 1 << 256
    round_ = 0
    while True:
        number = int.from_bytes(sha256(f"challenge:{seed}:{attempt}:{round_}".encode()).digest())
        if number < space - space % below:
            return number % below
        round_ += 1
