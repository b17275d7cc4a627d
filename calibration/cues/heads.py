"""A person's head made of one portrait: its landmarks with the depth of a mean head, turned and seen with perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.cues.flats import Floats, Picture, rotation
from edge_models.tasks.face_landmarks import OVAL

_RINGS = ((1.1, 0.22), (1.22, 0.6), (1.32, 1.0))
"""behind the rim of the face: scale in the picture, how far back in half widths of the face"""
_FACE = 468
"""landmarks without the irises"""


@dataclass(frozen=True)
class Head:
    """Vertices (right, down, away; pixels of the portrait), where each lies on the portrait, triangles."""

    vertices: Floats
    texture: Floats
    triangles: NDArray[np.int64]
    portrait: Picture


def mean_depth(points: Floats, poses: Floats, rounds: int = 6) -> Floats:
    """Give the mean head, N x 3 (right, down, away; eye distance 1), of real heads seen at many angles.

    ``points`` are F x N x 2 landmarks, ``poses`` F x 3 (yaw, pitch, roll in degrees): least squares over weak
    perspective, so that depth comes from how the points of real people move when they turn.
    """
    roll = np.radians(-poses[:, 2])[:, None]
    centred = points - points.mean(1, keepdims=True)
    right = np.cos(roll) * centred[..., 0] - np.sin(roll) * centred[..., 1]
    down = np.sin(roll) * centred[..., 0] + np.cos(roll) * centred[..., 1]
    level = np.stack([right, down], -1)
    views = np.array([rotation(yaw, pitch)[:2] for yaw, pitch in poses[:, :2]])
    scale = np.sqrt((level**2).sum((1, 2)))
    shape = np.zeros((points.shape[1], 3))
    for _ in range(rounds):
        seen = scale[:, None, None] * views
        left = np.einsum("fij,fik->jk", seen, seen)
        shape = np.linalg.solve(left, np.einsum("fij,fni->nj", seen, level).T).T
        drawn = np.einsum("fij,nj->fni", views, shape)
        scale = (drawn * level).sum((1, 2)) / (drawn**2).sum((1, 2))
        scale /= np.median(scale)
    return shape - shape.mean(0)


def head_of(portrait: Picture, points: Floats, pose: Floats, mean: Floats, deeper: float = 1.0) -> Head:
    """Build a head from a portrait's 478 points and pose; ``deeper`` stretches the mean head's depth for this person."""
    turn = rotation(*pose)
    upright = mean * np.array([1.0, 1.0, deeper])
    seen = upright @ turn.T
    flat = points[:_FACE] - points[:_FACE].mean(0)
    scale = np.sqrt((flat**2).sum() / (seen[:_FACE, :2] ** 2).sum())
    solid = np.concatenate([flat, scale * seen[:_FACE, 2:]], 1) @ turn
    oval, rim = solid[list(OVAL)], points[list(OVAL)]
    half = float(np.ptp(oval[:, 0])) / 2
    vertices, texture = [solid], [points[:_FACE]]
    for wider, back in _RINGS:
        ring = oval.mean(0) + (oval - oval.mean(0)) * np.array([wider, wider, 1.0])
        ring[:, 2] = oval[:, 2] + back * half
        vertices.append(ring)
        texture.append(rim.mean(0) + (rim - rim.mean(0)) * wider)
    places = np.concatenate(texture)
    return Head(np.concatenate(vertices), places, _triangles(places), portrait)


def _triangles(places: Floats) -> NDArray[np.int64]:
    low, high = places.min(0) - 2, places.max(0) + 2
    division = cv2.Subdiv2D((0, 0, int(high[0] - low[0]) + 2, int(high[1] - low[1]) + 2))
    moved = (places - low).astype(np.float32)
    for place in moved:
        division.insert((float(place[0]), float(place[1])))
    found = []
    for corners in np.asarray(division.getTriangleList()).reshape(-1, 3, 2):
        apart = np.linalg.norm(moved[None] - corners[:, None], axis=2)
        nearest = apart.argmin(1)
        # A corner of the division's outer triangle is no vertex.
        if (apart[np.arange(3), nearest] < 0.5).all() and len(set(nearest.tolist())) == 3:
            found.append(nearest)
    return np.array(found, np.int64)


def render(head: Head, yaw: float, pitch: float, roll: float, size: int, wall: Picture, camera: float = 5.0) -> Picture:
    """Give the head turned, before a wall (size x size), half as wide as the view; ``camera`` in widths of the face."""
    width = float(np.ptp(head.vertices[:_FACE, 0]))
    turned = head.vertices @ rotation(yaw, pitch, roll).T
    nearer = camera * width / (camera * width + turned[:, 2])
    seen = turned[:, :2] * nearer[:, None] * (size / 2 / width) + size / 2
    view, order = wall.copy(), np.argsort(-turned[head.triangles, 2].mean(1))
    for triangle in head.triangles[order]:
        to = seen[triangle]
        low = np.floor(to.min(0)).astype(int)
        high = np.ceil(to.max(0)).astype(int) + 1
        if (low < 0).any() or (high > size).any():
            continue
        at = np.asarray(
            cv2.getAffineTransform((to - low).astype(np.float32), head.texture[triangle].astype(np.float32))
        )
        patch_size = (int(high[0] - low[0]), int(high[1] - low[1]))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpAffine(head.portrait, at, patch_size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros(patch_size[::-1], np.uint8)
        cv2.fillConvexPoly(mask, np.round(to - low).astype(np.int32), 1)
        part = view[low[1] : high[1], low[0] : high[0]]
        part[mask > 0] = patch[mask > 0]
    return view
