"""The pieces of composed pictures: where they lie, and how their labels move with them."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_detection.teach import MIRRORED, Labelled
from edge_models.recipes.packs import members
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import INPUT_HEIGHT, INPUT_WIDTH, Floats

Part = Literal["train", "choose", "report"]
"""What a picture is for: to train on, to choose thresholds and weights by, or to report on."""


@dataclass
class Moved:
    """Labels moved by an affine map."""

    boxes: Floats
    points: Floats
    kinds: np.ndarray


class Store:
    """The packs' pictures, kept encoded in memory and decoded when wanted."""

    def __init__(self, data: Path, items: list[tuple[str, str]]) -> None:
        """Read (pack, member) pairs."""
        wanted: dict[str, list[str]] = {}
        for pack, name in items:
            wanted.setdefault(pack, []).append(name)
        self._bytes: dict[tuple[str, str], bytes] = {}
        self.used: set[str] = set()
        for pack, names in wanted.items():
            with zipfile.ZipFile(data / pack) as archive:
                for name in names:
                    self._bytes[pack, name] = archive.read(name)

    def picture(self, pack: str, name: str) -> Pixels:
        """Decode one; ``used`` remembers which."""
        self.used.add(identity(pack, name))
        picture = cv2.imdecode(np.frombuffer(self._bytes[pack, name], np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{pack}: {name} does not decode")
        return picture


def empty_scenes(data: Path, with_people: list[str], part: Part) -> list[str]:
    """List the scenes without a person: the odd half is reported on, a quarter of the even half is to choose by."""
    names = [n for n in members(data / "faces/nonface_scenes.zip") if n.removeprefix("scenes/") not in with_people]
    if part == "report":
        return names[1::2]
    even = names[0::2]
    return even[3::4] if part == "choose" else [name for index, name in enumerate(even) if index % 4 != 3]


def in_part(item: Labelled, part: Part) -> bool:
    """Say whether a labelled picture belongs to a part: one in 25 of the training pictures is kept to choose by."""
    if item.held:
        return part == "report"
    return part == ("choose" if zlib.crc32(item.name.encode()) % 25 == 0 else "train")


def moved(item: Labelled, matrix: Floats, mirrored: bool) -> Moved:
    """Carry labels through an affine map; a turned box is the one around the turned ellipse inside the box."""
    linear, shift = matrix[:, :2], matrix[:, 2]
    centre = (item.boxes[:, :2] + item.boxes[:, 2:]) / 2 @ linear.T + shift
    half = np.sqrt(((item.boxes[:, 2:] - item.boxes[:, :2]) / 2) ** 2 @ (linear**2).T)
    points = item.points @ linear.T + shift
    boxes = np.concatenate([centre - half, centre + half], 1).astype(np.float32)
    return Moved(boxes, (points[:, MIRRORED] if mirrored else points).astype(np.float32), item.kinds.copy())


def visible(boxes: Floats, window: tuple[int, int, int, int] = (0, 0, INPUT_WIDTH, INPUT_HEIGHT)) -> Floats:
    """Give the part of each box's area that lies in the window (x1, y1, x2, y2)."""
    low = np.clip(boxes[:, :2], window[:2], window[2:])
    high = np.clip(boxes[:, 2:], window[:2], window[2:])
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return (np.prod(high - low, axis=1) / np.maximum(area, 1e-6)).astype(np.float32)
