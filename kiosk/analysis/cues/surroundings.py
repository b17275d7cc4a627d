"""A frame within the frame: long straight edges round the face that move with it, as a phone's, a sheet's or a screen's do.

Segments (LSD, von Gioi et al. 2010) that lie in one line are joined; on each side of the face the line that covers most
of it is kept with its place in the picture and beside the face. When the face has moved, a line of the room is where it
was, and a line of what is held has moved as the face has. Lines of the room do not count, however long: doors, windows,
shelves and posters are bona fide. While the face has not moved, nobody can tell, and a line counts little.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.scored import judge_scores
from kiosk.analysis.facts import CueJudgement, Gathered

CHECK = "surroundings"
EVERY = 3
"""a frame of so many is looked at"""
_FACE = 40
"""pixels that the face's width is brought to"""
_REGION = 2.5
"""half of the side of what is looked at, in widths of the face"""
_SLOPE = 0.27
"""an edge that leans more is neither upright nor level"""
_SHORTEST, _SEEDS = 0.25, 8
_IN_LINE = 0.06
_LEAST = 0.4
"""part of the face's side that a line must cover to be one"""
_MOVED = 0.08
"""widths by which the face must have moved between two looks for a line to be told apart"""
_KEPT = 16
"""looks remembered"""
_UNKNOWN = 0.25
"""weight of a line of which nobody can tell whether it moves with the face"""
Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Side:
    """The line on one side of the face."""

    covered: float
    """part of the face's side that it covers, 0..1"""
    place: float
    """across the line, in pixels of the picture, at the face's middle"""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the face and the lines round it (left, right, above, below)."""

    centre: tuple[float, float]
    width: float
    sides: tuple[Side | None, Side | None, Side | None, Side | None]


class SurroundingsWatch:
    """Follows the lines round a face; keeps numbers, no pixels."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._looks: deque[Look] = deque(maxlen=_KEPT)
        self._find = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE)
        self._seen = 0

    def see(self, image: Picture, box: Box) -> float | None:
        """Score a frame with its largest face: 1 nothing moves with the face .. 0 a frame does; None: not looked at."""
        self._seen += 1
        if self._seen % EVERY != 1 or box[2] < 24:
            return None
        look = look_at(self._find, image, box)
        weight = sum(
            side.covered * self._moves_along(number, side, look)
            for number, side in enumerate(look.sides)
            if side is not None
        )
        self._looks.append(look)
        # Two whole sides that move with the face are a frame.
        return 1.0 - min(1.0, weight / 2.0)

    def wipe(self) -> None:
        """Forget the session."""
        self._looks.clear()
        self._seen = 0

    def _moves_along(self, number: int, side: Side, look: Look) -> float:
        """Give the weight of a line: 1 moves with the face, 0 stays in the room."""
        axis = 0 if number < 2 else 1
        held, still = [], []
        for before in self._looks:
            was = before.sides[number]
            face = (look.centre[axis] - before.centre[axis]) / look.width
            if was is None or abs(face) < _MOVED:
                continue
            line = (side.place - was.place) / look.width
            held.append(abs(line - face))
            still.append(abs(line))
        if len(held) < 2:
            return _UNKNOWN
        nearer = float(np.mean(np.array(held) < np.array(still)))
        fits = float(np.median(held)) < _MOVED / 2
        return nearer if fits else 0.0


def look_at(find: cv2.LineSegmentDetector, image: Picture, box: Box) -> Look:
    """Find the lines round the face in ``box`` (pixels of the picture)."""
    x, y, width, height = box
    scale = _FACE / width
    middle, tall = (x + width / 2, y + height / 2), height / width
    half = _REGION * width
    left, top = max(0, int(middle[0] - half)), max(0, int(middle[1] - half))
    part = image[top : int(middle[1] + half), left : int(middle[0] + half)]
    size = (max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale)))
    gray = cv2.resize(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), size, interpolation=cv2.INTER_AREA)
    found = find.detect(gray)[0]
    if found is None:
        return Look(middle, width, (None, None, None, None))
    # Widths of the face from its middle.
    origin = np.array([(middle[0] - left) * scale, (middle[1] - top) * scale] * 2)
    ends = (found.reshape(-1, 4).astype(np.float64) - origin) / _FACE
    across, down = np.abs(ends[:, 2] - ends[:, 0]), np.abs(ends[:, 3] - ends[:, 1])
    upright, level = (
        _ordered(ends[across < _SLOPE * down][:, [1, 3, 0, 2]]),
        _ordered(ends[down < _SLOPE * across][:, [0, 2, 1, 3]]),
    )
    chin = tall / 2
    wanted = (
        (upright, (-chin, chin + 0.6), (-2.3, -0.6), 0),
        (upright, (-chin, chin + 0.6), (0.6, 2.3), 0),
        (level, (-0.8, 0.8), (-2.3, -chin - 0.1), 1),
        (level, (-0.8, 0.8), (chin + 0.1, 2.3), 1),
    )
    sides = []
    for segments, span, beside, axis in wanted:
        covered, offset = _longest(segments, span, beside)
        sides.append(Side(covered, middle[axis] + offset * width) if covered >= _LEAST else None)
    return Look(middle, width, (sides[0], sides[1], sides[2], sides[3]))


def _ordered(segments: Floats) -> Floats:
    """Turn segments (along, along, across, across) so that they begin where they lie lowest."""
    backward = segments[:, 0] > segments[:, 1]
    segments[backward] = segments[backward][:, [1, 0, 3, 2]]
    return segments


def _longest(segments: Floats, span: tuple[float, float], beside: tuple[float, float]) -> tuple[float, float]:
    """Give the part of the span that the best line covers, and its place across; (0, 0) where there is none."""
    begin, end, first, last = segments.T
    middle, length = (first + last) / 2, end - begin
    seeds = np.flatnonzero((middle >= beside[0]) & (middle <= beside[1]) & (length >= _SHORTEST))
    seeds = seeds[np.argsort(-length[seeds])[:_SEEDS]]
    grid = np.linspace(*span, 33)
    best = (0.0, 0.0)
    for seed in seeds:
        slope = (last[seed] - first[seed]) / length[seed]
        off = np.maximum(
            np.abs(first - first[seed] - slope * (begin - begin[seed])),
            np.abs(last - first[seed] - slope * (end - begin[seed])),
        )
        in_line = off < _IN_LINE
        covered = ((grid[:, None] >= begin[in_line]) & (grid[:, None] <= end[in_line])).any(1).mean()
        if covered > best[0]:
            best = (float(covered), float(first[seed] + slope * ((span[0] + span[1]) / 2 - begin[seed])))
    return best


def judge_surroundings(gathered: Gathered) -> CueJudgement:
    """Judge the frames of a session by their mean."""
    return judge_scores(CHECK, gathered)
