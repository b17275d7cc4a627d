"""Draw a fitted trunk towards its teacher, stage by stage, on unlabelled crops of packs without attacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from edge_models.recipes.face_pad.graph import GraphNetwork
from edge_models.recipes.training import seed_everything, train
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import prepare

_ODDS_WEIGHT = 0.2


def stages(network: GraphNetwork) -> list[str]:
    """Name the sums that flow into each block that halves its maps, or ends the trunk."""
    given = []
    activated = {node.output for node in network.nodes if node.kind in ("PRelu", "Relu")}
    for start, wide in enumerate(network.nodes[:-3]):
        depth = network.nodes[start + 2]
        if wide.kind != "Conv" or depth.kind != "Conv" or depth.groups == 1 or wide.inputs[0] == "input":
            continue
        if wide.inputs[0] in activated:
            continue
        if depth.stride == 2 or network.nodes[start + 3].kind == "Flatten":
            given.append(wide.inputs[0])
    return given


def followed(
    start: GraphNetwork,
    teacher: GraphNetwork,
    head: torch.Tensor,
    crops: Pixels,
    *,
    minutes: float,
    learning_rate: float,
    batch: int,
    checkpoint: Path,
    threads: int,
    seed: int,
) -> GraphNetwork:
    """Train a trunk (all of its layers) to give the teacher's stages, features and logits on the crops and their mirrors."""
    seed_everything(seed)
    places = stages(teacher)
    rng = np.random.default_rng(seed)
    spreads = _spreads(teacher, places, _tensor(crops[np.sort(rng.choice(len(crops), 64, replace=False))]))

    def batches() -> Iterator[torch.Tensor]:
        while True:
            some = np.asarray(crops[np.sort(rng.choice(len(crops), batch, replace=False))])
            yield _tensor(some[:, :, ::-1] if rng.random() < 0.5 else some)

    def loss_of(network: nn.Module, given: torch.Tensor) -> torch.Tensor:
        wanted = {name: torch.empty(0) for name in places}
        with torch.no_grad():
            features = teacher(given, wanted)
        got = {name: torch.empty(0) for name in places}
        mine = network(given, got)
        loss = ((mine - features) / spreads[""]).square().mean()
        for name in places:
            loss = loss + ((got[name] - wanted[name]) / spreads[name]).square().mean()
        return loss + _ODDS_WEIGHT * functional.smooth_l1_loss(mine @ head, features @ head)

    trained = train(
        start, batches(), loss_of, minutes=minutes, learning_rate=learning_rate, checkpoint=checkpoint,
        threads=threads, average=0.99, bfloat16=False,
    )  # fmt: skip
    assert isinstance(trained, GraphNetwork)
    return trained.eval()


@torch.no_grad()
def _spreads(teacher: GraphNetwork, places: list[str], crops: torch.Tensor) -> dict[str, torch.Tensor]:
    """Give each stage's spread as one number, the features' (under "") each of its own."""
    values = {name: torch.empty(0) for name in places}
    features = teacher(crops, values)
    return {"": features.std(0) + 0.05, **{name: value.std() for name, value in values.items()}}


def _tensor(crops: Pixels) -> torch.Tensor:
    return torch.from_numpy(prepare(crops)).contiguous(memory_format=torch.channels_last)
