"""What a camera and a card's life do to a line: one function for each, on a small float picture of 0..255."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_text.wording import Generator

Picture = NDArray[np.float32]


def defocus(generator: Generator, picture: Picture, cap: float) -> Picture:
    """Put a lens out of focus; up to a sixth of a character's height."""
    sigma = cap * float(generator.uniform(0.02, 0.16))
    if generator.random() < 0.7:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(sigma, 0.25)))
    size = max(1, round(sigma * 2))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1)).astype(np.float32)
    return np.asarray(cv2.filter2D(picture, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE))


def motion(generator: Generator, picture: Picture, cap: float) -> Picture:
    """Move the hand."""
    length = max(2, round(cap * float(generator.uniform(0.05, 0.32))))
    turn = float(generator.uniform(0, np.pi))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    steps = np.linspace(-length / 2, length / 2, 4 * length + 1)
    for step in steps:
        kernel[round(length + step * np.sin(turn)), round(length + step * np.cos(turn))] = 1
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE))


def noise(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Add sensor noise, as far as the print stands out of it."""
    sigma = contrast * float(generator.uniform(0.02, 0.22))
    return picture + generator.normal(0, sigma, picture.shape).astype(np.float32)


def speckle(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Add coarse noise as strong denoising and gain leave it."""
    height, width = picture.shape
    coarse = generator.normal(
        0, contrast * float(generator.uniform(0.03, 0.16)), (max(2, height // 2), max(2, width // 2))
    )
    return picture + cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)


def uneven(generator: Generator, picture: Picture, _: float) -> Picture:
    """Light it from a side, or lay a shadow's edge on it."""
    height, width = picture.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)
    if generator.random() < 0.6:
        field = x[None] * float(generator.uniform(-0.6, 0.6)) + np.linspace(-0.4, 0.4, height, dtype=np.float32)[
            :, None
        ] * float(generator.uniform(-1, 1))
        return np.asarray(picture * (1 + field))
    tilt = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * float(generator.uniform(-0.3, 0.3))
    edge = 0.5 + 0.5 * np.tanh((x[None] - float(generator.uniform(-0.9, 0.9)) + tilt) * float(generator.uniform(3, 30)))
    return np.asarray(picture * (1 - float(generator.uniform(0.1, 0.65)) * edge), np.float32)


def glare(generator: Generator, picture: Picture, _: float) -> Picture:
    """Lay a lamp's streak over it: added light that leaves a trace of the print."""
    height, width = picture.shape
    x = np.linspace(0, 1, width, dtype=np.float32)[None]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    place, broad = float(generator.uniform(0, 1)), float(generator.uniform(0.02, 0.25))
    streak = np.exp(-(((x - place + y * float(generator.uniform(-0.3, 0.3))) / broad) ** 2))
    return np.asarray(picture + float(generator.uniform(30, 190)) * streak, np.float32)


def dark(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Take the light away: shades close to black, in steps, with shot noise."""
    share = max(float(generator.uniform(0.08, 0.45)), min(1.0, 9 / contrast))
    low = picture * share
    grainy = low + generator.normal(0, 1, picture.shape).astype(np.float32) * np.sqrt(np.maximum(low, 1)) * float(
        generator.uniform(0.1, 0.5)
    )
    return np.asarray(np.round(grainy), np.float32)


def jpeg(generator: Generator, picture: Picture, _: float) -> Picture:
    """Store it."""
    quality = int(generator.integers(18, 92))
    _, coded = cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32)


def sharpened(generator: Generator, picture: Picture, _: float) -> Picture:
    """Sharpen as cameras do, with halos."""
    soft = cv2.GaussianBlur(picture, (0, 0), float(generator.uniform(0.7, 2)))
    return np.asarray(picture + (picture - soft) * float(generator.uniform(0.4, 2.0)))


# Kept out of training, for the report.


def moire(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Lay bands over it as a photographed screen shows them."""
    height, width = picture.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn, period = float(generator.uniform(0, np.pi)), float(generator.uniform(2.2, 7))
    wave = np.sin((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / period)
    return np.asarray(picture + wave * contrast * float(generator.uniform(0.08, 0.22)))


def posterised(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Leave a few shades only."""
    step = contrast * float(generator.uniform(0.25, 0.45))
    return np.asarray(np.round(picture / step) * step)


def crease(generator: Generator, picture: Picture, contrast: float) -> Picture:
    """Draw a fold or scratches across the line: thin light and dark strokes."""
    scratched = picture.copy()
    height, width = picture.shape
    for _ in range(int(generator.integers(1, 4))):
        top, bottom = float(generator.uniform(0, width)), 0.0
        bottom = top + float(generator.uniform(-60, 60))
        shade = float(picture.mean() + generator.choice([-1, 1]) * contrast * generator.uniform(0.4, 0.9))
        cv2.line(scratched, (round(top), 0), (round(bottom), height), shade, 1, cv2.LINE_AA)
    return scratched


def double(generator: Generator, picture: Picture, cap: float) -> Picture:
    """Mix a frame with the one before it."""
    shift = np.array(
        [[1, 0, cap * generator.uniform(0.06, 0.16)], [0, 1, cap * generator.uniform(-0.08, 0.08)]], np.float32
    )
    height, width = picture.shape
    moved = cv2.warpAffine(picture, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(0.6 * picture + 0.4 * moved, np.float32)


Damage = Callable[[Generator, Picture, float], Picture]
BLURS: dict[str, Damage] = {"defocus": defocus, "motion": motion}
OTHERS: dict[str, Damage] = {
    "noise": noise, "speckle": speckle, "uneven": uneven, "glare": glare, "dark": dark, "jpeg": jpeg, "sharpened": sharpened,
}  # fmt: skip
HELD_OUT: dict[str, Damage] = {"moire": moire, "posterised": posterised, "crease": crease, "double": double}
BY_CAP = {"defocus", "motion", "double"}
"""those whose strength is told by the height of a character, not by the contrast"""
