from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the recipes' libraries are not installed")
import torch

from edge_models.recipes.face_detection.distil import blended
from edge_models.recipes.face_detection.network import Detector, Widths
from edge_models.recipes.face_detection.objective import Objective, Weights, giou, iou
from edge_models.recipes.face_detection.pieces import moved, visible
from edge_models.recipes.face_detection.prune import prune
from edge_models.recipes.face_detection.teach import FACE, IGNORE, Labelled, with_drawn
from edge_models.tasks.face_detection import Candidates, cells

BOX = np.array([[40, 30, 80, 90]], np.float32)
POINTS = np.array([[[50, 50], [70, 50], [60, 65], [52, 78], [68, 78]]], np.float32)


def labelled() -> Labelled:
    return Labelled("pack", "name", False, True, BOX, POINTS, np.array([FACE]))


def test_a_mirrored_face_keeps_image_left_first() -> None:
    part = moved(labelled(), np.array([[-1, 0, 100], [0, 1, 0]], np.float32), mirrored=True)
    assert part.boxes[0] == pytest.approx([20, 30, 60, 90])
    assert part.points[0, 0] == pytest.approx([30, 50])
    assert part.points[0, 0, 0] < part.points[0, 1, 0]
    assert part.points[0, 3, 0] < part.points[0, 4, 0]


def test_a_quarter_turn_swaps_the_boxs_sides_about_its_centre() -> None:
    part = moved(labelled(), np.array([[0, -1, 0], [1, 0, 0]], np.float32), mirrored=False)
    assert part.boxes[0] == pytest.approx([-90, 40, -30, 80], abs=1e-4)


def test_visible_counts_only_what_lies_in_the_window() -> None:
    boxes = np.array([[-20, 0, 20, 50], [10, 10, 20, 20], [400, 0, 410, 10]], np.float32)
    assert visible(boxes) == pytest.approx([0.5, 1, 0])
    assert visible(boxes, (0, 25, 320, 256)) == pytest.approx([0.25, 0, 0])


def test_drawn_boxes_take_the_teachers_place_and_points_where_both_agree() -> None:
    seen = Candidates(BOX + 2, np.array([0.9], np.float32), POINTS)
    other = Candidates(BOX + 200, np.array([0.4], np.float32), POINTS)
    boxes, points, kinds = with_drawn(np.concatenate([BOX, BOX + 100]), seen, other)
    assert kinds.tolist() == [FACE, 1, IGNORE]
    assert boxes[0] == pytest.approx(BOX[0] + 2)
    assert points[0] == pytest.approx(POINTS[0])


def test_pruning_that_keeps_everything_changes_nothing() -> None:
    torch.manual_seed(0)
    teacher = Detector(Widths(), frozenset()).eval()
    pictures = torch.rand(2, 3, 64, 64) * 255
    same = prune(teacher, Widths(), frozenset(), pictures)
    with torch.no_grad():
        want, have = teacher(pictures), same(pictures)
    assert float((want - have).abs().max() / want.std()) < 0.05


def test_multiplied_out_layers_answer_the_same_away_from_the_border() -> None:
    torch.manual_seed(1)
    teacher = Detector(Widths(), frozenset()).eval()
    full = prune(teacher, Widths(), frozenset({"s2"}), torch.rand(2, 3, 64, 64) * 255)
    features = torch.rand(1, 16, 12, 12)
    with torch.no_grad():
        want, have = teacher.layer("s2", features), full.layer("s2", features)
    assert have[..., 1:-1, 1:-1].numpy() == pytest.approx(want[..., 1:-1, 1:-1].numpy(), abs=1e-2)


def test_overlaps_of_known_boxes() -> None:
    a = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10]])
    b = torch.tensor([[0.0, 0, 10, 5], [20, 0, 30, 10]])
    assert iou(a, b).tolist() == pytest.approx([0.5, 0])
    assert giou(a, b).tolist() == pytest.approx([0.5, -1 / 3])


def answer(logit: float, shift: float) -> torch.Tensor:
    """Maps in which each cell inside the face says so, with the face's box and points moved by ``shift`` pixels."""
    origins, strides = cells()
    maps = np.zeros((1, 16, len(strides)), np.float32)
    centre, size = (BOX[0, :2] + BOX[0, 2:]) / 2, BOX[0, 2:] - BOX[0, :2]
    inside = (np.abs(origins + strides[:, None] / 2 - centre) < size / 2).all(1)
    maps[0, :2] = np.where(inside, logit, -logit)
    maps[0, 2:4] = ((centre + shift - origins) / strides[:, None]).T
    maps[0, 4:6] = np.log(size[:, None] / strides)
    maps[0, 6:] = ((POINTS[0][None] + shift - origins[:, None]) / strides[:, None, None]).reshape(-1, 10).T
    return torch.from_numpy(maps)


def test_the_loss_falls_when_the_answer_gets_better() -> None:
    labels = {"boxes": torch.zeros(1, 16, 4), "points": torch.zeros(1, 16, 5, 2), "kinds": torch.full((1, 16), -1)}
    labels["boxes"][0, 0], labels["points"][0, 0] = torch.from_numpy(BOX[0]), torch.from_numpy(POINTS[0])
    labels["kinds"][0, 0] = FACE
    objective = Objective(Weights())
    losses = [float(objective(answer(logit, shift), labels)) for logit, shift in ((6, 0), (6, 8), (0, 8), (-6, 8))]
    assert losses == sorted(losses)
    labels["kinds"][:] = -1
    assert float(objective(answer(-6, 0), labels)) > float(objective(torch.full_like(answer(0, 0), -6.0), labels))


def test_an_ignored_face_is_not_punished() -> None:
    labels = {"boxes": torch.zeros(1, 16, 4), "points": torch.zeros(1, 16, 5, 2), "kinds": torch.full((1, 16), -1)}
    labels["boxes"][0, 0] = torch.from_numpy(BOX[0])
    objective = Objective(Weights())
    punished = float(objective(answer(6, 0), labels))
    labels["kinds"][0, 0] = IGNORE
    assert float(objective(answer(6, 0), labels)) < punished / 5


def test_blending_is_the_weighted_mean_and_refuses_shares_that_do_not_sum_to_one() -> None:
    one, other = {"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([3.0, 6.0])}
    assert blended([one, other], [0.25, 0.75])["w"].tolist() == pytest.approx([2.5, 5.0])
    with pytest.raises(ValueError, match="shares"):
        blended([one, other], [0.5, 0.6])
