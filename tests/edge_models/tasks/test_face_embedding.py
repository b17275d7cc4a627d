from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_models.runtime.card import Card
from edge_models.runtime.errors import ContractMismatch
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.port import Pixels, Tensor
from edge_models.runtime.registry import EngineName, load, released_root
from edge_models.tasks.alignment import DENSE_TEMPLATE, TEMPLATE, align
from edge_models.tasks.face_embedding import FaceEmbedding, comparison_score, prepare
from edge_models.tasks.score_tables import ScoreTable
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

BOTH: tuple[EngineName, ...] = ("onnx_runtime", "open_vino")
RELEASE = released_root() / "face_embedding"
FACES = Path(__file__).resolve().parents[4] / "shared" / "data" / "faces" / "lfw_folds_1_to_3.zip"


def card() -> Card:
    return card_of("face_embedding", inputs=[tensor("face", [1, 3, 112, 112])], outputs=[tensor("template", [1, 4])])


def drawn(seed: int, scale: float = 1.0) -> tuple[Pixels, Tensor]:
    """Draw a plain face (nobody's) and give its five points."""
    generator = np.random.default_rng(seed)
    side = round(112 * scale)
    points = TEMPLATE * scale + generator.normal(0, 1.5 * scale, (5, 2))
    picture = np.full((side, side, 3), generator.integers(60, 200, 3), np.uint8)
    skin = tuple(int(v) for v in generator.integers(90, 240, 3))
    cv2.ellipse(picture, (side // 2, round(0.6 * side)), (round(0.36 * side), round(0.48 * side)), 0, 0, 360, skin, -1)
    for x, y in points[:2]:
        cv2.circle(picture, (round(x), round(y)), round(5 * scale), (30, 30, 30), -1)
    mouth = [(round(x), round(y)) for x, y in points[3:]]
    cv2.line(picture, mouth[0], mouth[1], (40, 40, 140), round(4 * scale))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5 * scale), np.uint8), points.astype(np.float32)


def test_the_network_is_fed_red_green_blue_normalised() -> None:
    crop = np.zeros((1, 112, 112, 3), np.uint8)
    crop[..., 0], crop[..., 1], crop[..., 2] = 104, 116, 124
    values = prepare(crop)
    assert values.shape == (1, 3, 112, 112)
    assert values.dtype == np.float32
    assert values[0, :, 5, 5] == pytest.approx(
        [(124 - 123.675) / 58.395, (116 - 116.28) / 57.12, (104 - 103.53) / 57.375], abs=1e-5
    )


def test_a_template_has_unit_length_and_comes_from_the_aligned_face() -> None:
    engine = Echo(template=np.array([[3.0, 0.0, 4.0, 0.0]], np.float32))
    picture, points = drawn(1, 2.0)
    template = FaceEmbedding(card(), engine)(picture, points)
    assert template.dtype == np.float32
    assert template.tolist() == pytest.approx([0.6, 0.0, 0.8, 0.0])
    assert np.array_equal(engine.fed["face"], prepare(align(picture, points, template=DENSE_TEMPLATE)[None]))


@pytest.mark.parametrize("values", [[0.0, 0.0, 0.0, 0.0], [np.nan, 1.0, 0.0, 0.0]], ids=["no length", "not a number"])
def test_an_output_that_is_no_template_is_refused(values: list[float]) -> None:
    picture, points = drawn(1)
    with pytest.raises(ContractMismatch):
        FaceEmbedding(card(), Echo(template=np.array([values], np.float32)))(picture, points)


