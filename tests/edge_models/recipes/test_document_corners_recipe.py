"""Drawn documents lie where their labels say; what is kept apart stays apart; the student learns what is covered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from edge_models.recipes.document_corners import classical, held
from edge_models.recipes.document_corners.backgrounds import drawn
from edge_models.recipes.document_corners.backgrounds import held as kept_apart
from edge_models.recipes.document_corners.damage import damage
from edge_models.recipes.document_corners.distil import covered, loss_of, overlap, relit
from edge_models.recipes.document_corners.layouts import Document, document, rounded
from edge_models.recipes.document_corners.network import Bounded, CornersStudent
from edge_models.recipes.document_corners.scenes import compose, corners_of, filling, pose
from edge_models.tasks.document_corners import CELL, HEIGHT, WIDTH


def marked() -> Document:
    """A sheet that is green all over, on no ground that is."""
    canvas = np.zeros((270, 428, 3), np.uint8)
    canvas[:] = (0, 255, 0)
    return Document(canvas, rounded(270, 428, 1), 85.6, 54.0)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_the_label_is_where_the_document_is_drawn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    picture, corners = compose(np.zeros((270, 480, 3), np.uint8), marked(), chance)
    inside = np.zeros((270, 480), np.uint8)
    cv2.fillPoly(inside, [np.round(corners).astype(np.int32)], 1)
    green = (picture[..., 1] > 200) & (picture[..., 0] < 60) & (picture[..., 2] < 60)
    rim = cv2.dilate(inside, np.ones((5, 5), np.uint8)) > 0
    assert not (green & ~rim).any()
    if inside.sum() > 500:  # a hand may hide a good part of it
        assert green[inside > 0].mean() > 0.3


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_poses_show_a_good_part_of_the_document(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for draw in (pose, filling):
        corners = draw(chance, (125.0, 88.0), 480, 300).place(corners_of((125.0, 88.0)))
        whole, seen = np.zeros((900, 1440), np.uint8), np.zeros((900, 1440), np.uint8)
        cv2.fillPoly(whole, [np.round(corners + np.array([480, 300])).astype(np.int32)], 1)
        seen[300:600, 480:960] = whole[300:600, 480:960]
        assert seen.sum() > 0.2 * whole.sum()


@pytest.mark.parametrize("seed", range(4))
def test_documents_of_both_kinds_are_drawn_whole(seed: int) -> None:
    for make in (document, held.document):
        found = make(np.random.default_rng(seed), 4.0)
        assert found.picture.shape[:2] == found.alpha.shape
        assert found.picture.shape[1] == pytest.approx(found.width * 4, abs=1)
        assert found.picture.std() > 2
        assert found.alpha[found.alpha.shape[0] // 2, 5] == 255


def test_the_same_seed_draws_the_same() -> None:
    one, other = (
        damage(compose(drawn(c, 320, 200), document(c, 3), c)[0], None, c)
        for c in (np.random.default_rng(5), np.random.default_rng(5))
    )
    assert np.array_equal(one, other)


def test_a_picture_is_kept_apart_by_its_name_alone() -> None:
    names = [f"scenes/{number}.jpg" for number in range(2000)]
    apart = [kept_apart(name, 0.3) for name in names]
    assert apart == [kept_apart(name, 0.3) for name in names]
    assert np.mean(apart) == pytest.approx(0.3, abs=0.04)


def test_targets_are_the_share_of_each_cell() -> None:
    corners = np.array([(8.0, 8.0), (48.0, 8.0), (48.0, 28.0), (8.0, 28.0)]) * CELL / 4 - 0.5
    share = covered(corners)
    assert share.shape == (HEIGHT // CELL, WIDTH // CELL)
    assert share.sum() * CELL**2 == pytest.approx(40 * 20, rel=0.06)
    assert covered(np.full((4, 2), np.nan)).sum() == 0


def test_overlap_is_of_areas_within_the_picture() -> None:
    square = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], float)
    assert overlap(square, square, 200, 200) == pytest.approx(1)
    assert overlap(square, square + np.array([50, 0]), 200, 200) == pytest.approx(1 / 3, abs=0.02)
    assert overlap(square - np.array([50, 0]), np.clip(square - np.array([50, 0]), 0, 200), 200, 200) == pytest.approx(
        1, abs=0.03
    )
    assert overlap(square, square + 150, 400, 400) == 0


def test_the_loss_falls_as_cover_comes_right() -> None:
    targets = torch.zeros(1, 1, HEIGHT // CELL, WIDTH // CELL)
    targets[:, :, 10:30, 10:40] = 1

    # A network that gives what it is fed: the pixels stand for its logits.
    right, unsure, wrong = (
        float(loss_of(torch.nn.Identity(), {"pixels": (targets - 0.5) * scale, "targets": targets}))
        for scale in (8, 1, -8)
    )
    assert right < unsure < wrong


def test_other_light_keeps_pixels_in_range_and_differs() -> None:
    pixels = torch.full((2, 3, 20, 20), 120.0)
    seen = relit(pixels, torch.Generator().manual_seed(3))
    assert seen.min() >= 0
    assert seen.max() <= 255
    assert not torch.equal(seen, pixels)


def test_the_student_gives_a_share_for_each_cell() -> None:
    network = Bounded(CornersStudent([8, 8, 8, 8])).eval()
    with torch.inference_mode():
        cover = network(torch.zeros(1, 3, HEIGHT, WIDTH))
    assert cover.shape == (1, 1, HEIGHT // CELL, WIDTH // CELL)
    assert 0 <= float(cover.min()) <= float(cover.max()) <= 1


def test_the_anchor_finds_a_plain_card() -> None:
    canvas = np.full((360, 640, 3), 70, np.uint8)
    true = np.array([(150, 80), (470, 95), (462, 290), (142, 280)], float)
    cv2.fillConvexPoly(canvas, true.astype(np.int32), (220, 220, 220), cv2.LINE_AA)
    found = classical.find(canvas)
    assert found is not None
    assert overlap(true, found.corners, 640, 360) > 0.95
    assert classical.find(np.full((360, 640, 3), 70, np.uint8)) is None
