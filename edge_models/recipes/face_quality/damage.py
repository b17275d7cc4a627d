"""Damage as capture does it, graded: blur, shake, noise, darkness, glare of light, JPEG, few pixels, haze, side light."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels

Floats = NDArray[np.float32]
Generator = np.random.Generator


def _blur(image: Floats, grade: float, _: Generator) -> Floats:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 + grade * len(image) * 0.035), np.float32)


def _shake(image: Floats, grade: float, chance: Generator) -> Floats:
    length = 2 + round(grade * len(image) * 0.12)
    angle = chance.uniform(0, 180)
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    end = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) * length / 2
    a, b = ((np.array([length, length]) + sign * end).round().astype(int) for sign in (-1, 1))
    cv2.line(kernel, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)


def _noise(image: Floats, grade: float, chance: Generator) -> Floats:
    grain = chance.standard_normal(image.shape, np.float32)
    if chance.random() < 0.5:
        grain = grain * np.float32(0.5) + grain.mean(2, keepdims=True)
    return np.asarray(image + grain * np.float32(3 + 65 * grade**1.3), np.float32)


def _dark(image: Floats, grade: float, chance: Generator) -> Floats:
    dim = image * np.float32(np.exp(-0.5 - 3.2 * grade))
    return np.round(np.clip(dim + chance.standard_normal(image.shape, np.float32) * np.float32(1 + 3 * grade), 0, 255))


def _bright(image: Floats, grade: float, _: Generator) -> Floats:
    return np.clip(image * np.float32(1.1 + 3.0 * grade) + np.float32(90 * grade), 0, 255)


def _haze(image: Floats, grade: float, chance: Generator) -> Floats:
    level = np.float32(chance.uniform(60, 210))
    return np.asarray(level + (image - level) * np.float32(1 - 0.93 * grade), np.float32)


def _side(image: Floats, grade: float, chance: Generator) -> Floats:
    ramp = np.linspace(-1, 1, len(image), dtype=np.float32)
    angle = chance.uniform(0, 2 * np.pi)
    field = np.float32(np.cos(angle)) * ramp[None, :] + np.float32(np.sin(angle)) * ramp[:, None]
    steep = np.tanh(field * np.float32(chance.uniform(1, 5)))
    return np.clip(image * np.exp(steep * np.float32(0.3 + 1.7 * grade))[..., None], 0, 255)


def _few_pixels(image: Floats, grade: float, chance: Generator) -> Floats:
    size = len(image)
    small = max(8, round(size * (0.75 - 0.65 * grade)))
    how = cv2.INTER_AREA if chance.random() < 0.7 else cv2.INTER_LINEAR
    reduced = cv2.resize(image, (small, small), interpolation=how)
    back = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)[int(chance.choice(3, p=[0.5, 0.35, 0.15]))]
    return np.asarray(cv2.resize(reduced, (size, size), interpolation=back), np.float32)


def _jpeg(image: Floats, grade: float, _: Generator) -> Floats:
    quality = int(np.clip(60 * (1 - grade) ** 1.5 + 2, 1, 90))
    packed = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.float32)


FAMILIES: dict[str, Callable[[Floats, float, Generator], Floats]] = {
    "side": _side,
    "dark": _dark,
    "bright": _bright,
    "haze": _haze,
    "blur": _blur,
    "shake": _shake,
    "few_pixels": _few_pixels,
    "noise": _noise,
    "jpeg": _jpeg,
}
"""In the order in which light, lens, sensor and storage do it."""


def damage(picture: Pixels, chance: Generator, most: int = 3) -> tuple[Pixels, float, tuple[str, ...]]:
    """Damage a picture in one to ``most`` ways; give it with the sum of the grades (0..1 each) and the ways' names."""
    names = list(FAMILIES)
    count = (
        int(chance.choice(most, p=np.array([0.55, 0.3, 0.15])[:most] / np.array([0.55, 0.3, 0.15])[:most].sum())) + 1
    )
    chosen = sorted(chance.choice(len(names), count, replace=False))
    image: NDArray[Any] = picture.astype(np.float32)
    total = 0.0
    for number in chosen:
        grade = float(chance.uniform(0, 1) / np.sqrt(count))
        image = FAMILIES[names[number]](image, grade, chance)
        total += grade
    return np.clip(image, 0, 255).astype(np.uint8), total, tuple(names[n] for n in chosen)


def colour_cast(picture: Pixels, chance: Generator) -> Pixels:
    """Change exposure, contrast and colour a little, as any camera does: it must not change what is said."""
    if chance.random() < 0.08:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    gain = chance.uniform(0.85, 1.15, 3) * np.exp(chance.normal(0, 0.15))
    return np.clip(picture.astype(np.float32) * gain.astype(np.float32) + chance.normal(0, 5), 0, 255).astype(np.uint8)
