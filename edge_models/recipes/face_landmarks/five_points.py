"""The five points that alignment uses: against people's labels, and how much they move when the picture does."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import edge_models
from edge_models.recipes.face_landmarks.report_sets import Reported, faces
from edge_models.recipes.face_landmarks.samples import Taught
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.card import read_card
from edge_models.runtime.registry import open_engine
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_landmarks import FaceLandmarks, crop_of, five_points, to_picture

Floats = NDArray[np.float64]
PACK = "faces/landmarks.zip"
NAMES = ("eye_left", "eye_right", "nose_tip", "mouth_left", "mouth_right")
MOVES = 6


def labels(path: Path) -> dict[str, Floats]:
    """Read the pack's labels as five points by member name (eye: the middle of its corners for kp68, as labelled for mtfl5)."""
    found: dict[str, Floats] = {}
    with zipfile.ZipFile(path) as archive:
        for row in csv.reader(io.StringIO(archive.read("kp68.csv").decode())):
            points = np.array([float(value) for value in row[-136:]]).reshape(68, 2)
            eyes = [points[[36, 39]].mean(0), points[[42, 45]].mean(0)]
            found[row[0]] = np.stack([*eyes, points[30], points[48], points[54]])
        for row in csv.reader(io.StringIO(archive.read("mtfl5.csv").decode())):
            found[row[0]] = np.array([float(value) for value in row[-10:]]).reshape(2, 5).T
    return found


def shipped_detector() -> FaceDetection:
    """Load the detector that is released."""
    folder = Path(edge_models.__file__).parent / "released" / "face_detection"
    card = read_card(folder)
    return FaceDetection(card, open_engine(card, (folder / card.file).read_bytes(), engine="onnx_runtime"))


def _enlarged(truth: Floats, seen: Reported, size: tuple[int, int]) -> Floats:
    """Take labelled points of a picture (height, width) to where ``enlarge`` put them."""
    height, width = size
    ratio = max(1.0, 192 / min(height, width))
    border = (seen.picture.shape[0] - round(height * ratio)) / 2
    return (truth + 0.5) * ratio - 0.5 + border


def against_labels(workshop: Workshop, taught: Taught, task: FaceLandmarks, indices: NDArray[Any]) -> dict[str, Any]:
    """Give the mean error of each of the five points in percent of the labelled inter-eye distance, of each who answers.

    ``detector_then_student`` is the kiosk's own way: our detector's box, then the dense points.
    """
    known = labels(workshop.data / PACK)
    detector = shipped_detector()
    sides = _sizes(workshop, indices)
    scale = workshop.settings("teach")["crop_scale"]
    errors: dict[str, list[Floats]] = {}
    missed = 0
    for seen in faces(workshop, PACK, indices):
        truth = _enlarged(known[seen.name], seen, sides[seen.name])
        crop = crop_of(seen.box, seen.points5, scale * taught.zoom)
        dense = to_picture(taught.points[seen.index, :, :2], crop, taught.crops.shape[1])
        answers = {
            "student": task(seen.picture, seen.box, seen.points5).points5,
            "mediapipe_points": five_points(dense),
            "yunet": seen.points5,
        }
        found = detector(seen.picture)
        if found:
            face = max(found, key=lambda one: one.box[2] * one.box[3])
            answers["our_detector"] = face.points
            answers["detector_then_student"] = task(seen.picture, face.box, face.points).points5
        else:
            missed += 1
        eyes = float(np.linalg.norm(truth[0] - truth[1]))
        for who, points in answers.items():
            errors.setdefault(who, []).append(100 * np.linalg.norm(points - truth, axis=1) / max(eyes, 1.0))
    figures: dict[str, Any] = {"faces": len(errors["student"]), "missed_by_our_detector": missed}
    for who, values in errors.items():
        each = np.array(values)
        figures[who] = dict(zip(NAMES, each.mean(0), strict=True)) | {
            "mean_percent": each.mean(),
            "median_percent": np.median(each.mean(1)),
        }
    return figures


def _sizes(workshop: Workshop, indices: NDArray[Any]) -> dict[str, tuple[int, int]]:
    stored = np.load(workshop.work / "targets.npz", allow_pickle=False)
    sizes = {}
    with zipfile.ZipFile(workshop.data / PACK) as archive:
        for name in stored["name"][indices]:
            picture = cv2.imdecode(np.frombuffer(archive.read(str(name)), np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError(f"{PACK}: {name} does not decode")
            sizes[str(name)] = (int(picture.shape[0]), int(picture.shape[1]))
    return sizes


def stability(workshop: Workshop, pack: str, indices: NDArray[Any], task: FaceLandmarks) -> dict[str, Any]:
    """Give how far the five points scatter (percent of the inter-eye distance) while one picture is shifted, scaled, turned.

    The detector and the dense points see the same moved pictures; the answers are moved back before they are compared.
    """
    detector = shipped_detector()
    generator = np.random.default_rng(workshop.recipe.seed)
    scatter: dict[str, list[Floats]] = {"our_detector": [], "detector_then_student": []}
    for seen in faces(workshop, pack, indices):
        height, width = seen.picture.shape[:2]
        answers: dict[str, list[Floats]] = {who: [] for who in scatter}
        for _ in range(MOVES):
            matrix = cv2.getRotationMatrix2D(
                (width / 2, height / 2), float(generator.normal(0, 3)), float(generator.uniform(0.93, 1.07))
            )
            matrix[:, 2] += generator.uniform(-6, 6, 2)
            moved = cv2.warpAffine(seen.picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
            found = detector(moved.astype(np.uint8))
            if not found:
                continue
            face = max(found, key=lambda one: one.box[2] * one.box[3])
            back = cv2.invertAffineTransform(matrix)
            dense = task(moved.astype(np.uint8), face.box, face.points).points5
            for who, points in (("our_detector", face.points), ("detector_then_student", dense)):
                answers[who].append(points @ back[:, :2].T + back[:, 2])
        if len(answers["our_detector"]) < MOVES:
            continue
        middle = np.mean(answers["detector_then_student"], axis=0)
        eyes = float(np.linalg.norm(middle[0] - middle[1]))
        for who, rows in answers.items():
            away = np.array(rows) - np.mean(rows, axis=0)
            scatter[who].append(100 * np.sqrt((away**2).sum(2).mean(0)) / eyes)
    return {
        "faces": len(scatter["our_detector"]),
        "moves": MOVES,
        **{who: dict(zip(NAMES, np.mean(rows, axis=0), strict=True)) for who, rows in scatter.items()},
    }
