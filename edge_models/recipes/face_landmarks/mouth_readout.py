"""Refit how the mouth's opening is read: wide mouths are rare, and a reading that is right on average says too little of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from edge_models.recipes.face_landmarks.network import LandmarkStudent
from edge_models.recipes.face_landmarks.samples import Taught, any_movement, light_and_damage, place
from edge_models.tasks.face_landmarks import normalise

MOUTH = 2
BINS = np.array([0.0, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 1.01])
PER_BIN = 450
RIDGE = 0.003


def _chosen(taught: Taught, generator: np.random.Generator) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Draw training crops so that each range of the opening has as many, pictures as they are first; give their weights."""
    natural = len(taught.points) - len(taught.opened)
    rows: list[np.ndarray[Any, Any]] = []
    weights: list[np.ndarray[Any, Any]] = []
    value = taught.state[taught.training, MOUTH]
    for low, high in pairwise(BINS):
        member = taught.training[(value >= low) & (value < high) & ~taught.covered[taught.training]]
        member = generator.permutation(member)
        member = np.concatenate([member[member < natural], member[member >= natural]])[:PER_BIN]
        # Drawn mouths count a third of real ones; each range counts the same.
        weight = np.where(member < natural, 1.0, 1 / 3)
        rows.append(member)
        weights.append(weight / weight.sum())
    return np.concatenate(rows), np.concatenate(weights)


@torch.no_grad()
def refit_mouth(network: LandmarkStudent, taught: Taught, seed: int, rounds: int = 6) -> None:
    """Fit the mouth's row of ``state`` by weighted ridge regression on the features; below 0 a shut mouth costs nothing."""
    generator = np.random.default_rng(seed)
    indices, share = _chosen(taught, generator)
    noise = generator.standard_normal(200_000, np.float32)
    size = network.cells * 16
    network.eval()
    parts: list[Tensor] = []
    for start in range(0, len(indices), 64):
        crops = [place(taught, int(i), any_movement(generator), size)[0] for i in indices[start : start + 64]]
        damaged = [
            light_and_damage(crop, generator, crop, noise) if generator.random() < 0.5 else crop for crop in crops
        ]
        batch = torch.from_numpy(normalise(np.stack(damaged))).to(memory_format=torch.channels_last)
        parts.append(network.gather(network.maps(batch)))
    features = torch.cat(parts).double()
    x = torch.cat([features, torch.ones(len(features), 1, dtype=torch.float64)], 1)
    y = torch.from_numpy(taught.state[indices, MOUTH].astype(np.float64))
    weight = torch.from_numpy(share / share.mean())
    row = torch.cat([network.state.weight[MOUTH], network.state.bias[MOUTH : MOUTH + 1]]).double()
    scale = (x.square() * weight[:, None]).mean(0) * RIDGE * len(x)
    scale = scale.clamp(min=1e-3 * float(scale.mean()))  # a feature that is never active would make it singular
    for _ in range(rounds):
        said = x @ row
        wanted = torch.where((y < 0.03) & (said < y), said, y)
        square = (x * weight[:, None]).T @ x + torch.diag(scale)
        row = row + torch.linalg.solve(square, (x * weight[:, None]).T @ (wanted - said))
    network.state.weight[MOUTH] = row[:-1].float()
    network.state.bias[MOUTH] = row[-1].float()
