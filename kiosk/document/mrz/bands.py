"""One line and its surroundings, straightened: where its print begins and ends, how high it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.document.mrz.pitch import Pitch, Vector
from kiosk.document.mrz.strokes import Map

CAPITAL = 14.0
"""pixels that a capital is high where lines are traced"""
LENGTHS = (30, 36, 44)
"""characters in a line of a zone"""
ROWS = round(2.6 * CAPITAL)
_GAP = 0.35
"""pitches between two characters: a line is so much shorter than its pitches"""
_FITS = 1.1
"""pitches that a line may be longer or shorter than a zone's"""


@dataclass(frozen=True, eq=False, slots=True)
class Band:
    """A line and its surroundings, straightened."""

    curve: Vector
    """polynomial of its middle in the frame: y of x"""
    start: float
    end: float
    strip: Map
    """ink, ROWS high, as wide as the frame"""

    @property
    def whole(self) -> Map:
        """Give the strip between the line's ends."""
        return self.strip[:, int(self.start) : int(self.end)]

    @property
    def profile(self) -> Vector:
        """Give the ink of each column between the line's ends."""
        return np.asarray(_core(self.whole).mean(0), np.float64)


def _core(strip: Map) -> Map:
    rows = strip.shape[0]
    half = round(0.5 * CAPITAL)
    return strip[rows // 2 - half : rows // 2 + half]


def band_of(strip: Map, curve: Vector) -> Band | None:
    """Give the line that runs along the middle of a strip; None where there is none.

    A line has paper above or below it; a textured table, a photograph and an edge have none.
    """
    across = _core(strip).mean(0)
    rim = round(0.38 * CAPITAL)
    beside = np.minimum(strip[:rim].mean(0), strip[-rim:].mean(0))
    kernel = (round(1.2 * CAPITAL) | 1, 1)
    filled = (cv2.blur(across.reshape(1, -1), kernel) - cv2.blur(beside.reshape(1, -1), kernel)).ravel()
    level = 0.4 * float(np.percentile(filled, 70))
    on = np.flatnonzero(filled > max(level, 1e-4))
    if len(on) < 4 * CAPITAL:
        return None
    breaks = np.flatnonzero(np.diff(on) > 3.0 * CAPITAL)
    firsts, lasts = np.concatenate([[0], breaks + 1]), np.concatenate([breaks, [len(on) - 1]])
    longest = int(np.argmax(on[lasts] - on[firsts]))
    start, end = int(on[firsts[longest]]), int(on[lasts[longest]])
    if end - start < 8 * CAPITAL:
        return None
    # The blur reaches over the ends: the first and last ink itself counts.
    inked = np.flatnonzero(across > 0.25 * float(np.percentile(across[start:end], 75)))
    inked = inked[(inked >= start) & (inked <= end)]
    return Band(curve, float(inked[0]), float(inked[-1] + 1), strip) if len(inked) else None


def agreed(bands: list[Band], pitch: Pitch | None) -> list[Band]:
    """Give lines the ends of those whose room fits a zone, where theirs does not: all lines of a zone are equally long."""
    if pitch is None:
        return bands

    def room(start: float, end: float) -> float:
        return float(pitch.count(end) - pitch.count(start)) + _GAP

    def off(band: Band) -> float:
        return min(abs(room(band.start, band.end) - length) for length in LENGTHS)

    fitting = [band for band in bands if off(band) <= _FITS] or bands
    # Where they fit zones of different lengths, none is cut short: what is too long shows as no print.
    start, end = min(band.start for band in fitting), max(band.end for band in fitting)
    longest = max(room(band.start, band.end) for band in fitting)
    if room(start, end) > max(longest + 1.5, LENGTHS[-1] + 3.0):
        return bands
    apart = longest - min(room(band.start, band.end) for band in bands) > 1.5
    return [replace(band, start=start, end=end) if apart or off(band) > _FITS else band for band in bands]


def height_of(whole: Map, pitch: float) -> tuple[float, float]:
    """Give how far below the middle of a strip the middle of its capitals lies, and their height, in rows.

    ``pitch``: 0 where it is not known; otherwise it bounds the height.
    """
    rows = whole.shape[0]
    profile = cv2.GaussianBlur(whole, (1, 0), sigmaX=0.5, sigmaY=0.8).mean(1).astype(np.float64)
    profile = profile - float(np.percentile(profile, 10))
    peak = float(profile[rows // 4 : -rows // 4].max())
    # Fillers are lower than capitals and may be most of a line: a low level finds the capitals' tops.
    on = np.flatnonzero(profile > 0.22 * peak)
    on = on[np.abs(on - rows // 2) < 1.0 * CAPITAL]
    if not len(on) or peak <= 0:
        return 0.0, CAPITAL
    top, bottom = float(on[0]), float(on[-1] + 1)
    height = bottom - top
    if pitch:
        height = float(np.clip(height, 0.72 * pitch, 1.6 * pitch))
    return (top + bottom) / 2 - rows / 2, height
