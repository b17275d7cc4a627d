"""Teach the late part of two pruned teachers what three teachers say and labels correct; then again with sources left out.

The early part of each trunk stays as the teachers' (pruned, ReLU): what a small data set could teach it is which room
and which camera a frame comes from. Its values are computed once, so that a training takes minutes.
"""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from edge_models.recipes.face_pad.graph import GraphNetwork
from edge_models.recipes.face_pad.network import PadNetwork, from_teachers, halves, load, save, whole
from edge_models.recipes.face_pad.teach import PLAIN, SIMULATED, VARIED
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import Average, seed_everything
from edge_models.tasks.face_pad import prepare

log = logging.getLogger("recipes")
Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
_FAR = 7.0
"""log odds beyond it are certain enough"""


class Views:
    """What ``teach`` left."""

    def __init__(self, work: Path) -> None:
        """Map the crops from disk."""
        self.near = np.load(work / "near.npy", mmap_mode="r")
        self.wide = np.load(work / "wide.npy", mmap_mode="r")
        with np.load(work / "rows.npz") as rows:
            self.label, self.kind, self.held = rows["label"], rows["kind"], rows["held"]
            self.source, self.species, self.name = rows["source"], rows["species"], rows["name"]
            self.margins, self.features = rows["margins"], rows["features"]

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

    def crops(self, rows: Rows) -> tuple[torch.Tensor, torch.Tensor]:
        """Give both crops of some views as the network takes them."""
        near, wide = (torch.from_numpy(prepare(np.asarray(stack[rows]))) for stack in (self.near, self.wide))
        return near, wide


def run(workshop: Workshop) -> None:
    """Write ``student.pt``, and the scores of students that one source was kept from (``left_out.npz``)."""
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    torch.set_num_threads(workshop.threads)
    views = Views(workshop.work)
    start = _start(workshop, views)
    early, _ = halves(start, int(settings["frozen_until"]))
    values = [_early_values(workshop.work / f"early_{n}.npy", e, views, i) for i, (n, e) in enumerate(_named(early))]
    target = targets(views, settings)
    parts = [("all", np.flatnonzero(~views.held))]
    parts += [(name, np.flatnonzero(~views.held & (views.source != name))) for name in settings["leave_out"]]
    scores: dict[str, Floats] = {}
    for name, rows in parts:
        path = workshop.work / f"late_without_{name}.pt" if name != "all" else workshop.work / "late.pt"
        if not path.exists():
            save(_trained(start, values, views, rows, target, settings, seed), path)
        late = blended(halves(start, int(settings["frozen_until"]))[1], load(path), float(settings["blend"]))
        if name == "all":
            save(whole(early, late), workshop.work / "student.pt")
            continue
        plain = np.flatnonzero(views.kind == PLAIN)
        scores[name] = np.full(len(views.label), np.nan)
        scores[name][plain] = late_scores(late, values, plain)
        log.info("without %s: %s", name, said(scores[name], views, name))
        np.savez(workshop.work / "left_out.npz", **scores)  # type: ignore[arg-type,unused-ignore]


@torch.no_grad()
def blended(start: PadNetwork, trained: PadNetwork, share: float) -> PadNetwork:
    """Give the network that lies on the way from the start to what was trained (WiSE-FT): 0 is the start, 1 the trained."""
    middle = copy.deepcopy(trained)
    for mine, first in zip(middle.parameters(), start.parameters(), strict=True):
        mine.copy_(first + share * (mine - first))
    return middle.eval()


def targets(views: Views, settings: dict[str, Any]) -> Floats:
    """Give the log odds to be learnt: the teachers' mean, moved to the label's side by how much the view is to be trusted.

    A frame as it is, and an attack as it is or damaged, go at least ``sure`` to the label's side; a damaged bona fide
    view and a simulated attack (the teachers know real ones; simulations are guesses) are moved half of the way.
    """
    sure, odds = float(settings["sure"]), np.clip(views.teachers, -_FAR, _FAR)
    side = np.where(views.label == 0, 1.0, -1.0)
    trusted = (views.kind == PLAIN) | ((views.kind == VARIED) & (views.label != 0))
    towards = side * odds
    return np.asarray(side * np.where(trusted, np.maximum(towards, sure), np.maximum(towards, (towards + sure) / 2)))


