"""The aligned crops with their targets, as ``teach`` leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import identity
from edge_models.recipes.packs import members

TRAIN, HELD, UTK_TEST = 0, 1, 2


@dataclass(frozen=True)
class Crops:
    """One row a crop."""

    pictures: NDArray[np.uint8]
    """n x 112 x 112 x 3, BGR, mapped from disk"""
    targets: NDArray[np.float16]
    """n x 128, unit length, the teacher's, flip-averaged"""
    part: NDArray[np.int8]
    """``TRAIN``, ``HELD`` (persons kept apart) or ``UTK_TEST``"""
    person: NDArray[np.int32]
    """number of the named person, -1 where nobody is named"""
    group: NDArray[np.int32]
    """UTKFace: 10 x sex + origin; -1 elsewhere"""
    names: list[str]


def identities(crops: Crops, data: Path, packs: Iterable[str]) -> list[str]:
    """Give the identity of each row's picture: the pack in which its name stands."""
    pack_of = {name: pack for pack in packs for name in members(data / "faces" / pack)}
    return [identity(pack_of[name], name) for name in crops.names]


def read_crops(work: Path) -> Crops:
    """Read what ``teach`` left."""
    with np.load(work / "targets.npz", allow_pickle=False) as stored:
        return Crops(
            np.load(work / "crops.npy", mmap_mode="r"),
            stored["targets"], stored["part"], stored["person"], stored["group"], [str(n) for n in stored["names"]],
        )  # fmt: skip
