"""Ask the teacher once: boxes and points for every training picture, seen large and several times."""

from __future__ import annotations

import csv
import io
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import Candidates, Floats, cells, decode, overlaps, suppress

log = logging.getLogger("recipes")

MIRRORED = np.array([1, 0, 2, 4, 3])
FACE, NO_POINTS, IGNORE = 0, 1, 2
"""What a labelled box is: a face with points, a face without, something that is neither learnt nor punished."""


@dataclass
class Labelled:
    """One picture of a pack and what is known of it; ``crop`` pictures hold one face and little else."""

    pack: str
    name: str
    held: bool
    crop: bool
    boxes: Floats
    points: Floats
    kinds: np.ndarray


class Teacher:
    """YuNet on pictures of any size, its answers to a picture and its mirror image joined."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load it."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._names = [output.name for output in self._session.get_outputs()]

    def candidates(self, picture: Pixels, scale: float, border: int, threshold: float) -> Candidates:
        """Give all candidates in picture pixels, from the picture scaled and widened by a replicated border."""
        scaled = cv2.resize(
            picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        )
        wide = cv2.copyMakeBorder(scaled, border, border, border, border, cv2.BORDER_REPLICATE)
        padded = cv2.copyMakeBorder(wide, 0, -wide.shape[0] % 32, 0, -wide.shape[1] % 32, cv2.BORDER_CONSTANT)
        height, width = padded.shape[:2]
        both = np.stack([padded, padded[:, ::-1]]).transpose(0, 3, 1, 2).astype(np.float32)
        out = dict(zip(self._names, self._session.run(None, {"input": both}), strict=True))
        origins, strides = cells(height, width)
        parts = []
        for side in (0, 1):
            rows = []
            for head in ("cls", "obj", "bbox", "kps"):
                value = np.concatenate([out[f"{head}_{stride}"][side] for stride in (8, 16, 32)]).T
                if head in ("cls", "obj"):
                    value = np.clip(value, 1e-6, 1 - 1e-6)
                    value = np.log(value / (1 - value))
                rows.append(value)
            found = decode(np.concatenate(rows), origins, strides, threshold)
            boxes, points = found.boxes.copy(), found.points.copy()
            if side:
                boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
                points[..., 0] = width - points[..., 0]
                points = points[:, MIRRORED]
            parts.append(Candidates((boxes - border) / scale, found.scores, (points - border) / scale))
        return joined(parts)


def joined(parts: list[Candidates]) -> Candidates:
    """Give all candidates of several runs, best first."""
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(-scores, kind="stable")
    boxes = np.concatenate([part.boxes for part in parts])[order]
    return Candidates(boxes, scores[order], np.concatenate([part.points for part in parts])[order])


def label_crop(
    teacher: Teacher, picture: Pixels, truth: Floats | None, threshold: float
) -> tuple[Floats, Floats] | None:
    """Give box and points of the crop's face (points from ``truth`` when measured), or nothing when the teacher sees none."""
    side = max(picture.shape[:2])
    parts = [teacher.candidates(picture, size / side, border, threshold) for size, border in ((112, 40), (208, 56))]
    found = suppress(joined(parts), 0.3, 0.6)
    if not len(found):
        return None
    centre = truth.mean(0) if truth is not None else np.array(picture.shape[1::-1], np.float32) / 2
    area = np.prod(found.boxes[:, 2:] - found.boxes[:, :2], axis=1)
    inside = ((found.boxes[:, :2] < centre) & (found.boxes[:, 2:] > centre)).all(1)
    best = int(np.argmax(found.scores * np.sqrt(area) * (0.2 + inside)))
    return found.boxes[best], truth if truth is not None else found.points[best]


def label_frame(teacher: Teacher, picture: Pixels, sure: float, unsure: float) -> tuple[Candidates, Candidates]:
    """Give the faces of a whole picture and the doubtful ones, seen with its longer side at 640 and at 448 pixels."""
    side = max(picture.shape[:2])
    found = suppress(joined([teacher.candidates(picture, size / side, 0, unsure) for size in (640, 448)]), 0.3)
    good = found.scores >= sure
    return (
        Candidates(found.boxes[good], found.scores[good], found.points[good]),
        Candidates(found.boxes[~good], found.scores[~good], found.points[~good]),
    )


def measured_points(pack: Path) -> dict[str, Floats]:
    """Read the five points of ``landmarks.zip``: five as they are, or the means of eyes, nose tip and corners of 68."""
    table: dict[str, Floats] = {}
    with zipfile.ZipFile(pack) as archive:
        for row in csv.reader(io.StringIO(archive.read("mtfl5.csv").decode())):
            if row[0].startswith("mtfl5/"):
                table[row[0]] = np.array(row[2:12], np.float32).reshape(2, 5).T
        for row in csv.reader(io.StringIO(archive.read("kp68.csv").decode())):
            if row[0].startswith("kp68/"):
                dense = np.array(row[10:146], np.float32).reshape(68, 2)
                five = [dense[36:42].mean(0), dense[42:48].mean(0), dense[30], dense[48], dense[54]]
                table[row[0]] = np.stack(five)
    return table


def crowd_boxes(pack: Path) -> dict[str, Floats]:
    """Read the drawn boxes of ``detection_crowd.zip`` (x1, y1, x2, y2)."""
    table: dict[str, list[list[float]]] = {}
    with zipfile.ZipFile(pack) as archive:
        for row in csv.reader(io.StringIO(archive.read("boxes.csv").decode())):
            if row[0].startswith("det/"):
                table.setdefault(row[0], []).append([float(value) for value in row[4:8]])
    return {name: np.array(boxes, np.float32) for name, boxes in table.items()}


