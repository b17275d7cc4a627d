"""Glasses: clear, tinted and dark, with frames and with what they mirror."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_quality.cloth import Alpha, any_colour, exposure_of, filled, lay, stroke
from edge_models.recipes.face_quality.painting import Painted, Scene, covered


def _lenses(scene: Scene) -> list[NDArray[np.float64]]:
    """Draw the outlines of two lenses round the eyes: round, oval, squarish, drop-shaped."""
    chance, (left, right) = scene.chance, scene.eyes
    apart = max(float(np.linalg.norm(right - left)), scene.unit * 0.35)
    wide, tall = apart * chance.uniform(0.34, 0.47), scene.unit * chance.uniform(0.2, 0.42)
    power = chance.uniform(2, 5)
    droop = chance.uniform(0, 0.35)
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    x = np.sign(c) * np.abs(c) ** (2 / power) * wide
    y = np.sign(s) * np.abs(s) ** (2 / power) * tall
    x = x * (1 - droop * np.clip(y / tall, 0, 1) * 0.5)
    low = scene.down * scene.unit * chance.uniform(-0.02, 0.1)
    return [
        np.asarray(eye + low + flip * x[:, None] * scene.across + y[:, None] * scene.down)
        for eye, flip in ((left, 1.0), (right, 1.0))
    ]


def _frames(painted: Painted, scene: Scene, lenses: list[NDArray[np.float64]]) -> Painted:
    chance, size = scene.chance, len(painted.picture)
    width = scene.unit * chance.choice([0.0, 0.02, 0.04, 0.08, 0.12], p=[0.1, 0.3, 0.3, 0.2, 0.1])
    if width <= 0:
        return painted
    colour = any_colour(chance) if chance.random() < 0.35 else chance.uniform(5, 60, 3)
    lines = np.zeros((size, size), np.float32)
    for lens in lenses:
        lines = np.maximum(lines, stroke(np.concatenate([lens, lens[:1]]), size, width))
    first, second = lenses
    inner = first[np.argmax(first @ scene.across)], second[np.argmin(second @ scene.across)]
    lines = np.maximum(lines, stroke(np.array(inner), size, width))
    for lens, ear, end in ((first, 127, np.argmin), (second, 356, np.argmax)):
        outer = lens[end(lens @ scene.across)]
        lines = np.maximum(lines, stroke(np.array([outer, scene.points[ear]]), size, width * 0.8))
    paint = np.tile(colour.astype(np.float32), (size, size, 1)) * np.float32(exposure_of(painted.picture))
    painted.picture = lay(painted.picture, paint, lines, float(chance.uniform(0, 0.3)))
    return painted


def _reflections(scene: Scene, lens: Alpha, centre: NDArray[np.float64]) -> Alpha:
    """Draw what a lens mirrors: spots of lamps, a window or a screen, a streak, a veil."""
    chance, size, unit = scene.chance, len(lens), scene.unit
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    total = np.zeros((size, size), np.float32)
    for _ in range(int(chance.integers(1, 3))):
        place = centre + chance.normal(0, unit * 0.13, 2)
        kind = chance.random()
        if kind < 0.4:
            radius = unit * chance.uniform(0.05, 0.4)
            stretch = chance.uniform(0.5, 2)
            spot = np.exp(-((((x - place[0]) / radius) ** 2 + ((y - place[1]) * stretch / radius) ** 2) ** 1.5))
        elif kind < 0.75:
            wide, tall = unit * chance.uniform(0.06, 0.35), unit * chance.uniform(0.05, 0.3)
            lean = chance.uniform(-0.5, 0.5)
            corners = np.array([[-wide, -tall], [wide, -tall + lean * wide], [wide, tall + lean * wide], [-wide, tall]])
            spot = filled(place + corners, size, float(chance.uniform(0.5, 2)))
        elif kind < 0.9:
            angle = chance.uniform(0, np.pi)
            away = (x - place[0]) * np.sin(angle) - (y - place[1]) * np.cos(angle)
            spot = np.exp(-((away / (unit * chance.uniform(0.04, 0.15))) ** 2))
        else:
            spot = np.full((size, size), chance.uniform(0.3, 0.9), np.float32)
        total = np.maximum(total, np.asarray(spot, np.float32) * np.float32(chance.uniform(0.5, 1)))
    return np.asarray(total * lens, np.float32)


def _glare(painted: Painted, scene: Scene, lenses: list[NDArray[np.float64]]) -> Painted:
    chance, size = scene.chance, len(painted.picture)
    alphas = [filled(lens, size) for lens in lenses]
    glare = np.zeros((size, size), np.float32)
    shift = chance.normal(0, scene.unit * 0.1, 2)
    for lens, alpha in zip(lenses, alphas, strict=True):
        if chance.random() < 0.85:
            glare = np.maximum(glare, _reflections(scene, alpha, lens.mean(0) + shift))
    tint = np.array([chance.uniform(225, 255), chance.uniform(225, 255), chance.uniform(210, 255)], np.float32)
    painted.picture = lay(painted.picture, np.tile(tint, (size, size, 1)), glare)
    painted.glare = glare
    return painted


def clear_glasses(painted: Painted, scene: Scene) -> Painted:
    """Put on clear or lightly tinted glasses: they hide nothing, unless the light reflects in them."""
    chance, size = scene.chance, len(painted.picture)
    lenses = _lenses(scene)
    tint = float(chance.uniform(0, 0.12)) if chance.random() < 0.8 else float(chance.uniform(0.1, 0.35))
    alpha = np.maximum(filled(lenses[0], size), filled(lenses[1], size)) * np.float32(tint)
    paint = np.tile(chance.uniform(20, 200, 3).astype(np.float32), (size, size, 1)) * np.float32(
        exposure_of(painted.picture)
    )
    painted.picture = lay(painted.picture, paint, alpha)
    if chance.random() < 0.55:
        painted = _glare(painted, scene, lenses)
    painted = _frames(painted, scene, lenses)
    painted.kinds = (*painted.kinds, "clear_glasses")
    return painted


def dark_glasses(painted: Painted, scene: Scene) -> Painted:
    """Put on dark glasses, some half clear, some that mirror."""
    chance, size = scene.chance, len(painted.picture)
    lenses = _lenses(scene)
    opacity = float(chance.uniform(0.55, 1.0) ** 0.7)
    both = np.maximum(filled(lenses[0], size), filled(lenses[1], size))
    colour = chance.uniform(0, 45, 3) if chance.random() < 0.8 else chance.uniform(0, 120, 3)
    y = np.mgrid[0:size, 0:size][0].astype(np.float32)
    middle = lenses[0].mean(0)[1]
    fade = np.clip((y - middle) / (scene.unit * 0.4), -1, 1) * np.float32(chance.uniform(-0.1, 0.25))
    alpha = np.clip(both * (opacity - np.clip(fade, 0, 1) * opacity), 0, 1).astype(np.float32)
    paint = np.tile(colour.astype(np.float32), (size, size, 1))
    if chance.random() < 0.3:  # what stands before the person, mirrored
        small = cv2.resize(scene.other, (size, size)).astype(np.float32)
        paint = paint * 0.6 + cv2.GaussianBlur(small, (0, 0), 3) * np.float32(chance.uniform(0.1, 0.5))
    painted = covered(painted, np.asarray(paint * np.float32(exposure_of(painted.picture))), alpha, "dark_glasses", 0.1)
    painted.dark_lens = float(np.clip((opacity - 0.45) / 0.3, 0, 1))
    if chance.random() < 0.35:
        painted = _glare(painted, scene, lenses)
    return _frames(painted, scene, lenses)
