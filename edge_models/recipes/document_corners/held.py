"""What only evaluation sees: other layouts, other grounds, other damage than the student was taught with."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_corners.backgrounds import clutter, fitted, noise
from edge_models.recipes.document_corners.drawing import (
    Chance,
    colour,
    guilloche,
    paper,
    portrait,
    script,
    signature,
    words,
    zone,
)
from edge_models.recipes.document_corners.layouts import ID1, ID2, ID3, Document, rounded
from edge_models.recipes.document_corners.scenes import Corners
from edge_models.runtime.port import Pixels


def document(chance: Chance, unit: float) -> Document:
    """Draw a document that no training layout is like."""
    kind = int(chance.integers(6))
    if kind == 0:
        return _upright(chance, unit)
    if kind == 5:
        return _page(chance, unit)
    size = ID2 if chance.random() < 0.15 else ID1
    width, height = int(size[0] * unit), int(size[1] * unit)
    canvas = paper(chance, height, width)
    ink = colour(chance, 0, 90, 0.4)
    if kind == 1:  # a table, as on the back of a licence
        for row in np.linspace(0.15, 0.9, 9):
            cv2.line(canvas, (int(width * 0.3), int(height * row)), (int(width * 0.95), int(height * row)), ink, 1)
        for column in (0.3, 0.5, 0.72, 0.95):
            cv2.line(
                canvas, (int(width * column), int(height * 0.15)), (int(width * column), int(height * 0.9)), ink, 1
            )
        words(
            canvas,
            chance,
            (int(width * 0.31), int(height * 0.16), int(width * 0.6), int(height * 0.7)),
            int(unit * 1.4),
            ink,
        )
    elif kind == 2:  # two tones with an oblique border, portrait at the right, rings behind
        oblique = np.array(
            [[0, 0], [width * chance.uniform(0.3, 0.7), 0], [width * chance.uniform(0.2, 0.6), height], [0, height]]
        )
        cv2.fillPoly(canvas, [oblique.astype(np.int32)], colour(chance, 20, 240))
        for reach in range(8, width, int(chance.uniform(10, 30))):
            cv2.circle(
                canvas, (int(width * 0.4), int(height * 0.6)), reach, colour(chance, 120, 230, 0.4), 1, cv2.LINE_AA
            )
        portrait(canvas, chance, (int(width * 0.68), int(height * 0.1), int(width * 0.28), int(height * 0.62)))
        words(
            canvas,
            chance,
            (int(width * 0.06), int(height * 0.2), int(width * 0.5), int(height * 0.7)),
            int(unit * 2),
            ink,
        )
    elif kind == 3:  # a square code and a long number
        side = int(height * 0.5)
        code = (chance.random((25, 25)) < 0.5).astype(np.uint8) * 235 + 10
        place = (int(height * 0.2), int(width * 0.62))
        canvas[place[0] : place[0] + side, place[1] : place[1] + side] = cv2.resize(
            code, (side, side), interpolation=cv2.INTER_NEAREST
        )[..., None]
        words(
            canvas,
            chance,
            (int(width * 0.05), int(height * 0.15), int(width * 0.45), int(height * 0.4)),
            int(unit * 3),
            ink,
        )
        words(
            canvas,
            chance,
            (int(width * 0.05), int(height * 0.82), int(width * 0.8), int(height * 0.1)),
            int(unit * 3),
            ink,
        )
    else:  # portrait and script from the right, band below
        canvas[int(height * 0.82) :] = colour(chance, 30, 200)
        portrait(canvas, chance, (int(width * 0.72), int(height * 0.2), int(width * 0.24), int(height * 0.5)))
        script(
            canvas,
            chance,
            (int(width * 0.08), int(height * 0.15), int(width * 0.58), int(height * 0.6)),
            int(unit * 2.4),
            ink,
        )
        guilloche(canvas, chance)
    return Document(canvas, rounded(height, width, round(unit * 3.2)), *size)


def _upright(chance: Chance, unit: float) -> Document:
    """Draw a card that stands on its short side."""
    width, height = int(ID1[1] * unit), int(ID1[0] * unit)
    canvas = paper(chance, height, width)
    canvas[: int(height * 0.2)] = colour(chance, 20, 220)
    portrait(canvas, chance, (int(width * 0.25), int(height * 0.26), int(width * 0.5), int(height * 0.36)))
    words(
        canvas,
        chance,
        (int(width * 0.12), int(height * 0.68), int(width * 0.76), int(height * 0.26)),
        int(unit * 2.4),
        colour(chance, 0, 80),
    )
    return Document(canvas, rounded(height, width, round(unit * 3.2)), ID1[1], ID1[0])


def _page(chance: Chance, unit: float) -> Document:
    """Draw a data page with the portrait at the right and a stamped page above the fold."""
    width, height = int(ID3[0] * unit), int(ID3[1] * unit)
    canvas, other = paper(chance, height, width), paper(chance, height, width)
    ink = colour(chance, 0, 90, 0.4)
    portrait(canvas, chance, (int(width * 0.68), int(height * 0.12), int(width * 0.27), int(height * 0.5)))
    words(
        canvas,
        chance,
        (int(width * 0.05), int(height * 0.08), int(width * 0.55), int(height * 0.6)),
        int(unit * 2),
        ink,
    )
    zone(canvas, chance, unit, 2, 44)
    for _ in range(3):
        place = (int(chance.uniform(0.2, 0.8) * width), int(chance.uniform(0.2, 0.8) * height))
        cv2.circle(other, place, int(unit * 14), colour(chance, 60, 160), max(1, int(unit)), cv2.LINE_AA)
    signature(other, chance, (int(width * 0.2), int(height * 0.7), int(width * 0.4), int(height * 0.2)), unit)
    return Document(canvas, rounded(height, width, round(unit * 3), top=False), *ID3, other)


def ground(packed: list[Pixels], chance: Chance, width: int, height: int) -> Pixels:
    """Give a ground: pictures kept apart, or drawn marble, carpet, a newspaper, a keyboard, a lamp's circle."""
    choice = chance.random()
    if choice < 0.6:
        found = fitted(packed[int(chance.integers(len(packed)))], chance, width, height)
        if chance.random() < 0.2:
            clutter(found, chance, 3)
        return found
    base, other = np.array(colour(chance, 20, 240)), np.array(colour(chance, 20, 240))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    kind = int(chance.integers(5))
    if kind == 0:  # marble
        vein = np.abs(np.sin((x + y * 0.6) / width * 9 + 3 * noise(chance, height, width, (6, 9)) * 2))
        part = np.clip(vein**0.4 + 0.05 * noise(chance, height, width, (80, 120)), 0, 1)
    elif kind == 1:  # carpet of diamonds
        period = width / chance.uniform(6, 25)
        part = ((np.abs(x % period / period - 0.5) + np.abs(y % period / period - 0.5)) < 0.5) * 0.8 + 0.1
        part = part + noise(chance, height, width, (height // 3, width // 3)) * 0.15
    elif kind == 2:  # newspaper
        canvas = np.full((height, width, 3), chance.uniform(170, 240), np.uint8)
        for column in range(3):
            box = (int(width * (0.03 + 0.33 * column)), int(height * 0.05), int(width * 0.28), int(height * 0.9))
            words(canvas, chance, box, max(4, int(height * chance.uniform(0.012, 0.04))), (40, 40, 40))
        part_picture = fitted(packed[int(chance.integers(len(packed)))], chance, width // 4, height // 4)
        canvas[height // 3 : height // 3 + height // 4, width // 2 : width // 2 + width // 4] = part_picture
        return canvas
    elif kind == 3:  # keyboard
        key = width / chance.uniform(8, 20)
        part = ((x % key > key * 0.12) & (y % key > key * 0.12)) * (0.8 + 0.1 * noise(chance, height, width, (5, 5)))
    else:  # lamp
        middle = chance.uniform(0, 1, 2) * (width, height)
        part = np.exp(-(((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (0.3 * width) ** 2))
    part = np.clip(part, 0, 1)[..., None]
    return np.clip(base * (1 - part) + other * part, 0, 255).astype(np.uint8)


def damage(picture: Pixels, corners: Corners | None, chance: Chance) -> Pixels:
    """Damage a picture by one to three ways that training has not."""
    height, width = picture.shape[:2]
    seen: NDArray[Any] = picture.astype(np.float32)
    ways = chance.choice(7, int(chance.integers(1, 4)), replace=False)
    if 0 in ways and corners is not None:  # a tube mirrored: a long bright bar across the document
        layer = np.zeros((height, width), np.float32)
        ends = [tuple(int(v) for v in corners.mean(0) + chance.normal(0, 0.3, 2) * width) for _ in range(2)]
        cv2.line(layer, ends[0], ends[1], 1.0, max(2, int(width * chance.uniform(0.005, 0.02))))
        seen += cv2.GaussianBlur(layer, (0, 0), width * 0.004)[..., None] * chance.uniform(80, 250)
    if 1 in ways:  # dark corners
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        seen *= np.clip(1 - chance.uniform(0.2, 0.6) * (x**2 + y**2) / 1.4, 0.1, 1)[..., None]
    if 2 in ways:  # tone curve
        seen = 255 * (np.clip(seen, 0, 255) / 255) ** np.exp(chance.normal(0, 0.5))
    if 3 in ways:  # moved twice during the exposure
        matrix = np.array([[1, 0, chance.normal(0, 0.003) * width], [0, 1, chance.normal(0, 0.003) * width]])
        seen = 0.6 * seen + 0.4 * cv2.warpAffine(seen, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    if 4 in ways:  # few pixels
        factor = chance.uniform(0.2, 0.6)
        small = cv2.resize(seen, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        seen = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    if 5 in ways:  # blotches of colour and grain, as in the dark
        blotch = cv2.resize(chance.normal(0, 1, (height // 6, width // 6, 3)).astype(np.float32), (width, height))
        seen = seen * chance.uniform(0.15, 0.6) + blotch * 6 + chance.normal(0, 5, seen.shape)
    if 6 in ways:  # a shadow with a hard edge
        angle, middle = chance.uniform(0, np.pi), chance.uniform(0.2, 0.8, 2) * (width, height)
        y, x = np.mgrid[0:height, 0:width]
        dark = (x - middle[0]) * np.cos(angle) + (y - middle[1]) * np.sin(angle) > 0
        seen *= (1 - chance.uniform(0.3, 0.7) * dark)[..., None]
    damaged = np.clip(seen, 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", damaged, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(10, 60))])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
