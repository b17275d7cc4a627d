"""Lines of a candidate followed along their own, perhaps bent, baselines; their pitch, ends and height measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.document.mrz.finding import Candidate, Vector
from kiosk.document.mrz.strokes import Grey, Map, strokes

_CAPITAL = 14.0
"""pixels that a capital is high in the frame where lines are traced"""
_REACH = 8.5
"""the frame shows so many capitals above and below the candidate's longest run"""
_SLICE = 24
"""pixels of a slice in which a line's height is measured"""
_LEAST = 0.3
"""a line's ink is at least this share of the main line's"""
_PITCHES = (0.72, 1.75)
"""least and greatest pitch in capitals' heights: OCR-B has 1.06; foreshortening and odd prints go beyond"""
_MOST_LINES = 5
_LEAST_REGULAR = 0.3
"""how regular a line is at least beside the most regular one"""
_LENGTHS = (30, 36, 44)
"""characters in a line of a zone"""
_GAP = 0.35
"""pitches between two characters: a line is so much shorter than its pitches"""
_FITS = 0.9
"""pitches that a line may be longer or shorter than a zone's"""


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """A level cut-out of the picture: frame point (x, y) lies at origin + x * right + y * down of the picture."""

    grey: Grey
    origin: Vector
    right: Vector
    down: Vector

    def to_picture(self, x: Vector, y: Vector) -> Vector:
        """Give points of the picture, n x 2."""
        return np.asarray(self.origin + np.outer(x, self.right) + np.outer(y, self.down))


@dataclass(frozen=True, eq=False, slots=True)
class Traced:
    """One line in a frame."""

    curve: Vector
    """polynomial of the middle of its characters: y of x"""
    start: float
    end: float
    """x where its first character begins and its last one ends"""
    height: float
    """of its capitals, frame pixels"""
    ink: float
    """mean contrast"""
    regular: float
    """how regular its characters stand at the block's pitch, -1..1"""

    def middle(self, x: Vector) -> Vector:
        """Give y of the middle of its characters."""
        return np.asarray(np.polyval(self.curve, x))


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Lines that lie one above the other, top to bottom in their frame."""

    frame: Frame
    lines: tuple[Traced, ...]
    pitch: float
    """of its characters, frame pixels; 0 where there is no regular pitch"""
    regular: float
    """how regular they stand, 0..1"""

    @property
    def length(self) -> float:
        """Give how many characters have room in the longest line, 0 where there is no pitch."""
        return max(line.end - line.start for line in self.lines) / self.pitch if self.pitch else 0.0


def trace(grey: Grey, candidate: Candidate) -> Block | None:
    """Follow the lines of a candidate; None where there are no two."""
    frame = _frame(grey, candidate)
    ink = strokes(frame.grey, round(_CAPITAL * 0.6) | 1)
    rows, columns = ink.shape
    smooth = cv2.boxFilter(ink, -1, (_SLICE + 1, 3))
    x = np.arange(_SLICE // 2, columns - _SLICE // 4, _SLICE // 2, dtype=np.float64)
    slices = np.ascontiguousarray(smooth[:, x.astype(int)].T).astype(np.float64)
    main = _follow(slices, x, np.array([0.0, 0.0, rows / 2]), (1.3, 1.0, 0.8))
    if main is None:
        return None
    level = _levelled(ink, main)
    found = []
    for offset in _offsets(level):
        curve = main.copy()
        curve[-1] += offset
        followed = main if offset == 0 else _follow(slices, x, curve, (0.75, 0.7))
        if followed is None:
            continue
        strip = _levelled(ink, followed, round(2.6 * _CAPITAL))
        extent = _extent(strip)
        if extent is not None:
            found.append(_Band(followed, *extent, strip))
    if not found:
        return None
    pitch, regular = _pitch(found)
    if len(found) > 2:
        # An edge, a rule or a text in another type beside the zone shares no pitch with it.
        even = [_correlation(band, pitch) for band in found]
        kept = [band for band, how in zip(found, even, strict=True) if how > _LEAST_REGULAR * max(even)]
        if len(kept) < len(found):
            found = kept
            pitch, regular = _pitch(found)
    lines = []
    for band in _agreed(found, pitch):
        middle, height = _height(band.whole, pitch)
        curve = band.curve.copy()
        curve[-1] += middle
        lines.append(Traced(curve, band.start, band.end, height, float(band.core.mean()), _correlation(band, pitch)))
    return Block(frame, tuple(lines), pitch, regular)


@dataclass(frozen=True, eq=False, slots=True)
class _Band:
    """A line and its surroundings, straightened."""

    curve: Vector
    start: float
    end: float
    strip: Map
    """2.6 capitals high, as wide as the frame"""

    @property
    def whole(self) -> Map:
        """Give the strip between the line's ends."""
        return self.strip[:, int(self.start) : int(self.end)]

    @property
    def core(self) -> Map:
        """Give the rows of the characters between the line's ends."""
        return _core(self.whole)


