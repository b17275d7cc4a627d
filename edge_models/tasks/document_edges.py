"""A document's sides, moved to the edge that the picture shows, to a fraction of a pixel.

Along each side the picture is sampled across it; of all straight lines through these profiles the one with most edge
under it wins, with a leaning towards where the side was said to be (fingers and print are outvoted by the long edge).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels

Points = NDArray[np.float64]
_ALONG = 28
"""profiles on each side"""
_REACH = 12
"""steps to either side of it"""
_LEANING = 0.35
"""what a side pays, in shares of its profiles, for lying a whole reach away"""
_LEAST_EDGE = 0.25
"""by how much the line must have more edge under it than its surroundings; else a side stays where it was"""


def _paths() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Give, for each pair of ends, the cells that a line runs through, and what it pays for being away."""
    steps = np.arange(-_REACH, _REACH + 1)
    start, end = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    part = (np.arange(_ALONG) + 0.5) / _ALONG
    place = np.round(start[:, None] * (1 - part) + end[:, None] * part).astype(np.intp) + _REACH
    cells = np.arange(_ALONG) * (2 * _REACH + 1) + place
    away = ((start / _REACH) ** 2 + (end / _REACH) ** 2) / 2
    return cells, (_LEANING * away).astype(np.float32)


_CELLS, _PAID = _paths()


def refine(picture_bgr: Pixels, corners: Points, movable: tuple[bool, ...], step: float) -> Points:
    """Move sides onto edges near them; ``step``: pixels between samples. Sides that are not movable stay.

    Gives corners in the same order; those that would not make a convex figure are given back as they were.
    """
    ends = np.roll(corners, -1, 0)
    along = ends - corners
    length = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / length
    # Corners are rounded: the outer twelfths say nothing of a side.
    part = 1 / 12 + (np.arange(_ALONG) + 0.5) / _ALONG * 10 / 12
    base = corners[:, None] + part[None, :, None] * along[:, None]
    offsets = np.arange(-_REACH - 1, _REACH + 2) * step
    grid = base[:, :, None] + offsets[None, None, :, None] * normal[:, None, None]
    flat = grid.reshape(4 * _ALONG, -1, 2).astype(np.float32)
    seen = cv2.remap(picture_bgr, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    values = seen.reshape(4, _ALONG, 2 * _REACH + 3, -1).astype(np.float32)
    slope = np.abs(values[:, :, 2:] - values[:, :, :-2]).max(3)
    height, width = picture_bgr.shape[:2]
    inner = grid[:, :, 1:-1]
    slope *= ((inner > 0) & (inner < (width - 1, height - 1))).all(3)
    # An edge counts as one, however strong: a black line of print must not outweigh a pale rim.
    strong = np.maximum(np.quantile(slope.max(2), 0.5, axis=1), 12)[:, None, None]
    energy = np.minimum(slope / strong, 1.0)
    scores = energy.reshape(4, -1)[:, _CELLS].mean(2) - _PAID
    best = scores.argmax(1)
    clear = scores.max(1) + _PAID[best] - energy.mean((1, 2)) > _LEAST_EDGE
    lines = []
    for side in range(4):
        line = corners[side], ends[side]
        if movable[side] and clear[side]:
            found = _line(energy[side], _CELLS[best[side]], part, step)
            if found is not None:
                shift = np.outer(found, normal[side])
                line = corners[side] + shift[0], ends[side] + shift[1]
        lines.append(line)
    moved = [crossing(*lines[side - 1], *lines[side]) for side in range(4)]
    if any(point is None for point in moved):
        return corners
    result = np.array(moved)
    return result if cv2.isContourConvex(result.astype(np.float32)) else corners


def _line(energy: NDArray[np.float32], cells: NDArray[np.intp], along: Points, step: float) -> Points | None:
    """Fit the side's offsets at both corners (pixels along the normal) to the edge's middle in each profile.

    ``along``: where each profile stands on the side, 0..1.
    """
    middle = cells % (2 * _REACH + 1)
    near = np.clip(middle[:, None] + np.arange(-2, 3), 0, 2 * _REACH)
    weights = np.take_along_axis(energy, near, 1) ** 2
    total = weights.sum(1)
    if (total > 0.3).sum() < _ALONG // 4:
        return None
    place = (weights * near).sum(1) / np.maximum(total, 1e-6) - _REACH
    weight = np.minimum(total, 1.5)
    for _ in range(3):
        root = np.sqrt(weight)
        system = np.stack([np.ones(_ALONG), along], 1) * root[:, None]
        found, *_ = np.linalg.lstsq(system, place * root, rcond=None)
        off = np.abs(place - found[0] - found[1] * along)
        weight = np.minimum(total, 1.5) / (1 + (off / 0.5) ** 2)
    return np.array([found[0], found[0] + found[1]]) * step


def crossing(a: Points, b: Points, c: Points, d: Points) -> Points | None:
    """Give the point in which the lines a-b and c-d meet, or None when they run alike."""
    first, second = b - a, d - c
    across = float(first[0] * second[1] - first[1] * second[0])
    if abs(across) < 1e-3 * float(np.linalg.norm(first) * np.linalg.norm(second)) + 1e-12:
        return None
    return np.asarray(a + ((c - a)[0] * second[1] - (c - a)[1] * second[0]) / across * first)
