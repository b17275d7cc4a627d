"""The damages that a specimen is photographed with, eight seeded shots of each."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import numpy as np

from calibration.document.rephotographed import Shot, photograph
from calibration.document.specimens import Picture, Specimen

_SIDE = 1000
"""pixels of the specimen's longer side in a shot; smaller ones keep their size"""
Generator = np.random.Generator
_NOWHERE = np.zeros((0, 2), np.float32)


def _plain(_: Generator, scale: float) -> Shot:
    return Shot(scale=scale, jpeg=90)


def _perspective(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, tilt=generator.uniform(12, 28), skew=generator.uniform(-8, 8), jpeg=90)


def _blur(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, blur=generator.uniform(0.7, 1.6), jpeg=90)


def _motion(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, motion=generator.uniform(2.0, 4.5), jpeg=90)


def _glare(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, glare=generator.uniform(0.4, 0.9), jpeg=90)


def _noise(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, noise=generator.uniform(6, 16), jpeg=90)


def _dark(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, light=generator.uniform(0.12, 0.3), uneven=0.4, noise=2.0, jpeg=90)


def _bent(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, bend=generator.uniform(0.01, 0.03) * generator.choice([-1, 1]), jpeg=90)


def _compressed(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale, jpeg=int(generator.integers(25, 50)))


def _small(generator: Generator, scale: float) -> Shot:
    return Shot(scale=scale * generator.uniform(0.5, 0.7), jpeg=90)


def _turned(quarter: int) -> Callable[[Generator, float], Shot]:
    def take(generator: Generator, scale: float) -> Shot:
        return Shot(scale=scale, quarter=quarter, skew=generator.uniform(-22, 22), margin=0.2, jpeg=90)

    return take


DAMAGES: dict[str, Callable[[Generator, float], Shot]] = {
    "none": _plain,
    "perspective": _perspective,
    "blur": _blur,
    "motion": _motion,
    "glare": _glare,
    "noise": _noise,
    "dark": _dark,
    "bent": _bent,
    "jpeg": _compressed,
    "small": _small,
    "turned_0": _turned(0),
    "turned_90": _turned(1),
    "turned_180": _turned(2),
    "turned_270": _turned(3),
}


def shots(specimen: Specimen, damage: str, variants: int, seed: int = 0) -> Iterator[Picture]:
    """Photograph a specimen with one damage, each time as another throw of the same dice has it."""
    for variant in range(variants):
        own = zlib.crc32(f"{specimen.name} {damage}".encode())
        generator = np.random.default_rng([seed, variant, own])
        scale = min(1.0, _SIDE / max(specimen.picture.shape))
        shot = DAMAGES[damage](generator, scale)
        yield photograph(specimen.picture, _NOWHERE, shot, generator)[0]
