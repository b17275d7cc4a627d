"""Measure the release: recall, points, false faces, films and time; INT8 beside FP32 and the teacher, both runtimes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.evidence import identity, record_samples
from edge_models.recipes.face_detection.choose import confidence_threshold
from edge_models.recipes.face_detection.dense import gather, read_points
from edge_models.recipes.face_detection.measures import Sets, false_faces, film
from edge_models.recipes.face_detection.pieces import empty_scenes
from edge_models.recipes.face_detection.quantise import float_path
from edge_models.recipes.face_detection.tallies import Detect, by_group, by_size, figures, outcomes
from edge_models.recipes.face_detection.teach import Teacher, read_labels
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.runtime.card import read_verified
from edge_models.runtime.port import Engine, Pixels
from edge_models.runtime.registry import ENGINES, load, open_engine
from edge_models.tasks.face_detection import DetectedFace, FaceDetection, letterbox, suppress
from edge_models.tasks.face_landmarks import FaceLandmarks

log = logging.getLogger("recipes")


def as_detect(teacher: Teacher, threshold: float) -> Detect:
    """Give the teacher the detector's shape, on the same letterboxed canvas."""

    def detect(picture: Pixels) -> tuple[DetectedFace, ...]:
        fitted = letterbox(picture)
        found = suppress(teacher.candidates(fitted.canvas, 1.0, 0, threshold), 0.3)
        faces = []
        for box, score, points in zip(found.boxes, found.scores, found.points, strict=True):
            low, high = (box.reshape(2, 2) - fitted.offset) / fitted.scale
            size = high - low
            place = (points - fitted.offset) / fitted.scale
            faces.append(DetectedFace((low[0], low[1], size[0], size[1]), float(score), place.astype(np.float32)))
        return tuple(sorted(faces, key=lambda face: -face.box[2] * face.box[3]))

    return detect


def median_ms(call: Callable[[], Any], count: int = 120) -> float:
    """Give the median time of a call in milliseconds, after a few to warm up."""
    for _ in range(10):
        call()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3


def accuracy(detect: Detect, sets: Sets) -> dict[str, Any]:
    """Measure everything but groups, sizes and films."""
    indoor, everywhere = len(sets.scenes()), len(sets.scenes(indoor=False))
    return {
        "utkface_test_40_to_80_px": figures(outcomes(detect, sets.utkface(40, 80))),
        "utkface_test_80_to_240_px": figures(outcomes(detect, sets.utkface(80, 240))),
        "utkface_test_dense_points": figures(outcomes(detect, sets.utkface(80, 240, points=True))),
        "kp68_test_measured_points": figures(outcomes(detect, sets.kp68())),
        "mtfl5_held_measured_points": figures(outcomes(detect, sets.held_crops("mtfl5/", points=True))),
        "masked_crops_held": figures(outcomes(detect, sets.held_crops("masks/"))),
        "masked_scenes_held_from_40_px": figures(outcomes(detect, sets.held_frames("masks/scene"), 40)),
        "crowd_held_drawn_boxes_from_40_px": figures(outcomes(detect, sets.held_frames("det/"), 40)),
        "crowd_held_drawn_boxes_20_to_40_px": figures(outcomes(detect, sets.held_frames("det/"), 20, 40)),
        "empty_indoor_held": false_faces(detect, sets.without_faces(), indoor),
        "empty_all_held": false_faces(detect, sets.without_faces(indoor=False), everywhere),
    }


def second_look(workshop: Workshop, detect: Detect, sets: Sets) -> dict[str, Any]:
    """Measure again with finds dropped that the released ``face_landmarks`` is not sure to be a face."""
    card, engine = load("face_landmarks", engine="open_vino")
    landmarks = FaceLandmarks(card, engine)

    def confidence(picture: Pixels, face: DetectedFace) -> float:
        return landmarks(picture, face.box, face.points).confidence

    lost = workshop.settings("evaluate")["confidence_lost"]
    least = confidence_threshold(workshop, detect, confidence, lost)

    def confirmed(picture: Pixels) -> tuple[DetectedFace, ...]:
        return tuple(face for face in detect(picture) if confidence(picture, face) >= least)

    return {"face_landmarks_version": card.version, "least_confidence": least, **accuracy(confirmed, sets)}


