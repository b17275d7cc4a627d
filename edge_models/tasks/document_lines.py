"""Quadrilaterals out of the straight edges of a small picture, and how much edge lies under their sides."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels

Points = NDArray[np.float64]
_SAMPLES = 20
_BORDER = 0.45
"""how far a side along the picture's border counts as if an edge were under it"""


@dataclass(frozen=True)
class Slopes:
    """The derivatives of the channel in which a picture's step is largest, and from where on a step counts."""

    across: NDArray[np.float32]
    down: NDArray[np.float32]
    limit: float


@dataclass(frozen=True)
class Lines:
    """Straight lines: a point on each, its direction, the pixels of edge along it."""

    points: Points
    along: Points
    lengths: NDArray[np.float64]

    def chosen(self, rows: NDArray[np.intp]) -> Lines:
        """Give some of them."""
        return Lines(self.points[rows], self.along[rows], self.lengths[rows])

    def with_ends(self, starts: Points, ends: Points) -> Lines:
        """Add lines through pairs of points."""
        step = ends - starts
        length = np.maximum(np.linalg.norm(step, axis=1), 1e-6)
        return Lines(
            np.concatenate([self.points, (starts + ends) / 2]),
            np.concatenate([self.along, step / length[:, None]]),
            np.concatenate([self.lengths, length]),
        )


def slopes_of(small_bgr: Pixels) -> Slopes:
    """Give a picture's slopes; the limit follows from how much of it is steep."""
    across = cv2.Sobel(small_bgr, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(small_bgr, cv2.CV_16S, 0, 1)
    strength = np.abs(across) + np.abs(down)
    best, chosen_across, chosen_down = strength[..., 0], across[..., 0], down[..., 0]
    for channel in (1, 2):
        more = strength[..., channel] > best
        best = np.where(more, strength[..., channel], best)
        chosen_across = np.where(more, across[..., channel], chosen_across)
        chosen_down = np.where(more, down[..., channel], chosen_down)
    limit = max(40.0, float(np.quantile(best[::3, ::3], 0.8)))
    return Slopes(chosen_across.astype(np.float32), chosen_down.astype(np.float32), limit)


def lines_of(grey: Pixels, most: int) -> Lines:
    """Find segments (LSD) and join those on one line; give the longest."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(grey)[0]
    if found is None:
        return Lines(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    ends = found.reshape(-1, 2, 2).astype(np.float64)
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    order = np.argsort(-lengths)[:120]
    ends, lengths = ends[order], lengths[order]
    along = (ends[:, 1] - ends[:, 0]) / np.maximum(lengths, 1e-6)[:, None]
    points = ends.mean(1)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    # away[i, j]: how far the ends of segment j lie from line i
    away = np.abs(np.einsum("ik,jek->ije", normal, ends) - (normal * points).sum(1)[:, None, None]).max(2)
    joins = (np.abs(along @ along.T) > 0.998) & (away < 3)
    rows, covered, free = [], [], np.ones(len(order), bool)
    for row in range(len(order)):
        if free[row]:
            member = joins[row] & free
            member[row] = True
            rows.append(row)
            covered.append(float(lengths[member].sum()))
            free &= ~member
    best = np.argsort(covered)[::-1][:most]
    chosen = np.array(rows, np.intp)[best]
    return Lines(points[chosen], along[chosen], np.array(covered)[best])


def quadrilaterals(lines: Lines, width: int, height: int) -> Points:
    """Cross pairs of opposite sides: N x 4 x 2, convex, large enough, shaped like a sheet, clockwise, largest first."""
    nothing = np.zeros((0, 4, 2))
    points, along = lines.points, lines.along
    if len(points) < 4:
        return nothing
    plain = np.stack([-along[:, 1], along[:, 0], along[:, 1] * points[:, 0] - along[:, 0] * points[:, 1]], 1)
    first, other = np.triu_indices(len(points), 1)
    alike = np.abs((along[first] * along[other]).sum(1)) > np.cos(np.deg2rad(30))
    apart = np.abs((plain[first, :2] * points[other]).sum(1) + plain[first, 2]) > 0.08 * min(width, height)
    pairs = np.stack([first, other], 1)[alike & apart]
    one, two = np.triu_indices(len(pairs), 1)
    turned = np.abs((along[pairs[one, 0]] * along[pairs[two, 0]]).sum(1)) < np.cos(np.deg2rad(50))
    one, two = pairs[one[turned]], pairs[two[turned]]
    if not len(one):
        return nothing
    meeting = []
    for a, b in ((one[:, 0], two[:, 0]), (one[:, 0], two[:, 1]), (one[:, 1], two[:, 1]), (one[:, 1], two[:, 0])):
        crossed = np.cross(plain[a], plain[b])
        meeting.append(crossed[:, :2] / np.where(np.abs(crossed[:, 2:]) < 1e-9, 1e-9, crossed[:, 2:]))
    quads = np.stack(meeting, 1)
    margin = 0.15 * max(width, height)
    quads = quads[((quads > -margin) & (quads < (width + margin, height + margin))).all((1, 2))]
    side = np.roll(quads, -1, 1) - quads
    turn = side[..., 0] * np.roll(side, -1, 1)[..., 1] - side[..., 1] * np.roll(side, -1, 1)[..., 0]
    convex = (np.sign(turn) == np.sign(turn[:, :1])).all(1)
    quads, side = quads[convex], side[convex]
    quads = np.where((turn[convex][:, 0] < 0)[:, None, None], quads[:, ::-1], quads)
    pair = pairs_of_sides(quads)
    aspect = pair.max(1) / np.maximum(pair.min(1), 1e-6)
    area = pair.prod(1) / (width * height)
    kept = (aspect < 2.4) & (area > 0.012)
    return np.asarray(quads[kept][np.argsort(-area[kept])])


def pairs_of_sides(quads: Points) -> Points:
    """Give the mean lengths of both pairs of opposite sides, N x 2."""
    lengths = np.linalg.norm(np.roll(quads, -1, 1) - quads, axis=2)
    return np.stack([lengths[:, 0] + lengths[:, 2], lengths[:, 1] + lengths[:, 3]], 1) / 2


def support(quads: Points, slopes: Slopes) -> NDArray[np.float64]:
    """Give for each side the share of it that has an edge along it, N x 4."""
    height, width = slopes.across.shape
    part = 0.07 + 0.86 * (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    along = np.roll(quads, -1, 1) - quads
    length = np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-6)
    normal = np.stack([-along[..., 1], along[..., 0]], 2) / length
    places = quads[:, :, None] + part[None, None, :, None] * along[:, :, None]
    found = np.zeros(places.shape[:3], bool)
    for shift in (-1.0, 0.0, 1.0):
        at = np.round(places + shift * normal[:, :, None]).astype(np.int64)
        x, y = np.clip(at[..., 0], 0, width - 1), np.clip(at[..., 1], 0, height - 1)
        across, down = slopes.across[y, x], slopes.down[y, x]
        total = np.hypot(across, down)
        along_normal = np.abs(across * normal[:, :, None, 0] + down * normal[:, :, None, 1])
        found |= (along_normal > 0.85 * total) & (total > 0.7 * slopes.limit)
    inside = ((places > 1.5) & (places < (width - 2.5, height - 2.5))).all(3)
    return np.asarray(np.where(inside, found, _BORDER).mean(2))
