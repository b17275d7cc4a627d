"""What is held before a face: hands, microphones, phones, cups, sheets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_quality.cloth import (
    any_colour,
    cloth,
    exposure_of,
    filled,
    light_of,
    skin_of,
    smooth_noise,
    stroke,
)
from edge_models.recipes.face_quality.painting import Painted, Scene, covered


def hand(painted: Painted, scene: Scene) -> Painted:
    """Hold a hand before mouth, nose, an eye, or beside the face (which hides nothing that counts)."""
    chance, size, unit = scene.chance, len(painted.picture), scene.unit
    left, right = scene.eyes
    targets = (scene.points[13], scene.points[1], left, right, scene.points[205], scene.points[425], scene.points[152])
    target = np.asarray(targets[chance.choice(7, p=[0.27, 0.16, 0.14, 0.14, 0.09, 0.09, 0.11])], np.float64)
    target = target + chance.normal(0, unit * 0.12, 2)
    side = chance.choice([-1.0, 1.0])
    direction = scene.across * -side * chance.uniform(0.4, 1.0) - scene.down * chance.uniform(0.2, 1.0)
    direction /= np.linalg.norm(direction)
    aside = np.array([direction[1], -direction[0]])
    colour = skin_of(painted.picture, scene.points, chance)
    if chance.random() < 0.12:
        colour = any_colour(chance)  # a glove
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    width = unit * chance.uniform(0.17, 0.25)
    fingers = int(chance.integers(1, 6))
    spread = chance.uniform(0.95, 1.25)
    parts: list[tuple[NDArray[np.float64], NDArray[np.float64], float]] = []
    root = target - direction * unit * chance.uniform(0.35, 0.8)
    if chance.random() < 0.75:
        wrist = root - direction * unit * 1.5
        parts.append((wrist, root - direction * unit * 0.25, width * max(2.0, fingers * 0.52)))
    for number in range(fingers):
        offset = (number - (fingers - 1) / 2) * width * spread
        start = root + aside * offset - direction * unit * 0.2
        bend = direction + aside * chance.normal(0, 0.08)
        end = start + bend * unit * chance.uniform(0.75, 1.15)
        parts.append((start, end, width * chance.uniform(0.46, 0.56)))
    paint = np.tile(colour.astype(np.float32), (size, size, 1))
    alpha = np.zeros((size, size), np.float32)
    for start, end, radius in parts:
        line = end - start
        along = ((x - start[0]) * line[0] + (y - start[1]) * line[1]) / max(float(line @ line), 1e-6)
        along = np.clip(along, 0, 1)
        away = np.hypot(x - start[0] - along * line[0], y - start[1] - along * line[1]) / np.float32(radius)
        inside = np.clip((1 - away) * radius + 0.5, 0, 1).astype(np.float32)
        shade = (1.04 - float(chance.uniform(0.15, 0.4)) * np.clip(away, 0, 1) ** 3)[..., None]
        layer = (colour * chance.uniform(0.95, 1.05)).astype(np.float32) * shade
        paint = paint * (1 - inside[..., None]) + layer * inside[..., None]
        alpha = np.maximum(alpha, inside)
    paint = paint * (1 + 0.06 * smooth_noise(chance, size, 12)) + chance.normal(0, 2.5, (size, size, 1)).astype(
        np.float32
    )
    light = light_of(painted.picture, float(chance.uniform(0, 0.5)))
    return covered(painted, np.asarray(paint * light, np.float32), alpha, "hand", float(chance.uniform(0.1, 0.5)))


def thing(painted: Painted, scene: Scene) -> Painted:
    """Hold a microphone, a cup, a phone or a sheet somewhere before the face."""
    chance, size, unit = scene.chance, len(painted.picture), scene.unit
    left, right = scene.eyes
    targets = (scene.points[13], scene.points[152], left, right, scene.points[205], scene.points[425])
    place = np.asarray(targets[chance.choice(6, p=[0.38, 0.18, 0.12, 0.12, 0.1, 0.1])], np.float64)
    place = place + chance.normal(0, unit * 0.15, 2)
    colour = chance.uniform(5, 70, 3) if chance.random() < 0.5 else chance.uniform(0, 255, 3)
    paint = np.tile(colour.astype(np.float32), (size, size, 1))
    kind = chance.random()
    if kind < 0.4:  # a microphone: a ball on a stick
        radius, angle = unit * chance.uniform(0.15, 0.4), np.linspace(0, 2 * np.pi, 24)
        ball = filled(place + radius * np.stack([np.cos(angle), np.sin(angle) * chance.uniform(0.9, 1.4)], 1), size)
        foot = place + scene.down * unit * 2.5 + scene.across * unit * chance.uniform(-1.2, 1.2)
        alpha = np.maximum(ball, stroke(np.array([place, foot]), size, radius * chance.uniform(0.7, 1.4)))
        y, x = np.mgrid[0:size, 0:size].astype(np.float32)
        paint = paint * (1 + 0.4 * np.sin(x * 1.7) * np.sin(y * 1.7))[..., None]
        shine = np.exp(-(((x - place[0] + radius / 3) ** 2 + (y - place[1] + radius / 3) ** 2) / (radius / 2) ** 2))
        paint = paint + 60 * shine[..., None].astype(np.float32)
    else:  # a rectangle: phone, cup, sheet, or anything at all
        wide, tall = unit * chance.uniform(0.2, 0.7), unit * chance.uniform(0.2, 0.8)
        lean = float(chance.normal(0, 0.4))
        turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
        corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) @ turn.T
        alpha = filled(place + corners, size)
        if chance.random() < 0.5:
            paint = cloth(chance, size, scene.other)
    paint = np.asarray(paint, np.float32) * np.float32(exposure_of(painted.picture))
    return covered(painted, paint, np.asarray(alpha, np.float32), "thing", float(chance.uniform(0, 0.4)))
