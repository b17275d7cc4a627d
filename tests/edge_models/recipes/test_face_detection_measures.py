from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="the recipes' libraries are not installed")
import torch
from torch import nn

from edge_models.recipes.face_detection import mining
from edge_models.recipes.face_detection.choose import lowest
from edge_models.recipes.face_detection.dense import bettered, five_of
from edge_models.recipes.face_detection.objective import Objective, Weights
from edge_models.recipes.face_detection.patterns import drawn
from edge_models.recipes.face_detection.pieces import in_part
from edge_models.recipes.face_detection.tallies import (
    Outcome,
    Sample,
    by_group,
    by_size,
    false_figures,
    figures,
    groups_of,
    outcomes,
    poisson_interval,
)
from edge_models.recipes.face_detection.teach import FACE, NO_POINTS, Labelled
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import DetectedFace, Floats, cells

BOX = np.array([40, 30, 80, 90], np.float32)
POINTS = np.array([[50, 50], [70, 50], [60, 65], [52, 78], [68, 78]], np.float32)


def face(shift: float = 0, score: float = 0.9) -> DetectedFace:
    x1, y1, x2, y2 = (float(value) for value in BOX)
    return DetectedFace((x1 + shift, y1, x2 - x1, y2 - y1), score, POINTS + np.array([shift, 0], np.float32))


def sample(points: Floats | None = POINTS[None]) -> Sample:
    return Sample(np.zeros((100, 100, 3), np.uint8), BOX[None], points, "pack/30_1_2_20170101")


def test_a_face_is_found_by_half_overlap_and_its_points_are_measured_against_box_and_eyes() -> None:
    (seen,) = outcomes(lambda _: (face(4),), [sample()])
    assert seen.found
    assert seen.by_box == pytest.approx(4 / np.sqrt(40 * 60))
    assert seen.by_eyes == pytest.approx(4 / 20)
    (missed,) = outcomes(lambda _: (face(30),), [sample()])
    assert not missed.found
    assert missed.by_box is None


def test_faces_outside_the_wanted_heights_are_not_counted() -> None:
    assert list(outcomes(lambda _: (face(),), [sample()], least=61)) == []
    assert figures(outcomes(lambda _: (), [sample(None)], most=61)) == {"faces": 1, "recall": 0.0}


def test_groups_are_read_off_the_name_and_their_gap_is_told() -> None:
    assert groups_of("utkface/test/30_1_2_20170101.webp") == {"age": "20_to_34", "sex": "female", "origin": "Asian"}
    assert groups_of("utkface/test/90_0_4_20170101.webp")["age"] == "from_65"
    assert groups_of("kp68/test/somebody_7.webp") == {}
    assert groups_of("61_20170109.jpg") == {}
    table = by_group(
        [Outcome("30_1_2_1", 50, 0.9, 0.02, 0.05), Outcome("30_0_2_1", 50, 0.9, 0.05, 0.1), Outcome("30_0_2_1", 50, 0)]
    )
    assert table["sex"]["male"]["recall"] == pytest.approx(0.5)
    assert table["sex_gap_recall"] == pytest.approx(0.5)
    assert table["sex_gap_nme_by_box"] == pytest.approx(0.03)


def test_sizes_part_the_faces() -> None:
    table = by_size([Outcome("a", 25, 0.0), Outcome("b", 35, 0.8), Outcome("c", 39.9, 0.0)])
    assert table["20_to_30_px"]["recall"] == 0
    assert table["30_to_40_px"] == {"faces": 2, "recall": 0.5}


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39)])
def test_the_poisson_interval_is_the_tables(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), rel=1e-3)


def test_no_false_face_in_few_frames_does_not_prove_the_goal() -> None:
    assert false_figures(0, 588, 147)["interval_95"][1] > 3


def test_the_lowest_good_threshold_is_chosen_and_recall_bounds_it() -> None:
    rows = [
        {"threshold": 0.5, "false_per_500": 4.0, "recall_crops": 0.999},
        {"threshold": 0.6, "false_per_500": 0.4, "recall_crops": 0.998},
        {"threshold": 0.7, "false_per_500": 0.0, "recall_crops": 0.990},
    ]
    assert lowest(rows, 0.5, 0.004) == 0.6
    assert lowest(rows, 0.0, 0.004) == 0.6
    assert lowest(rows, 0.0, 0.02) == 0.7


def test_a_reported_picture_never_serves_to_choose_or_to_train() -> None:
    def item(name: str, held: bool) -> Labelled:
        return Labelled("pack", name, held, True, BOX[None], POINTS[None], np.array([FACE]))

    items = [item(f"{number}.webp", number % 5 == 0) for number in range(500)]
    parts = {part: {i.name for i in items if in_part(i, part)} for part in ("train", "choose", "report")}
    assert sum(len(names) for names in parts.values()) == len(items)
    assert parts["report"] == {i.name for i in items if i.held}
    assert 5 < len(parts["choose"]) < 40