def _core(strip: Map) -> Map:
    rows = strip.shape[0]
    half = round(0.5 * _CAPITAL)
    return strip[rows // 2 - half : rows // 2 + half]


def _frame(grey: Grey, candidate: Candidate) -> Frame:
    """Cut the candidate out, level, at a size where its capitals are of one height."""
    run = candidate.runs[0]
    ends = np.array([end for one in candidate.runs for end in one.ends])
    along = run.along if run.along[0] >= 0 else -run.along
    across = np.array([-along[1], along[0]])
    reach = (ends - run.middle) @ along
    height = run.thickness
    room = 3.0 * height + 0.06 * (reach.max() - reach.min())
    step = height / _CAPITAL
    width = int((reach.max() - reach.min() + 2 * room) / step)
    rows = int(2 * _REACH * _CAPITAL)
    origin = run.middle + along * (reach.min() - room) - across * rows / 2 * step
    right, down = along * step, across * step
    # What is much larger than the frame is reduced first: a warp takes single pixels.
    shrink = 1 if step < 2 else 2 if step < 4 else 4
    source = grey
    if shrink > 1:
        source = np.asarray(
            cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA), np.uint8
        )
    matrix = np.column_stack([right, down, origin]) / shrink
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    level = cv2.warpAffine(source, matrix, (width, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Frame(np.asarray(level, np.uint8), origin, right, down)


def _follow(slices: Vector, x: Vector, curve: Vector, windows: tuple[float, ...]) -> Vector | None:
    """Fit a curve of the second order to the ink round a first guess, in windows (capitals) that get narrower."""
    rows = slices.shape[1]
    for window in windows:
        half = window * _CAPITAL
        offsets = np.arange(-half, half + 1)
        y = np.polyval(curve, x)[:, None] + offsets
        inside = np.clip(np.round(y).astype(int), 0, rows - 1)
        ink = np.take_along_axis(slices, inside, 1)
        ink = np.maximum(ink - np.percentile(ink, 20, axis=1)[:, None], 0)
        mass = ink.sum(1)
        if mass.max() <= 0:
            return None
        centre = (ink * y).sum(1) / np.maximum(mass, 1e-9)
        weight = np.minimum(mass, np.percentile(mass, 75))
        for _ in range(2):
            curve = np.polyfit(x, centre, 2, w=np.sqrt(weight) + 1e-6)
            off = centre - np.polyval(curve, x)
            weight = weight / (1 + (off / (0.3 * _CAPITAL)) ** 2)
    return curve


def _levelled(ink: Map, curve: Vector, height: int | None = None) -> Map:
    """Shift columns so that a curve becomes the middle row; as high as told, or as the frame."""
    rows, columns = ink.shape
    height = height or rows
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(height, dtype=np.float32) - height / 2 + 0.5)
    places = (y + np.polyval(curve, x)).astype(np.float32)
    return np.asarray(cv2.remap(ink, x, places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32)


def _offsets(level: Map) -> list[float]:
    """Give where other lines run, in rows from the main line (0), top to bottom."""
    rows = level.shape[0]
    profile = cv2.GaussianBlur(level.mean(1).reshape(-1, 1), (1, 0), sigmaX=0.5, sigmaY=_CAPITAL * 0.22).ravel()
    ground = float(np.percentile(profile, 15))
    main = float(profile[rows // 2 - 3 : rows // 2 + 4].max()) - ground
    found = [0.0]
    for way in (-1, 1):
        at = rows / 2
        for _ in range(2):
            low, high = at + way * 1.45 * _CAPITAL, at + way * 3.6 * _CAPITAL
            first, last = sorted((int(low), int(high)))
            first, last = max(first, 2), min(last, rows - 2)
            if last - first < 4:
                break
            part = profile[first:last] - ground
            peak = int(part.argmax())
            if part[peak] < _LEAST * main or peak in {0, len(part) - 1}:
                break
            at = float(first + peak)
            found.append(at + 0.5 - rows / 2)
    return sorted(found)[:_MOST_LINES]


def _extent(strip: Map) -> tuple[float, float] | None:
    """Give where a line of print begins and ends in its strip; None where there is no line.

    A line has paper above or below it; a textured table, a photograph and an edge have none.
    """
    across = _core(strip).mean(0)
    rim = round(0.38 * _CAPITAL)
    beside = np.minimum(strip[:rim].mean(0), strip[-rim:].mean(0))
    kernel = (round(1.2 * _CAPITAL) | 1, 1)
    filled = (cv2.blur(across.reshape(1, -1), kernel) - cv2.blur(beside.reshape(1, -1), kernel)).ravel()
    level = 0.4 * float(np.percentile(filled, 70))
    on = np.flatnonzero(filled > max(level, 1e-4))
    if len(on) < 4 * _CAPITAL:
        return None
    breaks = np.flatnonzero(np.diff(on) > 3.0 * _CAPITAL)
    firsts, lasts = np.concatenate([[0], breaks + 1]), np.concatenate([breaks, [len(on) - 1]])
    longest = int(np.argmax(on[lasts] - on[firsts]))
    start, end = int(on[firsts[longest]]), int(on[lasts[longest]])
    if end - start < 8 * _CAPITAL:
        return None
    # The blur reaches over the ends: the first and last ink itself counts.
    inked = np.flatnonzero(across > 0.25 * float(np.percentile(across[start:end], 75)))
    inked = inked[(inked >= start) & (inked <= end)]
    return (float(inked[0]), float(inked[-1] + 1)) if len(inked) else None


def _agreed(bands: list[_Band], pitch: float) -> list[_Band]:
    """Give lines the ends of that one whose room fits a zone best, where it fits well and theirs do not."""
    if not pitch:
        return bands

    def off(band: _Band) -> float:
        return min(abs((band.end - band.start) / pitch + _GAP - length) for length in _LENGTHS)

    fitting = [band for band in bands if off(band) <= _FITS]
    if not fitting:
        return bands
    # Where they fit zones of different lengths, none is cut short: what is too long shows as no print.
    start, end = min(band.start for band in fitting), max(band.end for band in fitting)
    if (end - start) / pitch > max((band.end - band.start) / pitch for band in fitting) + 1.5:
        return bands
    apart = max(band.end - band.start for band in fitting) - min(band.end - band.start for band in fitting) > 2 * pitch
    return [replace(band, start=start, end=end) if apart or off(band) > _FITS else band for band in bands]


def _autocorrelation(band: _Band, lags: int) -> Vector:
    """Give the autocorrelation of a line's columns, 1 at lag 0; nothing but zeros where it is too short."""
    across = band.core.mean(0).astype(np.float64)
    if len(across) < 2 * lags:
        return np.zeros(lags)
    across -= cv2.blur(across.reshape(1, -1), (2 * round(_CAPITAL) + 1, 1)).ravel()
    spectrum = np.abs(np.fft.rfft(across, 2 * len(across))) ** 2
    correlation = np.fft.irfft(spectrum)[:lags]
    return np.asarray(correlation / max(correlation[0], 1e-12))


def _correlation(band: _Band, pitch: float) -> float:
    """Give how regular one line is at a pitch that was found in all."""
    if not pitch:
        return 0.0
    lag = round(pitch)
    return float(_autocorrelation(band, 2 * lag + 4)[lag - 1 : lag + 2].max())


def _pitch(bands: list[_Band]) -> tuple[float, float]:
    """Give the pitch of the characters in columns and how regular it is, 0..1, by the lines' autocorrelation."""
    low, high = int(_PITCHES[0] * _CAPITAL), int(_PITCHES[1] * _CAPITAL) + 1
    total = np.sum([_autocorrelation(band, 2 * high + 2) for band in bands], axis=0)
    if not total.any():
        return 0.0, 0.0
    total = total / total[0]
    # Twice the pitch must show as well: half of a pitch then does not pass for it.
    worth = total[low : high + 1] + 0.5 * np.array(
        [total[2 * lag - 1 : 2 * lag + 2].max() for lag in range(low, high + 1)]
    )
    best = int(worth.argmax()) + low
    if best in {low, high}:
        return 0.0, 0.0
    left, top, right = total[best - 1 : best + 2]
    shift = 0.5 * (left - right) / min(left - 2 * top + right, -1e-9)
    return best + float(np.clip(shift, -0.5, 0.5)), float(max(0.0, min(1.0, top)))


def _height(whole: Map, pitch: float) -> tuple[float, float]:
    """Give how far below the curve the middle of the capitals lies, and their height, in rows.

    Fillers are lower than capitals: half the columns with the highest ink decide.
    """
    rows = whole.shape[0]
    profile = cv2.GaussianBlur(whole, (1, 0), sigmaX=0.5, sigmaY=0.8).mean(1).astype(np.float64)
    ground = float(np.percentile(profile, 10))
    profile = profile - ground
    peak = float(profile[rows // 4 : -rows // 4].max())
    on = np.flatnonzero(profile > 0.22 * peak)
    centre = rows // 2
    on = on[np.abs(on - centre) < 1.0 * _CAPITAL]
    if not len(on) or peak <= 0:
        return 0.0, _CAPITAL
    top, bottom = float(on[0]), float(on[-1] + 1)
    height = bottom - top
    if pitch:
        height = float(np.clip(height, 0.72 * pitch, 1.3 * pitch))
    return (top + bottom) / 2 - rows / 2, height
