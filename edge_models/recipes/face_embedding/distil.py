"""Prune the teacher by reconstruction, then distil the student back into the teacher's space."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from edge_models.recipes.face_embedding.crops import TRAIN, Crops, read_crops
from edge_models.recipes.face_embedding.goals import Goals
from edge_models.recipes.face_embedding.network import TEACHER_STEM, MobileFace, from_teacher
from edge_models.recipes.face_embedding.prune import prune
from edge_models.recipes.face_embedding.views import Views
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import Watched, seed_everything, train
from edge_models.tasks.face_embedding import prepare

log = logging.getLogger("recipes")
_WATCHED = 600
Batch = tuple[torch.Tensor, torch.Tensor]


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: widths and weights; ``pruned.pt`` before distillation, ``trained.pt`` after it; it lies between."""
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    seed_everything(seed)
    torch.set_num_threads(workshop.threads)
    crops = read_crops(workshop.work)
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(crops.part == TRAIN))
    watched, rows = rows[:_WATCHED], rows[_WATCHED:]
    teacher = from_teacher(workshop.data / "teachers" / workshop.settings("teach")["teacher"])
    pruned_path = workshop.work / "pruned.pt"
    if pruned_path.exists():
        student = load_student(pruned_path)
    else:
        sample = _tensor(crops, rows[: int(settings["sample_crops"])])
        student = prune(teacher, sample, settings["widths"], int(settings["stem"]), seed)
        save_student(student, pruned_path)
    size = sum(p.numel() for p in student.parameters())
    log.info("pruned to %d parameters: %s", size, _watch(student, crops, watched).said)
    goals = Goals(**settings["goals"])
    teacher = teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]
    trained = train(
        student,
        _batches(crops, rows, int(settings["batch"]), Views(seed + 2, settings["occluded"], settings["damaged"]), seed),
        lambda network, batch: goals.loss(network, teacher, *batch),
        minutes=float(settings["minutes"]),
        learning_rate=float(settings["learning_rate"]),
        average=float(settings["average"]),
        checkpoint=workshop.work / "checkpoint.pt",
        threads=workshop.threads,
        weight_decay=1e-5,
        watch=lambda network: _watch(network, crops, watched),
        patience=int(settings["patience"]),
    )
    assert isinstance(trained, MobileFace)
    save_student(trained, workshop.work / "trained.pt")
    blended = blend(load_student(pruned_path), trained, float(settings["blend"]))
    log.info("blended: %s", _watch(blended, crops, watched).said)
    save_student(blended, workshop.work / "student.pt")


def blend(pruned: MobileFace, trained: MobileFace, share: float) -> MobileFace:
    """Give the network between two of one shape (Wortsman et al. 2022): ``share`` of what was trained.

    Training on few pictures makes a network better for such pictures and worse for others; halfway it keeps both.
    """
    before, after = pruned.state_dict(), trained.state_dict()
    between = MobileFace(pruned.widths, pruned.stem.out_channels)
    between.load_state_dict({name: torch.lerp(before[name], after[name], share) for name in before})
    return between.eval()


def save_student(student: MobileFace, path: object) -> None:
    """Store widths and weights."""
    stored = {"widths": list(student.widths), "stem": student.stem.out_channels, "weights": student.state_dict()}
    torch.save(stored, path)  # type: ignore[arg-type,unused-ignore]


def load_student(path: object) -> MobileFace:
    """Read a stored student."""
    stored = torch.load(path, weights_only=True)  # type: ignore[arg-type,unused-ignore]
    student = MobileFace(stored["widths"], stored.get("stem", TEACHER_STEM))
    student.load_state_dict(stored["weights"])
    return student.eval()


def _tensor(crops: Crops, rows: object) -> torch.Tensor:
    return torch.from_numpy(prepare(np.asarray(crops.pictures[rows])))  # type: ignore[index,call-overload,unused-ignore]


@torch.no_grad()
def _watch(network: nn.Module, crops: Crops, rows: object) -> Watched:
    network.eval()
    given = nn.functional.normalize(network(_tensor(crops, rows)).float(), dim=1)
    targets = torch.from_numpy(crops.targets[rows].astype(np.float32))  # type: ignore[index,call-overload,unused-ignore]
    cosine = float((given * targets).sum(1).mean())
    return Watched(f"cosine to the teacher {cosine:.4f}", cosine)


def _batches(crops: Crops, rows: np.ndarray, size: int, views: Views, seed: int) -> Iterator[Batch]:
    generator = np.random.default_rng(seed + 1)
    while True:
        order = generator.permutation(rows)
        for start in range(0, len(order) - size + 1, size):
            chosen = np.sort(order[start : start + size])
            pictures = views(np.asarray(crops.pictures[chosen]))
            yield (
                pictures.contiguous(memory_format=torch.channels_last),
                torch.from_numpy(crops.targets[chosen].astype(np.float32)),
            )