def test_better_points_replace_the_teachers_unless_both_are_far_apart_or_they_were_measured() -> None:
    def item(pack: str, name: str) -> Labelled:
        return Labelled(pack, name, False, True, BOX[None], POINTS[None], np.array([FACE]))

    items = [item("a.zip", "near"), item("a.zip", "far"), item("faces/landmarks.zip", "near"), item("a.zip", "other")]
    table = {("a.zip", "near"): (BOX, POINTS + 2), ("a.zip", "far"): (BOX, POINTS + 20)}
    table["faces/landmarks.zip", "near"] = (BOX, POINTS + 2)
    near, far, measured, other = bettered(items, table)
    assert near.points[0] == pytest.approx(POINTS + 2)
    assert far.kinds.tolist() == [NO_POINTS]
    assert measured.points[0] == pytest.approx(POINTS)
    assert other is items[3]
    assert items[1].kinds.tolist() == [FACE]


def test_the_five_points_lie_at_the_images_left_first() -> None:
    dense = np.zeros((478, 2), np.float32)
    dense[[1, 61, 291]] = [[60, 65], [52, 78], [68, 78]]
    five = five_of(dense, BOX)
    assert five[2:, 0].tolist() == [60, 52, 68]
    assert five[3, 1] == pytest.approx(78 + 0.012 * np.sqrt(2400), abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_drawn_pictures_have_the_networks_form_and_follow_their_seed(seed: int) -> None:
    scene = np.full((256, 320, 3), 90, np.uint8)
    first, again = (drawn(np.random.default_rng(seed), scene) for _ in range(2))
    assert first.shape == scene.shape
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (scene == 90).all()


class SeesLight(nn.Module):  # type: ignore[misc,unused-ignore]
    """A network that answers with a face of 64 pixels wherever a cell's middle is bright."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        origins, strides = cells()
        maps = torch.full((len(pictures), 16, len(strides)), -9.0)
        for cell in np.flatnonzero(strides == 32):
            x, y = (origins[cell] + 16).astype(int)
            if float(pictures[0, :, y, x].mean()) > 100:
                maps[0, :2, cell] = 4
                maps[0, 2:4, cell] = 0.5
                maps[0, 4:6, cell] = float(np.log(2))
        return maps


class OnePicture:
    def __init__(self, *_: object) -> None:
        self.bright: Pixels = np.zeros((256, 320, 3), np.uint8)
        cv2.circle(self.bright, (160, 128), 60, (255, 255, 255), -1)

    def picture(self, _: str, __: str) -> Pixels:
        return self.bright


@pytest.fixture
def one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mining, "Store", OnePicture)


@pytest.mark.usefixtures("one_picture")
def test_mining_keeps_finds_in_empty_pictures_and_none_that_meet_a_face(tmp_path: Path) -> None:
    everywhere = np.array([[0, 0, 320, 256]], np.float32)
    faces = Labelled("p", "n", False, False, everywhere, POINTS[None], np.array([FACE]))
    found = mining.mine(SeesLight(), tmp_path, [mining.no_faces("n")], looks=6, threshold=0.5, seed=1)
    assert found
    assert all(window.score > 0.9 for window in found)
    assert mining.mine(SeesLight(), tmp_path, [faces], looks=6, threshold=0.5, seed=1) == []


def nothing() -> dict[str, torch.Tensor]:
    return {"boxes": torch.zeros(1, 16, 4), "points": torch.zeros(1, 16, 5, 2), "kinds": torch.full((1, 16), -1)}


def test_away_from_faces_both_heads_learn_silence_and_the_teachers_logits() -> None:
    quiet, loud = torch.full((1, 16, 1680), -6.0), torch.full((1, 16, 1680), -6.0)
    loud[0, 0] = 6.0  # the class head alone cries out
    plain, weighted = Objective(Weights()), Objective(Weights(background=1.0))
    assert float(plain(loud, nothing())) == pytest.approx(float(plain(quiet, nothing())))
    assert float(weighted(loud, nothing())) > float(weighted(quiet, nothing())) + 1
    taught = Objective(Weights(teacher=1.0))
    assert float(taught(loud, nothing(), quiet)) > float(taught(quiet, nothing(), quiet)) + 1


def test_a_lower_knee_weighs_small_point_errors_more() -> None:
    labels = nothing()
    labels["boxes"][0, 0], labels["points"][0, 0] = torch.from_numpy(BOX), torch.from_numpy(POINTS)
    labels["kinds"][0, 0] = FACE
    origins, strides = cells()
    centre, size = (BOX[:2] + BOX[2:]) / 2, BOX[2:] - BOX[:2]
    maps = np.full((1, 16, len(strides)), -6.0, np.float32)
    maps[0, 2:4] = ((centre - origins) / strides[:, None]).T
    maps[0, 4:6] = np.log(size[:, None] / strides)
    maps[0, 6:] = ((POINTS[None] + 0.5 - origins[:, None]) / strides[:, None, None]).reshape(-1, 10).T
    wide, narrow = (float(Objective(Weights(knee=knee))(torch.from_numpy(maps), labels)) for knee in (0.02, 0.002))
    assert narrow != pytest.approx(wide)
