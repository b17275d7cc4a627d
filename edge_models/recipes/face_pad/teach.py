"""Views of every frame at both scales, with label, source, part and the teachers' answer; made once."""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_pad import damage
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import sha256_of
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import NEAR, SPECIES, WIDE, Box, cut, prepare

log = logging.getLogger("recipes")
LABELS = {"live": 0, "print": 1, "cutout": 1, "replay": 2, "mask": 3}
PACKS = ("replay_attack.zip", "nuaa.zip", "phone_screens.zip", "samples.zip")


@dataclass(frozen=True)
class Presentation:
    """A frame with its label and whether it is kept apart for the score distributions."""

    picture: Pixels
    label: int
    source: str
    held: bool
    name: str


def presentations(data: Path) -> Iterator[Presentation]:
    """Yield labelled frames of the PAD packs (subjects apart), then bona fide frames of other packs (frames apart)."""
    for pack in PACKS:
        path = data / "pad" / pack
        with zipfile.ZipFile(path) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
        subjects = sorted({row["subject"] for row in rows if row["subject"]})
        apart = set(subjects[::4]) if len(subjects) > 4 else set()
        loaded = dict(pictures(path, [row["file"] for row in rows]))
        for index, row in enumerate(rows):
            held = row["subject"] in apart if apart else index % 5 == 0
            yield Presentation(
                loaded[row["file"]], LABELS[row["label"]], pack.removesuffix(".zip"), held, identity(pack, row["file"])
            )
    for pack, prefix, source in (
        ("landmarks.zip", "kp68/train", "kp68"),
        ("masks.zip", "masks/scene", "masked"),
        ("detection_crowd.zip", "det", "crowd"),
    ):
        path = data / "faces" / pack
        for index, (name, picture) in enumerate(pictures(path, members(path, prefix))):
            yield Presentation(picture, 0, source, index % 6 == 0, identity(pack, name))


def run(workshop: Workshop) -> None:
    """Write ``near.npy``, ``wide.npy`` and ``rows.npz``."""
    settings, rng = workshop.settings("teach"), np.random.default_rng(workshop.recipe.seed)
    cv2.setNumThreads(workshop.threads)
    teachers = load_teachers(workshop.data, workshop.threads)
    near: list[Pixels] = []
    wide: list[Pixels] = []
    rows: list[tuple[int, int, bool, float]] = []
    sources: list[str] = []
    names: list[str] = []
    for seen in presentations(workshop.data):
        found = teachers.biggest(teachers.detect_yunet(seen.picture, score_thr=0.6))
        if found is None or found[3] - found[1] < float(settings["least_face"]):
            continue
        box = (float(found[0]), float(found[1]), float(found[2] - found[0]), float(found[3] - found[1]))
        for view, label, kind in _views(seen, box, settings, rng):
            jittered = _jittered(box, rng)
            crops = cut(view, jittered, NEAR), cut(view, jittered, WIDE)
            near.append(crops[0])
            wide.append(crops[1])
            rows.append((label, kind, seen.held, _teachers_answer(teachers, crops)))
            sources.append(seen.source)
            names.append(seen.name)
        if len(sources) and len(sources) % 500 < 8:
            log.info("%d views", len(sources))
    np.save(workshop.work / "near.npy", np.stack(near))
    np.save(workshop.work / "wide.npy", np.stack(wide))
    np.savez(
        workshop.work / "rows.npz",
        label=np.array([row[0] for row in rows], np.int64),
        simulated=np.array([row[1] for row in rows], np.int8),
        held=np.array([row[2] for row in rows], bool),
        teacher=np.array([row[3] for row in rows], np.float32),
        source=np.array(sources),
        name=np.array(names),
    )
    hashes = {pack: sha256_of(workshop.data / "pad" / pack) for pack in PACKS}
    (workshop.work / "teach.json").write_text(json.dumps(hashes, indent=1))
    counts = {name: sum(row[0] == number for row in rows) for number, name in enumerate(SPECIES)}
    log.info("%d views: %s, %d kept apart", len(rows), counts, sum(row[2] for row in rows))


def _views(
    seen: Presentation, box: Box, settings: dict[str, Any], rng: np.random.Generator
) -> Iterator[tuple[Pixels, int, int]]:
    """Yield (view, label, 1 when simulated); the first view is the frame as it is."""
    if seen.held:
        yield seen.picture, seen.label, 0
        return
    bona_fide = seen.label == 0
    yield seen.picture, seen.label, 0
    for _ in range(int(settings["views_bona_fide" if bona_fide else "views_attack"]) - 1):
        yield damage.photographed(seen.picture, rng), seen.label, 0
    for _ in range(int(settings["simulated"]) if bona_fide else 0):
        attack, label = (damage.printed, 1) if rng.random() < 0.5 else (damage.on_screen, 2)
        yield damage.photographed(attack(seen.picture, box, rng), rng), label, 1


def _jittered(box: Box, rng: np.random.Generator) -> Box:
    x, y, w, h = box
    scale, dx, dy = rng.uniform(0.92, 1.1), rng.uniform(-0.05, 0.05) * w, rng.uniform(-0.05, 0.05) * h
    return x + dx + w * (1 - scale) / 2, y + dy + h * (1 - scale) / 2, w * scale, h * scale


def _teachers_answer(teachers: ModuleType, crops: tuple[Pixels, Pixels]) -> float:
    """Give the mean bona fide probability of both teachers."""
    answers = []
    for name, crop in zip(("MiniFASNetV2.onnx", "MiniFASNetV1SE.onnx"), crops, strict=True):
        session = teachers.session(name)
        logits = session.run(None, {session.get_inputs()[0].name: prepare(crop[None])})[0][0]
        answers.append(float(teachers.softmax(logits)[1]))
    return float(np.mean(answers))
