"""Views of people from packs without attacks: what the trunks are fitted on, so that every source with attacks is a test.

No frame of a pack in ``frames.PACKS`` is among them, neither as a person, nor as a room behind a simulated attack, nor
unlabelled: a network that saw these views only has every such pack left out at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_pad import attacks, damage
from edge_models.recipes.face_pad.attacks import Portrait
from edge_models.recipes.face_pad.frames import Frame, Seen, apart, with_faces
from edge_models.recipes.face_pad.teach import jittered, working
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import NEAR, WIDE, Box, cut

log = logging.getLogger("recipes")
SOURCES = ("kp68", "masked", "crowd", "faces")
"""sources of the free views: three that ``frames`` gives too (the same people kept apart), and close crops of faces"""
_CLOSE = (("utkface_6k.zip", "utkface/train", 3), ("train_ids.zip", "ids", 3))
# A close crop shows the face only: a box of this share of its side.
_FACE = 0.55


def run(workshop: Workshop) -> None:
    """Write ``free.npz``: near and wide crops and the name of each view's frame; left as it is when it is there."""
    path = workshop.work / "free.npz"
    if path.exists():
        return
    cv2.setNumThreads(workshop.threads)
    torch.set_num_threads(workshop.threads)
    settings = workshop.settings("teach")
    rng = np.random.default_rng(workshop.recipe.seed + 7)
    portraits = _portraits(workshop, float(settings["least_face"]), rng)
    rooms = [portrait for portrait, source, _ in portraits if source != "faces"]
    faces = [portrait for portrait, source, _ in portraits if source in ("kp68", "faces")]
    rooms += [
        Portrait(picture, (0.0, 0.0, 1.0, 1.0), np.zeros((5, 2), np.float32)) for picture in _scenes(workshop.data)
    ]
    near: list[Pixels] = []
    wide: list[Pixels] = []
    names: list[str] = []
    for portrait, _source, name in portraits:
        for view, box in views_of(portrait, rooms, faces, rng):
            near.append(cut(view, box, NEAR))
            wide.append(cut(view, box, WIDE))
            names.append(name)
    np.savez(path, near=np.stack(near), wide=np.stack(wide), name=np.array(names))
    log.info("%d views of %d frames without a source of attacks", len(near), len(portraits))


def views_of(
    portrait: Portrait, rooms: list[Portrait], faces: list[Portrait], rng: np.random.Generator
) -> Iterator[tuple[Pixels, Box]]:
    """Yield a frame as it is or damaged, and as a print, a screen, or (seldom) a worn mask."""
    picture = portrait.picture if rng.random() < 0.4 else damage.photographed(portrait.picture, portrait.box, rng)
    yield picture, jittered(portrait.box, rng)
    room = rooms[int(rng.integers(len(rooms)))]
    chance = rng.random()
    if chance < 0.5:
        shown = attacks.printed(portrait, room, rng)
    elif chance < 0.95 or not portrait.points.any():
        shown = attacks.on_screen(portrait, room, rng)
    else:
        shown = attacks.worn(faces[int(rng.integers(len(faces)))], portrait, rng)
    yield damage.photographed(shown.picture, shown.box, rng), jittered(shown.box, rng)


def _portraits(workshop: Workshop, least: float, rng: np.random.Generator) -> list[tuple[Portrait, str, str]]:
    kept = with_faces(workshop, least)
    held = apart(kept, workshop.recipe.seed)
    given = [
        (working(seen), seen.frame.source, seen.frame.name)
        for seen in kept
        if seen.frame.source in SOURCES and seen.frame.group not in held
    ]
    for pack, prefix, step in _CLOSE:
        path = workshop.data / "faces" / pack
        for name, picture in pictures(path, members(path, prefix)[::step]):
            side = min(picture.shape[:2])
            if side < 100:
                continue
            width = side * _FACE * rng.uniform(0.9, 1.15)
            box = ((picture.shape[1] - width) / 2, (picture.shape[0] - 1.3 * width) / 2, width, 1.3 * width)
            frame = Frame(picture, 0, "faces", "bona_fide", name, identity(pack, name))
            given.append((working(Seen(frame, box, _points(box))), "faces", frame.name))
    return given


def _points(box: Box) -> NDArray[np.float32]:
    """Give where eyes, nose and mouth corners lie in an upright box, near enough for a simulated mask."""
    x, y, w, h = box
    places = np.array([[0.31, 0.4], [0.69, 0.4], [0.5, 0.6], [0.35, 0.78], [0.65, 0.78]])
    return np.asarray(places * [w, h] + [x, y], np.float32)


def _scenes(data: Path) -> Iterator[Pixels]:
    path = data / "faces" / "nonface_scenes.zip"
    for _, picture in pictures(path, members(path)[::3]):
        yield picture
