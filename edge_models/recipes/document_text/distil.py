"""Train the student on windows drawn afresh for every batch (connectionist temporal classification, CTC)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from edge_models.recipes.document_text.glyphs import read_sheets
from edge_models.recipes.document_text.labels import UNTOLD, columns, numbers
from edge_models.recipes.document_text.network import TextStudent
from edge_models.recipes.document_text.reading import rates, texts
from edge_models.recipes.document_text.scenes import Drawn, Hardness, Scenes, sorted_windows, windows
from edge_models.recipes.document_text.textures import make_pool
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import Watched, seed_everything, train
from edge_models.tasks.document_text import BLANK, framed, normalised

log = logging.getLogger("recipes")


def open_scenes(
    workshop: Workshop, hardness: Hardness | None = None, *, held_out: bool = False, seed: int = 1
) -> Scenes:
    """Give what draws lines, with the fonts of training or those kept out of it."""
    sheets = read_sheets(workshop.work / ("held_out.zip" if held_out else "sheets.zip"))
    pool = make_pool(np.random.default_rng(workshop.recipe.seed + seed), sheets, workshop.settings("teach")["textures"])
    return Scenes(sheets, pool, hardness or Hardness())


def cropped(generator: np.random.Generator, drawn: Drawn) -> NDArray[np.float32]:
    """Give the network's input; half of the lines that end early are cut close behind their end, as crops of fields are."""
    width = drawn.picture.shape[1]
    end = float(drawn.edges[-1, 1]) if len(drawn.edges) else width
    cut = width
    if end < width - 16 and generator.random() < 0.5:
        cut = min(width, max(16, round(end + float(generator.uniform(-1, 24)))))
    return framed(drawn.picture[:, :cut], width)


class _Stream(IterableDataset[Any]):
    """Batches drawn in a process of their own."""

    def __init__(self, scenes: Scenes, seed: int, batch: int) -> None:
        self.scenes, self.seed, self.batch = scenes, seed, batch

    def __iter__(self) -> Iterator[Any]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        generator = np.random.default_rng(self.seed + 1)
        for drawn in sorted_windows(self.scenes, self.seed, self.batch):
            labels = [numbers(one.text) for one in drawn]
            yield {
                "pixels": torch.from_numpy(np.stack([cropped(generator, one) for one in drawn])[:, None]),
                "labels": torch.tensor([label for line in labels for label in line], dtype=torch.long),
                "lengths": torch.tensor([len(line) for line in labels], dtype=torch.long),
                "columns": torch.from_numpy(
                    np.stack([columns(one.text, one.edges, one.picture.shape[1]) for one in drawn])
                ),
            }


def loss_of(network: nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Give the CTC loss for each character, plus the entropy of the columns that are known."""
    pixels = batch["pixels"].to(memory_format=torch.channels_last)
    scores = network(pixels).float().log_softmax(1)
    told = functional.nll_loss(scores, batch["columns"], ignore_index=UNTOLD, reduction="none")
    known = (batch["columns"] != BLANK).float() + 0.3
    logits = scores.permute(2, 0, 1)
    count = torch.full((logits.shape[1],), logits.shape[0], dtype=torch.long)
    lost = functional.ctc_loss(
        logits, batch["labels"], count, batch["lengths"], blank=BLANK, reduction="none", zero_infinity=True
    )
    return (lost.sum() + 1.5 * (told * known).sum()) / batch["lengths"].sum().clamp(min=1)


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: the averaged weights."""
    settings = workshop.settings("distil")
    seed_everything(workshop.recipe.seed)
    torch.set_num_threads(workshop.threads)
    cv2.setNumThreads(1)
    scenes = open_scenes(workshop)
    network = TextStudent(settings["widths"])
    log.info("%d weights", sum(p.numel() for p in network.parameters()))
    start = workshop.work / settings.get("start", "-")
    if start.is_file():
        network.load_state_dict(torch.load(start, weights_only=True))
        log.info("begins with %s", start.name)
    checkpoint = workshop.work / settings.get("checkpoint", "training.pt")
    done = int(torch.load(checkpoint, weights_only=True)["steps"]) if checkpoint.exists() else 0
    watched = next(windows(scenes, workshop.recipe.seed + 7, 500))
    held = torch.from_numpy(np.stack([normalised(one.picture) for one in watched])[:, None])

    def watch(student: nn.Module) -> Watched:
        with torch.inference_mode():
            logits = np.concatenate([student(held[at : at + 50]).numpy() for at in range(0, len(held), 50)])
        found = rates(texts(logits), [one.text for one in watched])
        return Watched(", ".join(f"{name} {value:.4f}" for name, value in found.items()), -found["character_errors"])

    stream = _Stream(scenes, workshop.recipe.seed + 1000 + done, settings["batch"])
    loader = DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=4)
    averaged = train(
        network,
        iter(loader),
        loss_of,
        minutes=settings["minutes"],
        learning_rate=settings["learning_rate"],
        checkpoint=checkpoint,
        threads=workshop.threads,
        watch=watch,
        watch_every_minutes=settings["watch_minutes"],
        bfloat16=True,
        average=0.998,
    )
    torch.save(averaged.state_dict(), workshop.work / "student.pt")
