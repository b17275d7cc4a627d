"""Things before a face, painted: masks, hands, glasses, scarves, hair, microphones, phones. Each says what it hides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from edge_models.recipes.face_quality.cloth import Generator, Points
from edge_models.recipes.face_quality.glasses import clear_glasses, dark_glasses
from edge_models.recipes.face_quality.held import hand, thing
from edge_models.recipes.face_quality.painting import Painted, Scene
from edge_models.recipes.face_quality.worn import hair, headscarf, mask, veil
from edge_models.runtime.port import Pixels

KINDS: dict[str, tuple[float, Callable[[Painted, Scene], Painted]]] = {
    "mask": (0.27, mask),
    "hand": (0.2, hand),
    "dark_glasses": (0.13, dark_glasses),
    "clear_glasses": (0.15, clear_glasses),
    "headscarf": (0.08, headscarf),
    "veil": (0.05, veil),
    "hair": (0.07, hair),
    "thing": (0.05, thing),
}
"""How often each is drawn."""


def nothing(picture: Pixels) -> Painted:
    """Give the face as it is."""
    return Painted(picture, np.zeros(picture.shape[:2], np.float32))


def occlude(picture: Pixels, points: Points, other: Pixels, chance: Generator) -> Painted:
    """Lay one thing, at times two, before a face. ``points``: 478 x 2 in pixels."""
    scene = Scene(np.asarray(points, np.float64), other, chance)
    names, weights = list(KINDS), np.array([weight for weight, _ in KINDS.values()])
    count = 2 if chance.random() < 0.18 else 1
    chosen = chance.choice(len(names), count, replace=False, p=weights / weights.sum())
    painted = nothing(picture)
    for number in sorted(chosen, key=lambda n: names[n] in ("headscarf", "hand", "thing")):
        painted = KINDS[names[number]][1](painted, scene)
    return painted
