"""Pictures held before a camera: panned, tilted, nodded and bent, as a sheet with perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]
_ROUNDS, _STEP = 20, 4
"""the bend is solved on every fourth pixel and is smooth between"""
BEHIND = (90, 95, 100)
"""colour of what lies behind the sheet"""


@dataclass(frozen=True, slots=True)
class Held:
    """How a sheet is held; angles in degrees."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance: float = 3.0
    """of the camera, in widths of the view"""
    bend: float = 0.0
    """radians over the width of the view; 0 flat"""
    axis: float = 0.0
    """across which it is bent: 0 like a cylinder that stands upright"""
    across: float = 0.0
    down: float = 0.0
    """pixels"""


def rotation(yaw: float, pitch: float, roll: float = 0.0) -> Floats:
    """Give the turn for right, down, away; yaw to the image's right, pitch up, roll clockwise."""
    a, b, c = np.radians([-yaw, -pitch, roll])
    around_down = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    around_right = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    in_plane = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(in_plane @ around_down @ around_right)


def show(picture: Picture, held: Held, size: int) -> Picture:
    """Give what a camera sees of the sheet, ``size`` pixels to a side."""
    height, width = picture.shape[:2]
    turn, focal = rotation(held.yaw, held.pitch, held.roll), held.distance * size

    def seen(right: Floats, down: Floats, away: Floats) -> tuple[Floats, Floats]:
        turned = np.stack([right, down, away], -1) @ turn.T
        nearer = focal / (focal + turned[..., 2])
        return turned[..., 0] * nearer + held.across, turned[..., 1] * nearer + held.down

    if held.bend == 0.0:
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width, height]) / 2
        u, v = seen(corners[:, 0], corners[:, 1], np.zeros(4))
        sheet = cv2.getPerspectiveTransform(corners.astype(np.float32), np.stack([u, v], 1).astype(np.float32))
        middle = np.array([[1, 0, size / 2], [0, 1, size / 2], [0, 0, 1]])
        back = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
        view = cv2.warpPerspective(picture, middle @ sheet @ back, (size, size), borderValue=BEHIND)
        return np.asarray(view, np.uint8)
    wanted_y, wanted_x = np.mgrid[0:size:_STEP, 0:size:_STEP] - size / 2.0
    x, y, radius, axis = wanted_x.copy(), wanted_y.copy(), size / abs(held.bend), np.radians(held.axis)
    for _ in range(_ROUNDS):
        along, beside = np.cos(axis) * x + np.sin(axis) * y, np.cos(axis) * y - np.sin(axis) * x
        round_, deep = radius * np.sin(along / radius), radius * (1 - np.cos(along / radius)) * np.sign(held.bend)
        u, v = seen(np.cos(axis) * round_ - np.sin(axis) * beside, np.sin(axis) * round_ + np.cos(axis) * beside, deep)
        x = np.clip(x + 0.7 * (wanted_x - u), -size, size)
        y = np.clip(y + 0.7 * (wanted_y - v), -size, size)
    grow = np.array([[1 / _STEP, 0, 0], [0, 1 / _STEP, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    columns, rows = (
        cv2.warpAffine(part.astype(np.float32), grow, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for part in (x + width / 2, y + height / 2)
    )
    return np.asarray(cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderValue=BEHIND), np.uint8)


def camera_noise(picture: Picture, rng: np.random.Generator, strength: float, quality: int) -> Picture:
    """Add the noise of a sensor and what JPEG of this quality loses."""
    noisy = np.clip(picture + rng.normal(0, strength, picture.shape), 0, 255).astype(np.uint8)
    done, coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8) if done else noisy
