"""Cameras that exist only in numbers: sensors with a pattern of their own, their coding, and the times of their frames.

What injection checks are measured on, as no laboratory of cameras is at hand: figures from here say how the mathematics
behaves, not how a certain camera does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SimulatedSensor:
    """A sensor behind a Bayer mosaic, a plain signal processor and JPEG; seeds make it the same each time."""

    seed: int
    width: int = 1280
    height: int = 720
    prnu: float = 0.01
    """standard deviation of the pixels' factors"""
    full_well: float = 8000.0
    """electrons at level 255 in linear light: shot noise is its root"""
    read_noise: float = 6.0
    """electrons"""
    quality: int = 90
    """of its JPEG; 0: raw frames"""
    smoothing: float = 0.0
    """share of a small blur mixed in, as noise reduction of the camera does"""
    shared: float = 0.003
    """standard deviation of a periodic pattern that all cameras of the model share"""
    factors: Plane = field(init=False)

    def __post_init__(self) -> None:
        """Draw the pattern."""
        random = np.random.default_rng([self.seed, 71])
        factors = 1.0 + self.prnu * random.standard_normal((self.height, self.width)).astype(np.float32)
        model = np.random.default_rng(5).standard_normal((1, 16)).astype(np.float32)
        factors += self.shared * np.tile(model, (self.height, self.width // 16 + 1))[:, : self.width]
        object.__setattr__(self, "factors", factors.astype(np.float32))

    def shoot(self, scene: Plane, random: np.random.Generator) -> Picture:
        """Give the BGR frame of a scene (height x width, linear light 0..1)."""
        electrons = np.clip(scene, 0.0, 1.0) * self.full_well * self.factors
        # Shot noise of many electrons is normal to the eye of any check.
        sigma = np.sqrt(np.maximum(electrons, 0.0) + self.read_noise**2)
        electrons = electrons + sigma * random.standard_normal(electrons.shape, dtype=np.float32)
        level = np.clip(electrons / self.full_well, 0.0, 1.0)
        mosaic = np.asarray(np.rint(255.0 * level ** np.float32(1 / 2.2)), np.uint8)
        picture = np.asarray(cv2.cvtColor(mosaic, cv2.COLOR_BayerBG2BGR), np.uint8)
        if self.smoothing > 0:
            smooth = cv2.GaussianBlur(picture, (3, 3), 0.8)
            picture = np.asarray(cv2.addWeighted(picture, 1 - self.smoothing, smooth, self.smoothing, 0), np.uint8)
        return jpeg(picture, self.quality) if self.quality else picture


def jpeg(picture: Picture, quality: int) -> Picture:
    """Give the picture after JPEG of this quality."""
    done, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("a picture that cannot be coded")
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)


def rescaled(picture: Picture, factor: float) -> Picture:
    """Give the picture scaled down or up and brought back to its size, as a relay does."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def flat_scenes(width: int, height: int, count: int, seed: int) -> Iterator[Plane]:
    """Yield evenly lit, defocused views: a slow slope, its brightness drifting a little."""
    random = np.random.default_rng([seed, 3])
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    tilt = random.uniform(-0.15, 0.15, 2)
    slope = 1.0 + tilt[0] * (x / width - 0.5) + tilt[1] * (y / height - 0.5)
    for _ in range(count):
        yield np.asarray(0.38 * random.uniform(0.95, 1.05) * slope, np.float32)


def drawn_picture(width: int, height: int, seed: int) -> Gray:
    """Give a picture like a room: surfaces, edges, textures of several sizes. For tests that have no pictures."""
    random = np.random.default_rng([seed, 9])
    canvas = np.full((height, width), random.uniform(60, 160), np.float32)
    for _ in range(14):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        w, h = (int(v) for v in random.integers(width // 12, width // 3, 2))
        canvas[y : y + h, x : x + w] = random.uniform(20, 235)
    for size in (3, 9, 31):
        noise = random.standard_normal((height // size + 2, width // size + 2)).astype(np.float32)
        canvas += 6.0 * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(cv2.GaussianBlur(canvas, (0, 0), 1.2), 0, 255), np.uint8)


def live_scenes(picture: Gray, width: int, height: int, count: int, seed: int, step: float = 1.0) -> Iterator[Plane]:
    """Yield a still background with a person's oval that moves over it, in linear light.

    ``step`` multiplies the light from the middle on, as exposure or a lamp does.
    """
    random = np.random.default_rng([seed, 4])
    base = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    # What comes from small pictures is brought to the sharpness of a lens, and scaled pixels are hidden.
    base = np.asarray(cv2.GaussianBlur(base, (0, 0), 1.0), np.float32)
    inside = drawn_picture(width // 3, height * 2 // 3, seed + 1).astype(np.float32)
    mask = np.zeros(inside.shape, np.float32)
    centre = (width // 6, height // 3)
    cv2.ellipse(mask, centre, (centre[0] * 4 // 5, centre[1] * 9 // 10), 0, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 2.0), np.float32)
    phase, gain = random.uniform(0, 6.28, 2), 1.0
    for number in range(count):
        dx = 12 * np.sin(number / 9 + phase[0]) + random.normal(0, 0.4)
        dy = 8 * np.sin(number / 13 + phase[1]) + random.normal(0, 0.4)
        shift = np.array([[1, 0, width / 3 + dx], [0, 1, height / 6 + dy]], np.float32)
        person = cv2.warpAffine(inside, shift, (width, height), flags=cv2.INTER_LINEAR)
        cover = cv2.warpAffine(mask, shift, (width, height), flags=cv2.INTER_LINEAR)
        gain = float(np.clip(gain + random.normal(0, 0.004), 0.8, 1.2))
        level = np.clip((base * (1 - cover) + person * cover) / 255.0, 0.02, 1.0)
        light = gain * (step if number >= count // 2 else 1.0)
        yield np.asarray(np.clip(light * level ** np.float32(2.2), 0, 1), np.float32)
