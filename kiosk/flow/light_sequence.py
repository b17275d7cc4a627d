"""Random light sequences: which colours the screen shows and how long, drawn from the session's seed.

Photosensitive people: WCAG 2.2 success criterion 2.3.1 and Recommendation ITU-R BT.1702-3 allow three flashes (pairs of
opposing changes) a second; here a change never comes sooner than a third of a second after the one before, so that a
second holds at most three single changes, one flash and a half. No colour is saturated red. All is over in 5 seconds,
beyond which even permitted flashing is advised against.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from math import comb, log2

from kiosk.analysis.facts import Colour
from kiosk.analysis.light_colours import GREY, LEAD, TAIL, colour_of
from kiosk.flow.drawing import draw_below

PURPOSE = "light"
SLOTS = 9
LENGTHS = (0.35, 0.4, 0.45)
"""seconds; each more than a third"""
CHANNELS = 3
Word = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class LightStep:
    """A colour of the screen and for how long it stays at least, in seconds."""

    colour: Colour
    seconds: float


@dataclass(frozen=True, slots=True)
class LightProgress:
    """The light sequence: announced, then shown colour by colour."""

    stage: str = ""
    """"" not begun, ``notice`` it is announced, ``shine`` colours are shown"""
    since: float = 0.0
    """when the stage began"""
    steps: tuple[LightStep, ...] = ()
    position: int = 0
    """index of the step that was asked for last"""
    asked: int = 0
    """number of the last change that the screen was asked for, growing over the session"""
    asked_since: float = 0.0
    shown_since: float | None = None
    """when the screen showed it; None: not yet"""
    looked: float = 0.0
    """when the face last looked at the screen"""
    attempts: int = 0
    declined: bool = False
    """the person leaves it out"""


def draw_light(seed: int, session: str, attempt: int = 1) -> tuple[LightStep, ...]:
    """Give the sequence of a session's attempt: grey, the colours, grey. All sequences are equally likely."""
    words = balanced_words()
    channels = [words[index] for index in _different(seed, session, attempt, len(words))]
    lengths = [LENGTHS[draw_below(seed, session, f"{PURPOSE}/length/{n}", attempt, len(LENGTHS))] for n in range(SLOTS)]
    colours = [colour_of(*(word[slot] for word in channels)) for slot in range(SLOTS)]
    shown = [LightStep(colour, seconds) for colour, seconds in zip(colours, lengths, strict=True)]
    return (LightStep(GREY, LEAD), *shown, LightStep(GREY, TAIL))


@lru_cache(maxsize=1)
def balanced_words() -> tuple[Word, ...]:
    """Give what one channel may do: about half of the slots high, changes neither rare nor at every turn."""
    return tuple(word for word in product((False, True), repeat=SLOTS) if _tells(word))


def colour_bits() -> float:
    """Give the bits of the colours alone: three different words of those allowed."""
    return log2(comb(len(balanced_words()), CHANNELS) * 6)


def length_bits() -> float:
    """Give the bits of the slots' lengths."""
    return SLOTS * log2(len(LENGTHS))


def _tells(word: Word) -> bool:
    changes = sum(one is not next_ for one, next_ in pairwise(word))
    return sum(word) in (SLOTS // 2, SLOTS // 2 + 1) and SLOTS // 2 - 1 <= changes <= SLOTS - 3


def _different(seed: int, session: str, attempt: int, below: int) -> list[int]:
    """Draw three different numbers, in order."""
    left = list(range(below))
    return [
        left.pop(draw_below(seed, session, f"{PURPOSE}/channel/{place}", attempt, len(left)))
        for place in range(CHANNELS)
    ]
