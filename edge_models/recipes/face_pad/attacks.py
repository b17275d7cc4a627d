"""Simulated presentation attacks: a bona fide frame shown on paper or on a screen in another scene, or worn as a mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_pad.damage import Floats, Random, as_bytes, softened
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import Box

# Paper and screen reach this far beyond the face, in sides of its box: left, top, right, bottom.
_LEAST, _MOST = (0.15, 0.25, 0.15, 0.1), (1.2, 0.9, 1.2, 1.1)


@dataclass(frozen=True)
class Portrait:
    """A frame with its face: box (x, y, width, height) and five points."""

    picture: Pixels
    box: Box
    points: NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    """A simulated attack: the picture and where the face lies in it."""

    picture: Pixels
    box: Box


def printed(person: Portrait, scene: Portrait, rng: Random) -> Shown:
    """Give a photo of a print: the inks' small range, dots, soft copy, bent light, paper's edge, another scene."""
    flat = softened(person.picture, rng.uniform(0.45, 1.0)).astype(np.float32)
    low, high = rng.uniform(10, 75), rng.uniform(160, 245)
    flat = low + flat * ((high - low) / 255)
    grey = flat.mean(2, keepdims=True)
    colourful = rng.uniform(0.0, 0.1) if rng.random() < 0.1 else rng.uniform(0.5, 1.1)
    flat = grey + (flat - grey) * np.float32(colourful)
    flat = flat * rng.uniform(0.88, 1.08, 3).astype(np.float32)
    height, width = flat.shape[:2]
    rows, columns = _grid(height, width)
    if rng.random() < 0.5:
        flat = flat + _dots(rows, columns, rng) * rng.uniform(2, 10)
    if rng.random() < 0.6:  # bent paper takes the light unevenly
        angle = rng.uniform(0, np.pi)
        along = (columns * np.cos(angle) + rows * np.sin(angle)) / max(height, width)
        flat = flat + (np.sin(along * rng.uniform(2, 8) + rng.uniform(0, 6)) * rng.uniform(3, 28))[..., None]
    if rng.random() < 0.25:  # a fold
        flat[:, int(rng.uniform(0.2, 0.8) * width) :] *= rng.uniform(0.8, 0.95)
    if rng.random() < 0.25:  # gloss
        flat = flat + _glow(rows, columns, rng) * rng.uniform(20, 90)
    white = float(min(250, high + rng.uniform(-5, 20)))
    edge = (white,) * 3 if rng.random() < 0.6 else None
    return _presented(person, as_bytes(flat), scene, edge, rng, bend=rng.uniform(0, 0.06))


def on_screen(person: Portrait, scene: Portrait, rng: Random) -> Shown:
    """Give a photo of a screen: contrast, glow, moire, pixel grid, lines, lamps in the glass, bezel, a dark room or not."""
    shown: NDArray[np.floating] = softened(person.picture, rng.uniform(0.5, 1.0)).astype(np.float32)
    shown = (
        255 * (np.clip(shown, 0, 255) / 255) ** np.float32(rng.uniform(0.55, 1.25)) * np.float32(rng.uniform(0.6, 1.4))
    )
    black = rng.uniform(0, 30)
    shown = black + shown * ((255 - black) / 255)
    cast_of = np.array([rng.uniform(0.9, 1.3), rng.uniform(0.92, 1.08), rng.uniform(0.75, 1.1)], np.float32)
    shown = shown * cast_of
    height, width = shown.shape[:2]
    rows, columns = _grid(height, width)
    for _ in range(int(rng.integers(0, 3))):
        period, angle, strength = rng.uniform(2.2, 22), rng.uniform(0, np.pi), rng.uniform(1.5, 10)
        bent = 1 + rng.uniform(-0.3, 0.3) * rows / height
        wave = np.sin(2 * np.pi / period * bent * (columns * np.cos(angle) + rows * np.sin(angle)) + rng.uniform(0, 6))
        shown = shown + (wave * strength)[..., None] * rng.uniform(-0.4, 1.2, 3).astype(np.float32)
    if rng.random() < 0.2:  # refresh: a dark or bright band
        shown = shown + (np.sin(rows * rng.uniform(2, 9) / height + rng.uniform(0, 6)) * rng.uniform(3, 18))[..., None]
    if rng.random() < 0.25:  # bloom
        shown = shown * 0.75 + cv2.GaussianBlur(shown, (0, 0), rng.uniform(3, 9)) * rng.uniform(0.25, 0.5)
    if rng.random() < 0.4:
        shown = shown + _glow(rows, columns, rng) * rng.uniform(30, 170)
    if rng.random() < 0.3:  # the room in the glass
        room = cv2.GaussianBlur(cv2.resize(scene.picture, (width, height)), (0, 0), rng.uniform(2, 8))
        shown = shown + room.astype(np.float32) * rng.uniform(0.05, 0.3)
    dark = scene
    if rng.random() < 0.35:
        dark = Portrait(as_bytes(scene.picture * rng.uniform(0.03, 0.3)), scene.box, scene.points)
    level = rng.uniform(2, 45) if rng.random() < 0.85 else rng.uniform(180, 250)
    return _presented(person, as_bytes(shown), dark, (level,) * 3 if rng.random() < 0.65 else None, rng, bend=0.0)


def worn(face: Portrait, wearer: Portrait, rng: Random) -> Shown:
    """Give a paper mask worn by another: a printed face with eye holes (or without), its edge and shadow on the wearer."""
    height, width = wearer.picture.shape[:2]
    target = wearer.points + rng.normal(0, 0.03 * wearer.box[2], wearer.points.shape)
    matrix, _ = cv2.estimateAffinePartial2D(face.points.astype(np.float64), target.astype(np.float64), method=cv2.LMEDS)
    if matrix is None:
        return printed(face, wearer, rng)
    paper = cv2.warpAffine(face.picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT).astype(np.float32)
    low, high = rng.uniform(15, 70), rng.uniform(165, 240)
    paper = (low + paper * ((high - low) / 255)) * rng.uniform(0.9, 1.06, 3).astype(np.float32)
    rows, columns = _grid(height, width)
    x, y, w, h = wearer.box
    if rng.random() < 0.6:  # bent round the head
        paper = paper * (1 - rng.uniform(0.1, 0.5) * ((columns - x - w / 2) / (0.6 * w)) ** 2).clip(0.3, 1)[..., None]
    grown = rng.uniform(0.95, 1.3)
    power = rng.uniform(2, 5)
    far = (
        np.abs((columns - x - w / 2) / (w / 2 * grown)) ** power + np.abs((rows - y - h / 2) / (h / 2 * grown)) ** power
    )
    cover = (far < 1).astype(np.float32)
    rim = ((far >= 1) & (far < rng.uniform(1.0, 1.35))).astype(np.float32) if rng.random() < 0.6 else np.zeros_like(far)
    if rng.random() < 0.75:
        size_x, size_y = w * rng.uniform(0.07, 0.13), w * rng.uniform(0.035, 0.08)
        for eye in target[:2]:
            cover[((columns - eye[0]) / size_x) ** 2 + ((rows - eye[1]) / size_y) ** 2 < 1] = 0
    cover = cv2.GaussianBlur(cover, (0, 0), 0.6)[..., None]
    shade = cv2.GaussianBlur(cover, (0, 0), max(1.0, 0.06 * w))[..., None]
    under = wearer.picture.astype(np.float32) * (1 - rng.uniform(0, 0.5) * shade)
    under = under * (1 - rim[..., None]) + rng.uniform(170, 245) * rim[..., None]
    return Shown(as_bytes(under * (1 - cover) + paper * cover), wearer.box)


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    return rows, columns


def _dots(rows: Floats, columns: Floats, rng: Random) -> Floats:
    period, angle = rng.uniform(2, 5), rng.uniform(0, np.pi)
    a = columns * np.cos(angle) + rows * np.sin(angle)
    b = rows * np.cos(angle) - columns * np.sin(angle)
    return cast("Floats", (np.sin(2 * np.pi * a / period) * np.sin(2 * np.pi * b / period))[..., None])


def _glow(rows: Floats, columns: Floats, rng: Random) -> Floats:
    height, width = rows.shape
    x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.05, 0.3) * width
    far = ((columns - x) / size) ** 2 + ((rows - y) / (size * rng.uniform(0.3, 2))) ** 2
    return cast("Floats", np.exp(-far)[..., None])


def _presented(
    person: Portrait, shown: Pixels, scene: Portrait, edge: tuple[float, ...] | None, rng: Random, *, bend: float
) -> Shown:
    """Lay what is shown into the scene, tilted and scaled, with a border of the given colour or none."""
    if edge is None and rng.random() < 0.5:
        return Shown(shown, person.box)
    height, width = shown.shape[:2]
    x, y, w, h = person.box
    reach = [rng.uniform(low, high) for low, high in zip(_LEAST, _MOST, strict=True)]
    left, top = int(max(0, x - reach[0] * w)), int(max(0, y - reach[1] * h))
    right, bottom = int(min(width, x + w + reach[2] * w)), int(min(height, y + h + reach[3] * h))
    part = shown[top:bottom, left:right]
    border = int(max(1, w * rng.uniform(0.02, 0.22))) if edge is not None else 0
    colour = edge or (0.0, 0.0, 0.0)
    part = cast("Pixels", cv2.copyMakeBorder(part, *(border,) * 4, cv2.BORDER_CONSTANT, value=colour))
    part_height, part_width = part.shape[:2]
    # the canvas: the scene's picture, scaled so that the sheet covers between a third and all of it
    size = max(part_height, part_width)
    side = int(size * rng.uniform(1.05, 2.6))
    under = _square(scene.picture, side, rng)
    corner = np.array([rng.uniform(0, side - part_width), rng.uniform(0, side - part_height)])
    corners = np.array([[0, 0], [part_width, 0], [part_width, part_height], [0, part_height]], np.float32)
    tilted = corners + rng.normal(0, 0.035 * size, (4, 2)) + corner
    turn = cv2.getRotationMatrix2D(
        (float(corner[0] + part_width / 2), float(corner[1] + part_height / 2)), rng.uniform(-9, 9), 1.0
    )
    tilted = (tilted @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, tilted)
    if bend:
        rows, columns = _grid(part_height, part_width)
        moved = rows + (np.sin(columns / part_width * np.pi) * bend * part_height).astype(np.float32)
        part = cast("Pixels", cv2.remap(part, columns, moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    mask = (
        cv2.warpPerspective(np.full(part.shape[:2], 255, np.uint8), matrix, (side, side))[..., None].astype(np.float32)
        / 255
    )
    laid = cv2.warpPerspective(part, matrix, (side, side)).astype(np.float32)
    shadow = 1 - rng.uniform(0, 0.4) * cv2.GaussianBlur(mask, (0, 0), max(1.0, 0.03 * size))[..., None]
    picture = as_bytes(under.astype(np.float32) * shadow * (1 - mask) + laid * mask)
    face = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32) - [left - border, top - border]
    found = cv2.perspectiveTransform(face[None].astype(np.float32), matrix)[0]
    low, high = found.min(0), found.max(0)
    # an upright box of the face's own size: tilting must not make the crop larger than the detector's
    centre, extent = (low + high) / 2, np.sqrt(np.prod(high - low) / (w * h)) * np.array([w, h])
    corner = centre - extent / 2
    return Shown(picture, (float(corner[0]), float(corner[1]), float(extent[0]), float(extent[1])))


def _square(picture: Pixels, side: int, rng: Random) -> Pixels:
    """Cut a square of the scene anywhere and bring it to the side."""
    height, width = picture.shape[:2]
    least = min(height, width)
    size = int(least * rng.uniform(0.6, 1.0))
    top, left = int(rng.integers(0, height - size + 1)), int(rng.integers(0, width - size + 1))
    return cast("Pixels", cv2.resize(picture[top : top + size, left : left + size], (side, side)))
