"""Views of every frame at both scales, with label, source, part, and what three teachers say of them; made once."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from edge_models.recipes.face_pad import attacks, damage
from edge_models.recipes.face_pad.attacks import Portrait
from edge_models.recipes.face_pad.frames import PACKS, Seen, apart, with_faces
from edge_models.recipes.face_pad.graph import read_teacher
from edge_models.recipes.face_pad.network import TEACHERS, THIRD_SIDE
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.card import sha256_of
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import NEAR, SPECIES, WIDE, Box, cut, prepare

log = logging.getLogger("recipes")
PLAIN, VARIED, SIMULATED = 0, 1, 2
"""kinds of views: a frame as it is, damaged, a simulated attack"""
# Faces of the working copies: the largest crop needs no more.
_WORKING_FACE = 84.0


def run(workshop: Workshop) -> None:
    """Write ``near.npy``, ``wide.npy`` and ``rows.npz``."""
    settings = workshop.settings("teach")
    cv2.setNumThreads(workshop.threads)
    torch.set_num_threads(workshop.threads)
    kept = with_faces(workshop, float(settings["least_face"]))
    held = apart(kept, workshop.recipe.seed)
    crops, rows = _crops(kept, held, settings, np.random.default_rng(workshop.recipe.seed))
    near, wide, large = (np.stack([views[scale] for views in crops]) for scale in (0, 1, 2))
    margins, features = two_teachers(workshop.data / "teachers", near, wide)
    third = third_teacher(third_path(workshop), large, workshop.threads)
    np.save(workshop.work / "near.npy", near)
    np.save(workshop.work / "wide.npy", wide)
    np.savez(
        workshop.work / "rows.npz",
        label=np.array([row[0] for row in rows], np.int64),
        kind=np.array([row[1] for row in rows], np.int8),
        frame=np.array([row[2] for row in rows], np.int64),
        held=np.array([kept[row[2]].frame.group in held for row in rows], bool),
        source=np.array([kept[row[2]].frame.source for row in rows]),
        species=np.array([kept[row[2]].frame.species for row in rows]),
        name=np.array([kept[row[2]].frame.name for row in rows]),
        margins=np.column_stack([margins, third]).astype(np.float32),
        features=features,
    )
    hashes = {pack: sha256_of(workshop.data / "pad" / pack) for pack in PACKS}
    (workshop.work / "teach.json").write_text(json.dumps(hashes, indent=1))
    counts = {name: sum(row[0] == number for row in rows) for number, name in enumerate(SPECIES)}
    log.info("%d views of %d frames: %s", len(rows), len(kept), counts)


def _crops(
    kept: list[Seen], held: set[str], settings: dict[str, Any], rng: np.random.Generator
) -> tuple[list[tuple[Pixels, ...]], list[tuple[int, int, int]]]:
    """Give crops (near, wide, near and large) and (label, kind, number of the frame) of each view."""
    portraits = [working(seen) for seen in kept]
    trained = [index for index, seen in enumerate(kept) if seen.frame.label == 0 and seen.frame.group not in held]
    scenes = [portraits[index] for index in trained]
    # a printed mask shows a whole face, not one behind a surgical mask
    faces = [portraits[index] for index in trained if kept[index].frame.source not in ("masked", "crowd")]
    crops: list[tuple[Pixels, ...]] = []
    rows: list[tuple[int, int, int]] = []
    for number, (seen, portrait) in enumerate(zip(kept, portraits, strict=True)):
        crops.append(three_crops(seen.frame.picture, seen.box))
        rows.append((seen.frame.label, PLAIN, number))
        if seen.frame.group in held:
            continue
        for view, box, label, kind in _views(seen, portrait, (scenes, faces), settings, rng):
            crops.append(three_crops(view, jittered(box, rng)))
            rows.append((label, kind, number))
        if number % 300 == 0:
            log.info("%d of %d frames, %d views", number, len(kept), len(crops))
    return crops, rows


def three_crops(picture: Pixels, box: Box) -> tuple[Pixels, Pixels, Pixels]:
    """Cut both scales of the student, and the third teacher's."""
    return cut(picture, box, NEAR), cut(picture, box, WIDE), cut(picture, box, NEAR, THIRD_SIDE)


