from __future__ import annotations

import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.golden import TOLERANCE, largest_difference, read_golden
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import EngineName, load, released_root
from edge_models.tasks.face_detection import (
    INPUT_HEIGHT,
    INPUT_WIDTH,
    Candidates,
    FaceDetection,
    Floats,
    cells,
    decode,
    letterbox,
    overlaps,
    suppress,
)
from tests.edge_models.tasks.made_models import Echo, card_of, tensor

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def empty_maps() -> Floats:
    maps = np.zeros((16, len(cells()[1])), np.float32)
    maps[:2] = -10
    return maps


def put_face(maps: Floats, box: tuple[float, float, float, float], points: Floats, *, logit: float = 4.0) -> None:
    """Write a face (x1, y1, x2, y2) into the stride-32 cell that holds its centre."""
    origins, strides = cells()
    centre = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], np.float32)
    inside = ((origins <= centre) & (centre < origins + strides[:, None])).all(1) & (strides == 32)
    cell = int(np.flatnonzero(inside)[0])
    maps[:2, cell] = logit
    maps[2:4, cell] = (centre - origins[cell]) / 32
    maps[4:6, cell] = np.log(np.array([box[2] - box[0], box[3] - box[1]], np.float32) / 32)
    maps[6:, cell] = ((points - origins[cell]) / 32).ravel()


def five_in(box: tuple[float, float, float, float]) -> Floats:
    shape = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)
    size = np.array([box[2] - box[0], box[3] - box[1]], np.float32)
    points: Floats = (shape * size + np.array(box[:2], np.float32)).astype(np.float32)
    return points


def card_with(**parameters: float) -> Card:
    inputs, outputs = [tensor("picture", [1, 256, 320, 3], dtype="uint8")], [tensor("maps", [1, 16, 1680])]
    return card_of("face_detection", inputs=inputs, outputs=outputs, parameters=parameters)


@pytest.mark.parametrize("shape", [(1080, 1920), (1920, 1080), (720, 1280), (480, 640), (240, 320), (60, 50), (3, 900)])
def test_letterbox_keeps_the_aspect_ratio_and_centres(shape: tuple[int, int]) -> None:
    fitted = letterbox(np.full((*shape, 3), 200, np.uint8))
    assert fitted.canvas.shape == (INPUT_HEIGHT, INPUT_WIDTH, 3)
    rows, columns = np.flatnonzero(fitted.canvas.any((1, 2))), np.flatnonzero(fitted.canvas.any((0, 2)))
    assert (rows[0], columns[0]) == (fitted.offset[1], fitted.offset[0])
    assert len(rows) == pytest.approx(shape[0] * fitted.scale, abs=1)
    assert len(columns) == pytest.approx(shape[1] * fitted.scale, abs=1)
    assert len(rows) == INPUT_HEIGHT or len(columns) == INPUT_WIDTH
    assert (fitted.canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] == 200).all()


@pytest.mark.parametrize("shape", [(1080, 1920), (1920, 1080)])
def test_letterbox_does_not_shift_the_picture(shape: tuple[int, int]) -> None:
    picture: Pixels = np.zeros((*shape, 3), np.uint8)
    cv2.circle(picture, (700, 500), 120, (255, 255, 255), -1)
    fitted = letterbox(picture)
    weight = fitted.canvas[..., 0].astype(np.float64)
    rows, columns = np.mgrid[0:INPUT_HEIGHT, 0:INPUT_WIDTH]
    seen = np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum() + 0.5
    assert (seen - fitted.offset) / fitted.scale == pytest.approx([700.5, 500.5], abs=2)


def test_decode_gives_the_box_and_points_that_were_put_in() -> None:
    maps, box = empty_maps(), (60.0, 40.0, 170.0, 180.0)
    put_face(maps, box, five_in(box))
    found = decode(maps, *cells(), 0.5)
    assert len(found) == 1
    assert found.boxes[0] == pytest.approx(box, abs=1e-3)
    assert found.points[0] == pytest.approx(five_in(box), abs=1e-3)
    assert found.scores[0] == pytest.approx(1 / (1 + np.exp(-4.0)), abs=1e-5)


@pytest.mark.parametrize(
    ("logits", "threshold", "count"), [((4, 4), 0.9, 1), ((4, -4), 0.5, 0), ((0, 8), 0.7, 1), ((0, 8), 0.72, 0)]
)
def test_score_is_the_root_of_class_times_object(logits: tuple[float, float], threshold: float, count: int) -> None:
    maps = empty_maps()
    maps[:2, 5] = logits
    assert len(decode(maps, *cells(), threshold)) == count


def test_suppress_averages_those_that_agree_and_keeps_others_apart() -> None:
    boxes = np.array([[10, 10, 50, 60], [12, 10, 52, 60], [30, 12, 70, 62], [150, 100, 190, 150]], np.float32)
    scores = np.array([0.9, 0.9, 0.8, 0.7], np.float32)
    points = np.stack([five_in(tuple(box)) for box in boxes.tolist()])
    kept = suppress(Candidates(boxes, scores, points), 0.3)
    assert kept.boxes == pytest.approx(np.array([[11, 10, 51, 60], [150, 100, 190, 150]]), abs=1e-3)
    assert kept.scores == pytest.approx([0.9, 0.7])
    assert kept.points[0] == pytest.approx(five_in((11, 10, 51, 60)), abs=1e-3)


