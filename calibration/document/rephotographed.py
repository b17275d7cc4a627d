"""A flat picture of a document is photographed again: turned, tilted, bent, badly lit, blurred, compressed. Seeded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shot:
    """How a picture is taken."""

    quarter: int = 0
    """quarter turns clockwise, 0..3"""
    skew: float = 0.0
    """degrees"""
    tilt: float = 0.0
    """degrees about a random axis in the document's plane: perspective"""
    scale: float = 1.0
    """pixels of the new picture for one of the old one"""
    margin: float = 0.1
    """scene round the document: share of its longer side"""
    bend: float = 0.0
    """how far the page's middle is lifted: share of its width"""
    blur: float = 0.0
    """sigma, pixels of the new picture"""
    motion: float = 0.0
    """length of a straight movement, pixels"""
    light: float = 1.0
    """of full brightness"""
    uneven: float = 0.0
    """0 even .. 1: dark side of the light's slope"""
    glare: float = 0.0
    """0 none .. 1: how wide and white a reflection lies over it"""
    noise: float = 0.0
    """sigma, of 255"""
    infrared: bool = False
    jpeg: int = 0
    """quality; 0: not compressed"""


def photograph(
    flat: Picture, points: Points, shot: Shot, rng: np.random.Generator, ground: Picture | None = None
) -> tuple[Picture, Points]:
    """Give the new picture and where ``points`` (n x 2, of the flat picture) lie in it.

    ``ground``: a picture for the scene behind; without it one is made.
    """
    if shot.infrared:
        flat = _infrared(flat)
    if shot.bend:
        flat, points = _bent(flat, points, shot.bend)
    height, width = flat.shape[:2]
    matrix, size = _view(width, height, shot, rng)
    if shot.scale < 0.7:  # a warp that shrinks must not skip pixels
        flat = cv2.GaussianBlur(flat, (0, 0), 0.45 / shot.scale)
    scene = _scene(size, rng) if ground is None else cv2.resize(ground, size, interpolation=cv2.INTER_AREA)
    picture = cv2.warpPerspective(flat, matrix, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)[:, :, None] / 255.0
    picture = (picture * mask + scene * (1 - mask)).astype(np.uint8)
    placed = cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2) if len(points) else points
    return _taken(picture, placed, shot, rng), placed.astype(np.float32)


def _view(width: int, height: int, shot: Shot, rng: np.random.Generator) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Give the perspective and the new picture's size (width, height)."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    middle = corners - [width / 2, height / 2]
    axis = rng.uniform(0, 2 * np.pi)
    tilt = np.radians(shot.tilt)
    away = 2.2 * max(width, height)
    direction = np.array([np.cos(axis), np.sin(axis)])
    along = middle @ direction
    depth = away + along * np.sin(tilt)
    squeezed = middle - np.outer(along * (1 - np.cos(tilt)), direction)
    seen = squeezed * (away / depth)[:, None]
    angle = np.radians(shot.skew + 90 * shot.quarter)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed = seen @ turn.T * shot.scale
    room = shot.margin * max(width, height) * shot.scale * rng.uniform(0.3, 1.0, 4)
    low, high = placed.min(0) - room[:2], placed.max(0) + room[2:]
    size = tuple(int(v) for v in np.ceil(high - low))
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), (placed - low).astype(np.float32))
    return np.asarray(matrix), (size[0], size[1])


def _bent(flat: Picture, points: Points, bend: float) -> tuple[Picture, Points]:
    """Lift the page's middle: lines become arcs."""
    height, width = flat.shape[:2]
    rise = bend * width
    room = int(abs(rise)) + 1
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height + room, dtype=np.float32))
    arc = np.sin(np.pi * x / width).astype(np.float32) * rise
    shifted = (y - room + arc).astype(np.float32)
    bent = cv2.remap(flat, x, shifted, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved = points.copy()
    if len(points):
        moved[:, 1] += room - np.sin(np.pi * points[:, 0] / width) * rise
    return bent, moved


def _scene(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Make a table, a cloth or a dark room to lie behind the document."""
    width, height = size
    base = rng.integers(10, 235, 3).astype(np.float32)
    grain = rng.normal(0, 1, (max(2, height // int(rng.integers(2, 60))), max(2, width // int(rng.integers(2, 60))), 1))
    texture = cv2.resize(grain.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return np.clip(base + texture[:, :, None] * rng.uniform(3, 28), 0, 255).astype(np.uint8)


def _infrared(flat: Picture) -> Picture:
    """See it as an infrared scanner does: colour inks fade, carbon black stays, the whole is dull."""
    grey = flat.min(axis=2).astype(np.float32)
    faded = np.where(grey > 90, 150 + (grey - 90) * 0.35, grey + 20)
    return np.repeat(np.clip(cv2.GaussianBlur(faded, (0, 0), 0.8), 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def _taken(picture: Picture, placed: Points, shot: Shot, rng: np.random.Generator) -> Picture:
    """Do what light, lens, sensor and compression do."""
    height, width = picture.shape[:2]
    image = picture.astype(np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    if shot.uneven:
        angle = rng.uniform(0, 2 * np.pi)
        slope = (x * np.cos(angle) + y * np.sin(angle)) / np.sqrt(2)
        image *= (1 - shot.uneven * (0.5 + 0.5 * slope))[:, :, None]
    if shot.glare:
        # Anywhere over the document; the zone gets its share.
        centre = placed.mean(0) if len(placed) else np.array([width / 2, height / 2])
        centre = centre + rng.normal(0, 0.22, 2) * [width, height]
        cx, cy = centre[0] / width * 2 - 1, centre[1] / height * 2 - 1
        wide, high = rng.uniform(0.2, 0.7, 2) * shot.glare
        spot = np.exp(-(((x - cx) / wide) ** 2) - ((y - cy) / high) ** 2)
        image += (255 * shot.glare * spot)[:, :, None]
    image *= shot.light
    if shot.motion > 1:
        length = int(np.ceil(shot.motion)) | 1
        angle = rng.uniform(0, np.pi)
        kernel = np.zeros((length, length), np.float32)
        middle = length // 2
        reach = np.array([np.cos(angle), np.sin(angle)]) * shot.motion / 2
        start, end = (tuple(round(middle + sign * v) for v in reach) for sign in (-1, 1))
        cv2.line(kernel, start, end, 1.0, 1)
        image = cv2.filter2D(image, -1, kernel / kernel.sum())
    if shot.blur:
        image = cv2.GaussianBlur(image, (0, 0), shot.blur)
    if shot.noise:
        image += rng.normal(0, shot.noise, image.shape).astype(np.float32)
    taken = np.clip(image, 0, 255).astype(np.uint8)
    if shot.jpeg:
        _, packed = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, shot.jpeg])
        taken = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return taken
