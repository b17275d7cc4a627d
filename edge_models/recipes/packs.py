"""Pictures out of the data folder's ZIP packs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from edge_models.runtime.port import Pixels

PICTURES = (".webp", ".jpg", ".jpeg", ".png")


def members(pack: Path, prefix: str = "") -> list[str]:
    """List a pack's pictures in a fixed order."""
    with zipfile.ZipFile(pack) as archive:
        return sorted(n for n in archive.namelist() if n.startswith(prefix) and n.lower().endswith(PICTURES))


def pictures(pack: Path, names: list[str] | None = None) -> Iterator[tuple[str, Pixels]]:
    """Yield (member name, BGR picture); a member that does not decode is an error of the pack, so it raises ``ValueError``."""
    names = names if names is not None else members(pack)
    with zipfile.ZipFile(pack) as archive:
        for name in names:
            picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError(f"{pack.name}: {name} does not decode")
            yield name, picture


def sizes(pack: Path) -> dict[str, tuple[int, int]]:
    """Give the height and width of each of a pack's pictures."""
    return {name: (picture.shape[0], picture.shape[1]) for name, picture in pictures(pack)}
