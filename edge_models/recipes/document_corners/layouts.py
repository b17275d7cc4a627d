"""Documents put together from what ``drawing`` gives: cards and data pages, for training."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge_models.recipes.document_corners.drawing import (
    Chance,
    barcode,
    chip,
    colour,
    guilloche,
    hologram,
    paper,
    portrait,
    script,
    shapes,
    signature,
    words,
    zone,
)
from edge_models.runtime.port import Pixels

ID1, ID2, ID3 = (85.6, 54.0), (105.0, 74.0), (125.0, 88.0)


@dataclass(frozen=True)
class Document:
    """A drawn document, upright."""

    picture: Pixels
    alpha: Pixels
    """0 outside its rounded corners"""
    width: float
    """millimetres"""
    height: float
    other_page: Pixels | None = None
    """of an open passport: the page above the fold"""


def rounded(height: int, width: int, radius: int, top: bool = True) -> Pixels:
    """Give the mask of a sheet with rounded corners; ``top`` False: those at a fold are square."""
    mask = np.zeros((height, width), np.uint8)
    radius = max(1, radius)
    cv2.rectangle(mask, (radius, 0), (width - radius - 1, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius if top else 0), (width - 1, height - radius - 1), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def document(chance: Chance, unit: float) -> Document:
    """Draw a document of any kind, ``unit`` pixels per millimetre."""
    kind = chance.random()
    if kind < 0.3:
        return _passport(chance, unit)
    size = ID1 if kind < 0.92 else ID2
    width, height = int(size[0] * unit), int(size[1] * unit)
    canvas = paper(chance, height, width)
    make = chance.choice(5, p=[0.36, 0.26, 0.18, 0.14, 0.06])
    if chance.random() < 0.55:
        guilloche(canvas, chance)
    (_front, _back, _bank, _eastern, _bare)[make](canvas, chance, unit)
    if chance.random() < 0.3:
        hologram(canvas, chance)
    return Document(canvas, rounded(height, width, round(unit * chance.uniform(2.2, 3.6))), *size)


def _front(canvas: Pixels, chance: Chance, unit: float) -> None:
    height, width = canvas.shape[:2]
    if chance.random() < 0.6:
        canvas[: int(height * chance.uniform(0.08, 0.22))] = colour(chance, 30, 230, 1.2)
    left = int(width * (0.05 if chance.random() < 0.7 else 0.66))
    portrait(canvas, chance, (left, int(height * chance.uniform(0.22, 0.34)), int(width * 0.28), int(height * 0.6)))
    start = int(width * (0.38 if left < width / 2 else 0.05))
    ink = colour(chance, 0, 90, 0.5)
    words(
        canvas,
        chance,
        (start, int(height * 0.26), int(width * 0.4), int(height * 0.6)),
        int(unit * chance.uniform(1.4, 2.6)),
        ink,
    )
    words(canvas, chance, (int(width * 0.1), int(height * 0.04), int(width * 0.8), int(unit * 5)), int(unit * 2.6), ink)
    if chance.random() < 0.4:
        portrait(canvas, chance, (int(width * 0.8), int(height * 0.5), int(width * 0.14), int(height * 0.34)))
    if chance.random() < 0.5:
        signature(canvas, chance, (start, int(height * 0.8), int(width * 0.3), int(height * 0.15)), unit)
    if chance.random() < 0.3:
        chip(canvas, chance, unit, (int(width * 0.7), int(height * 0.35)))


def _back(canvas: Pixels, chance: Chance, unit: float) -> None:
    height, width = canvas.shape[:2]
    ink = colour(chance, 0, 90, 0.5)
    words(
        canvas,
        chance,
        (int(width * 0.06), int(height * 0.06), int(width * 0.5), int(height * 0.45)),
        int(unit * chance.uniform(1.3, 2.2)),
        ink,
    )
    choice = chance.random()
    if choice < 0.55:
        zone(canvas, chance, unit, 3, 30)
    elif choice < 0.85:
        barcode(
            canvas,
            chance,
            (int(width * 0.05), int(height * 0.6), int(width * 0.85), int(height * 0.3)),
            int(chance.choice([1, 12])),
        )
    if chance.random() < 0.35:
        top = int(height * chance.uniform(0, 0.12))
        canvas[top : top + int(12 * unit)] = colour(chance, 5, 50, 0.3)
    if chance.random() < 0.4:
        chip(canvas, chance, unit, (int(width * 0.75), int(height * 0.15)))


def _bank(canvas: Pixels, chance: Chance, unit: float) -> None:
    height, width = canvas.shape[:2]
    if chance.random() < 0.7:
        canvas[:] = (canvas * chance.uniform(0.1, 0.9)).astype(np.uint8)
    if chance.random() < 0.5:
        shapes(canvas, chance, int(chance.integers(1, 4)), 1.2)
    chip(canvas, chance, unit, (int(width * 0.1), int(height * 0.35)))
    ink = colour(chance, 180, 255, 0.2) if canvas.mean() < 128 else colour(chance, 0, 60, 0.2)
    words(canvas, chance, (int(width * 0.08), int(height * 0.6), int(width * 0.8), int(unit * 5)), int(unit * 3.6), ink)
    words(canvas, chance, (int(width * 0.08), int(height * 0.78), int(width * 0.4), int(unit * 6)), int(unit * 2), ink)
    for step in (0, 7):
        place = (int(width * 0.82 + step * unit), int(height * 0.82))
        cv2.circle(canvas, place, int(unit * 5), colour(chance, 60, 220, 2), -1, cv2.LINE_AA)


def _eastern(canvas: Pixels, chance: Chance, unit: float) -> None:
    height, width = canvas.shape[:2]
    portrait(canvas, chance, (int(width * 0.06), int(height * 0.25), int(width * 0.26), int(height * 0.55)))
    ink = colour(chance, 0, 80, 0.5)
    box = (int(width * 0.4), int(height * 0.2), int(width * 0.54), int(height * 0.7))
    script(canvas, chance, box, int(unit * chance.uniform(2, 3.2)), ink)
    script(canvas, chance, (int(width * 0.2), int(height * 0.03), int(width * 0.6), int(unit * 6)), int(unit * 3), ink)


def _bare(canvas: Pixels, chance: Chance, unit: float) -> None:
    height, width = canvas.shape[:2]
    words(
        canvas,
        chance,
        (int(width * 0.2), int(height * 0.4), int(width * 0.6), int(height * 0.2)),
        int(unit * 4),
        colour(chance),
    )


def _passport(chance: Chance, unit: float) -> Document:
    width, height = int(ID3[0] * unit), int(ID3[1] * unit)
    canvas = paper(chance, height, width)
    if chance.random() < 0.8:
        guilloche(canvas, chance)
    ink = colour(chance, 0, 90, 0.4)
    left = int(width * chance.uniform(0.03, 0.08))
    portrait(canvas, chance, (left, int(height * 0.2), int(width * 0.27), int(height * 0.5)))
    words(
        canvas,
        chance,
        (int(width * 0.36), int(height * 0.16), int(width * 0.34), int(height * 0.58)),
        int(unit * chance.uniform(1.5, 2.4)),
        ink,
    )
    words(
        canvas, chance, (int(width * 0.05), int(height * 0.04), int(width * 0.9), int(unit * 6)), int(unit * 2.6), ink
    )
    zone(canvas, chance, unit, 2, 44)
    if chance.random() < 0.5:
        hologram(canvas, chance)
    other = None
    if chance.random() < 0.65:
        other = (
            paper(chance, height, width) if chance.random() < 0.5 else (canvas[::-1, ::-1] * 0 + canvas.mean((0, 1)))
        )
        other = np.ascontiguousarray(other).astype(np.uint8)
        if chance.random() < 0.7:
            guilloche(other, chance)
        words(
            other,
            chance,
            (int(width * 0.1), int(height * 0.1), int(width * 0.8), int(height * 0.8)),
            int(unit * 2),
            ink,
        )
        if chance.random() < 0.2:
            signature(other, chance, (int(width * 0.3), int(height * 0.4), int(width * 0.4), int(height * 0.3)), unit)
    return Document(canvas, rounded(height, width, round(unit * 3), top=other is None), *ID3, other)
