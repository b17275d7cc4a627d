"""The document over the frames of the live picture: its corners steadied, how it stands, how well it can be read."""

from __future__ import annotations

from math import atan2, degrees, hypot
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.capture.finding import Outline
from kiosk.document.capture.measuring import LONG_SIDE, measure
from kiosk.document.capture.rectify import rectify
from kiosk.document.facts import DocumentView, Quad

Pixels = NDArray[np.uint8]
Corners = NDArray[np.float64]
_FORGOTTEN = 0.6
"""seconds after which corners of an earlier frame say nothing of this one"""
_AFRESH = 8
"""each so many frames it is sought as if nothing were known: a wrong outline must not last"""
_JUMP = 0.12
"""of the frame's diagonal: a corner that moves further is another document, or the same one elsewhere"""
_STILL = 0.006
"""of the diagonal: movement up to here is mostly the finder's own"""


class Finder(Protocol):
    """Finds an outline in a picture."""

    def find(self, picture_bgr: Pixels, near: Quad | None = None) -> Outline | None:
        """Give it in pixels of the picture, or None; ``near``: where it was in the frame before."""
        ...


class DocumentWatch:
    """Follows the document through frames. Not shared between threads."""

    def __init__(self, finder: Finder) -> None:
        """Take what finds outlines."""
        self._finder = finder
        self._before: tuple[float, Corners, tuple[bool, ...]] | None = None
        self._followed = 0

    def forget(self) -> None:
        """Forget the document that was seen."""
        self._before, self._followed = None, 0

    def see(self, picture_bgr: Pixels, time: float) -> DocumentView | None:
        """Say how a document stands in a frame (``time`` in seconds, growing), or None where none is found."""
        if self._before is not None and not 0 <= time - self._before[0] <= _FORGOTTEN:
            self.forget()
        near = None
        if self._before is not None and self._followed % _AFRESH:
            near = _quad(self._before[1])
        found = self._finder.find(picture_bgr, near)
        if found is None:
            self._followed = 0
            return None
        self._followed += 1
        height, width = picture_bgr.shape[:2]
        steady = self._steadied(np.array(found.corners), found.seen, time, hypot(width, height))
        quad = _quad(steady)
        grey = cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
        look = measure(rectify(grey, quad, long_side=LONG_SIDE).picture)
        inside = ((steady >= 0) & (steady <= (width - 1, height - 1))).all()
        return DocumentView(
            corners=quad,
            confidence=found.confidence,
            share=min(1.0, _clipped_area(steady, width, height) / (width * height)),
            complete=bool(inside) and all(found.seen),
            sharpness=look.sharpness,
            luminance=look.luminance,
            glare=look.glare,
            uneven_light=look.uneven_light,
            skew=skew_of(quad),
            perspective=perspective_of(quad),
        )

    def _steadied(self, corners: Corners, seen: tuple[bool, ...], time: float, diagonal: float) -> Corners:
        """Keep the order of the frame before, and lean on it the more the less the document moves."""
        if self._before is not None:
            earlier = self._before[1]
            turns = [np.roll(corners, -step, 0) for step in range(4)]
            apart = [float(np.linalg.norm(turn - earlier, axis=1).max()) for turn in turns]
            best = int(np.argmin(apart))
            turned_seen = tuple(np.roll(seen, -best))
            if apart[best] < _JUMP * diagonal and turned_seen == self._before[2]:
                moved = apart[best] / diagonal / _STILL
                corners = earlier + (turns[best] - earlier) * min(1.0, 0.3 + 0.7 * moved)
                seen = turned_seen
        self._before = (time, corners, tuple(seen))
        return corners


def skew_of(corners: Quad) -> float:
    """Give the degrees between the long sides and the nearest axis of the frame, 0..45."""
    sides = [np.subtract(corners[(side + 1) % 4], corners[side]) for side in range(4)]
    one, other = sides[0] - sides[2], sides[1] - sides[3]
    along = one if hypot(*one) >= hypot(*other) else other
    angle = degrees(atan2(along[1], along[0])) % 90
    return float(min(angle, 90 - angle))


def perspective_of(corners: Quad) -> float:
    """Give how far opposite sides differ: 0 alike .. 1."""
    lengths = [hypot(*np.subtract(corners[(side + 1) % 4], corners[side])) for side in range(4)]
    pairs = ((lengths[0], lengths[2]), (lengths[1], lengths[3]))
    return float(1 - min(min(pair) / max(*pair, 1e-6) for pair in pairs))


def _clipped_area(corners: Corners, width: int, height: int) -> float:
    """Give the area of what lies within the frame (Sutherland and Hodgman's clipping)."""
    points = [tuple(corner) for corner in corners]
    for axis, limit, keep_below in (
        (0, 0.0, False),
        (0, float(width), True),
        (1, 0.0, False),
        (1, float(height), True),
    ):
        clipped = []
        for place, point in enumerate(points):
            before = points[place - 1]
            inside = [(end[axis] <= limit) if keep_below else (end[axis] >= limit) for end in (before, point)]
            if inside[0] != inside[1]:
                part = (limit - before[axis]) / (point[axis] - before[axis])
                clipped.append((before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])))
            if inside[1]:
                clipped.append(point)
        points = clipped
    total = sum(points[place - 1][0] * point[1] - point[0] * points[place - 1][1] for place, point in enumerate(points))
    return float(abs(total)) / 2


def _quad(corners: Corners) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth
