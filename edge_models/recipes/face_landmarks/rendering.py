"""Faces turned by known angles: a portrait laid over its own relief and rendered with perspective.

The relief is the teacher's answer for a frontal portrait, with a skull added behind the face's rim; the angles are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.targets import Floats, Shape, fit
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import OVAL

CAMERA = 5.0
"""Distance of the camera in widths of the face: about 70 cm."""
RINGS = ((1.1, 0.22), (1.22, 0.6), (1.3, 1.0))
"""Behind the rim of the face: scale in the picture, distance back in half widths of the face."""


@dataclass(frozen=True)
class Head:
    """A portrait's mesh: upright vertices (x right, y down, z away), where each lies on the portrait, triangles."""

    vertices: Floats
    texture: Floats
    triangles: NDArray[np.int64]
    portrait: Pixels


def rotation_of(yaw: float, pitch: float, roll: float) -> Floats:
    """Give the rotation that ``angles_of`` reads as these degrees."""
    a, b, c = np.radians([-yaw, -pitch, roll])
    around_down = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    around_right = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    in_plane = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(in_plane @ around_down @ around_right)


def head_of(portrait: Pixels, points: Floats, shape: Shape) -> Head:
    """Build the head of a nearly frontal portrait from its 478 points (x, y, z in pixels)."""
    turn, _ = fit(shape.points[shape.rigid], points[shape.rigid])
    face = points[:468]
    upright = (face - face.mean(0)) @ turn
    oval = upright[list(OVAL)]
    flat = points[list(OVAL), :2]
    half = float(np.ptp(oval[:, 0])) / 2
    middle, flat_middle = oval.mean(0), flat.mean(0)
    vertices, texture = [upright], [face[:, :2]]
    for scale, back in RINGS:
        ring = middle + (oval - middle) * np.array([scale, scale, 1.0])
        ring[:, 2] = oval[:, 2] + back * half
        vertices.append(ring)
        texture.append(flat_middle + (flat - flat_middle) * scale)
    all_vertices, all_texture = np.concatenate(vertices), np.concatenate(texture)
    return Head(all_vertices, all_texture, _triangles(all_texture), portrait)


def _triangles(places: Floats) -> NDArray[np.int64]:
    low, high = places.min(0) - 2, places.max(0) + 2
    division = cv2.Subdiv2D((0, 0, int(high[0] - low[0]) + 2, int(high[1] - low[1]) + 2))
    moved = (places - low).astype(np.float32)
    for place in moved:
        division.insert((float(place[0]), float(place[1])))
    found = []
    for triangle in np.asarray(division.getTriangleList()).reshape(-1, 3, 2):
        apart = np.linalg.norm(moved[None] - triangle[:, None], axis=2)
        nearest = apart.argmin(1)
        # A corner of the outer triangle that the algorithm starts from is no vertex.
        if (apart[np.arange(3), nearest] < 0.5).all() and len(set(nearest.tolist())) == 3:
            found.append(nearest)
    return np.array(found, np.int64)


def render(head: Head, angles: tuple[float, float, float], size: int, wall: Pixels) -> Pixels:
    """Render the head turned by yaw, pitch, roll before a wall (size x size), the face half as wide as the picture."""
    width = float(np.ptp(head.vertices[:468, 0]))
    turned = head.vertices @ rotation_of(*angles).T
    nearer = CAMERA * width / (CAMERA * width + turned[:, 2])
    scale = size / 2 / width
    seen = turned[:, :2] * nearer[:, None] * scale + size / 2
    field = np.full((size, size, 2), -1.0, np.float32)
    depth = np.full((size, size), np.inf)
    corners, depths, sources = seen[head.triangles], turned[head.triangles, 2], head.texture[head.triangles]
    for corner, away, source in zip(corners, depths, sources, strict=True):
        low = np.clip(np.floor(corner.min(0)).astype(int), 0, size - 1)
        high = np.clip(np.ceil(corner.max(0)).astype(int) + 1, 0, size)
        one, two = corner[1] - corner[0], corner[2] - corner[0]
        area = one[0] * two[1] - one[1] * two[0]
        if abs(area) < 1e-6 or (high <= low).any():
            continue
        x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        px, py = x - corner[0, 0], y - corner[0, 1]
        second, third = (px * two[1] - py * two[0]) / area, (one[0] * py - one[1] * px) / area
        shares = np.stack([1 - second - third, second, third], 2)
        z = shares @ away
        part = depth[low[1] : high[1], low[0] : high[0]]
        inside = (shares >= -1e-3).all(2) & (z < part)
        part[inside] = z[inside]
        field[low[1] : high[1], low[0] : high[0]][inside] = (shares @ source)[inside]
    drawn = cv2.remap(
        head.portrait, field[..., 0], field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    soft = cv2.GaussianBlur(np.isfinite(depth).astype(np.float32), (3, 3), 0)[..., None]
    return np.asarray(drawn * soft + wall * (1 - soft), np.uint8)
