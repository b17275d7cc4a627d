"""What lies behind and over print: paper, guilloche, ghost pictures, watermarks. A pool drawn once; a view takes a piece."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_text.glyphs import Sheet
from edge_models.recipes.document_text.wording import Generator

Texture = NDArray[np.float32]
HEIGHT, WIDTH = 128, 640


def _stretched(values: NDArray[np.floating]) -> Texture:
    centred = values - values.mean()
    return np.asarray(centred / max(float(np.abs(centred).max()), 1e-6), np.float32)


def smooth(generator: Generator) -> Texture:
    """Draw blotches of several sizes."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    for cells in (3, 8, 24):
        coarse = generator.normal(0, 1, (max(2, cells // 3), cells)).astype(np.float32)
        total += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * float(generator.uniform(0, 1))
    return _stretched(total)


def grain(generator: Generator) -> Texture:
    """Draw paper or plastic."""
    noise = generator.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    return _stretched(
        cv2.GaussianBlur(noise, (0, 0), float(generator.uniform(0.6, 3.5)), sigmaY=float(generator.uniform(0.6, 3.5)))
    )


def guilloche(generator: Generator) -> Texture:
    """Draw fine waving lines, as security print has them."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(int(generator.integers(1, 4))):
        turn = generator.uniform(-1.2, 1.2)
        along, across = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
        bend = generator.uniform(2, 16) * np.sin(along / generator.uniform(12, 90) + generator.uniform(0, 6))
        wave = np.cos((across + bend) * 2 * np.pi / generator.uniform(5, 28))
        total += np.clip((wave - generator.uniform(0, 0.85)) * 4, 0, 1).astype(np.float32) * float(
            generator.choice([-1, 1])
        )
    return _stretched(total)


def ghost(generator: Generator) -> Texture:
    """Draw a second picture or an emblem: strong dark and light shapes with soft and hard edges."""
    picture = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(int(generator.integers(4, 18))):
        centre = int(generator.integers(0, WIDTH)), int(generator.integers(-20, HEIGHT + 20))
        axes = int(generator.integers(6, 90)), int(generator.integers(4, 70))
        shade = float(generator.uniform(-1, 1))
        cv2.ellipse(
            picture,
            centre,
            axes,
            float(generator.uniform(0, 180)),
            0,
            360,
            shade,
            int(generator.choice([-1, -1, 2, 4])),
        )
    return _stretched(cv2.GaussianBlur(picture, (0, 0), float(generator.uniform(0.6, 9))))


def dots(generator: Generator) -> Texture:
    """Draw a screen of dots or lines, as printers and displays make it."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    period, turn = generator.uniform(3, 9), generator.uniform(0, 1.6)
    first = np.cos((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / period)
    second = np.cos((-x * np.sin(turn) + y * np.cos(turn)) * 2 * np.pi / period) if generator.random() < 0.6 else 1.0
    return _stretched(first * second)


def watermark(generator: Generator, sheets: tuple[Sheet, ...]) -> Texture:
    """Draw large letters across, as SPECIMEN stands on samples."""
    sheet = sheets[int(generator.integers(len(sheets)))]
    row = np.zeros((60, 1200), np.uint8)
    x = 4
    letters = [c for c in sheet.glyphs if c not in "-./: <"]
    for _ in range(40):
        glyph = sheet.glyphs[str(generator.choice(letters))]
        top, left = max(0, 45 + glyph.top), max(0, x + glyph.left)
        height, width = min(glyph.mask.shape[0], 60 - top), glyph.mask.shape[1]
        if left + width > 1190 or height <= 0:
            break
        row[top : top + height, left : left + width] = np.maximum(
            row[top : top + height, left : left + width], glyph.mask[:height]
        )
        x += round(glyph.advance * 1.1)
    scale = float(generator.uniform(1.5, 5))
    matrix = cv2.getRotationMatrix2D(
        (x / 2, 32), float(generator.choice([generator.uniform(-50, 50), generator.uniform(60, 120)])), scale
    )
    matrix[:, 2] += WIDTH / 2 - x / 2, HEIGHT / 2 - 32
    picture = cv2.warpAffine(row, matrix, (WIDTH, HEIGHT))
    if generator.random() < 0.5:
        picture = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(picture.astype(np.float32) / 255 * float(generator.choice([-1, 1])))


@dataclass(frozen=True)
class Pool:
    """Textures ready to take pieces of."""

    textures: tuple[Texture, ...]

    def piece(self, generator: Generator, height: int, width: int) -> Texture:
        """Cut a piece at a scale, mirrored at random: height x width, about -1..1."""
        texture = self.textures[int(generator.integers(len(self.textures)))]
        scale = float(generator.uniform(0.5, 2.0))
        high, wide = min(HEIGHT, max(4, round(height * scale))), min(WIDTH, max(8, round(width * scale)))
        top, left = int(generator.integers(0, HEIGHT - high + 1)), int(generator.integers(0, WIDTH - wide + 1))
        piece = texture[top : top + high, left : left + wide]
        piece = piece[:: int(generator.choice([-1, 1])), :: int(generator.choice([-1, 1]))]
        return np.asarray(cv2.resize(np.ascontiguousarray(piece), (width, height), interpolation=cv2.INTER_LINEAR))


def make_pool(generator: Generator, sheets: tuple[Sheet, ...], count: int) -> Pool:
    """Draw a pool."""
    makers = [smooth, grain, guilloche, guilloche, ghost, ghost, dots]
    textures = []
    for number in range(count):
        if number % 5 == 4:
            textures.append(watermark(generator, sheets))
        else:
            textures.append(makers[number % len(makers)](generator))
    return Pool(tuple(textures))
