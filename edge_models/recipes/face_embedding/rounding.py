"""The last minutes of training under the rounding of INT8 (quantisation-aware, straight-through)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from edge_models.recipes.compression.fake_quant import Ranges, fine_tune
from edge_models.recipes.face_embedding.crops import Crops
from edge_models.recipes.face_embedding.network import MobileFace
from edge_models.recipes.face_embedding.views import Views
from edge_models.recipes.recipe import Workshop
from edge_models.tasks.face_embedding import prepare

_RELATIONAL = 4.0


def round_in(
    workshop: Workshop, student: MobileFace, crops: Crops, train: NDArray[np.int64], calibration: NDArray[np.int64]
) -> tuple[MobileFace, Ranges]:
    """Train a centred student on under rounding, towards the teacher's centred templates; give it and its ranges."""
    settings, seed = workshop.settings("quantise"), workshop.recipe.seed
    wanted = crops.targets[train].astype(np.float32)
    wanted -= wanted.mean(0)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    views = Views(seed + 5, settings["rounding_occluded"], settings["rounding_damaged"])
    clean = [
        torch.from_numpy(prepare(np.asarray(crops.pictures[part])))
        for part in np.array_split(np.sort(calibration), max(1, len(calibration) // 32))
    ]

    def batches() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        chance = np.random.default_rng(seed + 6)
        while True:
            chosen = np.sort(chance.choice(len(train), 64, replace=False))
            pictures = views(np.asarray(crops.pictures[train[chosen]]))
            yield pictures.contiguous(memory_format=torch.channels_last), torch.from_numpy(wanted[chosen])

    def loss(network: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        given = nn.functional.normalize(network(batch[0]).float(), dim=1)
        apart = 1 - (given * batch[1]).sum(1).mean()
        return apart + _RELATIONAL * nn.functional.mse_loss(given @ given.T, batch[1] @ batch[1].T)

    rounded, ranges = fine_tune(
        student,
        clean,
        batches(),
        loss,
        minutes=float(settings["rounding_minutes"]),
        learning_rate=float(settings["rounding_rate"]),
        checkpoint=workshop.work / "rounding.pt",
        threads=workshop.threads,
        weight_decay=1e-5,
        average=0.98,
    )
    assert isinstance(rounded, MobileFace)
    return rounded, ranges
