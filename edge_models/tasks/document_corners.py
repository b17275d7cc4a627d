"""Where a document lies in a picture: the four sides of a card or of a passport's data page.

The network says of each cell how surely the document covers it, under fingers and reflections too. Sides come from the
picture's straight edges: of all quadrilaterals that they make, the one wins that fits what is covered and has an edge
along all its sides. What lies outside the picture is not guessed: there the picture's border is the side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor
from edge_models.tasks.document_edges import crossing, refine
from edge_models.tasks.document_lines import Lines, lines_of, quadrilaterals, slopes_of, support

WIDTH, HEIGHT = 224, 160
CELL = 4
Corners = NDArray[np.float64]
Cover = NDArray[np.float32]
_LEAST_AREA = 0.012
"""of the picture: what is smaller cannot be read"""
_LEAST_FIT = 0.45
"""intersection over union of what is covered and the four sides: less is no document"""
_FOLLOWED_FIT = 0.6
"""the same, for an outline that is followed from one frame to the next"""
_LONG = 336
"""pixels of the long side in which edges are sought"""
_LINES = 12
_LONGEST = 8
_WEIGHED = 350
_DRAWN = 32


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
        picture_bgr = cv2.rotate(picture_bgr, cv2.ROTATE_90_COUNTERCLOCKWISE).astype(np.uint8, copy=False)
    # Averaging over whole areas of a full frame is slow; a fine grid of its pixels, averaged by fours, does as well.
    if picture_bgr.shape[0] > 2 * HEIGHT and picture_bgr.shape[1] > 2 * WIDTH:
        picture_bgr = cv2.resize(picture_bgr, (2 * WIDTH, 2 * HEIGHT), interpolation=cv2.INTER_NEAREST).astype(
            np.uint8, copy=False
        )
    small = cv2.resize(picture_bgr, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
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

    def __call__(self, picture_bgr: Pixels, near: Corners | None = None) -> FoundDocument | None:
        """Find the document, or None. Raises ``ContractMismatch`` when the network gives values that are not finite.

        ``near``: its corners in the frame before. Where they still fit, they are moved to the edges and nothing else is
        tried, which takes a third of the time.
        """
        found = self.candidate(picture_bgr, near)
        return found if found is not None and found.confidence >= self.min_confidence else None

    def candidate(self, picture_bgr: Pixels, near: Corners | None = None) -> FoundDocument | None:
        """Find what looks most like a document, however little."""
        cover = self._engine.run({self._input: prepare(picture_bgr)})[self._output][0, 0]
        if not np.isfinite(cover).all():
            raise ContractMismatch("document_corners gave values that are not finite")
        return locate(cover, picture_bgr, near)


def locate(cover: Cover, picture_bgr: Pixels, near: Corners | None = None) -> FoundDocument | None:
    """Find the outline of what is covered (the network's 40 x 56 cells, 0..1) along the picture's edges."""
    height, width = picture_bgr.shape[:2]
    if height > width:  # it was laid on its side
        cover = cv2.rotate(cover, cv2.ROTATE_90_CLOCKWISE).astype(np.float32)
    blob = largest(cover)
    if blob is None:
        return None
    step = max(1.0, max(width, height) / 640)
    if near is not None:
        seen = _seen(near, width, height, 4 * step)
        moved = refine(picture_bgr, near, seen, step)
        fit, within = _fit(blob, moved, width, height)
        if fit >= _FOLLOWED_FIT:
            return FoundDocument(moved, _confidence(within, fit), seen)
    scale = min(1.0, _LONG / max(width, height))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = picture_bgr
    if scale < 0.5:  # as in prepare: a fine grid first
        small = cv2.resize(small, (2 * size[0], 2 * size[1]), interpolation=cv2.INTER_NEAREST).astype(
            np.uint8, copy=False
        )
    small = cv2.blur(cv2.resize(small, size, interpolation=cv2.INTER_AREA), (3, 3)).astype(np.uint8, copy=False)
    corners = _best(blob, small)
    if corners is None:
        return None
    corners = np.roll(corners, -int(np.argmin(corners.sum(1))), 0)
    seen = _seen(corners, size[0], size[1], 2.5)
    corners = (corners + 0.5) * (width / size[0], height / size[1]) - 0.5
    corners = refine(picture_bgr, corners, seen, step)
    fit, within = _fit(blob, corners, width, height)
    return FoundDocument(corners, _confidence(within, fit), seen)


def _seen(corners: Corners, width: float, height: float, margin: float) -> tuple[bool, bool, bool, bool]:
    """Say which sides do not run along the picture's border."""
    middles = (corners + np.roll(corners, -1, 0)) / 2
    limit = np.array([width, height]) - 1 - margin
    first, second, third, fourth = (bool((middle > margin).all() and (middle < limit).all()) for middle in middles)
    return first, second, third, fourth


def largest(cover: Cover) -> Cover | None:
    """Give the cover of the largest connected piece alone, or None when there is none that could be read."""
    inside = (cover > 0.5).astype(np.uint8, copy=False)
    count, labels, figures, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    if count < 2:
        return None
    best = 1 + int(np.argmax(figures[1:, cv2.CC_STAT_AREA]))
    if figures[best, cv2.CC_STAT_AREA] < _LEAST_AREA * cover.size:
        return None
    own = cv2.dilate((labels == best).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where(own > 0, cover, 0).astype(np.float32)


def _fit(blob: Cover, corners: Corners, width: int, height: int) -> tuple[float, float]:
    """Give intersection over union of corners and blob, and how surely the cells within are covered."""
    tall, wide = blob.shape
    drawn = _inside((corners + 0.5) * (wide / width, tall / height) - 0.5, wide, tall)
    both, area = float((blob * drawn).sum()), float(drawn.sum())
    return both / max(1e-6, float(blob.sum()) + area - both), both / max(1e-6, area)


def _confidence(within: float, fit: float) -> float:
    return min(1.0, within * min(1.0, fit / 0.85))


def _best(blob: Cover, small: Pixels) -> Corners | None:
    """Give the best quadrilateral, in the small picture's pixels."""
    height, width = small.shape[:2]
    tall, wide = blob.shape
    to_cells = np.array([wide / width, tall / height])
    rough = _rough(blob, width, height)
    lines = _lines_near(blob, small, to_cells)
    rim = _along_rim(lines, blob, to_cells)[:_LINES]
    # Cover may run over onto what lies beside it: then the true side lies within, and is one of the longest edges.
    longest = [row for row in range(min(_LONGEST, len(lines.points))) if row not in rim]
    lines = lines.chosen(np.concatenate([rim, np.array(longest, np.intp)]))
    if rough is not None:
        lines = lines.with_ends(rough, np.roll(rough, -1, 0))
    border = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], np.float64)
    touched = [blob[0].max(), blob[:, -1].max(), blob[-1].max(), blob[:, 0].max()]
    sides = [side for side in range(4) if touched[side] > 0.5]
    lines = lines.with_ends(border[sides], np.roll(border, -1, 0)[sides])
    quads = quadrilaterals(lines, width, height)
    if rough is not None:
        quads = np.concatenate([quads, rough[None]])
    if not len(quads):
        return None
    # First by how well the area fits (moments are enough for that), then by edges, last by drawing the best.
    rank = np.argsort(_misplaced(quads, blob, to_cells))[:_WEIGHED]
    quads = quads[rank]
    by_side = support(quads, slopes_of(small))
    edge = 0.3 * by_side.min(1) + 0.7 * by_side.mean(1)
    near = 1 / (1 + 3 * _misplaced(quads, blob, to_cells))
    chosen = np.argsort(-(0.25 + edge) * near)[:_DRAWN]
    total = float(blob.sum())
    fits = np.empty(len(chosen))
    for place, row in enumerate(chosen):
        drawn = _inside((quads[row] + 0.5) * to_cells - 0.5, wide, tall)
        both = float((drawn * blob).sum())
        fits[place] = both / max(1e-6, total + float(drawn.sum()) - both)
    best = int(((0.25 + edge[chosen]) * fits).argmax())
    return np.asarray(quads[chosen[best]]) if fits[best] >= _LEAST_FIT else None


