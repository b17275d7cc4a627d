"""Align every crop and ask the teacher for its embedding, once; stored beside each other with the hashes of both."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.face_embedding.aligner import Aligner
from edge_models.recipes.face_embedding.crops import HELD, TRAIN, UTK_TEST
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import sha256_of
from edge_models.runtime.port import Pixels

log = logging.getLogger("recipes")
PACKS = ("train_ids.zip", "utkface_6k.zip", "utkface_more_6k.zip")
_UTK = re.compile(r"(\d+)_([01])_([0-4])_")


def run(workshop: Workshop) -> None:
    """Write ``crops.npy`` and ``targets.npz``."""
    settings = workshop.settings("teach")
    cv2.setNumThreads(workshop.threads)
    teachers = load_teachers(workshop.data, workshop.threads)
    aligner = Aligner()
    pad, least = 0.25, int(settings["least_side"])
    crops: list[Pixels] = []
    targets: list[Any] = []
    names: list[str] = []
    missed = 0
    for name, picture in _all(workshop.data):
        border = round(max(picture.shape[:2]) * pad)
        padded = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
        factor = max(1.0, least / max(padded.shape[:2]))
        large = cv2.resize(padded, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        found = teachers.biggest(teachers.detect_yunet(large, score_thr=0.5, max_side=256))
        if found is None:
            missed += 1
            continue
        aligned = aligner(np.asarray(large, np.uint8), np.asarray(found[:4]), np.asarray(teachers.points5(found)))
        crops.append(aligned)
        targets.append(teachers.embed_flip(teachers.embed_mfn_foamliu, aligned))
        names.append(name)
        if len(names) % 1000 == 0:
            log.info("%d crops, %d without a face", len(names), missed)
    part, person, group = _labels(names, int(settings["held_every"]))
    stacked = np.stack(crops)
    part_file = workshop.work / "crops.part.npy"
    np.save(part_file, stacked)
    part_file.replace(workshop.work / "crops.npy")  # who reads the old ones goes on reading them
    np.savez(
        workshop.work / "targets.npz",
        targets=np.stack(targets).astype(np.float16),
        part=part,
        person=person,
        group=group,
        names=np.array(names),
    )
    hashes = {
        "crops": hashlib.sha256(stacked.tobytes()).hexdigest(),
        "teacher": sha256_of(workshop.data / "teachers" / str(settings["teacher"])),
        "packs": {pack: sha256_of(workshop.data / "faces" / pack) for pack in PACKS},
    }
    (workshop.work / "teach.json").write_text(json.dumps(hashes, indent=1))
    log.info(
        "%d crops (%d kept apart, %d of UTKFace test), %d without a face",
        len(names),
        int((part == HELD).sum()),
        int((part == UTK_TEST).sum()),
        missed,
    )


def _all(data: Path) -> Iterator[tuple[str, Pixels]]:
    for pack in PACKS:
        path = data / "faces" / pack
        yield from pictures(path, members(path))


def _labels(names: list[str], held_every: int) -> tuple[Any, Any, Any]:
    people = sorted({name.split("/")[1] for name in names if name.startswith("ids/")})
    number = {name: index for index, name in enumerate(people)}
    # The order is alphabetical, actors and Glint people mixed in by their prefix: both are among those kept apart.
    held = set(people[::held_every])
    part = np.full(len(names), TRAIN, np.int8)
    person = np.full(len(names), -1, np.int32)
    group = np.full(len(names), -1, np.int32)
    for index, name in enumerate(names):
        if name.startswith("ids/"):
            who = name.split("/")[1]
            person[index] = number[who]
            part[index] = HELD if who in held else TRAIN
        elif "/test/" in name:
            part[index] = UTK_TEST
        if match := _UTK.search(name.rsplit("/", 1)[-1]):
            group[index] = 10 * int(match[2]) + int(match[3])
    return part, person, group
