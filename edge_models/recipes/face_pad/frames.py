"""Labelled frames with their face, their source, and who must not stand on both sides of a division."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import identity
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import Box

LABELS = {"live": 0, "print": 1, "cutout": 1, "replay": 2, "mask": 3}
PACKS = ("replay_attack.zip", "nuaa.zip", "phone_screens.zip", "samples.zip")
"""packs with attacks; each is one source"""
_OTHERS = (
    ("landmarks.zip", "kp68/train", "kp68", 2),
    ("masks.zip", "masks/scene", "masked", 2),
    ("detection_crowd.zip", "det", "crowd", 1),
)
"""bona fide of other packs: pack, members, source, and each how manyth frame (kp68 are frames of few films)"""
_SAME_PERSON = 0.45
_APART = {True: 0.25, False: 1 / 6}


@dataclass(frozen=True)
class Frame:
    """A picture with label, source, kind of attack as the pack names it, and the group that stays together."""

    picture: Pixels
    label: int
    source: str
    species: str
    group: str
    name: str


@dataclass(frozen=True)
class Seen:
    """A frame with the largest face in it: box (x, y, width, height) and five points."""

    frame: Frame
    box: Box
    points: NDArray[np.float32]


def frames(data: Path) -> Iterator[Frame]:
    """Yield the PAD packs (group: subject), then bona fide frames of other packs (group: person or picture)."""
    for pack in PACKS:
        path = data / "pad" / pack
        with zipfile.ZipFile(path) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
        for row, (name, picture) in zip(rows, pictures(path, [row["file"] for row in rows]), strict=True):
            species = "bona_fide" if row["label"] == "live" else row["species"]
            label, source = LABELS[row["label"]], path.stem
            yield Frame(picture, label, source, species, row["subject"], identity(pack, name))
    for pack, prefix, source, step in _OTHERS:
        path = data / "faces" / pack
        for name, picture in pictures(path, members(path, prefix)[::step]):
            person = Path(name).stem.rsplit("_", 1)[0] if source == "kp68" else Path(name).stem
            yield Frame(picture, 0, source, "bona_fide", person, identity(pack, name))


def with_faces(workshop: Workshop, least: float) -> list[Seen]:
    """Find each frame's largest face; frames without one at least so many pixels high are left out."""
    teachers = load_teachers(workshop.data, workshop.threads)
    kept: list[Seen] = []
    people: list[tuple[NDArray[np.float32], str]] = []
    for frame in frames(workshop.data):
        found = teachers.biggest(teachers.detect_yunet(frame.picture, score_thr=0.6))
        if found is None or found[3] - found[1] < least:
            continue
        box = (float(found[0]), float(found[1]), float(found[2] - found[0]), float(found[3] - found[1]))
        points = teachers.points5(found)
        if not frame.group:
            frame = replace(frame, group=_likeness(frame, points, teachers, people))
        kept.append(Seen(frame, box, points))
    return kept


def apart(kept: list[Seen], seed: int) -> set[str]:
    """Choose the groups that no training sees: a quarter of each source with attacks, a sixth of the others."""
    rng, chosen = np.random.default_rng(seed), set()
    for source in sorted({seen.frame.source for seen in kept}):
        groups = sorted({seen.frame.group for seen in kept if seen.frame.source == source})
        count = round(len(groups) * _APART[f"{source}.zip" in PACKS])
        chosen |= {str(name) for name in rng.permutation(groups)[:count]}
    return chosen


def _likeness(
    frame: Frame, points: NDArray[np.float32], teachers: ModuleType, people: list[tuple[NDArray[np.float32], str]]
) -> str:
    """Name a group where the pack does not: who looks alike is one person."""
    embedding = teachers.embed_mfn_foamliu(teachers.align112(frame.picture, points))
    for other, name in people:
        if float(other @ embedding) > _SAME_PERSON:
            return name
    name = f"{frame.source} unnamed {len(people)}"
    people.append((embedding, name))
    return name