def _lines_near(blob: Cover, small: Pixels, to_cells: NDArray[np.float64]) -> Lines:
    """Give the straight lines of the part of the picture in which the blob lies."""
    x, y, wide, tall = cv2.boundingRect((blob > 0.3).astype(np.uint8))
    room = 3 + 0.1 * max(wide, tall)
    low = np.maximum(0, np.floor(np.array([x - room, y - room]) / to_cells)).astype(int)
    high = np.ceil(np.array([x + wide + room, y + tall + room]) / to_cells).astype(int)
    part = np.ascontiguousarray(small[low[1] : high[1], low[0] : high[0]])
    found = lines_of(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.uint8), 40)
    return Lines(found.points + low, found.along, found.lengths)


def _misplaced(quads: Corners, blob: Cover, to_cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how far middle and area of each quadrilateral are from the blob's, about 0..1 and more."""
    y, x = np.mgrid[0 : blob.shape[0], 0 : blob.shape[1]]
    total = float(blob.sum())
    middle = np.array([(x * blob).sum(), (y * blob).sum()]) / total
    placed = (quads + 0.5) * to_cells - 0.5
    a, b = placed, np.roll(placed, -1, 1)
    turn = a[..., 0] * b[..., 1] - b[..., 0] * a[..., 1]
    area = np.abs(turn.sum(1)) / 2
    centre = ((a + b) * turn[..., None]).sum(1) / (6 * np.maximum(area, 1e-6))[:, None]
    off = np.linalg.norm(centre - middle, axis=1) / np.sqrt(total)
    return np.asarray(off + 0.5 * np.abs(np.log(np.maximum(area, 1e-6) / total)))


def _along_rim(lines: Lines, blob: Cover, to_cells: NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose the lines on one side of which more is covered than on the other, the best first."""
    if not len(lines.points):
        return np.zeros(0, np.intp)
    reach = 0.12 * np.sqrt(float(blob.sum()) / (to_cells[0] * to_cells[1]))
    part = np.linspace(-0.45, 0.45, 8)
    places = lines.points[:, None] + part[None, :, None] * lines.along[:, None] * lines.lengths[:, None, None]
    normal = np.stack([-lines.along[:, 1], lines.along[:, 0]], 1)[:, None] * reach
    told = []
    for sign in (-1, 1):
        at = ((places + sign * normal + 0.5) * to_cells - 0.5).astype(np.float32)
        seen = cv2.remap(blob, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        told.append(seen.reshape(at.shape[:2]).mean(1))
    change = np.abs(told[0] - told[1])
    worth = change * np.sqrt(lines.lengths)
    order = np.argsort(-worth)
    return np.asarray(order[change[order] > 0.2], np.intp)


def _inside(corners: Corners, wide: int, tall: int) -> Cover:
    """Draw a quadrilateral in cells, its rim in part."""
    drawn = np.zeros((tall * 2, wide * 2), np.uint8)
    cv2.fillConvexPoly(drawn, np.round(((corners + 0.5) * 2 - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    return cv2.resize(drawn.astype(np.float32), (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32)


def _rough(blob: Cover, width: int, height: int) -> Corners | None:
    """Fit four sides round the blob's contour, in pixels of a picture of this size."""
    fine = cv2.resize(blob, (blob.shape[1] * 3, blob.shape[0] * 3), interpolation=cv2.INTER_CUBIC)
    inside = (fine > 0.5).astype(np.uint8, copy=False)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    sides = four_sides(max(contours, key=len)[:, 0].astype(np.float64))
    if sides is None:
        return None
    return (sides + 0.5) * (width / inside.shape[1], height / inside.shape[0]) - 0.5


def four_sides(points: Corners) -> Corners | None:
    """Give a convex figure of four corners round points (clockwise on the screen): the sides whose loss adds least go."""
    hull = cv2.convexHull(points.astype(np.float32))
    corners = cv2.approxPolyDP(hull, 0.006 * cv2.arcLength(hull, True), True)[:, 0].astype(np.float64)
    if len(corners) < 4:
        return None
    if _area(corners) < 0:
        corners = corners[::-1]
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


def _area(corners: Corners) -> float:
    x, y = corners[:, 0], corners[:, 1]
    return float(x @ np.append(y[1:], y[0]) - y @ np.append(x[1:], x[0])) / 2
