"""What is worn before or round a face: masks, veils, headscarves, hair."""

from __future__ import annotations

import cv2
import numpy as np

from edge_models.recipes.face_quality.cloth import any_colour, cloth, exposure_of, filled, lay, stroke
from edge_models.recipes.face_quality.painting import Painted, Scene, covered, lit
from edge_models.tasks.face_landmarks import OVAL

JAW = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454)
"""from ear to ear along the chin, the image's left first"""


def mask(painted: Painted, scene: Scene) -> Painted:
    """Put on a mask: surgical with pleats, cup-shaped, cloth or a scarf over the nose; some slipped below the nose."""
    chance, points, size = scene.chance, scene.points, len(painted.picture)
    jaw = np.array(points[list(JAW)], np.float64)
    middle = (points[234] + points[454]) / 2
    high = float(chance.choice([0.0, 0.25, 0.55, 1.0, 1.35], p=[0.25, 0.4, 0.23, 0.07, 0.05]))
    # 0 between the eyes, 1 on the tip of the nose, above 1 below it
    tip = np.asarray(points[4], np.float64)
    bridge = np.asarray(points[6], np.float64)
    top = bridge + (tip - bridge) * high if high <= 1 else tip + (points[0] - tip) * (high - 1) * 1.6
    sides = int(chance.integers(0, 4))
    lower = jaw[sides : len(jaw) - sides]
    lower = (
        middle + (lower - middle) * chance.uniform(0.94, 1.1) + scene.down * scene.unit * chance.uniform(-0.03, 0.06)
    )
    cheek = chance.uniform(0.25, 0.6)
    dip = scene.down * scene.unit * chance.uniform(0.0, 0.22)
    right = lower[-1] + (top - lower[-1]) * cheek + dip
    left = lower[0] + (top - lower[0]) * cheek + dip
    outline = np.concatenate([lower, [right, top, left]])
    outline += chance.normal(0, scene.unit * 0.012, outline.shape)
    alpha = filled(outline, size, float(chance.uniform(0.4, 1.1)))
    paint = cloth(chance, size, scene.other)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    height = (x - top[0]) * scene.down[0] + (y - top[1]) * scene.down[1]
    beside = (x - top[0]) * scene.across[0] + (y - top[1]) * scene.across[1]
    kind = chance.random()
    if kind < 0.45:  # pleats of a surgical mask
        bow = (beside / scene.unit) ** 2 * scene.unit * float(chance.uniform(-0.15, 0.15))
        gap = scene.unit * chance.uniform(0.18, 0.3)
        phase = np.mod(height + bow, gap) / gap
        paint *= (1 - float(chance.uniform(0.05, 0.3)) * np.exp(-((phase - 0.5) ** 2) / 0.02))[..., None]
    elif kind < 0.7:  # a cup: a ridge down the middle, sides turned away
        ridge = np.exp(-((beside / (scene.unit * 0.12)) ** 2))
        away = np.clip(np.abs(beside) / (scene.unit * 1.0), 0, 1)
        paint *= (1 + 0.12 * ridge - float(chance.uniform(0.1, 0.4)) * away**2)[..., None]
        if chance.random() < 0.3:  # a valve
            place = top + scene.down * scene.unit * 0.65 + scene.across * scene.unit * chance.uniform(-0.35, 0.35)
            valve = np.exp(-((((x - place[0]) ** 2 + (y - place[1]) ** 2) / (scene.unit * 0.16) ** 2) ** 4))
            paint = paint * (1 - valve[..., None]) + valve[..., None] * np.float32(chance.uniform(60, 230))
    if chance.random() < 0.6:  # a hem
        edge = np.clip(1 - np.abs(alpha - 0.5) * 2, 0, 1)
        rim = cv2.dilate(edge, np.ones((3, 3), np.uint8))[..., None]
        paint *= 1 + np.float32(chance.uniform(-0.25, 0.15)) * rim
    painted = covered(painted, lit(painted, paint, chance), alpha, "mask", float(chance.uniform(0, 0.5)))
    if chance.random() < 0.7:  # loops to the ears
        colour = any_colour(chance).astype(np.float32)
        for corner, ear in (
            (left, points[127]),
            (lower[0], points[234]),
            (right, points[356]),
            (lower[-1], points[454]),
        ):
            loop = stroke(np.array([corner, ear]), size, scene.unit * 0.03) * np.float32(0.8)
            flat = np.tile(colour, (size, size, 1))
            painted.picture = lay(painted.picture, lit(painted, flat, chance), loop)
    return painted


