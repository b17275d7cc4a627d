"""Prune the teacher and train what is left on the composed pictures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from edge_models.recipes.face_detection.dense import bettered, gather, read_points
from edge_models.recipes.face_detection.mining import Window, mine, no_faces
from edge_models.recipes.face_detection.network import NECK, OUTPUTS, Detector, Widths, read_yunet
from edge_models.recipes.face_detection.objective import Objective, Weights
from edge_models.recipes.face_detection.pieces import Part, empty_scenes, in_part
from edge_models.recipes.face_detection.prune import prune
from edge_models.recipes.face_detection.scenes import Scenes, stacked
from edge_models.recipes.face_detection.teach import FACE, NO_POINTS, Labelled, read_labels
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import seed_everything, train
from edge_models.tasks.face_detection import cells, decode, overlaps, suppress

log = logging.getLogger("recipes")


def student_shape(workshop: Workshop) -> tuple[Widths, frozenset[str]]:
    """Read the student's widths and which of its layers are full convolutions."""
    table = workshop.settings("distil")
    return (
        Widths(
            stem=table["stem"],
            s2=table["s2"],
            s4=tuple(table["s4"]),
            s8=tuple(table["s8"]),
            s16=tuple(table["s16"]),
            s32=tuple(table["s32"]),
            heads=tuple(table["heads"]),
        ),
        frozenset(table["full"]),
    )


def labelled_part(workshop: Workshop, part: Part) -> list[Labelled]:
    """Give the labelled pictures of a part, with the better points where they are known."""
    items = [item for item in read_labels(workshop.work / "labels.npz") if in_part(item, part)]
    return bettered(items, read_points(gather(workshop)))


def training_scenes(
    workshop: Workshop,
    part: Part = "train",
    mined: list[Window] | None = None,
    mixture: dict[str, float] | None = None,
) -> Scenes:
    """Give the source of composed pictures: to train on, or of what is kept to choose by."""
    empty = empty_scenes(workshop.data, workshop.settings("teach")["scenes_with_people"], part)
    mixture = mixture or workshop.settings("distil")["mixture"]
    return Scenes(workshop.data, labelled_part(workshop, part), empty, mixture, mined)


def hard_windows(workshop: Workshop, network: nn.Module) -> list[Window]:
    """Look for false faces in the training scenes and in webcam frames (not in crowds: not every face there is drawn)."""
    settings = workshop.settings("distil")
    empty = empty_scenes(workshop.data, workshop.settings("teach")["scenes_with_people"], "train")
    frames = [item for item in labelled_part(workshop, "train") if not item.crop and item.pack.startswith("pad/")]
    options = {"threshold": settings["mine_above"], "seed": workshop.recipe.seed + 4}
    scenes = [no_faces(name) for name in empty]
    return mine(network, workshop.data, scenes, looks=settings["looks_scene"], **options) + mine(
        network, workshop.data, frames, looks=settings["looks_frame"], **options
    )


def batches(scenes: Scenes, size: int, seed: int) -> Iterator[dict[str, torch.Tensor]]:
    """Give endless batches."""
    rng = np.random.default_rng(seed)
    while True:
        table = stacked([scenes.draw(rng) for _ in range(size)])
        batch = {name: torch.from_numpy(value) for name, value in table.items()}
        pictures = batch.pop("pictures").permute(0, 3, 1, 2).float()
        yield {**batch, "pictures": pictures.contiguous(memory_format=torch.channels_last)}


def watch(workshop: Workshop) -> dict[str, torch.Tensor]:
    """Give a fixed batch of pictures composed from what is kept to choose by."""
    return next(batches(training_scenes(workshop, "choose"), 300, workshop.recipe.seed + 1))


@torch.no_grad()
def fares(network: nn.Module, batch: dict[str, torch.Tensor]) -> str:
    """Say recall, false faces and point error on a watched batch, at score 0.5."""
    origins, strides = cells()
    maps = torch.cat([network(part) for part in batch["pictures"].split(20)]).float().numpy()
    found_count = faces = false = 0
    errors: list[float] = []
    for index, one in enumerate(maps):
        found = suppress(decode(one, origins, strides, 0.5), 0.3)
        kinds = batch["kinds"][index].numpy()
        boxes, points = batch["boxes"][index].numpy(), batch["points"][index].numpy()
        matched = np.zeros(len(found), bool)
        for box, point, kind in zip(boxes, points, kinds, strict=True):
            if kind < 0:
                continue
            overlap = overlaps(box, found.boxes) if len(found) else np.zeros(0)
            matched |= overlap > 0.3
            if kind in (FACE, NO_POINTS) and box[3] - box[1] >= 30:
                faces += 1
                if len(found) and overlap.max() >= 0.5:
                    found_count += 1
                    if kind == FACE:
                        error = np.linalg.norm(found.points[overlap.argmax()] - point, axis=1).mean()
                        errors.append(float(error / np.sqrt(np.prod(box[2:] - box[:2]))))
        false += int((~matched).sum())
    return f"recall {found_count / faces:.4f} of {faces}, false {false} in {len(maps)}, point error {np.mean(errors):.4f} of the box"