def third_path(workshop: Workshop) -> Path:
    """Find the third teacher: beside the other teachers, or in the work folder. Raises ``FileNotFoundError``."""
    name = str(workshop.settings("teach")["third_teacher"])
    for folder in (workshop.data / "teachers", workshop.work.parent / "teachers"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name}: take it from {workshop.settings('teach')['third_teacher_from']}")


@torch.no_grad()
def two_teachers(folder: Path, near: Pixels, wide: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
    """Give each teacher's log odds of bona fide (views x 2) and its 128 features (views x 2 x 128)."""
    margins = np.zeros((len(near), 2), np.float32)
    features = np.zeros((len(near), 2, 128), np.float16)
    for scale, (name, stack) in enumerate(zip(TEACHERS, (near, wide), strict=True)):
        trunk, head = read_teacher(folder / name)
        for part in np.array_split(np.arange(len(stack)), max(1, len(stack) // 64)):
            feature = trunk(torch.from_numpy(prepare(stack[part])).contiguous(memory_format=torch.channels_last))
            margins[part, scale] = log_odds((feature @ head).numpy(), bona_fide=1)
            features[part, scale] = feature.numpy()
    return margins, features


def third_teacher(path: Path, large: Pixels, threads: int) -> NDArray[np.float32]:
    """Give the third teacher's log odds of bona fide."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options)
    name = session.get_inputs()[0].name
    logits = [session.run(None, {name: prepare(crop[None])})[0][0] for crop in large]
    return log_odds(np.stack(logits), bona_fide=0)


def log_odds(logits: NDArray[Any], *, bona_fide: int) -> NDArray[np.float32]:
    """Give the log odds of one of three classes."""
    rest = np.delete(np.asarray(logits, np.float64), bona_fide, axis=1)
    return np.asarray(logits[:, bona_fide] - np.logaddexp(rest[:, 0], rest[:, 1]), np.float32)


def working(seen: Seen) -> Portrait:
    """Give the frame no larger than its largest crop needs."""
    picture, (x, y, w, h) = seen.frame.picture, seen.box
    scale = min(1.0, _WORKING_FACE / h)
    if scale == 1.0:
        return Portrait(picture, seen.box, seen.points)
    size = (max(16, round(picture.shape[1] * scale)), max(16, round(picture.shape[0] * scale)))
    smaller = cast("Pixels", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    return Portrait(smaller, (x * scale, y * scale, w * scale, h * scale), seen.points * np.float32(scale))


def _views(
    seen: Seen,
    portrait: Portrait,
    others: tuple[list[Portrait], list[Portrait]],
    settings: dict[str, Any],
    rng: np.random.Generator,
) -> Iterator[tuple[Pixels, Box, int, int]]:
    """Yield (view, box, label, kind)."""
    label = seen.frame.label
    plan = settings["views"][seen.frame.source]
    for _ in range(int(plan[0 if label == 0 else 1])):
        yield damage.photographed(portrait.picture, portrait.box, rng), portrait.box, label, VARIED
    for _ in range(int(plan[2]) if label == 0 else 0):
        scene, face = (heap[int(rng.integers(len(heap)))] for heap in others)
        kind = rng.random()
        if kind < 0.45:
            shown, species = attacks.printed(portrait, scene, rng), 1
        elif kind < 0.9:
            shown, species = attacks.on_screen(portrait, scene, rng), 2
        else:
            shown, species = attacks.worn(face, portrait, rng), 3
        yield damage.photographed(shown.picture, shown.box, rng), shown.box, species, SIMULATED


def jittered(box: Box, rng: np.random.Generator) -> Box:
    """Give the box as another detector would have placed it."""
    x, y, w, h = box
    scale, dx, dy = rng.uniform(0.92, 1.1), rng.uniform(-0.05, 0.05) * w, rng.uniform(-0.05, 0.05) * h
    return x + dx + w * (1 - scale) / 2, y + dy + h * (1 - scale) / 2, w * scale, h * scale
