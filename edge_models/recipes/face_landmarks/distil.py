"""Teach the student by example: absolute points, openings of lids and lips, pose, state, presence."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from edge_models.recipes.face_landmarks.network import LandmarkStudent
from edge_models.recipes.face_landmarks.samples import Movement, Taught, batches, place, read_taught, shape_modes
from edge_models.recipes.face_landmarks.targets import LIDS_LEFT, LIDS_RIGHT
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import seed_everything, train
from edge_models.tasks.face_landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
    NOSE,
    normalise,
)

log = logging.getLogger("recipes")
GAPS = (*LIDS_LEFT, *LIDS_RIGHT, (13, 14), (82, 87), (312, 317))
"""Pairs whose distance says whether an eye or the mouth is open: their difference is taught as such."""


def student_of(settings: dict[str, Any]) -> LandmarkStudent:
    """Build the student that the recipe describes."""
    return LandmarkStudent(
        settings["pixels"], settings["widths"], settings["neck"], settings["features"], settings["shape_modes"]
    )


def point_weights() -> Tensor:
    """Weigh the points: lids, irises and lips most, the mesh between them least; mean 1."""
    weights = torch.full((478,), 0.7)
    for group, weight in (
        ((*EYE_LEFT, *EYE_RIGHT, *IRIS_LEFT, *IRIS_RIGHT), 3.0),
        ((*LIPS_OUTER, *LIPS_INNER), 1.8),
        ((*BROW_LEFT, *BROW_RIGHT, *NOSE), 1.2),
    ):
        weights[list(group)] = weight
    return weights / weights.mean()


class Loss:
    """The sum of what is asked, each in units in which 1 is bad: parts of the inter-eye distance, 10 degrees, openings."""

    def __init__(self, lower: Tensor) -> None:
        """Take which of the 478 points lie on the lower face (less sure under a mask)."""
        self.weights = point_weights()
        self.lower = lower
        self.upper_lids = torch.tensor([pair[0] for pair in GAPS])
        self.lower_lids = torch.tensor([pair[1] for pair in GAPS])

    def __call__(self, network: nn.Module, batch: dict[str, Tensor]) -> Tensor:
        """Give the loss of one batch."""
        points, pose, state = (value.float() for value in network(batch["pixels"]))
        face, covered = batch["face"], batch["covered"]
        faces = face.sum().clamp(min=1)
        wanted = batch["points"]
        eyes = (wanted[:, 33] - wanted[:, 263]).norm(dim=1).clamp(min=0.12)
        trust = self.weights * (1 - 0.7 * covered[:, None] * self.lower)
        error = ((points - wanted) / eyes[:, None, None]).abs().sum(2)
        point_loss = ((error * trust).mean(1) * face).sum() / faces
        gap = points[:, self.upper_lids] - points[:, self.lower_lids]
        wanted_gap = wanted[:, self.upper_lids] - wanted[:, self.lower_lids]
        gap_loss = (((gap - wanted_gap) / eyes[:, None, None]).abs().sum(2).mean(1) * face).sum() / faces
        pose_loss = ((pose - batch["pose"]).abs().mean(1) * face).sum() / faces / 10
        state_error = functional.smooth_l1_loss(state[:, :6], batch["state"], reduction="none", beta=0.05)
        importance = torch.tensor([1.5, 1.5, 1.0, 1.0, 0.7, 0.7])
        state_loss = ((state_error * importance).mean(1) * face).sum() / faces
        presence = functional.binary_cross_entropy_with_logits(state[:, 6], face)
        total: Tensor = 4 * point_loss + 3 * gap_loss + 0.5 * pose_loss + state_loss + 0.05 * presence
        return total


def predict(network: nn.Module, pixels: np.ndarray[Any, Any], size: int = 128) -> list[np.ndarray[Any, Any]]:
    """Run a network over crops (N x P x P x 3) in batches; give points, pose, state."""
    parts: list[list[np.ndarray[Any, Any]]] = []
    with torch.inference_mode():
        for start in range(0, len(pixels), size):
            batch = torch.from_numpy(normalise(pixels[start : start + size])).to(memory_format=torch.channels_last)
            parts.append([value.float().numpy() for value in network(batch)])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def still(taught: Taught, indices: np.ndarray[Any, Any], pixels: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Cut crops as the detector gave them, without damage: pixels, points, pose, state."""
    pairs = [place(taught, int(index), Movement(), pixels) for index in indices]
    columns = [np.stack([row[key] for _, row in pairs]) for key in ("points", "pose", "state")]
    return (np.stack([picture for picture, _ in pairs]), *columns)


def point_error(points: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the mean distance of the points over the distance of the eyes' middles, in percent, one value per face."""
    middles = [wanted[:, [a, b]].mean(1) for a, b in ((33, 133), (362, 263))]
    eyes = np.linalg.norm(middles[0] - middles[1], axis=1)
    error = 100 * np.linalg.norm(points - wanted, axis=2).mean(1) / eyes
    return np.asarray(error)


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: the averaged weights after the last stage of the schedule."""
    settings = workshop.settings("distil")
    seed_everything(workshop.recipe.seed)
    torch.set_num_threads(workshop.threads)
    taught = read_taught(workshop)
    log.info("%d to train on, %d to watch", len(taught.training), len(taught.watched))
    network = student_of(settings)
    network.start_from_shapes(*shape_modes(taught, settings["shape_modes"], workshop.recipe.seed))
    mean = taught.shape.points
    lower = torch.from_numpy((mean[:, 1] > mean[195, 1]).astype(np.float32))
    held = taught.watched[:: max(1, len(taught.watched) // 800)]
    pixels, wanted, pose, state = still(taught, held, settings["pixels"])

    def watch(student: nn.Module) -> str:
        points, angles, states = predict(student, pixels)
        apart = np.abs(angles - pose).mean(0)
        off = np.abs(states[:, :6] - state).mean(0)
        return (
            f"NME {point_error(points, wanted).mean():.2f} % (median {np.median(point_error(points, wanted)):.2f}); "
            f"yaw pitch roll {apart.round(2)} deg; eyes mouth smile gaze {off.round(3)}"
        )

    for stage, (minutes, rate) in enumerate(zip(settings["minutes"], settings["learning_rate"], strict=True)):
        source = batches(
            taught, pixels=settings["pixels"], size=settings["batch"], seed=workshop.recipe.seed + 1 + stage
        )
        averaged = train(
            network,
            source,
            Loss(lower),
            minutes=minutes,
            learning_rate=rate,
            checkpoint=workshop.work / f"stage{stage}.pt",
            threads=workshop.threads,
            watch=watch,
            watch_every_minutes=4,
        )
        network.load_state_dict(averaged.state_dict())
        torch.save(averaged.state_dict(), workshop.work / "student.pt")
        log.info("stage %d done", stage)
