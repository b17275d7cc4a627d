"""A face on which things are laid, and what they are drawn with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_quality.cloth import Alpha, Generator, Points, exposure_of, lay, light_of
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT


@dataclass
class Painted:
    """A face with what was laid before it."""

    picture: Pixels
    hidden: Alpha
    """how opaque the occluders are, pixel by pixel"""
    dark_lens: float = 0.0
    """0 no dark glasses .. 1 lenses that hide the eyes"""
    glare: Alpha = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """reflections on glass, pixel by pixel (empty: none)"""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """What every occluder is drawn with: the face's points (478 x 2, pixels), another picture, chance."""

    points: Points
    other: Pixels
    chance: Generator

    @property
    def eyes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the middles of the eyes, the image's left first."""
        left, right = (self.points[list(eye)].mean(0) for eye in (EYE_LEFT, EYE_RIGHT))
        return np.asarray(left, np.float64), np.asarray(right, np.float64)

    @property
    def unit(self) -> float:
        """Give the face's size in pixels: half of the way from forehead to chin, or the eyes' distance if that is more."""
        left, right = self.eyes
        tall = float(np.linalg.norm(self.points[10] - self.points[152])) * 0.45
        return max(float(np.linalg.norm(right - left)), tall, 4.0)

    @property
    def down(self) -> NDArray[np.float64]:
        """Give the unit vector from forehead to chin."""
        line = np.asarray(self.points[152] - self.points[10], np.float64)
        return line / max(float(np.linalg.norm(line)), 1e-6)

    @property
    def across(self) -> NDArray[np.float64]:
        """Give the unit vector to the image's right, along the face."""
        return np.array([self.down[1], -self.down[0]])


def covered(painted: Painted, paint: NDArray[np.float32], alpha: Alpha, kind: str, shadow: float = 0.3) -> Painted:
    """Lay paint over the face and remember what it hides."""
    picture = lay(painted.picture, paint, alpha, shadow)
    hidden = np.maximum(painted.hidden, alpha)
    return Painted(picture, hidden, painted.dark_lens, painted.glare, (*painted.kinds, kind))


def lit(painted: Painted, paint: NDArray[np.float32], chance: Generator) -> NDArray[np.float32]:
    """Light paint as the face is lit."""
    light = light_of(painted.picture, float(chance.uniform(0.2, 0.9))) * np.float32(exposure_of(painted.picture))
    return np.asarray(paint * light, np.float32)
