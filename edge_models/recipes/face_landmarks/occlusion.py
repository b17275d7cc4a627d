"""Drawn things before a face: masks, spectacles, fingers, the edge of a headscarf. The points under them stay known."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import OVAL

Floats = NDArray[np.float64]
_JAW = OVAL[8:29]
"""The oval's lower part, from the image's right ear to the left one."""


def _skin(picture: Pixels, points: Floats, generator: np.random.Generator) -> Floats:
    x, y = np.clip(points[[50, 280]].mean(0), 0, picture.shape[0] - 1).astype(int)
    tone = picture[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, 3).mean(0)
    return np.asarray(tone * generator.uniform(0.6, 1.25))


def _cloth(generator: np.random.Generator) -> Floats:
    if generator.random() < 0.5:  # black, grey, white
        return np.full(3, generator.uniform(5, 240))
    return np.asarray(generator.uniform(10, 230, 3))


def _fill(picture: Pixels, polygon: Floats, colour: Floats, strength: float, generator: np.random.Generator) -> Pixels:
    size = picture.shape[0]
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [np.round(polygon * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return _lay(picture, mask, colour, strength, generator)


def _lay(
    picture: Pixels, mask: NDArray[Any], colour: Floats, strength: float, generator: np.random.Generator
) -> Pixels:
    size = picture.shape[0]
    ramp = np.linspace(-1, 1, size, dtype=np.float32) * np.float32(generator.uniform(-0.25, 0.25))
    shade = (1 + ramp)[:, None, None] if generator.random() < 0.5 else (1 + ramp)[None, :, None]
    layer = np.clip(colour.astype(np.float32) * shade, 0, 255)
    share = (mask.astype(np.float32) * np.float32(strength / 255))[..., None]
    return np.asarray(picture * (1 - share) + layer * share, np.uint8)


def mask_over(picture: Pixels, points: Floats, generator: np.random.Generator) -> Pixels:
    """Draw a surgical or cloth mask from the nose's bridge to below the chin."""
    bridge = points[168] + (points[4] - points[168]) * generator.uniform(0.35, 0.95)
    jaw = points[list(_JAW)]
    middle = jaw.mean(0)
    jaw = middle + (jaw - middle) * generator.uniform(0.97, 1.1)
    keep = int(generator.integers(0, 4))
    jaw = jaw[keep : len(jaw) - keep]
    return _fill(picture, np.concatenate([jaw, bridge[None]]), _cloth(generator), 1.0, generator)


def glasses_over(picture: Pixels, points: Floats, generator: np.random.Generator) -> Pixels:
    """Draw spectacles: rims, bridge, arms, often tinted, sometimes with a reflection."""
    drawn = picture.copy()
    size = picture.shape[0]
    eyes = np.stack([points[[33, 133]].mean(0), points[[362, 263]].mean(0)])
    apart = eyes[1] - eyes[0]
    length = max(float(np.linalg.norm(apart)), 4.0)
    angle = float(np.degrees(np.arctan2(apart[1], apart[0])))
    radii = np.array([generator.uniform(0.32, 0.44), generator.uniform(0.2, 0.38)]) * length
    lower = np.array([-apart[1], apart[0]]) * generator.uniform(-0.02, 0.12)
    colour = [float(value) for value in generator.uniform(0, 90, 3)]
    width = int(generator.integers(1, 4))
    tint, tone = generator.random(), generator.uniform(0, 80, 3)
    outlines = []
    for eye in eyes + lower:
        outline = np.asarray(
            cv2.ellipse2Poly((int(eye[0]), int(eye[1])), (int(radii[0]), int(radii[1])), int(angle), 0, 360, 12),
            np.float64,
        )
        if generator.random() < 0.5:  # towards a rectangle
            centre = outline.mean(0)
            outline = centre + np.clip(outline - centre, -radii * 0.86, radii * 0.86)
        outlines.append(outline)
        if tint < 0.5:
            drawn = _fill(drawn, outline, tone, generator.uniform(0.15, 0.8), generator)
        if generator.random() < 0.2:
            glare = outline.mean(0) + (outline - outline.mean(0)) * generator.uniform(0.2, 0.6)
            drawn = _fill(drawn, glare, np.full(3, 245.0), generator.uniform(0.4, 0.9), generator)
    for outline in outlines:
        cv2.polylines(drawn, [outline.astype(np.int32)], True, colour, width, cv2.LINE_AA)
    inner = [eyes[0] + lower + apart / length * radii[0], eyes[1] + lower - apart / length * radii[0]]
    outer = [eyes[0] + lower - apart / length * radii[0], eyes[1] + lower + apart / length * radii[0]]
    lines = [(inner[0], inner[1]), (outer[0], points[127]), (outer[1], points[356])]
    for start, end in lines:
        pair = np.clip([start, end], -size, 2 * size).astype(int)
        cv2.line(drawn, tuple(pair[0].tolist()), tuple(pair[1].tolist()), colour, width, cv2.LINE_AA)
    return drawn


