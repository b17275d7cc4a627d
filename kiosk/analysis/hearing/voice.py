"""Where speech is, in a track of loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.heard import SoundTrack, VoiceSegment

_ABOVE_FLOOR = 9.0
"""decibels by which speech stands out of what is always there"""
_QUIETEST_VOICE = -60.0
"""decibels of full scale: what is quieter was not said to this kiosk"""
_BRIDGED = 0.15
"""seconds of silence within a word, before p, t, k"""
_SHORTEST = 0.08
_PERIODIC = 0.4
"""of a stretch's loudest half: knocks, steps and rustling have no pitch"""


def floor_of(track: SoundTrack) -> float:
    """Give the level of what is always there: a low quantile, since speech fills less than the whole time."""
    return float(np.quantile(track.levels, 0.1))


def voice_segments(track: SoundTrack) -> tuple[VoiceSegment, ...]:
    """Give the stretches of speech, the first first."""
    levels, periodic = np.asarray(track.levels), np.asarray(track.periodic)
    least = max(floor_of(track) + _ABOVE_FLOOR, _QUIETEST_VOICE)
    found = []
    for first, last in _runs(levels >= least, int(_BRIDGED / track.step)):
        stretch = slice(first, last + 1)
        loud = levels[stretch] >= np.median(levels[stretch])
        long_enough = (last + 1 - first) * track.step >= _SHORTEST
        if long_enough and np.median(periodic[stretch][loud]) >= _PERIODIC:
            found.append(VoiceSegment(track.start + first * track.step, track.start + (last + 1) * track.step))
    return tuple(found)


def spoken_within(segments: tuple[VoiceSegment, ...], since: float, until: float) -> tuple[VoiceSegment, ...]:
    """Give the stretches that lie in a time, cut at its ends."""
    cut = [VoiceSegment(max(s.since, since), min(s.until, until)) for s in segments]
    return tuple(segment for segment in cut if segment.until > segment.since)


def _runs(on: NDArray[np.bool_], bridged: int) -> list[tuple[int, int]]:
    """Give first and last index of each run; gaps of up to ``bridged`` are closed."""
    places = np.flatnonzero(on)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > bridged + 1)
    firsts = places[np.concatenate(([0], breaks + 1))]
    lasts = places[np.concatenate((breaks, [len(places) - 1]))]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]
