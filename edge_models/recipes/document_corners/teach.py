"""Draw the scenes once: documents before grounds, and grounds without a document."""

from __future__ import annotations

import logging
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.document_corners.backgrounds import clutter, drawn, fitted, scenes, sheet
from edge_models.recipes.document_corners.damage import damage
from edge_models.recipes.document_corners.drawing import Chance
from edge_models.recipes.document_corners.layouts import ID1, Document, document, rounded
from edge_models.recipes.document_corners.scenes import compose
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.document_corners import HEIGHT, WIDTH

log = logging.getLogger("recipes")
NOWHERE = np.full((4, 2), np.nan)


def ground(packed: list[Pixels], chance: Chance, width: int, height: int) -> Pixels:
    """Give a ground: drawn, out of the packs, or as white as a scanner's lid."""
    choice = chance.random()
    if choice < 0.05:
        return np.full((height, width, 3), int(chance.choice([0, 235, 255])), np.uint8)
    if choice < 0.4:
        return drawn(chance, width, height)
    found = fitted(packed[int(chance.integers(len(packed)))], chance, width, height)
    if chance.random() < 0.25:
        clutter(found, chance, int(chance.integers(0, 5)))
    return found


def blank(chance: Chance, unit: float) -> Document:
    """Give a sheet of a card's size that is no document: one colour, nothing on it."""
    width, height = int(ID1[0] * unit), int(ID1[1] * unit * chance.uniform(0.7, 1.6))
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[:] = chance.uniform(5, 250, 3) * chance.uniform(0.1, 1)
    return Document(canvas, rounded(height, width, int(unit * chance.uniform(0, 6))), width / unit, height / unit)


def scene(packed: list[Pixels], pool: list[Document], settings: dict[str, Any], chance: Chance) -> tuple[Pixels, Any]:
    """Draw one scene in the network's size; give it and the corners in its pixels (NaN: no document)."""
    width = int(settings["width"])
    height = int(width / chance.uniform(1.0, 1.78))
    seen = ground(packed, chance, width, height)
    choice, corners = chance.random(), None
    if choice >= settings["empty"]:
        seen, corners = compose(seen, pool[int(chance.integers(len(pool)))], chance)
    elif choice < 0.5 * settings["empty"]:
        # A hand with something else in it, a sheet on the table: documents are not just what is held.
        if chance.random() < 0.6:
            seen, _ = compose(seen, blank(chance, 3), chance)
        else:
            sheet(seen, chance, chance.uniform(0.2, 0.9) * width)
    seen = damage(seen, corners, chance)
    small = cv2.resize(seen, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)
    if corners is None:
        return small, NOWHERE
    return small, (corners + 0.5) * (WIDTH / width, HEIGHT / height) - 0.5


def filled(packed: list[Pixels], pool: list[Document], settings: dict[str, Any], chance: Chance) -> tuple[Pixels, Any]:
    """Draw a scene as ``scene`` does, with a document that about fills it."""
    sheet_drawn = pool[int(chance.integers(len(pool)))]
    width = int(settings["width"])
    lying = max(sheet_drawn.width / sheet_drawn.height, sheet_drawn.height / sheet_drawn.width)
    height = int(width / np.clip(lying * chance.uniform(0.88, 1.15), 1.0, 1.78))
    seen, corners = compose(ground(packed, chance, width, height), sheet_drawn, chance, fills=True)
    seen = damage(seen, corners, chance)
    small = cv2.resize(seen, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return small, (corners + 0.5) * (WIDTH / width, HEIGHT / height) - 0.5


def run(workshop: Workshop) -> None:
    """Write ``scenes.npy`` (n x 160 x 224 x 3, BGR) and ``corners.npy`` (n x 4 x 2); what fills the picture comes first."""
    settings = workshop.settings("teach")
    cv2.setNumThreads(workshop.threads)
    names, packed = scenes(workshop.data, settings["held_apart"], apart=False)
    log.info("%d grounds out of the packs", len(names))
    first, count, turnover = (int(settings[name]) for name in ("filled", "scenes", "scenes_per_document"))
    store = np.lib.format.open_memmap(workshop.work / "scenes.npy", "w+", np.uint8, (first + count, HEIGHT, WIDTH, 3))
    corners = np.empty((first + count, 4, 2), np.float32)
    for draw, start, end, seed in ((filled, 0, first, 1), (scene, first, first + count, 0)):
        chance = np.random.default_rng(workshop.recipe.seed + seed)
        pool = [document(chance, settings["unit"]) for _ in range(64)]
        for number in range(end - start):
            if number % turnover == 0:
                pool[int(chance.integers(len(pool)))] = document(chance, settings["unit"])
            store[start + number], corners[start + number] = draw(packed, pool, settings, chance)
            if number % 500 == 0:
                log.info("%d of %d scenes", start + number, first + count)
    store.flush()
    np.save(workshop.work / "corners.npy", corners)
