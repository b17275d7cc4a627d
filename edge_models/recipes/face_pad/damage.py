"""What cameras, papers and screens do to a picture: views of bona fide frames, and simulated attacks made of them."""

from __future__ import annotations

from typing import Any, cast

import cv2
import numpy as np

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import Box

Random = np.random.Generator


def photographed(picture: Pixels, rng: Random) -> Pixels:
    """Give the picture as another camera in another light would."""
    image: Any = picture.astype(np.float32)
    image *= rng.uniform(0.45, 1.25)
    image = 255 * (np.clip(image, 0, 255) / 255) ** rng.uniform(0.75, 1.35)
    image *= rng.uniform(0.88, 1.12, 3).astype(np.float32)
    if rng.random() < 0.2:  # a light from one side
        slope = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.9, 1.3), image.shape[1], dtype=np.float32)
        image *= (slope if rng.random() < 0.5 else slope[::-1])[None, :, None]
    small = _bytes(image)
    if rng.random() < 0.4:
        factor = rng.uniform(0.4, 0.9)
        height, width = small.shape[:2]
        less = cv2.resize(
            small, (max(8, int(width * factor)), max(8, int(height * factor))), interpolation=cv2.INTER_AREA
        )
        small = cast("Pixels", cv2.resize(less, (width, height), interpolation=cv2.INTER_LINEAR))
    if rng.random() < 0.25:
        small = cast("Pixels", cv2.GaussianBlur(small, (0, 0), rng.uniform(0.4, 1.4)))
    if rng.random() < 0.4:
        small = _bytes(small.astype(np.float32) + rng.normal(0, rng.uniform(1, 7), small.shape))
    if rng.random() < 0.6:
        _, code = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(35, 95))])
        small = cast("Pixels", cv2.imdecode(code, cv2.IMREAD_COLOR))
    return small


def printed(picture: Pixels, box: Box, rng: Random) -> Pixels:
    """Give a photo of a print of this face: paper's edges or not, inks' small range, dots, bent light, before the same scene."""
    flat: Any = picture.astype(np.float32)
    low, high = rng.uniform(15, 60), rng.uniform(175, 235)
    flat = low + flat * (high - low) / 255
    grey = flat.mean(2, keepdims=True)
    flat = grey + (flat - grey) * rng.uniform(0.55, 0.95)
    flat *= rng.uniform(0.92, 1.06, 3).astype(np.float32)
    height, width = picture.shape[:2]
    if rng.random() < 0.6:
        flat += _dots(height, width, rng) * rng.uniform(2, 9)
    bend = np.sin(np.linspace(0, np.pi * rng.uniform(0.5, 2), width) + rng.uniform(0, 6)) * rng.uniform(0, 22)
    flat += bend[None, :, None]
    return _presented(picture, _bytes(flat), box, rng, border=(225, 225, 225) if rng.random() < 0.7 else None)


def on_screen(picture: Pixels, box: Box, rng: Random) -> Pixels:
    """Give a photo of a screen that shows this face: moire, pixel grid, glow, reflections, bezel."""
    shown: Any = picture.astype(np.float32)
    shown = 255 * (np.clip(shown, 0, 255) / 255) ** rng.uniform(0.6, 1.0) * rng.uniform(0.8, 1.3)
    shown *= np.array([rng.uniform(1.0, 1.25), rng.uniform(0.95, 1.05), rng.uniform(0.8, 1.0)], np.float32)
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(int(rng.integers(1, 3))):
        period, angle, strength = rng.uniform(2.2, 14), rng.uniform(0, np.pi), rng.uniform(1.5, 11)
        wave = np.sin(2 * np.pi / period * (columns * np.cos(angle) + rows * np.sin(angle)) + rng.uniform(0, 6))
        shown += (wave * strength)[..., None] * rng.uniform(0.5, 1.2, 3).astype(np.float32)
    if rng.random() < 0.5:  # a lamp in the glass
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.05, 0.25) * width
        glow = np.exp(-(((columns - x) / size) ** 2 + ((rows - y) / (size * rng.uniform(0.3, 2))) ** 2))
        shown += glow[..., None] * rng.uniform(30, 150)
    return _presented(
        picture, _bytes(shown), box, rng, border=(int(rng.integers(5, 40)),) * 3 if rng.random() < 0.6 else None
    )


def _dots(height: int, width: int, rng: Random) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    period, angle = rng.uniform(2, 5), rng.uniform(0, np.pi)
    a = columns * np.cos(angle) + rows * np.sin(angle)
    b = rows * np.cos(angle) - columns * np.sin(angle)
    return cast("np.ndarray", (np.sin(2 * np.pi * a / period) * np.sin(2 * np.pi * b / period))[..., None])


def _presented(scene: Pixels, shown: Pixels, box: Box, rng: Random, border: tuple[int, ...] | None) -> Pixels:
    """Lay what is shown over the scene: a rectangle round the face with or without a border, or the whole picture."""
    if border is None and rng.random() < 0.6:
        return shown
    height, width = scene.shape[:2]
    x, y, w, h = box
    margin_x, margin_y = w * rng.uniform(0.25, 1.1), h * rng.uniform(0.25, 0.9)
    left, top = int(max(0, x - margin_x)), int(max(0, y - margin_y))
    right, bottom = int(min(width, x + w + margin_x)), int(min(height, y + h + margin_y))
    under = np.roll(scene, (int(rng.integers(0, height)), int(rng.integers(0, width))), (0, 1))
    under = cast("Pixels", cv2.GaussianBlur(under, (0, 0), 3.0))
    if border is not None:
        edge = int(max(2, w * rng.uniform(0.03, 0.18)))
        cv2.rectangle(
            under, (left - edge, top - edge), (right + edge, bottom + edge), tuple(int(c) for c in border), -1
        )
    under[top:bottom, left:right] = shown[top:bottom, left:right]
    angle = cv2.getRotationMatrix2D((x + w / 2, y + h / 2), rng.uniform(-7, 7), 1.0)
    return cast("Pixels", cv2.warpAffine(under, angle, (width, height), borderMode=cv2.BORDER_REFLECT))


def _bytes(image: np.ndarray) -> Pixels:
    return np.clip(image, 0, 255).astype(np.uint8)
