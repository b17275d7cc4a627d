"""Lines of a candidate followed along their own, perhaps bent, baselines; their pitch, ends and height measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.document.mrz.bands import CAPITAL, ROWS, Band, agreed, band_of, height_of
from kiosk.document.mrz.finding import Candidate
from kiosk.document.mrz.pitch import Pitch, Vector, measure, regularity
from kiosk.document.mrz.strokes import Grey, Map, strokes

_REACH = 8.5
"""the frame shows so many capitals above and below the candidate's longest run"""
_SLICE = 24
"""pixels of a slice in which a line's height is measured"""
_LEAST = 0.3
"""a line's ink is at least this share of the main line's"""
_MOST_LINES = 5
_ORDER = 4
"""of a line's curve between its ends"""
_LEAST_REGULAR = 0.3
"""how regular a line is at least beside the most regular one"""


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
    pitch: Pitch | None
    """None where characters do not stand regularly"""

    @property
    def length(self) -> float:
        """Give how many characters have room in the longest line, 0 where there is no pitch."""
        if self.pitch is None:
            return 0.0
        return max(float(self.pitch.count(line.end) - self.pitch.count(line.start)) for line in self.lines)


def trace(grey: Grey, candidate: Candidate) -> Block | None:
    """Follow the lines of a candidate; None where there are no two."""
    frame = _frame(grey, candidate)
    ink = strokes(frame.grey, round(CAPITAL * 0.6) | 1)
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
        band = band_of(_levelled(ink, followed, ROWS), followed)
        if band is not None:
            found.append(_straightened(ink, slices, x, band))
    if not found:
        return None
    pitch = _pitch(found)
    if len(found) > 2 and pitch is not None:
        # An edge, a rule or a text in another type beside the zone shares no pitch with it.
        even = [regularity(band.profile, pitch.width, CAPITAL) for band in found]
        kept = [band for band, how in zip(found, even, strict=True) if how > _LEAST_REGULAR * max(even)]
        if 0 < len(kept) < len(found):
            found = kept
            pitch = _pitch(found)
    return Block(frame, tuple(_line(band, pitch) for band in agreed(found, pitch)), pitch)


def _straightened(ink: Map, slices: Vector, x: Vector, band: Band) -> Band:
    """Follow a line once more between its ends, where nothing but itself bends the curve: pages bend in more than an arc."""
    within = (x > band.start) & (x < band.end)
    if within.sum() < 3 * _ORDER:
        return band
    curve = _follow(slices[within], x[within], band.curve, (0.75, 0.7), _ORDER)
    if curve is None:
        return band
    off = np.abs(np.polyval(curve, x[within]) - np.polyval(band.curve, x[within]))
    # A curve of higher order that goes elsewhere follows something else.
    if not 0.08 * CAPITAL < off.max() < 0.8 * CAPITAL:
        return band
    return replace(band, curve=curve, strip=_levelled(ink, curve, ROWS))


def _pitch(bands: list[Band]) -> Pitch | None:
    return measure([band.profile for band in bands], [band.start for band in bands], CAPITAL)


def _line(band: Band, pitch: Pitch | None) -> Traced:
    width = 0.0 if pitch is None else pitch.width
    middle, height = height_of(band.whole, width)
    curve = band.curve.copy()
    curve[-1] += middle
    profile = band.profile
    even = regularity(profile, width, CAPITAL) if width else 0.0
    return Traced(curve, band.start, band.end, height, float(profile.mean()), even)


def _frame(grey: Grey, candidate: Candidate) -> Frame:
    """Cut the candidate out, level, at a size where its capitals are of one height."""
    run = candidate.runs[0]
    ends = np.array([end for one in candidate.runs for end in one.ends])
    along = run.along if run.along[0] >= 0 else -run.along
    across = np.array([-along[1], along[0]])
    reach = (ends - run.middle) @ along
    height = run.thickness
    room = 3.0 * height + 0.06 * (reach.max() - reach.min())
    step = height / CAPITAL
    width = int((reach.max() - reach.min() + 2 * room) / step)
    rows = int(2 * _REACH * CAPITAL)
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


def _follow(slices: Vector, x: Vector, curve: Vector, windows: tuple[float, ...], order: int = 2) -> Vector | None:
    """Fit a curve to the ink round a first guess, in windows (capitals) that get narrower."""
    rows = slices.shape[1]
    for window in windows:
        half = window * CAPITAL
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
            curve = _fitted(x, centre, np.sqrt(weight) + 1e-6, order)
            off = centre - np.polyval(curve, x)
            weight = weight / (1 + (off / (0.3 * CAPITAL)) ** 2)
    return curve


def _fitted(x: Vector, y: Vector, weight: Vector, order: int) -> Vector:
    """Fit a polynomial, highest power first; x is made small first, so that its powers stay small."""
    scale = 1.0 / max(float(x[-1]), 1.0)
    powers = np.vander(x * scale, order + 1) * weight[:, None]
    fitted = np.linalg.lstsq(powers, y * weight, rcond=None)[0]
    return np.asarray(fitted * scale ** np.arange(order, -1, -1))


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
    profile = cv2.GaussianBlur(level.mean(1).reshape(-1, 1), (1, 0), sigmaX=0.5, sigmaY=CAPITAL * 0.22).ravel()
    ground = float(np.percentile(profile, 15))
    main = float(profile[rows // 2 - 3 : rows // 2 + 4].max()) - ground
    found = [0.0]
    for way in (-1, 1):
        at = rows / 2
        for _ in range(2):
            low, high = at + way * 1.3 * CAPITAL, at + way * 3.6 * CAPITAL
            first, last = sorted((int(low), int(high)))
            first, last = max(first, 2), min(last, rows - 2)
            if last - first < 4:
                break
            peak = _nearest_peak(profile[first:last] - ground, _LEAST * main, way)
            if peak is None:
                break
            at = float(first + peak)
            found.append(at + 0.5 - rows / 2)
    return sorted(found)[:_MOST_LINES]


def _nearest_peak(part: Vector, least: float, way: int) -> int | None:
    """Give the nearest of the higher peaks of a profile that is walked downwards (1) or upwards (-1)."""
    inner = part[1:-1]
    peaks = np.flatnonzero((inner >= part[:-2]) & (inner > part[2:])) + 1
    peaks = peaks[part[peaks] >= max(least, 0.5 * part.max())]
    if not len(peaks):
        return None
    return int(peaks[0] if way > 0 else peaks[-1])
