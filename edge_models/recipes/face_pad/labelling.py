"""Let labels move the last blocks of a student a little, and keep its answers on unlabelled views as they were."""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from edge_models.recipes.face_pad.network import PadNetwork
from edge_models.recipes.face_pad.teach import PLAIN, SIMULATED, VARIED
from edge_models.recipes.face_pad.views import Floats, Rows, Views
from edge_models.recipes.training import Average, seed_everything

log = logging.getLogger("recipes")
_FAR = 7.0
"""log odds beyond it are certain enough"""


@dataclass(frozen=True)
class Values:
    """What the frozen parts make of views (near, wide), half precision."""

    near: NDArray[np.float16]
    wide: NDArray[np.float16]

    def at(self, rows: Rows) -> tuple[torch.Tensor, torch.Tensor]:
        """Give some as tensors."""
        near, wide = (
            torch.from_numpy(part[rows].astype(np.float32)).contiguous(memory_format=torch.channels_last)
            for part in (self.near, self.wide)
        )
        return near, wide


@dataclass(frozen=True)
class Lesson:
    """Everything a labelled stage learns from, but for the rows that it may use."""

    views: Views
    values: Values
    target: Floats
    loose: Values
    loose_odds: Floats


def targets(views: Views, said: Floats, sure: float) -> Floats:
    """Give the log odds to be learnt: what teachers said, moved to the label's side by how much the view is to be trusted.

    A frame as it is, and an attack as it is or damaged, go at least ``sure`` to the label's side; a damaged bona fide
    view and a simulated attack (the teachers know real ones; simulations are guesses) are moved half of the way.
    """
    odds = np.clip(said, -_FAR, _FAR)
    side = np.where(views.label == 0, 1.0, -1.0)
    trusted = (views.kind == PLAIN) | ((views.kind == VARIED) & (views.label != 0))
    towards = side * odds
    return np.asarray(side * np.where(trusted, np.maximum(towards, sure), np.maximum(towards, (towards + sure) / 2)))


def trained(start: PadNetwork, lesson: Lesson, rows: Rows, settings: dict[str, Any], seed: int) -> PadNetwork:
    """Train a copy of a late part on some views for the recipe's number of steps; give the averaged one."""
    seed_everything(seed)
    rng = np.random.default_rng(seed + 1)
    late = copy.deepcopy(start)
    late.train()
    average = Average(late, float(settings["average"]))
    steps, rate, batch = int(settings["steps"]), float(settings["learning_rate"]), int(settings["batch"])
    optimiser = torch.optim.AdamW(late.parameters(), lr=rate, weight_decay=0.01)
    heaps, weights = _heaps(lesson.views, rows)
    wanted = torch.from_numpy(lesson.target.astype(np.float32))
    kept = torch.from_numpy(lesson.loose_odds.astype(np.float32))
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, step / 20) * 0.5 * (1 + float(np.cos(np.pi * step / steps)))
        picks = rng.choice(len(heaps), batch, p=weights)
        some = np.sort(np.array([rng.choice(heaps[pick]) for pick in picks]))
        logits, _ = late.answers(*lesson.values.at(some))
        loss = _loss(logits, wanted[some], torch.from_numpy(lesson.views.label[some]))
        others = np.sort(rng.choice(len(kept), batch, replace=False))
        logits, _ = late.answers(*lesson.loose.at(others))
        loss = loss + float(settings["keep_weight"]) * functional.smooth_l1_loss(odds_of(logits), kept[others])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(late.parameters(), 2.0)
        optimiser.step()
        average.update(late)
        if step % 100 == 0:
            log.info("step %d of %d, loss %.4f", step, steps, float(loss.detach()))
    given = copy.deepcopy(average.network).eval()
    assert isinstance(given, PadNetwork)
    return given


@torch.no_grad()
def blended(start: PadNetwork, trained_one: PadNetwork, share: float) -> PadNetwork:
    """Give the network that lies on the way from the start to what was trained (WiSE-FT): 0 is the start, 1 the trained."""
    middle = copy.deepcopy(trained_one)
    for mine, first in zip(middle.parameters(), start.parameters(), strict=True):
        mine.copy_(first + share * (mine - first))
    return middle.eval()


@torch.no_grad()
def late_odds(late: PadNetwork, values: Values, rows: Rows) -> Floats:
    """Give a late part's log odds of bona fide."""
    late.eval()
    given = [odds_of(late.answers(*values.at(part))[0]) for part in np.array_split(rows, max(1, len(rows) // 64))]
    return torch.cat(given).double().numpy()


def odds_of(logits: torch.Tensor) -> torch.Tensor:
    """Give the log odds of the first class."""
    return logits[:, 0] - torch.logsumexp(logits[:, 1:], 1)


def _loss(logits: torch.Tensor, wanted: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Cross entropy to the soft target, distance of log odds, and which species where it is an attack."""
    odds = odds_of(logits)
    loss = functional.binary_cross_entropy_with_logits(odds, torch.sigmoid(wanted))
    loss = loss + 0.15 * functional.smooth_l1_loss(odds, wanted)
    attacks = label > 0
    if attacks.any():
        loss = loss + 0.1 * functional.cross_entropy(logits[attacks][:, 1:], label[attacks] - 1)
    return loss


def _heaps(views: Views, rows: Rows) -> tuple[list[Rows], Floats]:
    """Part the views by source, side and kind; draw by the square root of a part's size, simulated ones half as often."""
    keys = [f"{views.source[row]} {views.label[row] > 0} {views.kind[row]}" for row in rows]
    heaps = [rows[np.array([key == name for key in keys])] for name in sorted(set(keys))]
    weights = np.array(
        [np.sqrt(len(heap)) * (0.5 if views.kind[heap[0]] == SIMULATED else 1.0) for heap in heaps], np.float64
    )
    return heaps, weights / weights.sum()
