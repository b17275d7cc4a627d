"""Random challenges: drawn from the session's seed, so that a session can be replayed, and by nobody without it foreseen.

A challenge never asks for the same gesture twice running, so that the return to neutral between two is seen, and holds
at least one turn of the head where turns are allowed. All sequences that keep to this are equally likely: their number
is a challenge's strength, its logarithm the strength in bits.

Who declines a gesture gets a challenge from the rest, so long that the same bits are reached. A challenge that is
declined after something of it was shown has given a choice: who may choose among ``k`` further draws gains at most
their number, so a draw after ``k`` of them needs ``log2(1 + k)`` bits more.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from kiosk.flow.drawing import draw_below
from kiosk.flow.state import Gesture

TURNS = frozenset({Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT, Gesture.LOOK_UP, Gesture.LOOK_DOWN})
PURPOSE = "challenge"
_ROUNDING = 1e-9


def build_challenge(
    seed: int, gestures: Sequence[Gesture | str], count: int, attempt: int = 1, session: str = "", redraw: int = 0
) -> tuple[Gesture, ...]:
    """Give the challenge that a session's seed draws for an attempt; ``gestures`` hold at least two different ones.

    ``redraw`` counts the challenges that were drawn in this attempt before, and declined.
    """
    allowed = _allowed(gestures)
    names = ",".join(allowed)
    index = draw_below(seed, session, f"{PURPOSE}/{names}/{count}/{redraw}", attempt, _ways(allowed, count))
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


def count_ways(gestures: Sequence[Gesture | str], count: int) -> int:
    """Give how many challenges a draw chooses from."""
    return _ways(_allowed(gestures), count)


def entropy_bits(gestures: Sequence[Gesture | str], count: int) -> float:
    """Give the bits that an attacker must guess to foresee a challenge."""
    return log2(count_ways(gestures, count))


def length_for(
    gestures: Sequence[Gesture | str], bits: float, least: int, longest: int, redraws: int = 0
) -> int | None:
    """Give the fewest gestures, at least ``least``, whose draw reaches the bits after so many redraws; None: too few."""
    if len(set(gestures)) < 2:
        return None
    needed = bits + log2(1 + redraws) - _ROUNDING
    return next(
        (n for n in range(least, longest + 1) if count_ways(gestures, n) > 0 and entropy_bits(gestures, n) >= needed),
        None,
    )


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
    return everything - int(max(0, len(still) - 1) ** left)
