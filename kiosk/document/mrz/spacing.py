"""Fillers counted by the room that they take: characters of a zone stand one pitch apart (ICAO Doc 9303 part 3, 4.3).

A CTC reader loses or doubles characters in long runs of one sign. Where two fillers stand two pitches apart one is
missing between them; where they stand half a pitch apart one is too many. Nothing but fillers is put in or left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_text import ReadCharacter
from kiosk.identity.mrz.characters import FILLER, Character, Line

_PUT_IN = 0.6
"""confidence of a filler that was put in"""
_NEAR = 5
"""neighbours at each side whose steps give the pitch at a place: perspective changes it along a line"""
_WIDE = 0.3
"""of a pitch that a gap may be off from a whole number of pitches"""
_CLOSE = 0.5
"""of a pitch: two fillers nearer than that are one"""
_LONGEST_GAP = 6
_APART = 1.7
"""pitches between two characters that do not belong to one line"""
_DOUBTFUL = 0.6
_CONTRADICTS = 0.25
_LENGTHS = (30, 36, 44)


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of a line picture from its geometry, in shares of its width."""

    pitch: float | None = None
    """from one character to the next"""
    end: float | None = None
    """where the last character ends"""


def spaced(characters: tuple[ReadCharacter, ...], room: Room) -> Line:
    """Give the characters of a line with its fillers counted by their places, without print that lies apart from it."""
    if len(characters) < 2 * _NEAR:
        return _plain(characters)
    characters = _alone(characters, room)
    line = _plain(characters)
    places = np.array([one.place for one in characters])
    steps = np.diff(places)
    given: list[Character] = [line[0]]
    last = float(places[0])
    for i, step in enumerate(steps):
        pitch = _pitch(steps, i, room)
        both = line[i].best == FILLER == line[i + 1].best
        if both and places[i + 1] - last < _CLOSE * pitch:
            continue
        if both and pitch > 0:
            given.extend(Character(FILLER, _PUT_IN) for _ in range(_missing(step / pitch)))
        given.append(line[i + 1])
        last = float(places[i + 1])
    pitch = _pitch(steps, len(steps) - 1, room)
    if room.end is not None and line[-1].best == FILLER and pitch > 0:
        # From the middle of the last character to its end is about a third of a pitch.
        missing = _missing((room.end - last) / pitch + 0.65)
        if len(given) + missing in _LENGTHS:
            given.extend(Character(FILLER, _PUT_IN) for _ in range(missing))
    return tuple(given)


def _plain(characters: tuple[ReadCharacter, ...]) -> Line:
    return tuple(Character(one.text, one.confidence, one.others) for one in characters)


def _alone(characters: tuple[ReadCharacter, ...], room: Room) -> tuple[ReadCharacter, ...]:
    """Leave out what lies before or after a line beyond a gap: the edge of the page, a pattern on the table."""
    places = np.array([one.place for one in characters])
    steps = np.diff(places)
    wide = [
        i
        for i, step in enumerate(steps)
        if step > _APART * _pitch(steps, i, room) and not characters[i].text == FILLER == characters[i + 1].text
    ]
    firsts, lasts = [0, *(i + 1 for i in wide)], [*wide, len(characters) - 1]
    longest = max(range(len(firsts)), key=lambda i: lasts[i] - firsts[i])
    first, last = firsts[longest], lasts[longest]
    # Where glare has wiped out a line's middle or one of its first characters, both sides are the line.
    left = last + 1 - first
    span = float(places[-1] - places[0]) / max(_pitch(steps, len(steps) // 2, room), 1e-6)
    too_long = span > _LENGTHS[-1] + 1 and left >= _LENGTHS[0] - 2
    beyond = [one.confidence for one in (*characters[:first], *characters[last + 1 :])]
    doubtful = left in _LENGTHS and bool(beyond) and max(beyond) < _DOUBTFUL
    return characters[first : last + 1] if too_long or doubtful else characters


def _pitch(steps: NDArray[np.float64], at: int, room: Room) -> float:
    """Give the usual step near a place; the line's geometry decides where the steps contradict it."""
    near = float(np.median(steps[max(0, at - _NEAR) : at + _NEAR + 1]))
    if room.pitch is not None and abs(near - room.pitch) > _CONTRADICTS * room.pitch:
        return room.pitch
    return near


def _missing(pitches: float) -> int:
    """Give how many characters are missing in a gap; 0 where it is no whole number of pitches."""
    whole = round(pitches)
    if whole < 2 or whole > _LONGEST_GAP or abs(pitches - whole) > _WIDE * (1 + 0.1 * whole):
        return 0
    return whole - 1