def test_a_still_picture_and_its_mirror_image_have_one_template() -> None:
    class Sides(Echo):
        def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            face = next(iter(inputs.values()))
            halves = np.array([[face[..., :56].mean(), face[..., 56:].mean(), 1.0, 0.0]], np.float32)
            return {"template": halves}

    task = FaceEmbedding(card(), Sides(template=np.zeros((1, 4), np.float32)))
    crop = np.random.default_rng(2).integers(0, 255, (112, 112, 3)).astype(np.uint8)
    crop[:, :56] //= 3
    mirrored = np.ascontiguousarray(crop[:, ::-1])
    assert comparison_score(task.of_aligned(crop), task.of_aligned(mirrored)) < 0.9
    assert task.of_both_sides(crop).tolist() == pytest.approx(task.of_both_sides(mirrored).tolist(), abs=1e-5)
    assert float(np.linalg.norm(task.of_both_sides(crop))) == pytest.approx(1.0, abs=1e-5)


def test_points_that_are_no_face_are_refused() -> None:
    picture, _ = drawn(1)
    with pytest.raises(ContractMismatch):
        FaceEmbedding(card(), Echo(template=np.ones((1, 4), np.float32)))(picture, np.zeros((5, 2), np.float32))


def test_the_comparison_score_is_the_cosine() -> None:
    a, b = np.array([1, 0], np.float32), np.array([0.6, 0.8], np.float32)
    assert comparison_score(a, b) == pytest.approx(0.6)
    assert comparison_score(a, b) == comparison_score(b, a)
    assert comparison_score(a, -a) == -1.0
    third = np.full(3, 1 / np.sqrt(3), np.float32)
    assert comparison_score(third, third) <= 1.0
    with pytest.raises(ContractMismatch):
        comparison_score(a, third)


@pytest.mark.parametrize("engine", BOTH)
def test_the_release_gives_its_golden_outputs(engine: EngineName) -> None:
    _, network = load("face_embedding", engine=engine)
    assert largest_difference(network, read_golden(RELEASE)) < 0.15


@pytest.mark.parametrize("engine", BOTH)
def test_the_release_knows_a_face_again_at_twice_the_size_and_not_its_neighbour(engine: EngineName) -> None:
    task = FaceEmbedding(*load("face_embedding", engine=engine))
    small, large, other = task(*drawn(1)), task(*drawn(1, 2.0)), task(*drawn(2))
    assert small.shape == (128,)
    assert np.linalg.norm(small) == pytest.approx(1.0, abs=1e-5)
    assert comparison_score(small, large) > max(0.8, comparison_score(small, other))


def test_both_engines_give_the_same_template() -> None:
    first, second = (FaceEmbedding(*load("face_embedding", engine=engine))(*drawn(3)) for engine in BOTH)
    assert comparison_score(first, second) > 0.95


def test_the_release_keeps_to_its_size() -> None:
    assert (RELEASE / "model.onnx").stat().st_size <= 1.2e6


def test_the_releases_table_orders_its_thresholds() -> None:
    table = ScoreTable.read(RELEASE)
    thresholds = [table.threshold_for_fmr(rate) for rate in (1e-2, 1e-3, 1e-4)]
    assert thresholds == sorted(thresholds)
    assert 0.2 < thresholds[1] < 0.8
    assert table.nonmated_count > 100_000


@pytest.mark.skipif(not FACES.is_file(), reason="the data folder is not here")
def test_a_real_face_is_known_in_its_mirror_image_and_in_dimmed_light() -> None:
    from edge_models.recipes.packs import members, pictures
    from edge_models.recipes.teachers import load_teachers

    teachers = load_teachers(FACES.parents[1])
    task = FaceEmbedding(*load("face_embedding", engine="onnx_runtime"))
    names = members(FACES)[:200:50]
    templates = []
    for _, picture in pictures(FACES, names):
        crop = align(picture, teachers.points5(teachers.biggest(teachers.detect_yunet(picture))))
        templates.append(task.of_aligned(crop))
        assert comparison_score(templates[-1], task.of_aligned(np.ascontiguousarray(crop[:, ::-1]))) > 0.7
        assert comparison_score(templates[-1], task.of_aligned((crop * 0.6).astype(np.uint8))) > 0.7
    # four different people, by the pack's own names
    assert max(comparison_score(a, b) for i, a in enumerate(templates) for b in templates[:i]) < 0.5
