"""Prune the teacher by reconstruction, then distil the student back into the teacher's space."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from edge_models.recipes.face_embedding.crops import TRAIN, Crops, read_crops
from edge_models.recipes.face_embedding.network import MobileFace, from_teacher
from edge_models.recipes.face_embedding.prune import prune
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import seed_everything, train
from edge_models.tasks.face_embedding import prepare

log = logging.getLogger("recipes")
_WATCHED = 600
Batch = tuple[torch.Tensor, torch.Tensor]


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: widths and weights; ``pruned.pt``: the same before distillation."""
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    seed_everything(seed)
    torch.set_num_threads(workshop.threads)
    crops = read_crops(workshop.work)
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(crops.part == TRAIN))
    watched, rows = rows[:_WATCHED], rows[_WATCHED:]
    pruned_path = workshop.work / "pruned.pt"
    if pruned_path.exists():
        student = load_student(pruned_path)
    else:
        teacher = from_teacher(workshop.data / "teachers" / workshop.settings("teach")["teacher"])
        student = prune(teacher, _tensor(crops, rows[: int(settings["sample_crops"])]), float(settings["keep"]), seed)
        save_student(student, pruned_path)
    log.info(
        "pruned to %d parameters: %s", sum(p.numel() for p in student.parameters()), _watch(student, crops, watched)
    )
    trained = train(
        student,
        _batches(crops, rows, int(settings["batch"]), seed),
        lambda network, batch: _loss(network, batch, float(settings["relational"])),
        minutes=float(settings["minutes"]),
        learning_rate=float(settings["learning_rate"]),
        average=float(settings["average"]),
        checkpoint=workshop.work / "checkpoint.pt",
        threads=workshop.threads,
        weight_decay=1e-5,
        watch=lambda network: _watch(network, crops, watched),
    )
    assert isinstance(trained, MobileFace)
    save_student(trained, workshop.work / "student.pt")


def save_student(student: MobileFace, path: object) -> None:
    """Store widths and weights."""
    torch.save({"widths": list(student.widths), "weights": student.state_dict()}, path)  # type: ignore[arg-type,unused-ignore]


def load_student(path: object) -> MobileFace:
    """Read a stored student."""
    stored = torch.load(path, weights_only=True)  # type: ignore[arg-type,unused-ignore]
    student = MobileFace(stored["widths"])
    student.load_state_dict(stored["weights"])
    return student.eval()


def _tensor(crops: Crops, rows: object) -> torch.Tensor:
    return torch.from_numpy(prepare(np.asarray(crops.pictures[rows])))  # type: ignore[index,call-overload,unused-ignore]


def _loss(network: nn.Module, batch: Batch, relational: float) -> torch.Tensor:
    pictures, targets = batch
    given = nn.functional.normalize(network(pictures).float(), dim=1)
    cosine = 1 - (given * targets).sum(1).mean()
    among = nn.functional.mse_loss(given @ given.T, targets @ targets.T)
    return cosine + relational * among


@torch.no_grad()
def _watch(network: nn.Module, crops: Crops, rows: object) -> str:
    given = nn.functional.normalize(network.eval()(_tensor(crops, rows)).float(), dim=1)
    targets = torch.from_numpy(crops.targets[rows].astype(np.float32))  # type: ignore[index,call-overload,unused-ignore]
    return f"cosine to the teacher {float((given * targets).sum(1).mean()):.4f}"


def _batches(crops: Crops, rows: np.ndarray, size: int, seed: int) -> Iterator[Batch]:
    generator = np.random.default_rng(seed + 1)
    noise = torch.Generator().manual_seed(seed + 2)
    while True:
        order = generator.permutation(rows)
        for start in range(0, len(order) - size + 1, size):
            chosen = np.sort(order[start : start + size])
            pictures = damage(_tensor(crops, chosen), noise)
            yield (
                pictures.contiguous(memory_format=torch.channels_last),
                torch.from_numpy(crops.targets[chosen].astype(np.float32)),
            )


def damage(pictures: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Flip, shift, scale, turn a little, blur, darken, tint, cover a part: the target stays that of the clean crop."""
    count, _, height, width = pictures.shape

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return torch.rand(count, *shape, generator=noise) * (high - low) + low

    angle, scale = uniform(-0.06, 0.06), uniform(0.95, 1.05)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = scale * torch.cos(angle) * flip, -scale * torch.sin(angle)
    matrix[:, 1, 0], matrix[:, 1, 1] = scale * torch.sin(angle) * flip, scale * torch.cos(angle)
    matrix[:, :, 2] = uniform(-0.03, 0.03, 2)
    grid = nn.functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    pictures = nn.functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    # blur by halving and doubling, a quarter of the crops each time
    soft = nn.functional.interpolate(
        nn.functional.interpolate(pictures, scale_factor=0.5, mode="bilinear", antialias=True),
        size=(height, width),
        mode="bilinear",
    )
    pictures = torch.where(uniform(0, 1, 1, 1, 1) < 0.2, soft, pictures)
    gain, tint, shift = uniform(0.6, 1.2, 1, 1, 1), uniform(0.92, 1.08, 3, 1, 1), uniform(-0.35, 0.25, 1, 1, 1)
    pictures = pictures * gain * tint + shift
    pictures = pictures + torch.randn(pictures.shape, generator=noise) * uniform(0, 0.08, 1, 1, 1)
    covered = uniform(0, 1)
    for index in torch.nonzero(covered < 0.08).flatten().tolist():
        top = int(torch.randint(height // 2, height - 8, (1,), generator=noise))
        pictures[index, :, top:] = float(torch.randn(1, generator=noise))
    return pictures
