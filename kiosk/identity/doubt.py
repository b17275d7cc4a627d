"""Which digit of a number most likely is wrong, when its own check digits do not hold.

A check digit says that something is wrong, seldom where. So every single slip that would explain it is tried: one digit
for another, two neighbours swapped. Slips that people make on a keypad, and shapes that readers confuse, count more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.identity.mrz.confusions import CONFUSIONS

_KEYPAD = {digit: (place // 3, place % 3) for place, digit in enumerate("123456789")} | {"0": (3, 1)}
_SWAP = 4.0
"""two neighbours swapped, beside a digit mistaken for one that is not near it on the keypad"""
_NEAR_KEY = 3.0
_OTHER = 1.0
_ALIKE = 6.0
"""a shape that readers confuse, times how readily"""
MOST_NAMED = 3
"""where more digits than this are as likely, none is named"""
_CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip that would explain why a number does not hold."""

    indices: tuple[int, ...]
    """one, or two neighbours that were swapped"""
    instead: str
    """the number without the slip"""
    weight: float
    """how likely beside other slips"""


def slips(text: str, holds: Callable[[str], bool], confidences: tuple[float, ...] = ()) -> tuple[Slip, ...]:
    """Give the single slips after which a number would hold, likeliest first; () when it holds already.

    With a reader's confidences the number was read, without it was typed.
    """
    if holds(text):
        return ()
    found = []
    read = len(confidences) == len(text)
    for index, digit in enumerate(text):
        for other in "0123456789":
            if other != digit:
                instead = text[:index] + other + text[index + 1 :]
                if holds(instead):
                    weight = _misread(digit, other, confidences[index]) if read else _mistyped(digit, other)
                    found.append(Slip((index,), instead, weight))
    if not read:
        for index in range(len(text) - 1):
            instead = text[:index] + text[index + 1] + text[index] + text[index + 2 :]
            if instead != text and holds(instead):
                found.append(Slip((index, index + 1), instead, _SWAP))
    return tuple(sorted(found, key=lambda slip: -slip.weight))


def doubtful(text: str, holds: Callable[[str], bool], confidences: tuple[float, ...] = ()) -> tuple[int, ...]:
    """Give the digits that most likely are wrong, () when nothing tells them from the others."""
    found = slips(text, holds, confidences)
    if not found:
        return ()
    named = sorted({index for slip in found if slip.weight >= _CLOSE * found[0].weight for index in slip.indices})
    return tuple(named) if len(named) <= MOST_NAMED else ()


def _mistyped(digit: str, other: str) -> float:
    one, two = _KEYPAD.get(digit), _KEYPAD.get(other)
    if one is None or two is None:
        return _OTHER
    return _NEAR_KEY if abs(one[0] - two[0]) + abs(one[1] - two[1]) == 1 else _OTHER


def _misread(digit: str, other: str, confidence: float) -> float:
    return max(1.0 - confidence, 0.001) * (_OTHER + _ALIKE * CONFUSIONS.get(digit, {}).get(other, 0.0))