def headscarf(painted: Painted, scene: Scene) -> Painted:
    """Wrap a scarf or hood round the face; worn as it is meant to be, it hides nothing that counts."""
    chance, size, unit = scene.chance, len(painted.picture), scene.unit
    oval = np.array(scene.points[list(OVAL)], np.float64)
    middle = oval.mean(0)
    inner = middle + (oval - middle) * chance.uniform(0.86, 1.06)
    fringe = scene.down * unit * chance.uniform(0.0, 0.3)
    above = ((inner - middle) @ scene.down) < 0
    inner[above] += fringe
    outer = middle + (oval - middle) * chance.uniform(1.35, 1.9)
    face, head = filled(inner, size, float(chance.uniform(0.5, 1.2))), filled(outer, size, 1.5)
    neck = np.clip(((np.mgrid[0:size, 0:size][0] - (middle + scene.down * unit)[1]) / unit * 2), 0, 1)
    alpha = np.asarray(np.clip(np.maximum(head, neck.astype(np.float32)) - face, 0, 1), np.float32)
    paint = lit(painted, cloth(chance, size, scene.other), chance)
    return covered(painted, paint, alpha, "headscarf", float(chance.uniform(0, 0.5)))


def veil(painted: Painted, scene: Scene) -> Painted:
    """Draw a scarf over mouth or nose: everything below a line is cloth."""
    chance, size, unit = scene.chance, len(painted.picture), scene.unit
    above = scene.points[[6, 195, 4, 0][int(chance.choice(4, p=[0.25, 0.35, 0.25, 0.15]))]]
    steps = np.linspace(-2.2, 2.2, 9)
    bend = chance.uniform(-0.1, 0.25)
    line = np.array(
        [above + scene.across * unit * s + scene.down * unit * (bend * s**2 + chance.normal(0, 0.03)) for s in steps]
    )
    outline = np.concatenate([line, line[::-1] + scene.down * unit * 4])
    alpha = filled(outline, size, float(chance.uniform(0.5, 1.4)))
    paint = lit(painted, cloth(chance, size, scene.other), chance)
    return covered(painted, paint, alpha, "veil", float(chance.uniform(0, 0.5)))


def hair(painted: Painted, scene: Scene) -> Painted:
    """Let hair fall over forehead, brows or an eye."""
    chance, size, unit = scene.chance, len(painted.picture), scene.unit
    top = np.asarray(scene.points[10], np.float64) - scene.down * unit * 0.4
    brows = np.asarray((scene.points[105] + scene.points[334]) / 2, np.float64)
    reach = float((brows - top) @ scene.down) / unit + chance.uniform(-0.5, 0.65)
    if chance.random() < 0.5:  # to one side only
        centre, span = chance.choice([-1, 1]) * chance.uniform(0.3, 0.8), chance.uniform(0.2, 0.6)
    else:
        centre, span = chance.uniform(-0.2, 0.2), chance.uniform(0.6, 1.2)
    tone = np.array([(20, 20, 22), (30, 40, 60), (60, 90, 130), (90, 140, 190), (150, 150, 150)], np.float64)
    colour = tone[int(chance.choice(5, p=[0.35, 0.3, 0.15, 0.1, 0.1]))] * chance.uniform(0.6, 1.3)
    colour = colour * exposure_of(painted.picture)
    picture, hidden = painted.picture.astype(np.float32), np.zeros((size, size), np.float32)
    for _ in range(int(chance.integers(25, 90))):
        at = centre + chance.uniform(-span, span)
        long = max(0.15, reach + chance.normal(0, 0.12) - 0.3 * abs(at - centre))
        lean = chance.normal(0, 0.18)
        path = [
            top + scene.across * unit * (at + lean * t**2) + scene.down * unit * long * t for t in np.linspace(0, 1, 6)
        ]
        strand = stroke(np.array(path), size, unit * chance.uniform(0.02, 0.08))
        shade = (colour * chance.uniform(0.6, 1.5)).astype(np.float32)
        picture = picture * (1 - strand[..., None]) + shade * strand[..., None]
        hidden = np.maximum(hidden, strand)
    painted.picture = np.clip(picture, 0, 255).astype(np.uint8)
    painted.hidden = np.maximum(painted.hidden, hidden)
    painted.kinds = (*painted.kinds, "hair")
    return painted
