"""Where a document lies in a picture: the four sides of a card or of a passport's data page.

The network says of each cell how surely the document covers it (under fingers and reflections too); four straight
sides are fitted round that. What lies outside the picture is not guessed: there the picture's border is the side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor

WIDTH, HEIGHT = 224, 160
CELL = 4
Corners = NDArray[np.float64]
_LEAST_AREA = 0.012
"""of the picture: what is smaller cannot be read"""
_LEAST_FIT = 0.72
"""intersection over union of what is covered and its four sides: less is no document"""


@dataclass(frozen=True)
class FoundDocument:
    """A document's outline in a picture."""

    corners: Corners
    """4 x 2 pixels, clockwise from the one nearest to the picture's top left corner; they may lie just outside"""
    confidence: float
    """0..1"""
    seen: tuple[bool, bool, bool, bool]
    """sides, from the first corner on, that lie inside the picture; of the others the picture's border is given"""


def prepare(picture_bgr: Pixels) -> Tensor:
    """Turn a picture into the network's input, 1 x 3 x 160 x 224, about -1..1; an upright one is laid on its side."""
    if picture_bgr.shape[0] > picture_bgr.shape[1]:
        picture_bgr = cv2.rotate(picture_bgr, cv2.ROTATE_90_CLOCKWISE).astype(np.uint8)
    tall, wide = picture_bgr.shape[:2]
    # Averaging over whole areas is slow from a full frame; every second or third pixel does no harm before it.
    step = max(1, min(wide // (2 * WIDTH), tall // (2 * HEIGHT)))
    small = cv2.resize(picture_bgr[::step, ::step], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray((small.astype(np.float32).transpose(2, 0, 1)[None] - 127.5) * np.float32(1 / 128))


class DocumentCorners:
    """The student ``document_corners``. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network. Raises ``CardInvalid`` when the network is not of this shape."""
        cells = (1, 1, HEIGHT // CELL, WIDTH // CELL)
        if card.inputs[0].shape != (1, 3, HEIGHT, WIDTH) or card.outputs[0].shape != cells:
            raise CardInvalid(f"{card.name} must take {WIDTH} x {HEIGHT} pixels and give {cells[3]} x {cells[2]} cells")
        threshold = card.parameters.get("min_confidence")
        if not isinstance(threshold, float | int) or not 0 < threshold < 1:
            raise CardInvalid(f"{card.name} lacks min_confidence")
        self.min_confidence = float(threshold)
        self._input, self._output = card.inputs[0].name, card.outputs[0].name
        self._engine = engine

    def __call__(self, picture_bgr: Pixels) -> FoundDocument | None:
        """Find the document, or None. Raises ``ContractMismatch`` when the network gives values that are not finite."""
        found = self.candidate(picture_bgr)
        return found if found is not None and found.confidence >= self.min_confidence else None

    def candidate(self, picture_bgr: Pixels) -> FoundDocument | None:
        """Find what looks most like a document, however little."""
        cover = self._engine.run({self._input: prepare(picture_bgr)})[self._output][0, 0]
        if not np.isfinite(cover).all():
            raise ContractMismatch("document_corners gave values that are not finite")
        return outline(cover, picture_bgr.shape[1], picture_bgr.shape[0])


def outline(cover: NDArray[np.float32], width: int, height: int) -> FoundDocument | None:
    """Fit four sides round what is covered (40 x 56 cells, 0..1), in pixels of a picture of this size."""
    fine = cv2.resize(cover, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    inside = (fine > 0.5).astype(np.uint8)
    count, labels, figures, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    if count < 2:
        return None
    best = 1 + int(np.argmax(figures[1:, cv2.CC_STAT_AREA]))
    if figures[best, cv2.CC_STAT_AREA] < _LEAST_AREA * WIDTH * HEIGHT:
        return None
    whole = (labels == best).astype(np.uint8)
    contours, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len)[:, 0].astype(np.float64)
    rough = four_sides(contour)
    if rough is None:
        return None
    sides, seen = _fit_sides(rough, contour)
    if sides is None:
        return None
    drawn = np.zeros_like(whole)
    cv2.fillConvexPoly(drawn, np.round(sides * 16).astype(np.int32), 1, shift=4)
    area = max(1, int(drawn.sum()))
    fit = float((drawn & whole).sum()) / max(1, int((drawn | whole).sum()))
    if fit < _LEAST_FIT:
        return None
    confidence = float(np.clip(fine[drawn > 0], 0, 1).sum()) / area * min(1.0, fit / 0.92)
    corners = (sides + 0.5) * (max(width, height) / WIDTH, min(width, height) / HEIGHT) - 0.5
    if height > width:  # it was laid on its side
        corners = np.stack([corners[:, 1], height - 1 - corners[:, 0]], 1)
    first = int(np.argmin(corners.sum(1)))
    order = [(first + step) % 4 for step in range(4)]
    return FoundDocument(corners[order], min(1.0, confidence), tuple(bool(seen[side]) for side in order))  # type: ignore[arg-type]


def four_sides(points: Corners) -> Corners | None:
    """Give a convex figure of four corners round points (clockwise on the screen): the sides whose loss adds least go."""
    hull = cv2.convexHull(points.astype(np.float32))
    reach = cv2.arcLength(hull, True)
    corners = cv2.approxPolyDP(hull, 0.006 * reach, True)[:, 0].astype(np.float64)
    if len(corners) < 3:
        return None
    if _area(corners) < 0:
        corners = corners[::-1]
    if len(corners) == 3:
        return None
    while len(corners) > 4:
        least, place, meeting = np.inf, -1, np.zeros(2)
        for side in range(len(corners)):
            before, start, end, after = (corners[(side + step) % len(corners)] for step in (-1, 0, 1, 2))
            met = crossing(before, start, after, end)
            if met is None or (met - start) @ (start - before) < 0 or (met - end) @ (end - after) < 0:
                continue
            added = abs(_area(np.array([start, met, end])))
            if added < least:
                least, place, meeting = added, side, met
        if place < 0:
            return None
        corners[place] = meeting
        corners = np.delete(corners, (place + 1) % len(corners), 0)
    return corners


def crossing(a: Corners, b: Corners, c: Corners, d: Corners) -> Corners | None:
    """Give the point in which the lines a-b and c-d meet, or None when they run alike."""
    first, second = b - a, d - c
    across = first[0] * second[1] - first[1] * second[0]
    if abs(across) < 1e-6 * np.linalg.norm(first) * np.linalg.norm(second) + 1e-12:
        return None
    part = ((c - a)[0] * second[1] - (c - a)[1] * second[0]) / across
    return np.asarray(a + part * first, np.float64)


def _area(corners: Corners) -> float:
    x, y = corners.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def _fit_sides(rough: Corners, contour: Corners) -> tuple[Corners | None, list[bool]]:
    """Fit each side to the contour's points near it; a side along the picture's border stays there."""
    lines, seen = [], []
    limit = np.array([WIDTH - 1, HEIGHT - 1])
    border = ((contour < 1.5) | (contour > limit - 1.5)).any(1)
    for side in range(4):
        start, end = rough[side], rough[(side + 1) % 4]
        along = end - start
        length = max(1e-6, float(np.linalg.norm(along)))
        along = along / length
        normal = np.array([-along[1], along[0]])
        place, off = (contour - start) @ along, (contour - start) @ normal
        near = (np.abs(off) < 4) & (place > 0.1 * length) & (place < 0.9 * length)
        free = near & ~border
        seen.append(bool(free.sum() > 0.35 * max(near.sum(), 1)) and free.sum() >= 4)
        if seen[-1]:
            middle, direction = _line(contour[free])
            # The contour runs through the outermost covered pixels; the side lies half a pixel further out.
            out = np.array([direction[1], -direction[0]])
            middle = middle + 0.5 * out * np.sign(out @ (middle - rough.mean(0)))
            lines.append((middle, middle + direction))
        else:
            lines.append((start, end))
    corners = [crossing(*lines[side - 1], *lines[side]) for side in range(4)]
    if any(corner is None for corner in corners):
        return None, seen
    found = np.array(corners)
    return (found if cv2.isContourConvex(found.astype(np.float32)) else None), seen


def _line(points: Corners) -> tuple[Corners, Corners]:
    """Fit a line robustly: a point on it and its direction."""
    x, y, at_x, at_y = (float(v) for v in cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    return np.array([at_x, at_y]), np.array([x, y])
