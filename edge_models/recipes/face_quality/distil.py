"""Train the student on the views: what is hidden, glasses, expression, utility, all at once."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from edge_models.recipes.face_quality.network import QualityStudent
from edge_models.recipes.face_quality.views import Views, as_pixels, batches, read_views
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.training import seed_everything, train
from edge_models.tasks.face_quality import COMPONENTS

log = logging.getLogger("recipes")
IMPORTANCE = torch.tensor([1.0, 1.2, 0.6, 0.8, 0.8, 0.6, 2.0])


def loss_of(network: nn.Module, batch: dict[str, Tensor]) -> Tensor:
    """Give the cross-entropy with soft targets, plus the absolute error of utility."""
    logits = network(batch["pixels"]).float()
    weights = batch["weights"] * IMPORTANCE
    entropy = functional.binary_cross_entropy_with_logits(logits, batch["targets"], reduction="none")
    off = (torch.sigmoid(logits[:, 6]) - batch["targets"][:, 6]).abs() * batch["weights"][:, 6]
    total: Tensor = (entropy * weights).sum(1).mean() + 2 * off.mean()
    return total


def predict(network: nn.Module, pictures: NDArray[np.uint8], size: int = 256) -> NDArray[np.float32]:
    """Run a network over views (n x 96 x 96 x 3) in batches; give n x 7 components."""
    starts = range(0, len(pictures), size)
    with torch.inference_mode():
        parts = [torch.sigmoid(network(as_pixels(pictures[at : at + size])).float()).numpy() for at in starts]
    return np.concatenate(parts)


def area_under_curve(positive: NDArray[Any], negative: NDArray[Any]) -> float:
    """Give the chance that a positive scores above a negative (ties count half)."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")
    return float(below.mean() / (2 * len(negative)))


def fares(views: Views, rows: NDArray[np.int64], said: NDArray[np.float32]) -> dict[str, float]:
    """Say how answers fare against targets: AUC of each label that is clearly yes or no, error and rank of utility."""
    targets, weights = views.targets[rows], views.weights[rows]
    result = {}
    for number, name in enumerate(COMPONENTS[:6]):
        counted = weights[:, number] > 0
        yes, no = counted & (targets[:, number] > 0.6), counted & (targets[:, number] < 0.05)
        if yes.sum() > 10 and no.sum() > 10:
            result[f"{name}_auc"] = area_under_curve(said[yes, number], said[no, number])
    utility, wanted = said[:, 6], targets[:, 6]
    first, second = (np.argsort(np.argsort(values)).astype(np.float64) for values in (utility, wanted))
    result["utility_mae"] = float(np.abs(utility - wanted).mean())
    result["utility_rank_correlation"] = float(np.corrcoef(first, second)[0, 1])
    return result


def run(workshop: Workshop) -> None:
    """Write ``student.pt``: the averaged weights."""
    settings = workshop.settings("distil")
    seed_everything(workshop.recipe.seed)
    torch.set_num_threads(workshop.threads)
    views = read_views(workshop)
    log.info(
        "%d views to train on, %d to watch, %d + %d to report",
        *(len(rows) for rows in (views.training, views.watched, views.report, views.masks_report)),
    )
    network = QualityStudent(settings["widths"])
    weights = torch.load(workshop.work.parent / settings["start"], weights_only=True, map_location="cpu")
    log.info("%d tensors taken from %s", network.start_from_landmarks(weights), settings["start"])
    held = views.watched[:: max(1, len(views.watched) // 2000)]
    pictures = views.pictures[held]

    def watch(student: nn.Module) -> str:
        figures = fares(views, held, predict(student, pictures))
        return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())

    averaged = train(
        network,
        batches(views, settings["batch"], workshop.recipe.seed + 1),
        loss_of,
        minutes=settings["minutes"],
        learning_rate=settings["learning_rate"],
        checkpoint=workshop.work / "training.pt",
        threads=workshop.threads,
        watch=watch,
        watch_every_minutes=3.5,
    )
    torch.save(averaged.state_dict(), workshop.work / "student.pt")
