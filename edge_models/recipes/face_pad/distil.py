"""Prune and join the teachers, then teach them the labels, the damage and, where they were right, themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from edge_models.recipes.face_pad.network import PadNetwork, from_teachers, load, save
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import seed_everything, train
from edge_models.tasks.face_pad import prepare

log = logging.getLogger("recipes")
Batch = dict[str, torch.Tensor]


class Views:
    """What ``teach`` left."""

    def __init__(self, workshop: Workshop) -> None:
        """Map the crops from disk."""
        self.near = np.load(workshop.work / "near.npy", mmap_mode="r")
        self.wide = np.load(workshop.work / "wide.npy", mmap_mode="r")
        with np.load(workshop.work / "rows.npz") as rows:
            self.label, self.held, self.teacher = rows["label"], rows["held"], rows["teacher"]
            self.simulated, self.source = rows["simulated"], rows["source"]
            self._name = rows["name"] if "name" in rows.files else None

    def names(self, rows: NDArray[np.int64]) -> list[str]:
        """Give the identities of the pictures of some views; none when ``teach`` ran before it kept them."""
        return [] if self._name is None else [str(name) for name in self._name[rows]]

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """Give some views as tensors."""
        return {
            "near": torch.from_numpy(prepare(np.asarray(self.near[rows]))),
            "wide": torch.from_numpy(prepare(np.asarray(self.wide[rows]))),
            "label": torch.from_numpy(self.label[rows]),
            "teacher": torch.from_numpy(self.teacher[rows]),
        }


def run(workshop: Workshop) -> None:
    """Write ``student.pt``."""
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    seed_everything(seed)
    torch.set_num_threads(workshop.threads)
    views = Views(workshop)
    rows = np.flatnonzero(~views.held)
    path = workshop.work / "pruned.pt"
    if path.exists():
        student = load(path)
    else:
        some = views.batch(
            np.sort(np.random.default_rng(seed).choice(rows, int(settings["prune_crops"]), replace=False))
        )
        student = from_teachers(workshop.data / "teachers", some["near"], some["wide"], float(settings["keep"]))
        save(student, path)
    apart = np.random.default_rng(seed).permutation(np.flatnonzero(views.held))[:500]
    log.info("%d parameters: %s", sum(p.numel() for p in student.parameters()), fares(student, views, apart))
    trained = train(
        student,
        batches(views, rows, int(settings["batch"]), seed),
        lambda network, batch: loss_of(network, batch, float(settings["teacher_weight"])),
        minutes=float(settings["minutes"]),
        learning_rate=float(settings["learning_rate"]),
        average=float(settings["average"]),
        checkpoint=workshop.work / "training.pt",
        threads=workshop.threads,
        weight_decay=5e-3,
        watch=lambda network: fares(network, views, apart),
    )
    assert isinstance(trained, PadNetwork)
    save(trained, workshop.work / "student.pt")


@torch.no_grad()
def fares(network: nn.Module, views: Views, rows: NDArray[np.int64]) -> str:
    """Say what the kept-apart part says: the share of attacks that pass where one in twenty bona fide is refused."""
    network.eval()
    given = []
    for part in np.array_split(np.sort(rows), max(1, len(rows) // 64)):
        batch = views.batch(part)
        given.append(network(batch["near"], batch["wide"])[:, 0].numpy())
    scores, label = np.concatenate(given), views.label[np.sort(rows)]
    threshold = float(np.quantile(scores[label == 0], 0.05))
    passed = {
        name: float((scores[label == k] >= threshold).mean())
        for k, name in ((1, "print"), (2, "screen"))
        if (label == k).any()
    }
    return f"APCER at BPCER 5 %: {passed}, bona fide median {float(np.median(scores[label == 0])):.3f}"


def loss_of(network: nn.Module, batch: Batch, teacher_weight: float) -> torch.Tensor:
    """Cross entropy to the labels on each head; and to the teachers' answer where it is on the label's side."""
    assert isinstance(network, PadNetwork)
    label, teacher = batch["label"], batch["teacher"]
    bona_fide = (label == 0).float()
    agrees = ((teacher - bona_fide).abs() < 0.5).float()
    total = torch.zeros(())
    for logits in network.logits(batch["near"], batch["wide"]):
        logits = logits.float()
        total = total + functional.cross_entropy(logits, label, label_smoothing=0.05)
        live = torch.softmax(logits, 1)[:, 0].clamp(1e-4, 1 - 1e-4)
        soft = -(teacher * live.log() + (1 - teacher) * (1 - live).log())
        total = total + teacher_weight * (agrees * soft).mean()
    return total


def batches(views: Views, rows: NDArray[np.int64], size: int, seed: int) -> Iterator[Batch]:
    """Yield batches: half bona fide, half attacks, and within each half every source alike."""
    rng = np.random.default_rng(seed + 1)
    noise = torch.Generator().manual_seed(seed + 2)
    heaps = []
    for bona_fide in (True, False):
        part = rows[(views.label[rows] == 0) == bona_fide]
        kinds = np.char.add(views.source[part], np.where(views.simulated[part] > 0, "_simulated", ""))
        heaps.append([part[kinds == kind] for kind in sorted(set(kinds.tolist()))])
    while True:
        chosen = []
        for heap in heaps:
            # the square root between "each source alike" and "each view alike"
            weights = np.sqrt([len(part) for part in heap])
            picks = rng.choice(len(heap), size // 2, p=weights / weights.sum())
            chosen += [int(rng.choice(heap[pick])) for pick in picks]
        batch = views.batch(np.array(chosen))
        yield {**batch, **_varied(batch, noise)}


def _varied(batch: Batch, noise: torch.Generator) -> Batch:
    """Mirror, brighten, tint and shift both crops of a view alike."""
    count = len(batch["near"])

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return torch.rand(count, *shape, generator=noise) * (high - low) + low

    flip = uniform(0, 1, 1, 1, 1) < 0.5
    gain, tint = uniform(0.75, 1.2, 1, 1, 1), uniform(0.94, 1.06, 3, 1, 1)
    varied = {}
    for name in ("near", "wide"):
        picture = torch.where(flip, batch[name].flip(3), batch[name])
        shift = [int(v) for v in torch.randint(-2, 3, (2,), generator=noise)]
        picture = torch.roll(picture, shift, (2, 3))
        picture = picture * gain * tint + torch.randn(picture.shape, generator=noise) * uniform(0, 4, 1, 1, 1)
        varied[name] = picture.clamp(0, 255).contiguous(memory_format=torch.channels_last)
    return varied
