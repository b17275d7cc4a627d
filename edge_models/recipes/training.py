"""What every training shares: seeds, a cosine schedule over minutes, an averaged copy, checkpoints that resume."""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

log = logging.getLogger("recipes")


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and PyTorch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class Average:
    """An exponential moving average of a network's weights and buffers (EMA)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        """Start from the network as it is."""
        self.network = copy.deepcopy(network).eval()
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the network; the first steps move faster so that the start is forgotten."""
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 9))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)


def train(
    network: nn.Module,
    batches: Iterator[Any],
    loss_of: Callable[[nn.Module, Any], torch.Tensor],
    *,
    minutes: float,
    learning_rate: float,
    checkpoint: Path,
    threads: int,
    weight_decay: float = 1e-4,
    average: float = 0.995,
    warmup: float = 0.02,
    bfloat16: bool = True,
    parameters: list[dict[str, Any]] | None = None,
    watch: Callable[[nn.Module], str] | None = None,
    watch_every_minutes: float = 5.0,
) -> nn.Module:
    """Train with AdamW and a cosine over *minutes* of training time; give the averaged network in evaluation mode.

    The checkpoint (network, average, optimiser, minutes used) is written each two minutes and found again on the next
    call: a killed training goes on where it was. ``watch`` says how a held-back part of the training data fares.
    """
    torch.set_num_threads(threads)
    network = network.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload,unused-ignore]
    averaged = Average(network, average)
    optimiser = torch.optim.AdamW(parameters or list(network.parameters()), lr=learning_rate, weight_decay=weight_decay)
    bases = [group["lr"] for group in optimiser.param_groups]
    used, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        averaged.network.load_state_dict(state["average"])
        averaged.steps = state["steps"]
        optimiser.load_state_dict(state["optimiser"])
        used, step = state["minutes"], state["steps"]
        log.info("resumed at %.1f of %.1f minutes, step %d", used, minutes, step)

    def save() -> None:
        part = checkpoint.with_suffix(".part")
        torch.save(
            {
                "network": network.state_dict(),
                "average": averaged.network.state_dict(),
                "optimiser": optimiser.state_dict(),
                "minutes": used,
                "steps": step,
            },
            part,
        )
        part.replace(checkpoint)

    told, saved, watched, running = time.monotonic(), time.monotonic(), used, 0.0
    losses: list[float] = []
    while used < minutes:
        start = time.monotonic()
        part = used / minutes
        factor = part / warmup if part < warmup else 0.5 * (1 + math.cos(math.pi * (part - warmup) / (1 - warmup)))
        for group, base in zip(optimiser.param_groups, bases, strict=True):
            group["lr"] = base * max(factor, 1e-3)
        batch = next(batches)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            loss = loss_of(network, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        averaged.update(network)
        step += 1
        losses.append(float(loss.detach()))
        used += (time.monotonic() - start) / 60
        running += time.monotonic() - start
        if time.monotonic() - told > 30:
            log.info(
                "%.1f/%.1f min, step %d, %.0f ms/step, loss %.4f",
                used,
                minutes,
                step,
                1000 * running / len(losses),
                float(np.mean(losses)),
            )
            told, running = time.monotonic(), 0.0
            losses.clear()
        if time.monotonic() - saved > 120:
            save()
            saved = time.monotonic()
        if watch is not None and used - watched > watch_every_minutes:
            log.info("watched: %s", watch(averaged.network))
            watched = used
    save()
    if watch is not None:
        log.info("watched at the end: %s", watch(averaged.network))
    return averaged.network.eval()
