"""The faces of the report sets as the kiosk would see them: whole pictures, boxes and five points of a detector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.samples import Taught
from edge_models.recipes.face_landmarks.teach import enlarge
from edge_models.recipes.packs import pictures
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import Box

AGES = ((0, 12), (13, 19), (20, 39), (40, 59), (60, 120))
SEXES = ("male", "female")
ORIGINS = ("White", "Black", "Asian", "Indian", "Other")


@dataclass(frozen=True)
class Reported:
    """One face: its row in the stored targets, its picture and what the detector said."""

    index: int
    name: str
    picture: Pixels
    box: Box
    points5: NDArray[np.float32]


def sets_of(workshop: Workshop, taught: Taught) -> dict[str, NDArray[Any]]:
    """Give the indices of each report set by name."""
    found = {}
    for number, (pack, prefix, use) in enumerate(workshop.settings("teach")["sources"]):
        if use == "report":
            name = f"{Path(pack).stem}/{prefix.strip('/')}".replace("/", "_")
            found[name] = taught.report[taught.source[taught.report] == number]
    return found


def faces(workshop: Workshop, pack: str, indices: NDArray[Any]) -> Iterator[Reported]:
    """Yield the pictures of stored rows of one pack, enlarged as for the teachers."""
    stored = np.load(workshop.work / "targets.npz", allow_pickle=False)
    names = [str(name) for name in stored["name"][indices]]
    boxes, fives = stored["box"][indices], stored["points5"][indices]
    for row, (name, picture) in enumerate(pictures(workshop.data / pack, names)):
        x, y, width, height = (float(value) for value in boxes[row])
        yield Reported(int(indices[row]), name, enlarge(picture, frame=False), (x, y, width, height), fives[row])


def groups_of(name: str) -> dict[str, str]:
    """Read age band, sex and origin from a UTKFace name (age_sex_race_date); unknown parts are left out."""
    parts = Path(name).stem.split("_")
    found: dict[str, str] = {}
    if len(parts) >= 3 and all(part.isdigit() for part in parts[:3]):
        age, sex, origin = (int(part) for part in parts[:3])
        found["age"] = next((f"{low}-{high}" for low, high in AGES if low <= age <= high), "unknown")
        if sex < len(SEXES):
            found["sex"] = SEXES[sex]
        if origin < len(ORIGINS):
            found["origin"] = ORIGINS[origin]
    return found
