"""What cameras and rooms do to a picture, for training: light, reflections, blur, noise, grey, JPEG."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_corners.backgrounds import noise
from edge_models.recipes.document_corners.drawing import Chance
from edge_models.recipes.document_corners.scenes import Corners
from edge_models.runtime.port import Pixels


def damage(picture: Pixels, corners: Corners | None, chance: Chance) -> Pixels:
    """Damage a picture; reflections lie on the document more often than beside it."""
    height, width = picture.shape[:2]
    seen: NDArray[Any] = picture.astype(np.float32)
    if corners is not None and chance.random() < 0.35:
        glare(seen, corners, chance)
    if chance.random() < 0.5:
        seen *= 1 + noise(chance, height, width, (2, 2))[..., None] * chance.uniform(0.1, 0.6)
    gain = np.exp(chance.normal(0, 0.3))
    if chance.random() < 0.15:
        gain *= chance.uniform(0.12, 0.5)
    seen = np.clip(seen, 0, 255) * gain * (1 + chance.normal(0, 0.07, 3)) + chance.normal(0, 8)
    choice = chance.random()
    if choice < 0.3:
        seen = cv2.GaussianBlur(seen, (0, 0), chance.uniform(0.4, 0.006 * width)).astype(np.float32)
    elif choice < 0.45:
        reach = max(3, int(chance.uniform(0.005, 0.03) * width))
        kernel = np.zeros((reach, reach), np.float32)
        angle = chance.uniform(0, np.pi)
        step = np.array([np.cos(angle), np.sin(angle)]) * reach / 2
        ends = [tuple(int(v) for v in np.round(reach / 2 + sign * step)) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0)
        seen = cv2.filter2D(seen, -1, kernel / max(1.0, kernel.sum())).astype(np.float32)
    if chance.random() < 0.15:
        seen = np.repeat(seen.mean(2, keepdims=True), 3, 2)
    seen = seen + chance.normal(0, abs(chance.normal(0, 6)), seen.shape)
    damaged = np.clip(seen, 0, 255).astype(np.uint8)
    if chance.random() < 0.4:
        coded = cv2.imencode(".jpg", damaged, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(15, 90))])[1]
        damaged = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return damaged


def glare(seen: np.ndarray, corners: Corners, chance: Chance) -> None:  # type: ignore[type-arg]
    """Lay a washed-out patch: a lamp or a window mirrored in the surface."""
    height, width = seen.shape[:2]
    weights = chance.dirichlet(np.ones(4))
    centre = (weights[:, None] * corners).sum(0)
    reach = float(np.linalg.norm(corners[0] - corners[2]))
    layer = np.zeros((height, width), np.float32)
    axes = (max(2, int(reach * chance.uniform(0.04, 0.3))), max(2, int(reach * chance.uniform(0.03, 0.12))))
    place = (int(np.clip(centre[0], -width, 2 * width)), int(np.clip(centre[1], -height, 2 * height)))
    cv2.ellipse(layer, place, axes, chance.uniform(0, 180), 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(layer, (0, 0), max(1.0, axes[1] * chance.uniform(0.1, 0.6)))
    seen += soft[..., None] * chance.uniform(60, 300)
