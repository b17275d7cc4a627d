"""What lies behind documents: rooms, streets and crowds out of the packs, and drawn tables, cloth and clutter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_corners.drawing import Chance, colour, shapes, words
from edge_models.recipes.evidence import identity
from edge_models.recipes.packs import pictures
from edge_models.runtime.port import Pixels

PACKS = ("nonface_scenes.zip", "detection_crowd.zip")


def held(name: str, share: float) -> bool:
    """Say whether a pack's picture is kept apart for measuring; depends on its name alone."""
    return int(hashlib.sha256(f"document_corners {name}".encode()).hexdigest()[:8], 16) / 2**32 < share


def scenes(data: Path, share: float, *, apart: bool) -> tuple[list[str], list[Pixels]]:
    """Read the packs' pictures: those kept apart, or the others; give identities and pictures (BGR)."""
    names, found = [], []
    for pack in PACKS:
        for name, picture in pictures(data / "faces" / pack):
            if held(name, share) == apart:
                names.append(identity(pack, name))
                found.append(picture)
    return names, found


def fitted(picture: Pixels, chance: Chance, width: int, height: int) -> Pixels:
    """Cut a random part of the wanted shape and scale it; grey ones are sometimes tinted."""
    tall, wide = picture.shape[:2]
    scale = max(width / wide, height / tall) * chance.uniform(1.0, 1.6)
    cut_wide, cut_tall = min(wide, int(width / scale)), min(tall, int(height / scale))
    x, y = int(chance.integers(wide - cut_wide + 1)), int(chance.integers(tall - cut_tall + 1))
    part = cv2.resize(picture[y : y + cut_tall, x : x + cut_wide], (width, height), interpolation=cv2.INTER_LINEAR)
    if chance.random() < 0.5:
        part = part[:, ::-1]
    grey = np.abs(part[..., 0].astype(np.int16) - part[..., 2]).mean() < 3
    if grey and chance.random() < 0.7:
        part = np.clip(part * chance.uniform(0.6, 1.25, 3), 0, 255)
    return np.ascontiguousarray(part).astype(np.uint8)


def noise(chance: Chance, height: int, width: int, cells: tuple[int, int]) -> NDArray[np.float32]:
    """Give smooth noise of about -1..1 with so many cells down and across."""
    rough = chance.normal(0, 0.5, (max(2, cells[0]), max(2, cells[1]))).astype(np.float32)
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def drawn(chance: Chance, width: int, height: int) -> Pixels:
    """Draw a ground: plain, wood, cloth, stripes, squares, or a desk with things on it."""
    base = np.array(colour(chance, 15, 240, 0.8), np.float32)
    kind = chance.integers(6)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = noise(chance, height, width, (3, 4)) * chance.uniform(0, 25)
    if kind == 1:
        cells = (int(chance.integers(20, 90)), int(chance.integers(2, 6)))
        shade = shade + noise(chance, height, width, cells if chance.random() < 0.5 else cells[::-1]) * chance.uniform(
            8, 40
        )
    elif kind == 2:
        for size in (8, 40, 160):
            shade = shade + noise(chance, height, width, (size * height // width + 2, size)) * chance.uniform(2, 14)
    elif kind == 3:
        angle, period = chance.uniform(0, np.pi), chance.uniform(6, width / 5)
        shade = shade + np.sign(np.sin((x * np.cos(angle) + y * np.sin(angle)) / period * 6.28)) * chance.uniform(5, 60)
    elif kind == 4:
        period = chance.uniform(width / 16, width / 3)
        angle = chance.uniform(0, np.pi / 2)
        across, down = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        joints = np.minimum(np.abs(across % period), np.abs(down % period)) < max(1.5, width / 200)
        shade = shade + joints * chance.uniform(-60, 60)
    canvas = np.clip(base + shade[..., None], 0, 255).astype(np.uint8)
    if kind == 5 or chance.random() < 0.25:
        clutter(canvas, chance, int(chance.integers(2, 12)))
    return canvas


def clutter(canvas: Pixels, chance: Chance, count: int) -> None:
    """Throw things on it: shapes, blank and printed sheets, screens with a rim. None of them is a document."""
    width = canvas.shape[1]
    shapes(canvas, chance, count, 0.3)
    for _ in range(int(chance.integers(0, 3))):
        sheet(canvas, chance, chance.uniform(0.15, 0.7) * width)


def sheet(canvas: Pixels, chance: Chance, size: float) -> None:
    """Lay a rectangle that is no document: paper, a book, a telephone, a switched-off screen."""
    height, width = canvas.shape[:2]
    dark = chance.random() < 0.4
    side = max(20, int(size))
    drawn_sheet = np.empty((max(14, int(side * chance.uniform(0.45, 1.0))), side, 3), np.uint8)
    drawn_sheet[:] = colour(chance, 5, 70, 0.4) if dark else colour(chance, 150, 250, 0.3)
    if dark and chance.random() < 0.5:
        rim = max(1, side // 25)
        drawn_sheet[rim:-rim, rim:-rim] = colour(chance, 0, 200, 0.5)
    elif not dark and chance.random() < 0.5:
        tall, wide = drawn_sheet.shape[:2]
        words(
            drawn_sheet,
            chance,
            (wide // 10, tall // 10, wide * 8 // 10, tall * 8 // 10),
            max(3, side // 40),
            colour(chance, 0, 80, 0.2),
        )
    tall, wide = drawn_sheet.shape[:2]
    centre = (chance.uniform(0, width), chance.uniform(0, height))
    matrix = cv2.getRotationMatrix2D((wide / 2, tall / 2), chance.uniform(0, 360), 1)
    matrix[:, 2] += (centre[0] - wide / 2, centre[1] - tall / 2)
    mask = cv2.warpAffine(np.full((tall, wide), 255, np.uint8), matrix, (width, height))[..., None] / 255.0
    laid = cv2.warpAffine(drawn_sheet, matrix, (width, height), flags=cv2.INTER_AREA)
    canvas[:] = (canvas * (1 - mask) + laid * mask).astype(np.uint8)
