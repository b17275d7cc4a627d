"""Training for a fixed time of one core: every row gets the same, whatever else the machine does meanwhile."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from edge_models.recipes.compression.rows import Row
from edge_models.recipes.face_embedding.crops import HELD, TRAIN, Crops
from edge_models.recipes.training import Average
from edge_models.tasks.face_embedding import prepare

log = logging.getLogger("recipes")
WATCHED = 600
"""training crops that are never trained on: early choices and accuracy control look at them"""
_RELATIONAL = 4.0
_SCALE, _MARGIN = 30.0, 0.35
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Split:
    """Rows of the crops."""

    training: np.ndarray
    watched: np.ndarray
    apart: np.ndarray
    """persons kept apart"""


def split(crops: Crops, seed: int) -> Split:
    """Divide the crops."""
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(crops.part == TRAIN))
    return Split(rows[WATCHED:], np.sort(rows[:WATCHED]), np.flatnonzero(crops.part == HELD))


def tensor(crops: Crops, rows: np.ndarray) -> torch.Tensor:
    """Give the network's input for these rows."""
    return torch.from_numpy(prepare(np.asarray(crops.pictures[rows])))


class Identified(nn.Module):
    """A network with a direction for each identity (CosFace, Wang et al. 2018)."""

    def __init__(self, network: nn.Module, identities: int) -> None:
        """Take the network that is trained."""
        super().__init__()
        self.network = network
        self.directions = nn.Parameter(torch.randn(identities, 128) * 0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the embedding."""
        return self.network(x)


def distil_loss(network: nn.Module, batch: Batch) -> torch.Tensor:
    """Cosine to the teacher's template, and the batch's similarity matrix to the teacher's."""
    pictures, targets, _ = batch
    given = nn.functional.normalize(network(pictures).float(), dim=1)
    return (
        1 - (given * targets).sum(1).mean() + _RELATIONAL * nn.functional.mse_loss(given @ given.T, targets @ targets.T)
    )


def identity_loss(network: nn.Module, batch: Batch) -> torch.Tensor:
    """Tell the identities apart by angle with a margin."""
    assert isinstance(network, Identified)
    pictures, _, person = batch
    given = nn.functional.normalize(network(pictures).float(), dim=1)
    cosines = given @ nn.functional.normalize(network.directions, dim=1).T
    own = nn.functional.one_hot(person, len(network.directions)) * _MARGIN
    return nn.functional.cross_entropy(_SCALE * (cosines - own), person)


def batches(crops: Crops, rows: np.ndarray, size: int, seed: int) -> Iterator[Batch]:
    """Give batches without end: flipped half of the time, brighter or darker, shifted by up to three pixels."""
    chance = np.random.default_rng(seed)
    while True:
        order = chance.permutation(rows)
        for start in range(0, len(order) - size + 1, size):
            chosen = np.sort(order[start : start + size])
            pictures = tensor(crops, chosen)
            flipped = torch.from_numpy(chance.random(size) < 0.5)
            pictures[flipped] = pictures[flipped].flip(3)
            pictures = torch.roll(pictures, tuple(chance.integers(-3, 4, 2).tolist()), (2, 3))
            gain = torch.from_numpy(chance.uniform(0.8, 1.15, (size, 1, 1, 1)).astype(np.float32))
            yield (
                (pictures * gain).contiguous(memory_format=torch.channels_last),
                torch.from_numpy(crops.targets[chosen].astype(np.float32)),
                torch.from_numpy(crops.person[chosen].astype(np.int64)),
            )


def train_row(network: nn.Module, row: Row, crops: Crops, rows: np.ndarray, checkpoint: Path) -> tuple[nn.Module, int]:
    """Train as the row says; give the averaged network and the pictures seen."""
    settings = row.training
    size, seed = int(settings.get("batch", 64)), row.seed
    loss_of: Callable[[nn.Module, Batch], torch.Tensor] = distil_loss
    if settings["objective"] == "identities":
        rows = rows[crops.person[rows] >= 0]
        network, loss_of = Identified(network, int(crops.person.max()) + 1), identity_loss
    network, steps = _train(
        network, batches(crops, rows, size, seed), loss_of, checkpoint,
        minutes=float(settings["minutes"]), rate=float(settings["learning_rate"]), half=not settings.get("exact", False),
    )  # fmt: skip
    return (network.network if isinstance(network, Identified) else network), steps * size


def _train(
    network: nn.Module,
    source: Iterator[Batch],
    loss_of: Callable[[nn.Module, Batch], torch.Tensor],
    checkpoint: Path,
    *,
    minutes: float,
    rate: float,
    half: bool,
) -> tuple[nn.Module, int]:
    network = network.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload,unused-ignore]
    averaged = Average(network, 0.97)
    optimiser = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=rate, weight_decay=1e-5)
    used, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        averaged.network.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        used, step = state["minutes"], state["steps"]
        averaged.steps = step
    saved = used
    while used < minutes:
        begun, part = time.process_time(), used / minutes
        factor = min(1.0, part / 0.05) * 0.5 * (1 + math.cos(math.pi * part))
        for group in optimiser.param_groups:
            group["lr"] = rate * max(factor, 0.01)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            loss = loss_of(network, next(source))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        averaged.update(network)
        step += 1
        used += (time.process_time() - begun) / 60
        if step % 20 == 0:
            log.info("%.2f of %.2f minutes, step %d, loss %.4f", used, minutes, step, float(loss.detach()))
        if used - saved > 0.5 or used >= minutes:
            part_file = checkpoint.with_suffix(".part")
            torch.save(
                {"network": network.state_dict(), "average": averaged.network.state_dict(),
                 "optimiser": optimiser.state_dict(), "minutes": used, "steps": step}, part_file,
            )  # fmt: skip
            part_file.replace(checkpoint)
            saved = used
    return averaged.network.to(memory_format=torch.contiguous_format).eval(), step  # type: ignore[call-overload,unused-ignore]
