"""The people whose pictures are printed and compared: read from the data folder's packs.

Named people of ``train_ids.zip`` whom the embedding's recipe kept apart (every fifth name), adults of UTKFace's test
part (every one a stranger to the others), and LFW's pairs, which are reported and never chosen by.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from calibration.attack.making.plane import Picture

HELD_EVERY = 5
"""as in ``edge_models/recipes/face_embedding/recipe.toml``: ``teach.held_every``"""
ADULT = 18
BANDS = (18, 30, 45, 60)
"""lower ends of the age bands, as the embedding's own table has them"""
_LEAST_SIDE = 224
"""pixels up to which small pictures are enlarged, so that faces are large enough to be found"""
_BORDER = 0.25
"""share of the side by which tightly cut faces are widened, as the detector expects something round a face"""


@dataclass(frozen=True)
class Person:
    """One picture of a person, widened by a continued edge and enlarged where it is small."""

    who: str
    picture: Picture = field(repr=False)
    group: int = -1
    """UTKFace: 100 x sex + 10 x origin + age band; -1 where it is not known"""


def named(data: Path, *, apart: bool, each: int) -> Iterator[Person]:
    """Give up to ``each`` pictures of every named person: those kept ``apart`` from training, or the others."""
    with zipfile.ZipFile(data / "faces/train_ids.zip") as pack:
        names = sorted(name for name in pack.namelist() if name.startswith("ids/") and not name.endswith("/"))
        people = sorted({name.split("/")[1] for name in names})
        held = set(people[::HELD_EVERY])
        for who in people:
            if (who in held) is apart:
                mine = [name for name in names if name.split("/")[1] == who]
                # evenly over the file, which may be ordered by source
                for place in np.unique(np.linspace(0, len(mine) - 1, min(each, len(mine))).round().astype(int)):
                    yield Person(who, _widened(_decoded(pack, mine[int(place)])))


def adults(data: Path) -> Iterator[Person]:
    """Give the adults of UTKFace's test part, each a person of their own."""
    with zipfile.ZipFile(data / "faces/utkface_6k.zip") as pack:
        names = sorted(name for name in pack.namelist() if "/test/" in name and not name.endswith("/"))
        labelled = [(name, name.rsplit("/", 1)[-1].split("_")) for name in names]
        grown = [(name, parts) for name, parts in labelled if len(parts) == 4 and int(parts[0]) >= ADULT]
        for name, (age, sex, origin, _) in grown:
            band = int(np.searchsorted(BANDS, int(age), side="right")) - 1
            yield Person(name, _widened(_decoded(pack, name)), 100 * int(sex) + 10 * int(origin) + band)


def lfw(data: Path) -> tuple[list[tuple[str, str, bool]], Iterator[Person]]:
    """Give LFW's pairs (two names, mated) of folds 1 to 3, and the pictures by name."""
    path = data / "faces/lfw_folds_1_to_3.zip"
    with zipfile.ZipFile(path) as pack:
        rows = [line.split() for line in pack.read("lfw/pairs.txt").decode().splitlines()]
    pairs = []
    for row in rows:
        if len(row) == 3:
            pairs.append((f"{row[0]}_{int(row[1]):04d}", f"{row[0]}_{int(row[2]):04d}", True))
        elif len(row) == 4:
            pairs.append((f"{row[0]}_{int(row[1]):04d}", f"{row[2]}_{int(row[3]):04d}", False))
    return pairs, _lfw_pictures(path)


def _lfw_pictures(path: Path) -> Iterator[Person]:
    with zipfile.ZipFile(path) as pack:
        for name in sorted(pack.namelist()):
            if name.lower().endswith((".jpg", ".png", ".webp")):
                yield Person(Path(name).stem, _decoded(pack, name))


def _decoded(pack: zipfile.ZipFile, name: str) -> Picture:
    picture = cv2.imdecode(np.frombuffer(pack.read(name), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{name} does not decode")
    return np.asarray(picture, np.uint8)


def _widened(picture: Picture) -> Picture:
    border = round(max(picture.shape[:2]) * _BORDER)
    wide = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
    factor = max(1.0, _LEAST_SIDE / max(wide.shape[:2]))
    return np.asarray(cv2.resize(wide, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
