"""Portraits as documents carry them: dye, offset screen, laser engraving or a glued photo, under security print.

A face is laid out as a portrait is (ISO/IEC 19794-5: eyes level, about a third of the width apart from each other) at
``EYES`` pixels of print, then put through a printer and overprinted. Nothing is read from disk.
"""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.attack.making.plane import Floats, Picture, Random, as_picture
from calibration.attack.making.printed import inks_of, reflected, screens
from edge_models.tasks.alignment import similarity

EYES = 96
"""pixels of print between the eyes: about 8 mm at 300 dots per inch"""
WIDTH, HEIGHT = 312, 402
"""pixels of print: 35 to 45, as portraits are"""
_LEFT_EYE = (WIDTH / 2 - EYES / 2, 172.0)
_BELOW = 1.0
"""mouth below the eyes, in parts of their distance"""


class Printer(StrEnum):
    """How the portrait came onto the document."""

    DYE = "dye"
    OFFSET = "offset"
    LASER = "laser"
    PHOTO = "photo"


def laid_out(face: Picture, points5: NDArray[np.floating]) -> Picture:
    """Lay a face out as a portrait; ``points5``: eyes, nose, mouth corners, pixels of the picture.

    What lies beyond the picture is a blurred continuation of its edge.
    """
    mouth = _LEFT_EYE[1] + _BELOW * EYES
    target = np.array([[_LEFT_EYE[0], _LEFT_EYE[1]], [_LEFT_EYE[0] + EYES, _LEFT_EYE[1]], [WIDTH / 2, mouth]])
    points = np.asarray(points5, np.float64)
    matrix = similarity(np.stack([points[0], points[1], (points[3] + points[4]) / 2]), target)
    inside = cv2.warpAffine(np.full(face.shape[:2], 255, np.uint8), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST)
    picture = cv2.warpAffine(face, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    beyond = cv2.GaussianBlur(picture, (0, 0), 24)
    soft = cv2.GaussianBlur(cv2.erode(inside, np.ones((9, 9), np.uint8)), (0, 0), 4).astype(np.float32)[..., None] / 255
    return as_picture(picture * soft + beyond * (1 - soft))


def printed(portrait: Picture, printer: Printer, rng: Random) -> Picture:
    """Print a portrait."""
    colour: Floats = portrait.astype(np.float32) / np.float32(255)
    if printer is Printer.OFFSET:
        return as_picture(255 * _offset(colour, rng))
    if printer is Printer.LASER:
        return as_picture(255 * _laser(colour, rng))
    if printer is Printer.DYE:
        soft = cv2.GaussianBlur(colour, (0, 0), rng.uniform(0.6, 1.6))
        spread = np.clip(0.5 + (soft - 0.5) * rng.uniform(0.85, 1.2), 0, 1)
        return as_picture(255 * _cast(spread, rng, 0.06))
    # a photo that has lain in a booklet: faded, yellow, dull blacks
    black, white = rng.uniform(0.05, 0.2), rng.uniform(0.75, 0.95)
    faded = _cast(black + (white - black) * cv2.GaussianBlur(colour, (0, 0), rng.uniform(0.8, 2.0)), rng, 0.1)
    grey = faded.mean(2, keepdims=True)
    return as_picture(255 * (grey + (faded - grey) * rng.uniform(0.2, 0.9)))


def overprinted(portrait: Picture, rng: Random, strength: float) -> Picture:
    """Lay guilloche lines and a shine of a hologram over a portrait; ``strength`` 0 none .. 1 heavy."""
    height, width = portrait.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    result = portrait.astype(np.float32)
    for _ in range(int(rng.integers(1, 4))):
        period, swing = rng.uniform(9, 26), rng.uniform(4, 30)
        slope, wave = rng.uniform(-1.2, 1.2), rng.uniform(60, 220)
        bent = rows + slope * columns + swing * np.sin(2 * np.pi * columns / wave + rng.uniform(0, 6.28))
        line = np.clip(1 - np.abs((bent % period) - period / 2) / rng.uniform(0.9, 2.2), 0, 1)
        ink = rng.uniform(30, 230, 3).astype(np.float32)
        opacity = (0.5 * strength * rng.uniform(0.4, 1.0)) * line[..., None]
        result = result * (1 - opacity) + ink * opacity
    centre, reach = rng.uniform(0.1, 0.9, 2) * (height, width), rng.uniform(0.15, 0.5) * width
    blob = np.exp(-(((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / (2 * reach**2)))
    hue = np.stack([0.5 + 0.5 * np.cos(columns / rng.uniform(15, 60) + phase) for phase in (0.0, 2.1, 4.2)], 2)
    shine = 0.55 * strength * rng.uniform(0, 1) * blob[..., None]
    return as_picture(result * (1 - shine) + 255 * hue * shine)


def _offset(colour: Floats, rng: Random) -> Floats:
    """Four screened inks on paper."""
    inks = inks_of(cv2.GaussianBlur(colour, (0, 0), 0.8))
    period, spread = rng.uniform(2.6, 5.0), rng.uniform(0.6, 1.0)
    # a dot's edge is as soft as the paper; the tone is that of the dot's area
    dots = np.clip(0.5 + 3 * (inks - (1 - screens(inks.shape, period))), 0, 1)
    return reflected(dots * spread + inks * (1 - spread), rng.uniform(0.06, 0.16))


def _laser(colour: Floats, rng: Random) -> Floats:
    """Grey engraved into a card's plastic: grain of its dots, a tone curve of its own, the card's tint shining through."""
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    grey = np.clip(0.5 + (grey - grey.mean()) * rng.uniform(0.8, 1.5) + rng.uniform(-0.1, 0.15), 0.02, 1)
    grey = grey ** rng.uniform(0.7, 1.3)
    grain = cv2.GaussianBlur(rng.standard_normal(grey.shape, dtype=np.float32), (0, 0), rng.uniform(0.5, 1.1))
    grey = np.clip(grey + rng.uniform(0.03, 0.14) * grain / max(float(grain.std()), 1e-6), 0, 1)
    tint = np.array([rng.uniform(0.75, 0.95) for _ in range(3)], np.float32)
    return np.asarray((rng.uniform(0.05, 0.15) + 0.9 * grey)[..., None] * tint, np.float32)


def _cast(colour: Floats, rng: Random, most: float) -> Floats:
    return np.asarray(np.clip(colour * (1 + rng.uniform(-most, most, 3)), 0, 1), np.float32)