def run(workshop: Workshop) -> None:
    """Write ``labels.npz``: every picture with its boxes, points, kinds and whether it is held back."""
    settings = workshop.settings("teach")
    faces = workshop.data / "faces"
    teacher = Teacher(workshop.data / "teachers" / settings["teacher"], workshop.threads)
    truth = measured_points(faces / "landmarks.zip")
    crops = [
        ("faces/train_ids.zip", "ids/", False),
        ("faces/train_ids.zip", "unlab/", False),
        ("faces/utkface_6k.zip", "utkface/train/", False),
        ("faces/utkface_more_6k.zip", "utkface_rest/", False),
        ("faces/landmarks.zip", "kp68/train/", False),
        ("faces/landmarks.zip", "mtfl5/", True),
        ("faces/masks.zip", "masks/m12k/", True),
        ("faces/masks.zip", "masks/rmfd/", True),
    ]
    labelled: list[Labelled] = []
    for pack, prefix, held_part in crops:
        names = members(workshop.data / pack, prefix)
        kept = 0
        for index, (name, picture) in enumerate(pictures(workshop.data / pack, names)):
            answer = label_crop(teacher, picture, truth.get(name), settings["crop_threshold"])
            if answer is not None:
                kept += 1
                held = held_part and index % settings["held_every"] == 0
                box, points = answer
                labelled.append(Labelled(pack, name, held, True, box[None], points[None], np.array([FACE])))
        log.info("%s %s: %d of %d", pack, prefix, kept, len(names))
    drawn = crowd_boxes(faces / "detection_crowd.zip")
    frames = [
        ("pad/replay_attack.zip", ""),
        ("pad/nuaa.zip", ""),
        ("pad/phone_screens.zip", ""),
        ("pad/samples.zip", ""),
        ("faces/masks.zip", "masks/scene/"),
        ("faces/detection_crowd.zip", "det/"),
    ]
    for pack, prefix in frames:
        names = members(workshop.data / pack, prefix)
        for index, (name, picture) in enumerate(pictures(workshop.data / pack, names)):
            sure, unsure = label_frame(teacher, picture, settings["sure"], settings["unsure"])
            item = with_drawn(drawn[name], sure, unsure) if name in drawn else plain(sure, unsure)
            held = pack.startswith("faces/") and index % settings["held_every"] == 0
            labelled.append(Labelled(pack, name, held, False, *item))
        log.info("%s %s: %d frames", pack, prefix, len(names))
    write_labels(workshop.work / "labels.npz", labelled)


def plain(sure: Candidates, unsure: Candidates) -> tuple[Floats, Floats, np.ndarray]:
    """Give the labels of a frame that only the teacher has seen."""
    kinds = np.array([FACE] * len(sure) + [IGNORE] * len(unsure), np.int64)
    return np.concatenate([sure.boxes, unsure.boxes]), np.concatenate([sure.points, unsure.points]), kinds


def with_drawn(drawn: Floats, sure: Candidates, unsure: Candidates) -> tuple[Floats, Floats, np.ndarray]:
    """Join drawn boxes with the teacher's: its box and points where both agree; what only it sees is ignored."""
    seen = joined([sure, unsure])
    boxes, points, kinds = [], [], []
    used = np.zeros(len(seen), bool)
    for box in drawn:
        overlap = overlaps(box, seen.boxes) if len(seen) else np.zeros(0, np.float32)
        best = int(np.argmax(overlap)) if len(seen) else -1
        if best >= 0 and overlap[best] >= 0.4:
            used[best] = True
            boxes.append(seen.boxes[best])
            points.append(seen.points[best])
            kinds.append(FACE)
        else:
            boxes.append(box)
            points.append(np.zeros((5, 2), np.float32))
            kinds.append(NO_POINTS)
    for index in np.flatnonzero(~used):
        boxes.append(seen.boxes[index])
        points.append(seen.points[index])
        kinds.append(IGNORE)
    return (
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(points, np.float32).reshape(-1, 5, 2),
        np.array(kinds, np.int64),
    )


def write_labels(path: Path, labelled: list[Labelled]) -> None:
    """Store the labels flat, with the number of boxes of each picture."""
    np.savez_compressed(
        path,
        packs=np.array([item.pack for item in labelled]),
        names=np.array([item.name for item in labelled]),
        held=np.array([item.held for item in labelled]),
        crops=np.array([item.crop for item in labelled]),
        counts=np.array([len(item.kinds) for item in labelled]),
        boxes=np.concatenate([item.boxes for item in labelled]).astype(np.float32),
        points=np.concatenate([item.points for item in labelled]).astype(np.float32),
        kinds=np.concatenate([item.kinds for item in labelled]),
    )


def read_labels(path: Path) -> list[Labelled]:
    """Read what ``run`` wrote."""
    with np.load(path) as stored:
        table = {key: stored[key] for key in stored.files}
    ends = np.cumsum(table["counts"])
    items = []
    for index, end in enumerate(ends):
        part = slice(end - table["counts"][index], end)
        items.append(
            Labelled(
                str(table["packs"][index]),
                str(table["names"][index]),
                bool(table["held"][index]),
                bool(table["crops"][index]),
                table["boxes"][part],
                table["points"][part],
                table["kinds"][part],
            )
        )
    return items
