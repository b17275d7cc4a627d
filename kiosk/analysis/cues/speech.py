"""Lips and sound in time, and a voice that the lips in view do not make. Numbers in, numbers out.

A mouth opens as the voice swells, and mostly a little before it: over 2 to 7 Hz, the rhythm of syllables, the two go
together with a lag of tens to hundreds of milliseconds (Chandrasekaran et al. 2009, The Natural Statistics of
Audiovisual Speech). The sound is held against the lips at every shift that a person can have and at every other one;
those others, of the same voice and the same mouth, are the surrogates that say what chance would give.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.heard import LipSample, LipTiming, SoundTrack, VoiceSegment
from kiosk.analysis.hearing.voice import floor_of

CUE = "spoken"
"""name of the operating point"""
EARLIEST, LATEST = -0.10, 0.35
"""seconds by which the sound may follow the lips: the voice's own -0.02 to 0.3, and what camera and microphone add"""
_STEP = 0.02
_SMOOTHED = 0.06
_SLOW = 1.5
"""seconds over which a drift of either track is taken out: a smile, a pose, a noise that swells"""
_LOUDEST = 40.0
"""decibels above the floor at which the envelope ends"""
_GAP = 0.25
"""seconds without a frame beyond which the mouth is not known"""
_FEWEST_RATE = 8.0
"""frames a second that show syllables at all"""
_SHORTEST = 2.5
"""seconds that lips and sound must both cover"""
_SEEN = 0.7
"""share of them in which the mouth must be known"""

_Row = NDArray[np.float64]


def lip_timing(lips: Sequence[LipSample], track: SoundTrack, since: float, until: float) -> LipTiming | None:
    """Judge lips against sound between two moments (seconds); None when too little of either was there."""
    grid = np.arange(since, until, _STEP)
    mouth = _mouth_on(grid, lips)
    sound = _sound_on(grid, track)
    both = np.isfinite(mouth) & np.isfinite(sound)
    if len(grid) * _STEP < _SHORTEST or both.mean() < _SEEN:
        return None
    mouth, sound = _filled(mouth), _filled(sound)
    if mouth.std() < 1e-4 or sound.std() < 0.5:
        return LipTiming(-1.0, 0.0, 0.0, 1.0, len(grid), _chance(len(grid)))
    shifts, values = _correlations(_lively(mouth), _lively(sound))
    human = (shifts >= EARLIEST - 1e-9) & (shifts <= LATEST + 1e-9)
    best = float(values[human].max())
    others = values[~human]
    lag = float(shifts[human][np.argmax(values[human])])
    reached = float((others >= best).mean())
    return LipTiming(best - float(others.max()), best, lag, reached, len(others), _chance(len(grid)))


def other_voice(lips: Sequence[LipSample], segments: Sequence[VoiceSegment]) -> float:
    """Give the seconds of speech during which the mouth in view was known and still.

    Still is what moves no more than the mouth's own measuring noise, taken from its quietest moments.
    """
    if len(lips) < _FEWEST_RATE:
        return 0.0
    times, opening = np.array([t for t, _ in lips]), np.array([o for _, o in lips])
    moving = max(_LEAST_MOVE, _NOISES * _noise(times, opening))
    seconds = 0.0
    for segment in segments:
        for since in np.arange(segment.since, segment.until, _PIECE):
            until = min(since + _PIECE, segment.until)
            # A word's lips may move before it is heard, and close after it.
            seen = (times >= since - _AROUND) & (times <= until + _AROUND)
            known = seen.sum() >= 3 and np.diff(times[seen]).max() <= _GAP
            if known and _span(opening[seen]) < moving:
                seconds += until - since
    return float(seconds)


_PIECE = 0.5
_AROUND = 0.25
_NOISES = 5.0
_LEAST_MOVE = 0.02


def _noise(times: _Row, opening: _Row) -> float:
    """Give the scatter of the opening in the stillest tenth of half seconds."""
    starts = np.arange(times[0], times[-1], _PIECE)
    spans = [opening[(times >= start) & (times < start + 2 * _AROUND + _PIECE)] for start in starts]
    scatter = [float(np.std(part)) for part in spans if len(part) >= 3]
    return float(np.quantile(scatter, 0.1)) if scatter else 0.0


def _span(opening: _Row) -> float:
    return float(np.quantile(opening, 0.95) - np.quantile(opening, 0.05))


def _chance(steps: int) -> float:
    """Give how often the best of all shifts is by chance one that a person can have."""
    return min(1.0, (LATEST - EARLIEST + _STEP) / (steps * _STEP))


def _mouth_on(grid: _Row, lips: Sequence[LipSample]) -> _Row:
    """Give the opening at each step, NaN where no frame was near."""
    if len(lips) < 2:
        return np.full(len(grid), np.nan)
    times, opening = np.array([t for t, _ in lips]), np.array([o for _, o in lips])
    good = np.isfinite(opening) & np.isfinite(times)
    times, opening = times[good], opening[good]
    if len(times) < 2 or (len(times) - 1) / max(times[-1] - times[0], 1e-6) < _FEWEST_RATE:
        return np.full(len(grid), np.nan)
    values = np.interp(grid, times, opening, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(times, grid), 1, len(times) - 1)
    values[times[after] - times[after - 1] > _GAP] = np.nan
    return values


def _sound_on(grid: _Row, track: SoundTrack) -> _Row:
    """Give the envelope at each step in decibels above what is always there."""
    times = track.start + track.step * np.arange(len(track.levels))
    envelope = np.clip(np.asarray(track.levels) - floor_of(track), 0.0, _LOUDEST)
    return np.interp(grid, times, envelope, left=np.nan, right=np.nan)


def _filled(values: _Row) -> _Row:
    known = np.isfinite(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def _lively(values: _Row) -> _Row:
    """Give what changes at the rate of syllables."""
    return _mean_over(values, _SMOOTHED) - _mean_over(values, _SLOW)


def _mean_over(values: _Row, seconds: float) -> _Row:
    half = max(1, round(seconds / _STEP / 2))
    padded = np.pad(values, half, mode="edge")
    sums = np.cumsum(np.concatenate(([0.0], padded)))
    return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)


def _correlations(mouth: _Row, sound: _Row) -> tuple[_Row, _Row]:
    """Give the correlation at every turn of the sound round itself; shifts in seconds, those of whole turns as negative."""
    mouth = (mouth - mouth.mean()) / (mouth.std() * len(mouth) ** 0.5)
    sound = (sound - sound.mean()) / (sound.std() * len(sound) ** 0.5)
    values = np.fft.irfft(np.fft.rfft(sound) * np.conj(np.fft.rfft(mouth)), len(mouth))
    steps = np.arange(len(mouth))
    shifts = np.where(steps <= len(mouth) // 2, steps, steps - len(mouth)) * _STEP
    return shifts.astype(np.float64), values