def fingers_over(picture: Pixels, points: Floats, generator: np.random.Generator) -> Pixels:
    """Draw one to four fingers, or a hand's edge, that reach in from outside."""
    size = picture.shape[0]
    skin = _skin(picture, points, generator)
    aim = points[generator.integers(0, 468)]
    direction = generator.uniform(0, 2 * np.pi)
    along = np.array([np.cos(direction), np.sin(direction)])
    across = np.array([-along[1], along[0]])
    thick = int(size * generator.uniform(0.06, 0.14))
    drawn = picture
    for number in range(int(generator.integers(1, 5))):
        tip = aim + across * number * thick * 1.05 + along * generator.normal(0, 0.04) * size
        mask = np.zeros((size, size), np.uint8)
        pair = np.array([tip, tip + along * 2 * size]).astype(int)
        cv2.line(mask, tuple(pair[0].tolist()), tuple(pair[1].tolist()), 255, thick, cv2.LINE_AA)
        drawn = _lay(drawn, mask, skin * generator.uniform(0.85, 1.1), 1.0, generator)
    return drawn


def scarf_over(picture: Pixels, points: Floats, generator: np.random.Generator) -> Pixels:
    """Draw a headscarf: cloth outside an oval that may cut into brow, cheeks and chin."""
    size = picture.shape[0]
    oval = points[list(OVAL)]
    middle = oval.mean(0)
    window = middle + (oval - middle) * generator.uniform([0.86, 0.84], [1.12, 1.1])
    mask = np.full((size, size), 255, np.uint8)
    cv2.fillPoly(mask, [np.round(window * 16).astype(np.int32)], 0, cv2.LINE_AA, 4)
    around = middle + (oval - middle) * generator.uniform(1.35, 2.2)
    cloth = np.zeros((size, size), np.uint8)
    cv2.fillPoly(cloth, [np.round(around * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if generator.random() < 0.7:  # down to the shoulders
        cloth[int(np.clip(middle[1], 0, size - 1)) :] = 255
    return _lay(picture, np.minimum(mask, cloth), _cloth(generator), 1.0, generator)


def cover(picture: Pixels, unit: NDArray[np.float32], generator: np.random.Generator) -> tuple[Pixels, bool]:
    """Cover one face in six or so; gives the picture and whether the lower face is hidden. ``unit``: 478 x 2, 0..1."""
    draw = generator.random()
    points = unit.astype(np.float64) * (picture.shape[0] - 1)
    if draw < 0.045:
        return mask_over(picture, points, generator), True
    if draw < 0.115:
        return glasses_over(picture, points, generator), False
    if draw < 0.145:
        return fingers_over(picture, points, generator), False
    if draw < 0.19:
        return scarf_over(picture, points, generator), False
    return picture, False
