"""Cut crops with a margin and let the teachers say what is in them."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import openvino  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.mouths import open_mouths
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.port import Pixels, Tensor
from edge_models.tasks.face_landmarks import Crop, crop_matrix, crop_of, cut

log = logging.getLogger("recipes")
DETECTOR_SIDE = 192
"""Small pictures are enlarged to this before the teachers look: they were made for faces of that size."""


class _OpenVinoSession:
    """The landmark teacher in OpenVINO, twice as fast as in ONNX Runtime; the same surface as a session."""

    def __init__(self, path: Path) -> None:
        core = openvino.Core()
        config = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        self._model = core.compile_model(core.read_model(str(path)), "CPU", config)

    def get_inputs(self) -> list[Any]:
        return [_Named("input")]

    def run(self, _: None, feeds: dict[str, Tensor]) -> list[Tensor]:
        return list(self._model(list(feeds.values())).values())


class _Named:
    def __init__(self, name: str) -> None:
        self.name = name


def quicken(teachers: ModuleType, data: Path) -> None:
    """Let ``teachers.py`` run its landmark network in OpenVINO (the answers differ by rounding only)."""
    plain, name = teachers.session, "mp_face_landmarks_detector.onnx"
    fast = _OpenVinoSession(data / "teachers" / name)
    teachers.session = lambda wanted: fast if wanted == name else plain(wanted)  # type: ignore[attr-defined,unused-ignore]


def enlarge(picture: Pixels, frame: bool) -> Pixels:
    """Prepare a picture for the detector: tight crops get a border, small ones more pixels; frames stay as they are."""
    if frame:
        return picture
    side = min(picture.shape[:2])
    if side < DETECTOR_SIDE:
        ratio = DETECTOR_SIDE / side
        picture = cv2.resize(picture, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    border = int(0.35 * min(picture.shape[:2]))
    return cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE).astype(np.uint8)


def look(teachers: ModuleType, picture: Pixels, settings: dict[str, Any]) -> tuple[Crop, dict[str, Any]] | None:
    """Give the student's crop of the largest face and what the teachers say of it, or None without a sure face."""
    face = teachers.biggest(teachers.detect_yunet(picture, score_thr=settings["least_score"]))
    if face is None:
        return None
    points, presence = teachers.mp_landmarks(picture, face, refine=settings["refine"])
    if presence < settings["least_presence"]:
        return None
    box = (float(face[0]), float(face[1]), float(face[2] - face[0]), float(face[3] - face[1]))
    crop = crop_of(box, teachers.points5(face), settings["crop_scale"])
    height, width = picture.shape[:2]
    x, y = points[[33, 263], 0], points[[33, 263], 1]
    if not ((x > 4) & (x < width - 4) & (y > 4) & (y < height - 4)).all():
        return None
    return crop, {
        "points": points,
        "presence": presence,
        "blendshapes": teachers.mp_blendshapes(points),
        "score": face[4],
        "box": np.array(box),
        "points5": teachers.points5(face),
    }


def in_crop(points: NDArray[np.float32], crop: Crop, size: int) -> NDArray[np.float32]:
    """Take 478 x 3 points to the crop's unit square; depth in the same unit, towards the camera negative."""
    matrix = crop_matrix(crop, size)
    flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    depth = points[:, 2:] * (size / crop.side)
    return (np.concatenate([flat, depth], 1) / (size - 1)).astype(np.float32)


def run(workshop: Workshop) -> None:
    """Write ``crops.npy`` (N x P x P x 3, BGR) and ``targets.npz`` (points, blendshapes, source, digest), then open mouths."""
    settings = workshop.settings("teach")
    cv2.setNumThreads(workshop.threads)
    teachers = load_teachers(workshop.data, workshop.threads)
    quicken(teachers, workshop.data)
    size = settings["store_pixels"]
    crops: list[Pixels] = []
    rows: list[dict[str, Any]] = []
    for number, (pack, prefix, use) in enumerate(settings["sources"]):
        path = workshop.data / pack
        names = members(path, prefix)
        found = 0
        for name, picture in pictures(path, names):
            picture = enlarge(picture, frame=pack.startswith("pad/") or "/scene/" in name)
            seen = look(teachers, picture, settings)
            if seen is None:
                continue
            crop, row = seen
            wide = Crop(crop.centre, crop.side * settings["store_margin"], crop.roll)
            stored = cut(picture, wide, size)
            row["points"] = in_crop(row["points"], wide, size)
            row |= {"name": name, "source": number, "report": use == "report"}
            row["digest"] = hashlib.sha256(stored.tobytes() + row["points"].tobytes()).hexdigest()
            crops.append(stored)
            rows.append(row)
            found += 1
        log.info("%s %s: %d of %d taught", pack, prefix, found, len(names))
    with_faces = len(crops)
    crops += _negatives(workshop, teachers, settings)
    np.save(workshop.work / "crops.npy", np.stack(crops))
    keys = ("points", "presence", "blendshapes", "eyes", "score", "box", "points5", "source", "report")
    targets: dict[str, Any] = {key: np.stack([np.asarray(row[key]) for row in rows]) for key in keys}
    targets |= {key: np.array([row[key] for row in rows]) for key in ("name", "digest")}
    np.savez(workshop.work / "targets.npz", **targets)
    log.info("%d crops with a face, %d without", with_faces, len(crops) - with_faces)
    open_mouths(workshop, teachers)


def _negatives(workshop: Workshop, teachers: ModuleType, settings: dict[str, Any]) -> list[Pixels]:
    """Cut squares without a face out of indoor and street scenes, tinted so that grey does not mean "no face"."""
    generator = np.random.default_rng(workshop.recipe.seed)
    path = workshop.data / settings["negatives"]
    scenes = [
        scene
        for _, scene in pictures(path)
        if not len(teachers.detect_yunet(enlarge(scene, frame=True), score_thr=0.3))
    ]
    crops = []
    for _ in range(settings["negatives_count"]):
        scene = scenes[generator.integers(len(scenes))]
        height, width = scene.shape[:2]
        side = float(generator.uniform(0.2, 0.9) * min(height, width))
        centre = (float(generator.uniform(0, width)), float(generator.uniform(0, height)))
        square = cut(scene, Crop(centre, side, float(generator.uniform(-30, 30))), settings["store_pixels"])
        crops.append(np.clip(square * generator.uniform(0.7, 1.3, 3), 0, 255).astype(np.uint8))
    return crops
