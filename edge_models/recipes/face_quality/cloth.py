"""What occluders are made of: cloth, skin, hair, glass; and how they are laid over a picture."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels

Alpha = NDArray[np.float32]
"""H x W, 0 leaves the picture .. 1 hides it."""
Colour = NDArray[np.float64]
Points = NDArray[np.floating[Any]]
Generator = np.random.Generator

MASK_COLOURS = np.array(
    [(235, 235, 235), (225, 195, 150), (200, 170, 110), (30, 30, 30), (60, 60, 60), (120, 120, 120), (190, 170, 220)],
    np.float64,
)
"""BGR: white, surgical blues, blacks and greys, pink."""


def filled(polygon: Points, size: int, soft: float = 0.6) -> Alpha:
    """Fill a polygon (x, y in pixels) with antialiased and slightly soft edges."""
    canvas = np.zeros((size, size), np.uint8)
    corners = np.round(np.asarray(polygon, np.float64) * 16).astype(np.int32)
    cv2.fillPoly(canvas, [corners], 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), soft) / 255, np.float32)


def stroke(points: Points, size: int, width: float) -> Alpha:
    """Draw a polyline of a width in pixels (fractions of a pixel make it fainter)."""
    canvas = np.zeros((size, size), np.uint8)
    corners = np.round(np.asarray(points, np.float64) * 16).astype(np.int32)
    cv2.polylines(canvas, [corners], False, 255, max(1, round(width)), cv2.LINE_AA, 4)
    return np.asarray(canvas / 255 * min(1.0, width), np.float32)


def smooth_noise(generator: Generator, size: int, cells: int, channels: int = 1) -> NDArray[np.float32]:
    """Give a smooth random field, about -1..1, H x W x channels."""
    coarse = generator.uniform(-1, 1, (max(2, cells), max(2, cells), channels)).astype(np.float32)
    field = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field.reshape(size, size, channels), np.float32)


def any_colour(generator: Generator) -> Colour:
    """Draw a cloth's colour, BGR."""
    if generator.random() < 0.6:
        base = MASK_COLOURS[generator.integers(len(MASK_COLOURS))]
        return np.clip(base + generator.normal(0, 12, 3), 5, 250)
    return generator.uniform(10, 245, 3)


def cloth(generator: Generator, size: int, other: Pixels) -> NDArray[np.float32]:
    """Give a cloth's picture: plain, woven, striped, checked, flowered, or cut from another picture; with folds."""
    colour = any_colour(generator)
    picture = np.tile(colour.astype(np.float32), (size, size, 1))
    kind = generator.random()
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    angle = generator.uniform(0, np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)).astype(np.float32)
    across = (-x * np.sin(angle) + y * np.cos(angle)).astype(np.float32)
    if kind < 0.15:
        wave = np.sin(along * generator.uniform(0.2, 1.5))
        if generator.random() < 0.4:
            wave = wave * np.sin(across * generator.uniform(0.2, 1.5))
        picture += wave[..., None] * (any_colour(generator) - colour).astype(np.float32) * 0.5
    elif kind < 0.28:
        spots = smooth_noise(generator, size, int(generator.integers(5, 25)))
        picture = np.where(spots > generator.uniform(0, 0.5), any_colour(generator).astype(np.float32), picture)
    elif kind < 0.36:
        turned = cv2.resize(other, (size, size))[:: int(generator.choice([1, -1]))]
        picture = turned.astype(np.float32)
    picture += generator.normal(0, generator.uniform(0, 6), (size, size, 1)).astype(np.float32)
    folds = smooth_noise(generator, size, int(generator.integers(2, 7)))
    picture *= 1 + np.float32(generator.uniform(0, 0.25)) * folds
    for _ in range(int(generator.integers(0, 4))):  # creases
        place = generator.uniform(0, size)
        depth, width = generator.uniform(-0.25, 0.25), generator.uniform(0.8, 4)
        picture *= (1 + depth * np.exp(-(((along - place) / width) ** 2)))[..., None].astype(np.float32)
    return np.asarray(picture, np.float32)


def skin_of(picture: Pixels, points: Points, generator: Generator) -> Colour:
    """Give the colour of the face's own skin (cheeks and forehead), a little off: a hand is lit otherwise."""
    places = np.clip(points[[50, 280, 151, 205, 425], :2], 0, len(picture) - 1).astype(int)
    colours = np.array([picture[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean((0, 1)) for x, y in places])
    return np.clip(np.median(colours, 0) * generator.uniform(0.75, 1.2) + generator.normal(0, 6, 3), 5, 250)


def light_of(picture: Pixels, strength: float) -> NDArray[np.float32]:
    """Give the face's own light as a factor (H x W x 1), so that what is painted is lit like it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    broad = cv2.GaussianBlur(grey, (0, 0), len(picture) / 7)
    middle = float(broad[len(picture) // 3 : -len(picture) // 3, len(picture) // 3 : -len(picture) // 3].mean())
    return np.asarray((1 - strength + strength * broad / max(middle, 8.0))[..., None], np.float32)


def exposure_of(picture: Pixels) -> float:
    """Give how bright the face is against a well lit one, so that white cloth is grey in a dark room."""
    third = len(picture) // 3
    return float(np.clip(picture[third:-third, third:-third].mean() / 125, 0.12, 1.3))


def lay(picture: Pixels, paint: NDArray[np.floating[Any]], alpha: Alpha, shadow: float = 0.0) -> Pixels:
    """Lay paint over the picture; ``shadow`` darkens what lies just below and beside it."""
    image = picture.astype(np.float32)
    if shadow > 0:
        size = len(picture)
        moved = np.roll(cv2.GaussianBlur(alpha, (0, 0), size / 40), (size // 60, 0), (0, 1))
        image *= (1 - np.float32(shadow) * moved * (1 - alpha))[..., None]
    a = alpha[..., None]
    return np.clip(image * (1 - a) + paint.astype(np.float32) * a, 0, 255).astype(np.uint8)
