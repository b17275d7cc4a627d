"""Where in a picture lines of print run that may be a machine-readable zone.

At each scale of a pyramid, characters of about ten pixels melt into bands that stand out from their surroundings
whichever way they run; long thin bands are lines, and two or three of them side by side are a zone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.mrz.strokes import Grey, strokes

Vector = NDArray[np.float64]

_STEP = 0.66
"""from one scale to the next; a band is seen at characters of about 6 to 13 pixels"""
SMALLEST = 130
"""pixels of the longer side of the smallest scale"""
_STROKE = 7
"""pixels: broader marks are no strokes"""
_BAND = 5
_AROUND = 19
"""half pixels: a band is compared with the mean of its surroundings"""
_CONTRAST = 0.016
_THINNEST = 1.5
_THICKEST = 11.0
"""half pixels"""
_LONG = 9.0
"""a line is at least so many times longer than thick"""
_MOST_SEEDS = 80
"""longest runs of one scale that are followed"""


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """A straight run of print, in pixels of the picture that was given."""

    middle: Vector
    along: Vector
    """unit vector"""
    length: float
    thickness: float
    """of the band: about the height of its characters"""
    strength: float
    """mean contrast, 0..1"""

    @property
    def ends(self) -> tuple[Vector, Vector]:
        """Give both ends."""
        half = self.along * self.length / 2
        return self.middle - half, self.middle + half


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """Runs that lie side by side like the lines of a zone; the first is the longest."""

    runs: tuple[Run, ...]
    score: float


def find_candidates(grey: Grey, most: int = 6, largest: int = 1000, smallest: int = SMALLEST) -> list[Candidate]:
    """Give up to ``most`` places that may be a zone, the likeliest first.

    Looks at scales from ``largest`` down to ``smallest`` pixels of the picture's longer side.
    """
    found: list[Candidate] = []
    side = max(grey.shape)
    scale = min(1.0, largest / side)
    level = grey
    while side * scale >= smallest:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        if scale != 1.0:
            level = np.asarray(cv2.resize(level, size, interpolation=cv2.INTER_AREA), np.uint8)
        found.extend(_group(_chain(_bands(level, scale))))
        scale *= _STEP
    return _distinct(sorted(found, key=lambda one: -one.score), most)


def _bands(level: Grey, scale: float) -> list[Run]:
    """Give the elongated bands of print of one scale."""
    ink = strokes(level, _STROKE)
    half = (max(1, level.shape[1] // 2), max(1, level.shape[0] // 2))
    ink = np.asarray(cv2.resize(ink, half, interpolation=cv2.INTER_AREA), np.float32)
    scale = scale * half[0] / level.shape[1]
    band = cv2.boxFilter(ink, -1, (_BAND, _BAND))
    around = cv2.boxFilter(ink, -1, (_AROUND, _AROUND))
    mask = (band - 1.05 * around > _CONTRAST).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    wide = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    wide[0] = 0
    kept = np.flatnonzero(wide >= 2 * _BAND)
    if not len(kept):
        return []
    number = np.full(count, -1)
    number[kept] = np.arange(len(kept))
    places = np.flatnonzero(mask)
    label = number[labels.ravel()[places]]
    places, label = places[label >= 0], label[label >= 0]
    y, x = (axis.astype(np.float64) for axis in np.divmod(places, half[0]))
    n = np.bincount(label).astype(np.float64)

    def mean(values: Vector) -> Vector:
        return np.asarray(np.bincount(label, values) / n)

    mx, my = mean(x), mean(y)
    xx, yy, xy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    strength = mean(band.ravel()[places].astype(np.float64))
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    middle = (xx + yy) / 2
    lengths = np.sqrt(12 * (middle + spread) + 1)
    across = np.sqrt(12 * np.maximum(middle - spread, 0) + 1)
    angles = 0.5 * np.arctan2(2 * xy, xx - yy)
    runs = []
    for i in range(len(kept)):
        # A solid bar fills its length times thickness; what does not is a net or a curve.
        if lengths[i] < 2.0 * across[i] or not _THINNEST <= across[i] <= _THICKEST:
            continue
        runs.append(
            Run(
                np.array([mx[i] + 0.5, my[i] + 0.5]) / scale,
                np.array([np.cos(angles[i]), np.sin(angles[i])]),
                float(lengths[i]) / scale,
                float(n[i] / lengths[i]) / scale,
                float(strength[i]),
            )
        )
    return runs


def _chain(runs: list[Run]) -> list[Run]:
    """Join runs that continue each other; give those that are long."""
    if not runs:
        return []
    runs = sorted(runs, key=lambda one: -one.length)
    middles = np.array([one.middle for one in runs])
    ways = np.array([one.along for one in runs])
    lengths = np.array([one.length for one in runs])
    thick = np.array([one.thickness for one in runs])
    # A short piece has no direction of its own; where it lies decides.
    short = lengths < 3 * thick
    free = np.ones(len(runs), bool)
    lines: list[Run] = []
    for i in np.flatnonzero(lengths >= 3.5 * thick)[:_MOST_SEEDS]:
        if not free[i]:
            continue
        free[i] = False
        members = [runs[i]]
        line = runs[i]
        while True:
            offset = middles - line.middle
            along = np.abs(offset @ line.along)
            across = np.abs(offset @ _normal(line.along))
            continues = free & (along - (line.length + lengths) / 2 < 3.0 * line.thickness)
            continues &= across < 0.25 * line.thickness + 0.06 * along
            continues &= (thick > 0.55 * line.thickness) & (thick < 1.8 * line.thickness)
            continues &= short | (np.abs(ways @ line.along) > 0.985)
            nearest = int(np.argmin(np.where(continues, along, np.inf)))
            if not continues[nearest]:
                break
            free[nearest] = False
            members.append(runs[nearest])
            line = _joined(members)
        if line.length >= _LONG * line.thickness:
            lines.append(line)
    return lines


def _normal(along: Vector) -> Vector:
    return np.array([-along[1], along[0]])


def _joined(members: list[Run]) -> Run:
    """Give the straight run through all members."""
    ends = np.array([end for one in members for end in one.ends])
    weights = np.array([one.length for one in members])
    middle = ends.mean(axis=0)
    longest = members[0]
    if len(members) > 1:
        _, _, axes = np.linalg.svd(ends - middle)
        along = axes[0] if axes[0] @ longest.along >= 0 else -axes[0]
    else:
        along = longest.along
    reach = (ends - middle) @ along
    centre = middle + along * (reach.max() + reach.min()) / 2
    thickness = float(np.average([one.thickness for one in members], weights=weights))
    strength = float(np.average([one.strength for one in members], weights=weights))
    return Run(centre, along, float(reach.max() - reach.min()), thickness, strength)


def _group(lines: list[Run]) -> list[Candidate]:
    """Give each line with those that lie beside it as lines of a zone do."""
    if not lines:
        return []
    middles = np.array([one.middle for one in lines])
    ways = np.array([one.along for one in lines])
    lengths = np.array([one.length for one in lines])
    thick = np.array([one.thickness for one in lines])
    candidates = []
    for i, line in enumerate(lines):
        offset = middles - line.middle
        apart = np.abs(offset @ _normal(line.along)) / line.thickness
        shift = np.abs(offset @ line.along) / line.length
        alike = np.minimum(lengths / line.length, line.length / lengths)
        beside = (apart > 1.2) & (apart < 8.5) & (shift < 0.3) & (alike > 0.55) & (np.abs(ways @ line.along) > 0.993)
        beside &= (thick > 0.6 * line.thickness) & (thick < 1.7 * line.thickness)
        beside[i] = False
        worth = np.where(beside, alike - shift, -np.inf)
        near = [int(j) for j in np.argsort(-worth)[:2] if beside[j]]
        slender = min(line.length / line.thickness, 48.0) / 48.0
        score = slender + 0.7 * float(sum(worth[near])) + 2.0 * min(line.strength, 0.15)
        candidates.append(Candidate((line, *(lines[j] for j in near)), score))
    return candidates


def _distinct(candidates: list[Candidate], most: int) -> list[Candidate]:
    """Leave out what lies where a better one lies."""
    kept: list[Candidate] = []
    for one in candidates:
        if not any(_same_place(one.runs[0], run) for other in kept for run in other.runs):
            kept.append(one)
            if len(kept) == most:
                break
    return kept


def _same_place(one: Run, other: Run) -> bool:
    if abs(float(one.along @ other.along)) < 0.98:
        return False
    offset = one.middle - other.middle
    close = abs(float(offset @ _normal(other.along))) < 1.2 * max(one.thickness, other.thickness)
    return close and abs(float(offset @ other.along)) < 0.4 * max(one.length, other.length)
