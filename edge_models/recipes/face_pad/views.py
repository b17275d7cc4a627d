"""What ``teach`` and ``free`` left on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.face_pad.teach import PLAIN
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import prepare

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


class Views:
    """Labelled views, and what three teachers say of them."""

    def __init__(self, work: Path) -> None:
        """Map the crops from disk."""
        self.near = np.load(work / "near.npy", mmap_mode="r")
        self.wide = np.load(work / "wide.npy", mmap_mode="r")
        with np.load(work / "rows.npz") as rows:
            self.label, self.kind, self.held = rows["label"], rows["kind"], rows["held"]
            self.source, self.species, self.name = rows["source"], rows["species"], rows["name"]
            self.margins = rows["margins"]

    @property
    def teachers(self) -> Floats:
        """Give the mean of the three teachers' log odds of bona fide."""
        return np.asarray(self.margins.mean(1), np.float64)

    @property
    def pair(self) -> Floats:
        """Give the mean of the first two teachers' log odds."""
        return np.asarray(self.margins[:, :2].mean(1), np.float64)

    def bona_fide_apart(self) -> Rows:
        """Give the bona fide frames that no training saw, for thresholds.

        Faces behind surgical masks, which the kiosk refuses for quality, are not among them.
        """
        return np.flatnonzero(self.held & (self.label == 0) & (self.kind == PLAIN) & (self.source != "masked"))


class Loose:
    """Views of packs without attacks, unlabelled."""

    def __init__(self, work: Path) -> None:
        """Read them."""
        with np.load(work / "free.npz") as stored:
            self.near: Pixels = stored["near"]
            self.wide: Pixels = stored["wide"]
            self.name: NDArray[np.str_] = stored["name"]

    def open(self) -> NDArray[np.bool_]:
        """Tell which have more round the face than the near crop shows."""
        apart = np.abs(self.near.astype(np.int16) - self.wide).mean((1, 2, 3))
        return np.asarray(apart > _APART, bool)


_APART = 2.0
"""mean difference of the two crops, of 255"""


def tensor(crops: Pixels) -> torch.Tensor:
    """Give crops (B x 80 x 80 x 3) as the network takes them."""
    return torch.from_numpy(prepare(np.asarray(crops))).contiguous(memory_format=torch.channels_last)
