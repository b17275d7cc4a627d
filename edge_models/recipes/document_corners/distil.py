"""Train the student on the drawn scenes, each seen mirrored and in other light every time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from edge_models.recipes.document_corners.network import CornersStudent
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import Watched, seed_everything, train
from edge_models.tasks.document_corners import CELL, HEIGHT, WIDTH, locate

log = logging.getLogger("recipes")
_FINE = 16


@dataclass(frozen=True)
class Scenes:
    """What ``teach`` drew, and which of it is only watched."""

    pictures: NDArray[np.uint8]
    corners: NDArray[np.float32]
    watched: NDArray[np.int64]
    training: NDArray[np.int64]


def read_scenes(workshop: Workshop) -> Scenes:
    """Read the drawn scenes; the last ones are held back."""
    pictures = np.load(workshop.work / "scenes.npy", mmap_mode="r")
    corners = np.load(workshop.work / "corners.npy")
    held = int(len(pictures) * workshop.settings("distil")["held_back"])
    return Scenes(pictures, corners, np.arange(len(pictures) - held, len(pictures)), np.arange(len(pictures) - held))


def covered(corners: NDArray[np.floating]) -> NDArray[np.float32]:
    """Give the share of each cell that lies within the corners (network's pixels; NaN: no document)."""
    tall, wide = HEIGHT // CELL, WIDTH // CELL
    if np.isnan(corners).any():
        return np.zeros((tall, wide), np.float32)
    drawn = np.zeros((tall * _FINE // 2, wide * _FINE // 2), np.uint8)
    scale = _FINE / 2 / CELL
    cv2.fillPoly(drawn, [np.round((corners + 0.5) * scale - 0.5).astype(np.int32)], 255)
    return (cv2.resize(drawn, (wide, tall), interpolation=cv2.INTER_AREA) / 255).astype(np.float32)


def relit(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Give pixels (0..255) of a batch in another light: gain and offset by channel, grey, noise."""
    count = len(pixels)

    def drawn(spread: float, channels: int = 1) -> Tensor:
        return torch.randn(count, channels, 1, 1, generator=generator) * spread

    seen = pixels * torch.exp(drawn(0.15) + drawn(0.06, 3)) + drawn(8)
    grey = (torch.rand(count, 1, 1, 1, generator=generator) < 0.1).float()
    seen = seen * (1 - grey) + seen.mean(1, keepdim=True) * grey
    return (seen + torch.randn(seen.shape, generator=generator) * drawn(3).abs()).clamp(0, 255)


def batches(scenes: Scenes, size: int, seed: int) -> Iterator[dict[str, Tensor]]:
    """Yield batches without end."""
    chance, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    while True:
        order = chance.permutation(scenes.training)
        for start in range(0, len(order) - size + 1, size):
            rows = np.sort(order[start : start + size])
            pixels = torch.from_numpy(np.ascontiguousarray(scenes.pictures[rows])).permute(0, 3, 1, 2).float()
            targets = torch.from_numpy(np.stack([covered(scenes.corners[row]) for row in rows]))[:, None]
            flips = [axis for axis in (2, 3) if chance.random() < 0.5]
            seen = (relit(pixels, generator) - 127.5) / 128
            yield {
                "pixels": torch.flip(seen, flips).contiguous(memory_format=torch.channels_last),
                "targets": torch.flip(targets, flips).contiguous(),
            }


def loss_of(network: nn.Module, batch: dict[str, Tensor]) -> Tensor:
    """Give cross-entropy, heavier along the outline, plus what the overlap of both areas lacks (Dice)."""
    logits, targets = network(batch["pixels"]).float(), batch["targets"]
    highest = functional.max_pool2d(targets, 5, 1, 2)
    lowest = -functional.max_pool2d(-targets, 5, 1, 2)
    weight = 1 + 3 * (highest - lowest)
    entropy = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    said = torch.sigmoid(logits)
    there = targets.amax((1, 2, 3)) > 0.5
    both, either = (said * targets).sum((1, 2, 3)), (said + targets).sum((1, 2, 3))
    dice = 1 - (2 * both + 1) / (either + 1)
    total: Tensor = (entropy * weight).mean() + 0.5 * (dice * there).mean()
    return total


def predict(network: nn.Module, pictures: NDArray[np.uint8], size: int = 64) -> NDArray[np.float32]:
    """Run a network over scenes (n x 160 x 224 x 3); give n x 40 x 56."""
    parts = []
    with torch.inference_mode():
        for at in range(0, len(pictures), size):
            pixels = torch.from_numpy(np.ascontiguousarray(pictures[at : at + size])).permute(0, 3, 1, 2).float()
            parts.append(torch.sigmoid(network((pixels - 127.5) / 128).float())[:, 0].numpy())
    return np.concatenate(parts)


def overlap(first: NDArray[np.floating], other: NDArray[np.floating], width: int, height: int) -> float:
    """Give the intersection over union of two outlines within a picture of this size."""
    drawn = []
    scale = min(1.0, 640 / max(width, height)) * 4
    for corners in (first, other):
        mask = np.zeros((int(height * scale), int(width * scale)), np.uint8)
        cv2.fillPoly(mask, [np.round((corners + 0.5) * scale - 0.5).astype(np.int32)], 1)
        drawn.append(mask)
    either = int((drawn[0] | drawn[1]).sum())
    return float((drawn[0] & drawn[1]).sum()) / either if either else 0.0


def fares(scenes: Scenes, rows: NDArray[np.int64], said: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Give the overlap of each document with what was found (0: nothing), and confidence where there was none."""
    overlaps, false = [], []
    for row, cover in zip(rows, said, strict=True):
        found = locate(cover, np.asarray(scenes.pictures[row]))
        if np.isnan(scenes.corners[row]).any():
            false.append(found.confidence if found else 0.0)
        else:
            overlaps.append(overlap(scenes.corners[row], found.corners, WIDTH, HEIGHT) if found else 0.0)
    return overlaps, false


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: the averaged weights."""
    settings = workshop.settings("distil")
    seed_everything(workshop.recipe.seed)
    torch.set_num_threads(workshop.threads)
    scenes = read_scenes(workshop)
    log.info("%d scenes to train on, %d to watch", len(scenes.training), len(scenes.watched))
    network = CornersStudent(settings["widths"])
    pictures = np.asarray(scenes.pictures[scenes.watched])

    def watch(student: nn.Module) -> Watched:
        overlaps, false = fares(scenes, scenes.watched, predict(student, pictures))
        mean = float(np.mean(overlaps))
        good = float(np.mean(np.array(overlaps) > 0.9))
        return Watched(
            f"overlap {mean:.3f}, {good:.3f} above 0.9, false {np.sum(np.array(false) > 0.6)} of {len(false)}", mean
        )

    averaged = train(
        network,
        batches(scenes, settings["batch"], workshop.recipe.seed + 1),
        loss_of,
        minutes=settings["minutes"],
        learning_rate=settings["learning_rate"],
        checkpoint=workshop.work / "training.pt",
        threads=workshop.threads,
        watch=watch,
        watch_every_minutes=4.0,
    )
    torch.save(averaged.state_dict(), workshop.work / "student.pt")
