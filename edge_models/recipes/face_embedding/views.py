"""Views of aligned crops for training: moved, damaged, now and then with something before the face."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.augmentation import blur, colour_cast, compress, finish, jitter, light, sensor_noise
from edge_models.recipes.face_quality.occluders import occlude
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load
from edge_models.tasks.alignment import TEMPLATE
from edge_models.tasks.face_embedding import prepare
from edge_models.tasks.face_landmarks import FaceLandmarks

_FACE = (14.0, 18.0, 84.0, 92.0)
"""where the face's box lies in an aligned crop (x, y, width, height)"""


class Views:
    """Makes training batches of crops; what stands before a face is painted at the landmarks student's points."""

    def __init__(self, seed: int, occluded: float, damaged: float) -> None:
        """``occluded``: share of crops with a mask, glasses, a hand or a scarf's edge; ``damaged``: share damaged at all."""
        self._chance = np.random.default_rng(seed)
        self._noise = torch.Generator().manual_seed(seed)
        self._occluded, self._damaged = occluded, damaged
        self._landmarks = FaceLandmarks(*load("face_landmarks", engine="onnx_runtime"))

    def __call__(self, crops: NDArray[np.uint8]) -> torch.Tensor:
        """Turn n x 112 x 112 x 3 (BGR) into the network's input, each crop as a camera might have seen it."""
        covered = np.array(crops)
        for index in np.flatnonzero(self._chance.random(len(crops)) < self._occluded):
            covered[index] = self._cover(covered[index])
        clean = torch.from_numpy(covered).permute(0, 3, 1, 2).float()
        moved = jitter(clean, self._noise)
        spoilt = blur(moved, self._noise)
        spoilt = light(spoilt, self._noise)
        spoilt = colour_cast(spoilt, self._noise)
        spoilt = finish(compress(finish(sensor_noise(spoilt, self._noise)), self._noise))
        keep = torch.rand(len(crops), 1, 1, 1, generator=self._noise) >= self._damaged
        seen = torch.where(keep, finish(moved), spoilt)
        return torch.from_numpy(prepare(seen.permute(0, 2, 3, 1).numpy()))

    def _cover(self, crop: Pixels) -> Pixels:
        points = self._landmarks(crop, _FACE, TEMPLATE.astype(np.float32)).points
        return occlude(crop, points, crop, self._chance).picture
