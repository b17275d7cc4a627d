"""What is said of a face: which parts are hidden, whether lenses are dark or glare, how neutral the expression is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_quality.cloth import Alpha, Points, filled
from edge_models.recipes.face_quality.painting import Painted
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT, LIPS_OUTER, OVAL

NOSE_LOWER = (4, 1, 19, 94, 2, 98, 97, 326, 327, 64, 294, 45, 275)
DARK_LENS, DOUBTFUL_LENS = 0.45, 0.62
"""eye region's luminance over the cheeks' below which real glasses are dark, and below which nothing is said of the eyes"""

EXPRESSION = {
    1: 0.5, 2: 0.5, 3: 0.8, 4: 0.5, 5: 0.5, 6: 0.8, 9: 0.8, 10: 0.8, 25: 1.6, 23: 0.8, 26: 0.8, 27: 0.8, 29: 0.8,
    30: 0.8, 31: 0.8, 32: 0.8, 33: 0.6, 34: 0.8, 35: 0.8, 36: 0.8, 37: 0.8, 38: 1.0, 39: 0.8, 44: 1.2, 45: 1.2,
    46: 0.6, 47: 0.6, 48: 0.8, 49: 0.8, 50: 0.8, 51: 0.8,
}  # fmt: skip
"""Blendshapes that make an expression, with weights: brows, blinks, jaw, lips, smile, sneer."""


def _share(alpha: Alpha, region: Alpha) -> float:
    return float((alpha * region).sum() / max(float(region.sum()), 1e-6))


def _ramp(value: float, start: float, end: float) -> float:
    return float(np.clip((value - start) / (end - start), 0, 1))


def regions(points: Points, size: int) -> dict[str, Alpha]:
    """Give the parts of the face that count, as fields of 0..1."""
    parts = {}
    for name, indices, grow in (
        ("eye_left", EYE_LEFT, 1.15),
        ("eye_right", EYE_RIGHT, 1.15),
        ("mouth", LIPS_OUTER, 1.0),
        ("nose", NOSE_LOWER, 1.0),
        ("face", OVAL, 1.0),
    ):
        outline = np.asarray(points[list(indices)], np.float64)
        middle = outline.mean(0)
        grown = middle + (outline - middle) * grow
        hull = cv2.convexHull(grown.astype(np.float32))[:, 0]
        parts[name] = filled(hull, size, 0.4)
    return parts


def labels_of(painted: Painted, points: Points) -> NDArray[np.float32]:
    """Give eyes_covered, mouth_nose_covered, face_covered, dark_glasses, glare from what was painted."""
    parts = regions(points, len(painted.picture))
    hidden = painted.hidden
    glare = 0.0
    if painted.glare.size:
        glare = max(_share(painted.glare, parts[eye]) for eye in ("eye_left", "eye_right"))
    eyes = max(_share(hidden, parts[eye]) for eye in ("eye_left", "eye_right"))
    lower = max(_share(hidden, parts["mouth"]), _share(hidden, parts["nose"]))
    return np.array(
        [
            max(_ramp(eyes, 0.2, 0.6), painted.dark_lens, _ramp(glare, 0.55, 0.9)),
            _ramp(lower, 0.12, 0.5),
            _share(hidden, parts["face"]),
            painted.dark_lens,
            _ramp(glare, 0.08, 0.45),
        ],
        np.float32,
    )


def lens_darkness(picture: Pixels, points: Points) -> float:
    """Give the brighter eye region's luminance over that of cheeks and nose: dark glasses are far below skin."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    last = len(grey) - 2
    values = []
    for eye in (EYE_LEFT, EYE_RIGHT):
        corners = points[list(eye)]
        x, y = corners.mean(0)
        reach = float(np.linalg.norm(corners[0] - corners[8])) * 0.62
        part = grey[
            max(0, int(y - 0.75 * reach)) : int(y + 0.75 * reach) + 1, max(0, int(x - reach)) : int(x + reach) + 1
        ]
        values.append(float(np.percentile(part, 75)) if part.size else 255.0)
    places = np.clip(points[[50, 280, 205, 425, 1, 5]], 1, last).astype(int)
    skin = np.median([grey[y - 1 : y + 2, x - 1 : x + 2].mean() for x, y in places])
    return max(values) / max(float(skin), 5.0)


def neutrality(blendshapes: NDArray[Any]) -> NDArray[np.float32]:
    """Give 1 neutral .. 0 strong expression from the teacher's 52 coefficients (n x 52)."""
    weights = np.zeros(52, np.float32)
    for index, weight in EXPRESSION.items():
        weights[index] = weight
    strongest = np.sort(blendshapes * weights, 1)[:, ::-1]
    # One strong movement is an expression; many faint ones are the teacher's unrest.
    strength = strongest[:, 0] + 0.5 * strongest[:, 2] + 0.25 * strongest[:, 4]
    return np.asarray(np.clip(1.15 - strength / 0.9, 0, 1), np.float32)
