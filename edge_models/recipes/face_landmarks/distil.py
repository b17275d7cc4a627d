"""Teach the student by example: absolute points, openings of lids and lips, pose, state, presence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from edge_models.recipes.face_landmarks.network import LandmarkStudent
from edge_models.recipes.face_landmarks.samples import (
    Movement,
    Taught,
    any_movement,
    batches,
    place,
    read_taught,
    shape_modes,
    weights_of,
)
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
GAPS = (
    *(*LIDS_LEFT, *LIDS_RIGHT, (13, 14), (82, 87), (312, 317)),
    *((468, 33), (468, 133), (473, 362), (473, 263)),
)
"""Pairs whose difference is taught as such: lids and lips (open or shut), irises and corners of the eyes (the glance)."""


FIVE_SOURCES = (33, 133, 362, 263, 4, 61, 291)
"""The dense points that the five points are made of."""


def student_of(settings: dict[str, Any], stage: int = -1) -> LandmarkStudent:
    """Build the student of one stage of the schedule: the last one's is released."""
    at = settings["stages"][stage]
    return LandmarkStudent(
        at["pixels"],
        settings["widths"],
        at["blocks"],
        settings["neck"],
        settings["features"],
        settings["shape_modes"],
    )


def point_weights() -> Tensor:
    """Weigh the points: corners and nose tip most (the five points come from them), then lids, irises, lips; mean 1."""
    weights = torch.full((478,), 0.8)
    for group, weight in (
        ((*EYE_LEFT, *EYE_RIGHT, *IRIS_LEFT, *IRIS_RIGHT), 2.0),
        ((*LIPS_OUTER, *LIPS_INNER), 1.6),
        ((*BROW_LEFT, *BROW_RIGHT, *NOSE), 1.1),
        (FIVE_SOURCES, 4.0),
    ):
        weights[list(group)] = weight
    return weights / weights.mean()


def _five(points: Tensor) -> Tensor:
    """Give the five points (B x 5 x 2) as ``five_points`` does, for a batch."""
    left, right = points[:, [33, 133]].mean(1), points[:, [362, 263]].mean(1)
    return torch.stack([left, right, points[:, 4], points[:, 61], points[:, 291]], 1)


def state_error(said: Tensor, wanted: Tensor) -> Tensor:
    """Give the error of eyes, mouth, smile and gaze (B x 6); past the ends of 0..1 nothing is wrong, the task clips there.

    Otherwise a straight line that has to stay at 0 for every shut mouth would read wide ones too small.
    """
    error = functional.smooth_l1_loss(said, wanted, reduction="none", beta=0.05)
    # The teacher's glances are noisy: a median of them is no glance at all, so gaze is taught by squares.
    error = torch.cat([error[:, :4], (said[:, 4:] - wanted[:, 4:]).square()], 1)
    below = (wanted < 0.03) & (said < wanted)
    above = (wanted > 0.97) & (said > wanted)
    bounded = torch.tensor([True, True, True, True, False, False])
    return error.masked_fill((below | above) & bounded, 0.0)


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
        face, guessed = batch["face"], batch["guessed"]
        faces = face.sum().clamp(min=1)
        wanted = batch["points"]
        eyes = (wanted[:, 33] - wanted[:, 263]).norm(dim=1).clamp(min=0.12)
        trust = self.weights * (1 - 0.7 * guessed[:, None] * self.lower)
        apart = ((points - wanted).square().sum(2) + 1e-8).sqrt() / eyes[:, None]
        point_loss = ((apart * trust).mean(1) * face).sum() / faces
        five = ((_five(points) - _five(wanted)).square().sum(2) + 1e-8).sqrt() / eyes[:, None]
        sure = torch.ones(5).index_fill(0, torch.tensor([3, 4]), 0.3)
        five_loss = ((five * torch.where(guessed[:, None] > 0, sure, 1.0)).mean(1) * face).sum() / faces
        gap = points[:, self.upper_lids] - points[:, self.lower_lids]
        wanted_gap = wanted[:, self.upper_lids] - wanted[:, self.lower_lids]
        gap_loss = (((gap - wanted_gap) / eyes[:, None, None]).abs().sum(2).mean(1) * face).sum() / faces
        pose_loss = ((pose - batch["pose"]).abs().mean(1) * face).sum() / faces / 10
        seen = 1 - 0.8 * torch.maximum(guessed, batch["masked"])[:, None] * torch.tensor([0.0, 0, 1, 1, 0, 0])
        importance = torch.tensor([1.5, 1.5, 2.5, 1.0, 4.0, 4.0]) * seen
        state_loss = ((state_error(state[:, :6], batch["state"]) * importance).mean(1) * face).sum() / faces
        presence = functional.binary_cross_entropy_with_logits(state[:, 6], face)
        total: Tensor = 5 * point_loss + five_loss + 3.5 * gap_loss + 0.5 * pose_loss + state_loss + 0.05 * presence
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


