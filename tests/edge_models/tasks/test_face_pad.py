from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.cli import GOLDEN_TOLERANCE
from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.port import Pixels, Tensor
from edge_models.runtime.registry import EngineName, load, released_root
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_pad import NEAR, SIDE, SPECIES, WIDE, FacePad, PadScore, cut, fuse, prepare
from edge_models.tasks.score_tables import ScoreTable
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

BOTH: tuple[EngineName, ...] = ("onnx_runtime", "open_vino")
RELEASE = released_root() / "face_pad"
PACK = Path(__file__).resolve().parents[4] / "shared" / "data" / "pad" / "nuaa.zip"


def card(*inputs: str) -> Card:
    return card_of(
        "face_pad",
        inputs=[tensor(name, [1, 3, SIDE, SIDE]) for name in inputs],
        outputs=[tensor("probabilities", [1, 4])],
    )


def places(height: int = 240, width: int = 320) -> Pixels:
    """A picture whose blue says the column and whose green the row."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([columns * 255 / width, rows * 255 / height, np.zeros_like(rows)], 2).astype(np.uint8)


def answer(*values: float) -> Tensor:
    return np.array([values], np.float32)


def test_crop_lies_round_the_face_at_the_wanted_scale() -> None:
    crop = cut(places(), (140, 100, 40, 40), 2.0)
    assert crop.shape == (SIDE, SIDE, 3)
    assert np.allclose(crop[40, 40, :2], [160 * 255 / 320, 120 * 255 / 240], atol=4)
    assert np.allclose(crop[0, 0, :2], [120 * 255 / 320, 80 * 255 / 240], atol=4)
    assert np.allclose(crop[-1, -1, :2], [200 * 255 / 320, 160 * 255 / 240], atol=4)


def test_crop_over_the_edge_is_pushed_inside_and_not_filled() -> None:
    corner = cut(places(), (0, 0, 40, 40), 2.0)
    assert np.allclose(corner[0, 0, :2], [0, 0], atol=3)
    assert np.allclose(corner[-1, -1, :2], [80 * 255 / 320, 80 * 255 / 240], atol=4)


def test_crop_larger_than_the_picture_takes_all_of_its_height() -> None:
    crop = cut(places(), (100, 60, 120, 120), WIDE)
    assert crop[0, 40, 1] <= 3
    assert crop[-1, 40, 1] >= 250


@given(
    x=st.floats(-400, 700), y=st.floats(-400, 700), w=st.floats(0, 900), h=st.floats(0, 900), scale=st.floats(0.5, 6)
)
def test_any_box_gives_a_crop(x: float, y: float, w: float, h: float, scale: float) -> None:
    assert cut(places(96, 128), (x, y, w, h), scale).shape == (SIDE, SIDE, 3)


def test_prepare_keeps_values_and_channel_order() -> None:
    crops = np.zeros((2, SIDE, SIDE, 3), np.uint8)
    crops[1, 3, 4] = (10, 20, 255)
    tensor = prepare(crops)
    assert tensor.shape == (2, 3, SIDE, SIDE)
    assert tensor.dtype == np.float32
    assert tensor.flags["C_CONTIGUOUS"]
    assert tensor[1, :, 3, 4].tolist() == [10.0, 20.0, 255.0]


def test_task_feeds_two_scales_and_names_the_species() -> None:
    engine = Echo(probabilities=answer(0.7, 0.1, 0.15, 0.05))
    picture = places()
    score = FacePad(card("near", "wide"), engine)(picture, (140, 100, 40, 40))
    assert score.bona_fide == pytest.approx(0.7)
    assert score.species == pytest.approx(dict(zip(SPECIES, (0.7, 0.1, 0.15, 0.05), strict=True)))
    assert np.array_equal(engine.fed["near"], prepare(cut(picture, (140, 100, 40, 40), NEAR)[None]))
    assert np.array_equal(engine.fed["wide"], prepare(cut(picture, (140, 100, 40, 40), WIDE)[None]))


def test_values_that_are_not_finite_are_refused() -> None:
    task = FacePad(card("near", "wide"), Echo(probabilities=answer(np.nan, 0, 0, 0)))
    with pytest.raises(ContractMismatch):
        task(places(), (140, 100, 40, 40))


def test_card_of_one_scale_is_refused() -> None:
    with pytest.raises(CardInvalid):
        FacePad(card("near"), Echo(probabilities=answer(1, 0, 0, 0)))


def test_fuse_resists_one_lucky_frame_and_one_glint() -> None:
    attack = [0.02, 0.03, 0.05, 0.04, 0.99]
    person = [0.98, 0.97, 0.99, 0.96, 0.01]
    assert fuse(attack) < 0.06
    assert fuse(person) > 0.95


def test_fuse_takes_scores_and_numbers_and_needs_some() -> None:
    assert fuse([PadScore(0.25, {}), 0.75]) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="no scores"):
        fuse([])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_fused_score_lies_within_the_frames_scores_whatever_their_order(values: list[float]) -> None:
    fused = fuse(values)
    assert min(values) - 1e-9 <= fused <= max(values) + 1e-9
    assert fuse(values[::-1]) == pytest.approx(fused)


@pytest.mark.parametrize("engine", BOTH)
def test_release_gives_its_golden_outputs(engine: EngineName) -> None:
    _, running = load("face_pad", engine=engine)
    assert largest_difference(running, read_golden(RELEASE)) <= GOLDEN_TOLERANCE


@pytest.mark.parametrize("engine", BOTH)
def test_release_gives_probabilities(engine: EngineName) -> None:
    released, running = load("face_pad", engine=engine)
    score = FacePad(released, running)(places(480, 640), (250, 150, 120, 160))
    assert sum(score.species.values()) == pytest.approx(1, abs=0.02)
    assert score.bona_fide == score.species["bona_fide"]


def test_release_is_small_and_its_table_separates() -> None:
    released, _ = load("face_pad", engine="onnx_runtime")
    assert released.bytes <= 800_000
    table = ScoreTable.read(RELEASE)
    assert table.fmr_at(table.threshold_for_fnmr(0.1)) < 0.3


@pytest.mark.skipif(not PACK.is_file(), reason="the data folder is not at hand")
def test_release_tells_live_faces_from_prints() -> None:
    released, running = load("face_pad", engine="onnx_runtime")
    task = FacePad(released, running)
    detect = FaceDetection(*load("face_detection", engine="onnx_runtime"))
    with zipfile.ZipFile(PACK) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
        scores: dict[str, list[float]] = {"live": [], "print": []}
        for row in rows[::9]:
            picture = cv2.imdecode(np.frombuffer(archive.read(row["file"]), np.uint8), cv2.IMREAD_COLOR)
            assert picture is not None
            pixels = np.asarray(picture, np.uint8)
            faces = detect(pixels)
            if faces:
                scores[row["label"]].append(task(pixels, faces[0].box).bona_fide)
    assert min(map(len, scores.values())) > 5
    assert np.median(scores["live"]) > np.median(scores["print"]) + 0.3
