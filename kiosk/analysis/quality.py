"""Quality components (after ISO/IEC 29794-5): plain image statistics, and those that a network gives."""

from __future__ import annotations

from dataclasses import asdict

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_quality import QualityComponents
from kiosk.analysis.facts import Components, Quality

_SIDE = 128
_SHARP_VARIANCE = 90.0
"""variance of the Laplacian at which sharpness is 1 - 1/e; about that of a webcam's face in focus at 128 pixels"""


def measure_quality(
    image: NDArray[np.uint8], box: tuple[float, float, float, float], points: NDArray[np.float32]
) -> Quality:
    """Measure the face in ``box`` (x, y, width, height in pixels) of a BGR picture; ``points`` are the five, pixels."""
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = max(0, int(x)), max(0, int(y))
    right, bottom = min(width, int(x + w) + 1), min(height, int(y + h) + 1)
    eye_distance = float(np.linalg.norm(points[1] - points[0]))
    if right - left < 4 or bottom - top < 4:
        return Quality(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, eye_distance, 0.0)
    face = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    # The middle of the box is skin in every pose; its corners are hair and wall.
    inset_x, inset_y = face.shape[1] // 6, face.shape[0] // 8
    skin = face[inset_y : face.shape[0] - inset_y, inset_x : face.shape[1] - inset_x]
    if skin.size == 0:
        skin = face
    size = (_SIDE, max(8, round(_SIDE * skin.shape[0] / skin.shape[1])))
    shrinking = skin.shape[1] > _SIDE
    normal = cv2.resize(skin, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    variance = float(cv2.Laplacian(normal, cv2.CV_32F).var())
    # Contrast must not pass for sharpness: a dim face in focus is sharp too.
    spread = max(float(normal.std()), 8.0)
    sharpness = 1.0 - float(np.exp(-variance * (40.0 / spread) ** 2 / _SHARP_VARIANCE))
    half = skin.shape[1] // 2
    uneven = abs(float(skin[:, :half].mean()) - float(skin[:, half:].mean())) / 255 if half else 0.0
    return Quality(
        sharpness=sharpness,
        luminance=float(skin.mean()) / 255,
        contrast=float(skin.std()) / 255,
        over_exposed=float((skin >= 250).mean()),
        under_exposed=float((skin <= 12).mean()),
        uneven_light=uneven,
        eye_distance=eye_distance,
        background_luminance=_background(image, (left, top, right, bottom)),
    )


def components_of(said: QualityComponents) -> Components:
    """Give the network's components as facts."""
    return Components(**asdict(said))


def _background(image: NDArray[np.uint8], face: tuple[int, int, int, int]) -> float:
    """Give the mean luminance of what surrounds the face, 0..1, on every eighth pixel."""
    left, top, right, bottom = face
    sample = image[::8, ::8].astype(np.float32) @ np.array([0.114, 0.587, 0.299], np.float32)
    mask = np.ones(sample.shape, bool)
    margin = (right - left) // 4
    mask[
        max(0, top - margin) // 8 : (bottom + margin) // 8 + 1, max(0, left - margin) // 8 : (right + margin) // 8 + 1
    ] = False
    return float(sample[mask].mean()) / 255 if mask.any() else float(sample.mean()) / 255