def before(sets: Sets) -> dict[str, Any]:
    """Measure the present release in the same way."""
    card, engine = load("face_detection", engine="open_vino")
    return {"version": card.version, **accuracy(FaceDetection(card, engine), sets)}


def timings(detectors: dict[str, FaceDetection], engines: dict[str, Engine]) -> dict[str, Any]:
    """Measure all forms in one run: the network alone on a 320 x 240 picture, and the whole task on larger ones."""
    rng = np.random.default_rng(0)
    picture = cv2.resize(rng.integers(0, 256, (24, 32, 3), dtype=np.uint8), (320, 240), interpolation=cv2.INTER_CUBIC)
    large = cv2.resize(picture, (1920, 1080))
    canvas = letterbox(picture).canvas[None]
    table: dict[str, Any] = {}
    for name, engine in engines.items():
        table[f"{name}_network_ms"] = median_ms(lambda engine=engine: engine.run({"picture": canvas}))  # type: ignore[misc]
    for name, detector in detectors.items():
        table[f"{name}_task_320x240_ms"] = median_ms(lambda d=detector: d(picture))  # type: ignore[misc]
        table[f"{name}_task_1920x1080_ms"] = median_ms(lambda d=detector: d(large), 60)  # type: ignore[misc]
    return table


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml``."""
    settings = workshop.settings("evaluate")
    cv2.setNumThreads(1)
    teacher = Teacher(workshop.data / "teachers" / workshop.settings("teach")["teacher"], workshop.threads)
    empty = empty_scenes(workshop.data, workshop.settings("teach")["scenes_with_people"], "report")
    labelled = [item for item in read_labels(workshop.work / "labels.npz") if item.held]
    sets = Sets(workshop.data, labelled, empty, teacher, workshop.recipe.seed, read_points(gather(workshop)))
    engines: dict[str, Engine] = {}
    detectors: dict[str, FaceDetection] = {}
    card, content = read_verified(workshop.candidate)
    for engine_name in ENGINES:
        engine = open_engine(card, content, engine=engine_name)
        engines[f"int8_{engine_name}"] = engine
        detectors[f"int8_{engine_name}"] = FaceDetection(card, engine)
        plain = open_engine(card, float_path(workshop).read_bytes(), engine=engine_name)
        engines[f"fp32_{engine_name}"] = plain
        detectors[f"fp32_{engine_name}"] = FaceDetection(card, plain)
    table: dict[str, Any] = {}
    for form in ("int8_open_vino", "int8_onnx_runtime", "fp32_open_vino", "fp32_onnx_runtime"):
        table[form] = accuracy(detectors[form], sets)
        log.info("%s: %s", form, table[form])
    table["teacher_on_the_same_canvas"] = accuracy(as_detect(teacher, settings["teacher_threshold"]), sets)
    log.info("teacher: %s", table["teacher_on_the_same_canvas"])
    table["release_before"] = before(sets)
    shipped = detectors["int8_open_vino"]
    table["sizes"] = by_size(list(outcomes(shipped, sets.utkface(20, 240, points=True))))
    table["groups"] = by_group(list(outcomes(shipped, sets.utkface(40, 240, points=True))))
    table["groups_at_24_to_40_px"] = by_group(list(outcomes(shipped, sets.utkface(24, 40, points=True))))
    table["with_a_second_look_by_face_landmarks"] = second_look(workshop, shipped, sets)
    log.info("second look: %s", table["with_a_second_look_by_face_landmarks"])
    films = {}
    for path in sorted((workshop.data / "films").iterdir()):
        if path.name.split("_")[0] in settings["films"]:
            films[path.name.split("_")[0]] = film(detectors["int8_open_vino"], path, teacher)
            log.info("%s: %s", path.name, films[path.name.split("_")[0]])
    watched = [identity("films", p.name) for p in (workshop.data / "films").iterdir() if p.name.split("_")[0] in films]
    record_samples(workshop.candidate, evaluation=[*sets.used(), *watched])
    write_accuracy(
        workshop, {"notes": settings["notes"], **table, "films": films, "timings": timings(detectors, engines)}
    )
