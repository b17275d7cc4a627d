"""What the student is asked: which cells own which face (SimOTA), and the losses on scores, boxes and points."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from edge_models.recipes.face_detection.teach import FACE, IGNORE, NO_POINTS
from edge_models.tasks.face_detection import cells


@dataclass(frozen=True)
class Weights:
    """Weights of the parts of the loss."""

    objects: float = 1.0
    classes: float = 1.0
    boxes: float = 5.0
    points: float = 20.0
    knee: float = 0.02
    """Point error (root areas of the box) below which the loss is square: the smaller, the more small errors count."""
    teacher: float = 0.0
    """Of the teacher's logits away from every face: what it knows of a world that these pictures do not show."""
    background: float = 0.0
    """Of the joint score away from every face: both heads learn that there is none."""


class Objective:
    """The loss of a batch. Labels: boxes (n x g x 4), points (n x g x 5 x 2), kinds (n x g, -1 where there is none)."""

    def __init__(self, weights: Weights) -> None:
        """Prepare the cells' places."""
        origins, strides = cells()
        self._origins, self._strides = torch.from_numpy(origins), torch.from_numpy(strides)
        self._centres = self._origins + self._strides[:, None] / 2
        self._weights = weights

    def __call__(
        self, maps: torch.Tensor, labels: dict[str, torch.Tensor], taught: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Give the loss per owned cell; ``taught`` are the teacher's maps of the same pictures."""
        maps = maps.float()
        boxes, points, kinds = labels["boxes"], labels["points"], labels["kinds"]
        predicted = self._boxes(maps)
        with torch.no_grad():
            owner, overlap = self._assign(maps, predicted, boxes, kinds)
            ignored = self._inside(boxes, kinds == IGNORE) & (owner < 0)
        owned = owner >= 0
        count = owned.sum().clamp(min=1)
        target = owned.float()
        objects = functional.binary_cross_entropy_with_logits(maps[:, 1], target, reduction="none")
        loss = self._weights.objects * objects[~ignored].sum() / count
        away = ~self._inside(boxes, kinds >= 0) & (owner < 0)
        if self._weights.teacher and taught is not None:
            mine, theirs = (value[:, :2].clamp(-9, 9).transpose(1, 2)[away] for value in (maps, taught.float()))
            loss = loss + self._weights.teacher * functional.smooth_l1_loss(mine, theirs)
        if self._weights.background:
            # -log(1 - score) of what the task calls the score, from the logits
            joint = (functional.logsigmoid(maps[:, 0]) + functional.logsigmoid(maps[:, 1])) / 2
            loss = loss - self._weights.background * torch.log1p(-joint.exp().clamp(max=1 - 1e-4))[away].sum() / count
        if not bool(owned.any()):
            return loss
        picture, cell = owned.nonzero(as_tuple=True)
        face = owner[picture, cell]
        true = boxes[picture, face]
        classes = functional.binary_cross_entropy_with_logits(maps[picture, 0, cell], overlap[picture, cell])
        mine = predicted[picture, cell]
        area = ((true[:, 2:] - true[:, :2]).clamp(min=1)).prod(1)
        size = area.sqrt()[:, None]
        near = ((mine - true).abs() / size).mean()
        loss = loss + self._weights.classes * classes + self._weights.boxes * ((1 - giou(mine, true)).mean() + near)
        measured = kinds[picture, face] == FACE
        if bool(measured.any()):
            values = maps[picture, 6:, cell].reshape(-1, 5, 2)
            found = values * self._strides[cell][:, None, None] + self._origins[cell][:, None]
            error = (found - points[picture, face]).abs() / size[:, None]
            # linear above the knee keeps small errors worth correcting without letting wild ones rule
            knee = self._weights.knee
            rounded = torch.where(error < knee, error * error / (2 * knee) + knee / 2, error)
            loss = loss + self._weights.points * rounded[measured].mean()
        return loss

    def _boxes(self, maps: torch.Tensor) -> torch.Tensor:
        centre = maps[:, 2:4].transpose(1, 2) * self._strides[:, None] + self._origins
        half = maps[:, 4:6].transpose(1, 2).clamp(max=5.0).exp() * self._strides[:, None] / 2
        return torch.cat([centre - half, centre + half], 2)

    def _inside(self, boxes: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        """Say of each cell whether it lies in one of the chosen boxes (n x g)."""
        wide = boxes[:, :, None]
        inside = ((self._centres >= wide[..., :2]) & (self._centres <= wide[..., 2:])).all(3)
        return (inside & chosen[..., None]).any(1)

    def _assign(
        self, maps: torch.Tensor, predicted: torch.Tensor, boxes: torch.Tensor, kinds: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give each cell its face (or -1) and its overlap with that face, after SimOTA (Ge et al., YOLOX, 2021)."""
        faces = (kinds == FACE) | (kinds == NO_POINTS)
        wide = boxes[:, :, None]
        middle = (wide[..., :2] + wide[..., 2:]) / 2
        inside = ((self._centres > wide[..., :2]) & (self._centres < wide[..., 2:])).all(3)
        close = ((self._centres - middle).abs() < 2.5 * self._strides[:, None]).all(3)
        shared = iou(predicted[:, None], wide)
        score = (maps[:, 0].sigmoid() * maps[:, 1].sigmoid()).sqrt().clamp(1e-6, 1 - 1e-6)
        cost = -score.log()[:, None] - 3 * (shared + 1e-6).log()
        cost = (
            cost
            + 1e4 * (~(inside & close)).float()
            + 1e6 * (~(inside | close)).float()
            + 1e8 * (~faces[..., None]).float()
        )
        amount = shared.topk(10, dim=2).values.sum(2).int().clamp(min=1)
        order = cost.argsort(dim=2)[:, :, :10]
        place = torch.arange(10)
        wanted = (place < amount[..., None]) & faces[..., None] & (cost.gather(2, order) < 1e6)
        taken = torch.zeros_like(cost, dtype=torch.bool).scatter_(2, order, wanted)
        # a cell wanted by several faces goes to the one it fits best
        best = torch.where(taken, cost, torch.inf).min(1)
        owner = torch.where(taken.any(1), best.indices, -1)
        overlap = shared.gather(1, owner.clamp(min=0)[:, None])[:, 0]
        return owner, overlap


def iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Give the intersection over union of boxes (x1, y1, x2, y2), shapes broadcast."""
    common = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - common
    return common / union.clamp(min=1e-6)


def giou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Give the generalised IoU of matching boxes."""
    common = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - common
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return common / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)