def said(scores: Floats, views: Views, source: str) -> str:
    """Say how a source that was left out fares at its own BPCER of 5 and 10 %, or at the others' where it has none."""
    plain, own = views.kind == PLAIN, views.source == source
    bona_fide = plain & (views.label == 0) & own
    if bona_fide.sum() < 20:
        bona_fide = plain & (views.label == 0) & views.held & ~own
    parts = []
    for rate in (0.05, 0.1):
        threshold = float(np.quantile(scores[bona_fide], rate))
        for label, name in ((1, "print"), (2, "screen")):
            attacks = plain & own & (views.label == label)
            if attacks.any():
                parts.append(f"{name} at {rate:.0%} {float((scores[attacks] >= threshold).mean()):.3f}")
    return ", ".join(parts)


@torch.no_grad()
def late_scores(late: PadNetwork, values: list[NDArray[np.float16]], rows: Rows) -> Floats:
    """Give a late part's log odds of bona fide."""
    late.eval()
    given = [odds_of(late.answers(*_batch(values, part))[0]) for part in np.array_split(rows, max(1, len(rows) // 64))]
    return torch.cat(given).double().numpy()


def odds_of(logits: torch.Tensor) -> torch.Tensor:
    """Give the log odds of the first class."""
    return logits[:, 0] - torch.logsumexp(logits[:, 1:], 1)


def _start(workshop: Workshop, views: Views) -> PadNetwork:
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    path = workshop.work / "pruned.pt"
    if not path.exists():
        rng = np.random.default_rng(seed)
        some = np.sort(rng.choice(np.flatnonzero(~views.held), int(settings["prune_crops"]), replace=False))
        save(from_teachers(workshop.data / "teachers", *views.crops(some), float(settings["keep"])), path)
    start = load(path)
    log.info("%d parameters", sum(p.numel() for p in start.parameters()))
    return start


def _named(early: list[GraphNetwork]) -> list[tuple[str, GraphNetwork]]:
    return list(zip(("near", "wide"), early, strict=True))


@torch.no_grad()
def _early_values(path: Path, early: GraphNetwork, views: Views, scale: int) -> NDArray[np.float16]:
    """Give what the frozen part makes of each view, from disk when it is there."""
    if not path.exists():
        early = early.to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]
        parts = np.array_split(np.arange(len(views.label)), max(1, len(views.label) // 64))
        given = [early(views.crops(part)[scale].contiguous(memory_format=torch.channels_last)) for part in parts]
        np.save(path, torch.cat(given).half().numpy())
    return np.asarray(np.load(path, mmap_mode="r"))


def _batch(values: list[NDArray[np.float16]], rows: Rows) -> tuple[torch.Tensor, torch.Tensor]:
    near, wide = (
        torch.from_numpy(part[rows].astype(np.float32)).contiguous(memory_format=torch.channels_last) for part in values
    )
    return near, wide


def _trained(
    start: PadNetwork,
    values: list[NDArray[np.float16]],
    views: Views,
    rows: Rows,
    target: Floats,
    settings: dict[str, Any],
    seed: int,
) -> PadNetwork:
    """Train a fresh late part on some views for the recipe's number of steps; give the averaged one."""
    seed_everything(seed)
    rng = np.random.default_rng(seed + 1)
    _, late = halves(start, int(settings["frozen_until"]))
    late.train()
    average = Average(late, float(settings["average"]))
    steps, rate = int(settings["steps"]), float(settings["learning_rate"])
    optimiser = torch.optim.AdamW(late.parameters(), lr=rate, weight_decay=0.01)
    heaps, weights = _heaps(views, rows)
    wanted = torch.from_numpy(target.astype(np.float32))
    features = torch.from_numpy(views.features.reshape(len(views.label), -1).astype(np.float32))
    spread = features.std(0) + 0.05
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, step / 20) * 0.5 * (1 + float(np.cos(np.pi * step / steps)))
        picks = rng.choice(len(heaps), int(settings["batch"]), p=weights)
        batch = np.sort(np.array([rng.choice(heaps[pick]) for pick in picks]))
        logits, given = late.answers(*_batch(values, batch))
        loss = _loss(logits, wanted[batch], torch.from_numpy(views.label[batch]))
        loss = loss + float(settings["feature_weight"]) * functional.smooth_l1_loss(
            given / spread, features[batch] / spread
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(late.parameters(), 2.0)
        optimiser.step()
        average.update(late)
        if step % 100 == 0:
            log.info("step %d of %d, loss %.4f", step, steps, float(loss.detach()))
    trained = copy.deepcopy(average.network).eval()
    assert isinstance(trained, PadNetwork)
    return trained


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