def teacher_network(workshop: Workshop) -> Detector:
    """Give the teacher."""
    return read_yunet(workshop.data / "teachers" / workshop.settings("teach")["teacher"])


def pruned(workshop: Workshop, scenes: Scenes) -> Detector:
    """Give the cut teacher, fitted on composed pictures."""
    settings = workshop.settings("distil")
    widths, full = student_shape(workshop)
    teacher = teacher_network(workshop)
    sample = next(batches(scenes, settings["prune_pictures"], workshop.recipe.seed + 2))["pictures"]
    return prune(teacher, widths, full, sample)


def checkpoint(workshop: Workshop) -> Path:
    """Where the trained network lies."""
    return workshop.work / "student.pt"


def layered(student: nn.Module, learning_rate: float, backbone: float) -> list[dict[str, Any]]:
    """Give the weights in two groups: the neck and heads at the full rate, what comes before at a part of it."""
    late = (*NECK, *OUTPUTS)
    named = list(student.named_parameters())
    return [
        {"params": [value for name, value in named if name.startswith(late)], "lr": learning_rate},
        {"params": [value for name, value in named if not name.startswith(late)], "lr": learning_rate * backbone},
    ]


def loss_with(weights: Weights, teacher: nn.Module) -> Callable[[nn.Module, dict[str, torch.Tensor]], torch.Tensor]:
    """Give the loss of a batch; the teacher is asked only where its answer has a weight."""
    objective = Objective(weights)

    def loss_of(network: nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        taught = None
        if weights.teacher:
            with torch.no_grad():
                taught = teacher(batch["pictures"])
        return objective(network(batch["pictures"]), batch, taught)

    return loss_of


def run(workshop: Workshop) -> None:
    """Write ``student.pt``."""
    settings = workshop.settings("distil")
    cv2.setNumThreads(1)
    torch.set_num_threads(workshop.threads)
    seed_everything(workshop.recipe.seed)
    watched = watch(workshop)
    widths, full = student_shape(workshop)
    student: nn.Module = Detector(widths, full)
    teacher = teacher_network(workshop).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    for number, part in enumerate(settings["rounds"], 1):
        done = workshop.work / f"round{number}.pt"
        if done.exists():  # a finished round is not run again
            student.load_state_dict(torch.load(done, weights_only=True))
            continue
        if number == 1:
            student = pruned(workshop, training_scenes(workshop))
            torch.save(student.state_dict(), workshop.work / "pruned.pt")
        weights = Weights(**(settings["weights"] | part.get("weights", {})))
        scenes = training_scenes(workshop, mined=hard_windows(workshop, student), mixture=part.get("mixture"))
        size = sum(parameter.numel() for parameter in student.parameters())
        log.info("round %d, %d parameters, before: %s", number, size, fares(student.eval(), watched))
        student = train(
            student,
            batches(scenes, settings["batch"], workshop.recipe.seed + 10 * (number - 1)),
            loss_with(weights, teacher),
            minutes=part["minutes"],
            learning_rate=part["learning_rate"],
            checkpoint=workshop.work / f"training{number}.pt",
            threads=workshop.threads,
            average=settings["average"],
            parameters=layered(student, part["learning_rate"], part["backbone"]),
            watch=lambda network: fares(network, watched),
            watch_every_minutes=settings["watch_every_minutes"],
        )
        torch.save(student.state_dict(), done)
    parts = [workshop.work / "pruned.pt", *(workshop.work / f"round{n + 1}.pt" for n in range(len(settings["rounds"])))]
    student.load_state_dict(blended([torch.load(path, weights_only=True) for path in parts], settings["blend"]))
    log.info("blended: %s", fares(student.eval(), watched))
    torch.save(student.state_dict(), checkpoint(workshop))


def blended(states: list[dict[str, torch.Tensor]], shares: list[float]) -> dict[str, torch.Tensor]:
    """Give the weighted mean of several networks' weights (Wortsman et al., Robust fine-tuning, 2022).

    Part of the pruned network in the mean keeps what it knows of a world that the composed pictures do not show.
    Raises ``ValueError`` when the shares do not pair or do not sum to one.
    """
    if len(states) != len(shares) or abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"{len(shares)} shares that sum to {sum(shares):g} for {len(states)} networks")
    return {
        name: torch.stack([share * state[name] for share, state in zip(shares, states, strict=True)]).sum(0)
        for name in states[0]
    }