def test_overlap_of_a_box_with_itself_is_one_and_with_a_far_one_zero() -> None:
    box = np.array([5, 5, 20, 30], np.float32)
    assert overlaps(box, np.stack([box, box + 100])) == pytest.approx([1, 0], abs=1e-6)


def test_faces_come_largest_first_in_picture_pixels() -> None:
    maps = empty_maps()
    small, large = (20.0, 60.0, 60.0, 110.0), (160.0, 50.0, 280.0, 200.0)
    put_face(maps, small, five_in(small), logit=6)
    put_face(maps, large, five_in(large))
    engine = Echo(maps=maps[None])
    faces = FaceDetection(card_with(score_threshold=0.5, nms_iou=0.3), engine)(np.zeros((960, 1280, 3), np.uint8))
    assert engine.fed["picture"].shape == (1, 256, 320, 3)
    assert engine.fed["picture"].dtype == np.uint8
    # 1280 x 960 goes to 320 x 240, eight rows below the canvas's top
    assert faces[0].box == pytest.approx((640, 168, 480, 600), abs=0.01)
    assert faces[1].box == pytest.approx((80, 208, 160, 200), abs=0.01)
    assert faces[0].points == pytest.approx((five_in(large) - [0, 8]) * 4, abs=0.01)
    assert faces[1].score > faces[0].score


def test_no_face_gives_an_empty_tuple() -> None:
    detect = FaceDetection(card_with(score_threshold=0.5, nms_iou=0.3), Echo(maps=empty_maps()[None]))
    assert detect(np.zeros((100, 100, 3), np.uint8)) == ()


def test_a_card_without_thresholds_is_refused() -> None:
    with pytest.raises(CardInvalid):
        FaceDetection(card_with(score_threshold=0.5), Echo(maps=empty_maps()[None]))


@pytest.mark.parametrize("engine", ["onnx_runtime", "open_vino"])
class TestReleased:
    def test_gives_the_golden_outputs(self, engine: EngineName) -> None:
        _, loaded = load("face_detection", engine=engine)
        assert largest_difference(loaded, read_golden(released_root() / "face_detection")) < TOLERANCE

    def test_keeps_its_promises_of_size_and_shape(self, engine: EngineName) -> None:
        card, loaded = load("face_detection", engine=engine)
        assert card.bytes <= 250_000
        with pytest.raises(ContractMismatch):
            loaded.run({"picture": np.zeros((1, 3, 256, 320), np.float32)})

    @pytest.mark.parametrize("value", [0, 30, 128, 255])
    def test_sees_no_face_in_an_even_picture(self, engine: EngineName, value: int) -> None:
        card, loaded = load("face_detection", engine=engine)
        assert FaceDetection(card, loaded)(np.full((480, 640, 3), value, np.uint8)) == ()

    def test_finds_measured_faces_upright_and_turned_in_any_frame(self, engine: EngineName) -> None:
        pack = SHARED / "faces" / "landmarks.zip"
        if not pack.is_file():
            pytest.skip("the training data is not beside the repository")
        card, loaded = load("face_detection", engine=engine)
        detect, errors = FaceDetection(card, loaded), []
        for picture, eyes in measured_eyes(pack, 5):
            for shape, scale, angle in (((1920, 1080), 7.0, 0), ((480, 640), 2.0, 20), ((720, 1280), 4.0, -20)):
                centre = (float(eyes[:, 0].mean()), float(eyes[:, 1].mean()))
                matrix = cv2.getRotationMatrix2D(centre, angle, scale)
                matrix[:, 2] += np.array([shape[1], shape[0]]) / 2 - centre
                faces = detect(np.asarray(cv2.warpAffine(picture, matrix, (shape[1], shape[0])), np.uint8))
                assert faces
                moved = eyes @ matrix[:, :2].T + matrix[:, 2]
                distance = np.linalg.norm(moved[0] - moved[1])
                errors.append(float(np.linalg.norm(faces[0].points[:2] - moved, axis=1).mean() / distance))
        assert np.median(errors) < 0.15  # the measured points are coarse themselves


def measured_eyes(pack: Path, count: int) -> list[tuple[Pixels, Floats]]:
    """Give the first test pictures with the middles of the eyes' measured outlines."""
    found: list[tuple[Pixels, Floats]] = []
    with zipfile.ZipFile(pack) as archive:
        rows = {row.split(",", 1)[0]: row.split(",") for row in archive.read("kp68.csv").decode().splitlines()}
        for name in sorted(n for n in archive.namelist() if n.startswith("kp68/test/"))[:: 520 // count][:count]:
            picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            dense = np.array(rows[name][10:146], np.float32).reshape(68, 2)
            eyes = np.stack([dense[36:42].mean(0), dense[42:48].mean(0)]).astype(np.float32)
            found.append((np.asarray(picture, np.uint8), eyes))
    return found


def test_pre_and_postprocessing_stay_lean() -> None:
    maps = empty_maps()
    for x in range(10, 250, 60):
        box = (float(x), 60.0, x + 50.0, 120.0)
        put_face(maps, box, five_in(box))
    detect = FaceDetection(card_with(score_threshold=0.5, nms_iou=0.3), Echo(maps=maps[None]))
    picture = np.zeros((480, 640, 3), np.uint8)
    times = []
    for _ in range(30):
        start = time.perf_counter()
        detect(picture)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005  # a few times what it takes, for slow and shared machines
