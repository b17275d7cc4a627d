"""What every training shares: seeds, a cosine schedule over minutes, an averaged copy, early stopping, checkpoints that resume."""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from edge_models.recipes.feeding import Feeder

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


@dataclass(frozen=True)
class Watched:
    """What a held-back part of the training data says: a line for the log and a score, higher being better."""

    said: str
    score: float


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
    bfloat16: bool | None = None,
    parameters: list[dict[str, Any]] | None = None,
    watch: Callable[[nn.Module], str | Watched] | None = None,
    watch_every_minutes: float = 5.0,
    patience: int | None = None,
) -> nn.Module:
    """Train with AdamW and a cosine over *minutes* of training time; give the averaged network in evaluation mode.

    On an accelerator when there is one. ``bfloat16`` None: the faster of both number formats on the first batches (on
    an accelerator without bfloat16: half precision with loss scaling). The checkpoint (network, average, optimiser,
    minutes used) is written each two minutes and found again on the next call: a killed training goes on where it was.

    ``watch`` says how a held-back part of the *training* data fares. When it gives ``Watched``, the best averaged network
    is what comes back, and training stops early after ``patience`` looks in a row without a better score.
    """
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device=device, memory_format=torch.channels_last).train()  # type: ignore[call-overload,unused-ignore]
    averaged = Average(network, average)
    optimiser = torch.optim.AdamW(parameters or list(network.parameters()), lr=learning_rate, weight_decay=weight_decay)
    bases = [group["lr"] for group in optimiser.param_groups]
    used, step, best, since_best = 0.0, 0, -math.inf, 0
    best_weights: dict[str, torch.Tensor] | None = None
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        network.load_state_dict(state["network"])
        averaged.network.load_state_dict(state["average"])
        averaged.steps = state["steps"]
        optimiser.load_state_dict(state["optimiser"])
        used, step = state["minutes"], state["steps"]
        best, best_weights = state.get("best", -math.inf), state.get("best_weights")
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
                "best": best,
                "best_weights": best_weights,
            },
            part,
        )
        part.replace(checkpoint)

    def look() -> None:
        nonlocal best, best_weights, since_best
        assert watch is not None
        seen = watch(averaged.network if device.type == "cpu" else copy.deepcopy(averaged.network).cpu())
        log.info("watched at %.1f min: %s", used, seen.said if isinstance(seen, Watched) else seen)
        if isinstance(seen, Watched):
            since_best = 0 if seen.score > best else since_best + 1
            if seen.score > best:
                best = seen.score
                best_weights = {name: value.clone() for name, value in averaged.network.state_dict().items()}

    feeder = Feeder(batches)
    precision = _precision(network, loss_of, feeder, device, bfloat16)
    scaler = torch.amp.GradScaler(enabled=precision is torch.float16)
    told, saved, watched, running = time.monotonic(), time.monotonic(), used, 0.0
    losses: list[float] = []
    try:
        while used < minutes and not (patience is not None and since_best >= patience):
            start = time.monotonic()
            part = used / minutes
            factor = part / warmup if part < warmup else 0.5 * (1 + math.cos(math.pi * (part - warmup) / (1 - warmup)))
            for group, base in zip(optimiser.param_groups, bases, strict=True):
                group["lr"] = base * max(factor, 1e-3)
            with torch.autocast(device.type, dtype=precision, enabled=precision is not torch.float32):
                loss = loss_of(network, _moved(next(feeder), device))
            optimiser.zero_grad(set_to_none=True)
            scaler.scale(loss).backward()
            scaler.unscale_(optimiser)
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            scaler.step(optimiser)
            scaler.update()
            averaged.update(network)
            step += 1
            losses.append(float(loss.detach()))
            used += (time.monotonic() - start) / 60
            running += time.monotonic() - start
            if time.monotonic() - told > 30:
                log.info(
                    "%.1f/%.1f min, step %d, %.0f ms/step, waited for data %.1f %%, loss %.4f",
                    used,
                    minutes,
                    step,
                    1000 * running / len(losses),
                    100 * feeder.starved,
                    float(np.mean(losses)),
                )
                told, running = time.monotonic(), 0.0
                losses.clear()
            if time.monotonic() - saved > 120:
                save()
                saved = time.monotonic()
            if watch is not None and used - watched > watch_every_minutes:
                look()
                watched = used
    finally:
        feeder.close()
    if watch is not None:
        look()
    save()
    if best_weights is not None:
        averaged.network.load_state_dict(best_weights)
    return averaged.network.cpu().eval()


def _moved(batch: Any, device: torch.device) -> Any:
    """Move the tensors of a batch (tensor, tuple, list or dictionary) to the device."""
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {name: _moved(value, device) for name, value in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(_moved(value, device) for value in batch)
    return batch


def _precision(
    network: nn.Module,
    loss_of: Callable[[nn.Module, Any], torch.Tensor],
    batches: Iterator[Any],
    device: torch.device,
    bfloat16: bool | None,
) -> torch.dtype:
    """Choose the number format: as told, or the faster one on a batch (depthwise networks gain nothing from bfloat16 on a CPU)."""
    if bfloat16 is not None:
        return torch.bfloat16 if bfloat16 else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    batch = next(batches)
    seconds: dict[torch.dtype, float] = {}
    for precision in (torch.float32, torch.bfloat16):
        times = []
        for _ in range(3):
            begun = time.monotonic()
            with torch.autocast(device.type, dtype=precision, enabled=precision is not torch.float32):
                loss = loss_of(network, batch)
            loss.backward()
            network.zero_grad(set_to_none=True)
            times.append(time.monotonic() - begun)
        seconds[precision] = min(times)
    chosen = min(seconds, key=lambda key: seconds[key])
    log.info("a step takes %s; %s it is", {str(key): f"{value:.2f} s" for key, value in seconds.items()}, chosen)
    return chosen