def five_error(points: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the distance of the five points over that of the eyes, in percent, N x 5."""
    said, truth = (_five(torch.from_numpy(np.ascontiguousarray(value))).numpy() for value in (points, wanted))
    eyes = np.linalg.norm(truth[:, 0] - truth[:, 1], axis=1)
    return np.asarray(100 * np.linalg.norm(said - truth, axis=2) / eyes[:, None])


@torch.no_grad()
def refit_gather(
    grown: LandmarkStudent, smaller: LandmarkStudent, taught: Taught, seed: int, count: int = 6000
) -> None:
    """Let a network of more pixels say what the smaller one said: its first full layer by ridge regression on moved crops."""
    generator = np.random.default_rng(seed)
    inputs: list[Tensor] = []
    wanted: list[Tensor] = []
    grown.eval()
    smaller.eval()
    for _ in range(count // 100):
        chosen = generator.choice(taught.training, 100, p=weights_of(taught))
        moves = [any_movement(generator) for _ in chosen]
        for network, rows in ((grown, inputs), (smaller, wanted)):
            size = network.cells * 16
            crops = [place(taught, int(index), move, size)[0] for index, move in zip(chosen, moves, strict=True)]
            maps = network.maps(torch.from_numpy(normalise(np.stack(crops))).to(memory_format=torch.channels_last))
            rows.append(maps if network is grown else smaller.gather[0](maps))
    layer = grown.gather[0]
    x, y = torch.cat(inputs).double(), torch.cat(wanted).double()
    residual = y - y.mean(0) - (x - x.mean(0)) @ layer.weight.T.double()
    square = (x - x.mean(0)).T @ (x - x.mean(0))
    square += torch.eye(len(square)) * 0.01 * square.diagonal().mean()
    change = torch.linalg.solve(square, (x - x.mean(0)).T @ residual)
    layer.weight += change.T.float()
    layer.bias.copy_((y.mean(0) - layer.weight.double() @ x.mean(0)).float())


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: the averaged weights after the last stage; a finished stage is not trained again."""
    settings = workshop.settings("distil")
    seed_everything(workshop.recipe.seed)
    torch.set_num_threads(workshop.threads)
    taught = read_taught(workshop)
    log.info("%d to train on, %d to watch", len(taught.training), len(taught.watched))
    shapes = shape_modes(taught, settings["shape_modes"], workshop.recipe.seed)
    lower = torch.from_numpy((taught.shape.points[:, 1] > taught.shape.points[195, 1]).astype(np.float32))
    network: LandmarkStudent | None = None
    for stage, at in enumerate(settings["stages"]):
        grown = student_of(settings, stage)
        finished = workshop.work / f"stage{stage}_weights.pt"
        if finished.exists():
            grown.load_state_dict(torch.load(finished, weights_only=True))
            network = grown
            continue
        grown.start_from_shapes(*shapes)
        if network is not None:
            grown.grow_from(network)
            if grown.cells != network.cells:
                refit_gather(grown, network, taught, workshop.recipe.seed)
        averaged = train(
            grown,
            batches(taught, pixels=at["pixels"], size=at["batch"], seed=workshop.recipe.seed + 1 + stage),
            Loss(lower),
            minutes=at["minutes"],
            learning_rate=at["learning_rate"],
            checkpoint=workshop.work / f"stage{stage}.pt",
            threads=workshop.threads,
            watch=_watch(taught, at["pixels"]),
            watch_every_minutes=4,
        )
        grown.load_state_dict(averaged.state_dict())
        torch.save(averaged.state_dict(), finished)
        network = grown
        log.info("stage %d done", stage)
    if network is None:
        raise ValueError("the recipe has no stages")
    torch.save(network.state_dict(), workshop.work / "student.pt")


def _watch(taught: Taught, size: int) -> Callable[[nn.Module], str]:
    held = taught.watched[:: max(1, len(taught.watched) // 800)]
    pixels, wanted, pose, state = still(taught, held, size)

    def watch(student: nn.Module) -> str:
        points, angles, states = predict(student, pixels)
        errors = point_error(points, wanted)
        off = np.abs(np.clip(states[:, :6], [0, 0, 0, 0, -1, -1], 1) - state).mean(0)
        return (
            f"NME {errors.mean():.2f} % (median {np.median(errors):.2f}); five {five_error(points, wanted).mean(0).round(2)}; "
            f"yaw pitch roll {np.abs(angles - pose).mean(0).round(2)} deg; eyes mouth smile gaze {off.round(3)}"
        )

    return watch
