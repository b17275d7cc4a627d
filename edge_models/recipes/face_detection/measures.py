"""What the detector is measured on: pictures that no training saw, each with what should be found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_detection.pieces import Store
from edge_models.recipes.face_detection.teach import (
    FACE,
    NO_POINTS,
    Labelled,
    Teacher,
    crowd_boxes,
    label_crop,
    measured_points,
)
from edge_models.recipes.packs import members, pictures
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import Candidates, DetectedFace, Floats, overlaps

Detect = Callable[[Pixels], tuple[DetectedFace, ...]]
INDOOR = ("bedroom", "kitchen", "livingroom", "office", "store", "industrial")
FRAME = (240, 320)


@dataclass
class Sample:
    """A picture with its faces; ``points`` only where they were measured or the teacher gave them."""

    picture: Pixels
    boxes: Floats
    points: Floats | None


@dataclass
class Tally:
    """Counts over a set."""

    faces: int = 0
    found: int = 0
    by_eyes: list[float] = field(default_factory=list)
    by_box: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Give recall and, if there are points, their mean error over eye distance and over the box's size."""
        table: dict[str, Any] = {"faces": self.faces, "recall": self.found / max(self.faces, 1)}
        if self.by_box:
            table |= {"points_of": len(self.by_box), "nme_by_box": float(np.mean(self.by_box))}
            table |= {
                "nme_by_eye_distance": float(np.mean(self.by_eyes)),
                "nme_by_eye_distance_median": float(np.median(self.by_eyes)),
            }
        return table


def corners(face: DetectedFace) -> Floats:
    """Give x1, y1, x2, y2."""
    x, y, width, height = face.box
    return np.array([x, y, x + width, y + height], np.float32)


def tally(detect: Detect, samples: Iterator[Sample], least: float = 0.0, most: float = 1e9) -> Tally:
    """Count found faces (IoU 0.5) whose height lies between ``least`` and ``most`` picture pixels; and the points' error."""
    total = Tally()
    for sample in samples:
        faces = detect(sample.picture)
        boxes = np.array([corners(face) for face in faces], np.float32).reshape(-1, 4)
        for index, box in enumerate(sample.boxes):
            if not least <= box[3] - box[1] < most:
                continue
            total.faces += 1
            overlap = overlaps(box, boxes) if len(boxes) else np.zeros(0, np.float32)
            if not overlap.size or overlap.max() < 0.5:
                continue
            total.found += 1
            if sample.points is not None:
                true = sample.points[index]
                error = float(np.linalg.norm(faces[int(overlap.argmax())].points - true, axis=1).mean())
                total.by_box.append(error / float(np.sqrt(np.prod(box[2:] - box[:2]))))
                total.by_eyes.append(error / max(float(np.linalg.norm(true[0] - true[1])), 1.0))
    return total


def into_frame(
    picture: Pixels, box: Floats, points: Floats | None, height: float, background: Pixels, place: Floats
) -> Sample:
    """Set a crop unturned into a 320 x 240 frame so that its face has the given height; ``place`` (0..1) says where."""
    scale = height / float(box[3] - box[1])
    room = np.array([FRAME[1], FRAME[0]]) - (box[2:] - box[:2]) * scale
    shift = place * np.maximum(room, 0) - box[:2] * scale + np.minimum(room, 0) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    source = picture if scale > 0.45 else cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    mask = cv2.warpAffine(np.full(picture.shape[:2], 255, np.uint8), matrix, (FRAME[1], FRAME[0]))[..., None] > 127
    warped = cv2.warpAffine(source, matrix, (FRAME[1], FRAME[0]), borderMode=cv2.BORDER_REPLICATE)
    moved = box * scale + np.tile(shift, 2)
    frame = np.where(mask, warped, background).astype(np.uint8)
    return Sample(
        frame,
        moved[None].astype(np.float32),
        None if points is None else (points * scale + shift)[None].astype(np.float32),
    )


class Sets:
    """The reported sets, made the same way each time."""

    def __init__(self, data: Path, labelled: list[Labelled], empty: list[str], teacher: Teacher, seed: int) -> None:
        """Take the labels (their held-back part is used) and the held-back empty scenes."""
        self._data, self._teacher, self._seed = data, teacher, seed
        self._held = [item for item in labelled if item.held]
        self.empty = empty
        self._answers: dict[str, tuple[Floats, Floats] | None] = {}
        pairs = [(item.pack, item.name) for item in self._held]
        self._seen: set[str] = set()
        self._store = Store(data, [*pairs, *(("faces/nonface_scenes.zip", name) for name in empty)])

    def used(self) -> set[str]:
        """Give the identities of all pictures that were measured on so far."""
        return self._seen | self._store.used

    def _backgrounds(self) -> list[Pixels]:
        backgrounds = []
        for name in self.empty:
            picture = self._store.picture("faces/nonface_scenes.zip", name)
            backgrounds.append(cv2.resize(picture, (FRAME[1], FRAME[1]))[: FRAME[0]])
        return backgrounds

    def _set_in(
        self, crops: Iterator[tuple[Pixels, Floats, Floats | None]], low: float, high: float
    ) -> Iterator[Sample]:
        rng, backgrounds = np.random.default_rng(self._seed), self._backgrounds()
        for picture, box, points in crops:
            height = float(rng.uniform(low, high))
            place = rng.random(2).astype(np.float32)
            yield into_frame(picture, box, points, height, backgrounds[int(rng.integers(len(backgrounds)))], place)

    def utkface(self, low: float, high: float, points: bool = False) -> Iterator[Sample]:
        """UTKFace ``test/`` in frames of 320 x 240; boxes (and points) are the teacher's on the crop seen large."""
        pack = self._data / "faces/utkface_6k.zip"
        found = self._seen_large(pack, "utkface/test/", {})
        return self._set_in(((p, box, five if points else None) for p, box, five in found), low, high)

    def kp68(self) -> Iterator[Sample]:
        """People of ``kp68/test`` with measured points, face 60 to 200 pixels high."""
        pack = self._data / "faces/landmarks.zip"
        return self._set_in(self._seen_large(pack, "kp68/test/", measured_points(pack)), 60, 200)

    def _seen_large(
        self, pack: Path, prefix: str, truth: dict[str, Floats]
    ) -> Iterator[tuple[Pixels, Floats, Floats | None]]:
        """Give crops with the teacher's box; it is asked once for all forms that are measured."""
        for name, picture in pictures(pack, members(pack, prefix)):
            self._seen.add(identity(pack, name))
            if name not in self._answers:
                self._answers[name] = label_crop(self._teacher, picture, truth.get(name), 0.5)
            answer = self._answers[name]
            if answer is not None:
                yield picture, answer[0], answer[1]

    def held_crops(self, part: str) -> Iterator[Sample]:
        """Held-back crops whose name begins with ``part``, face 60 to 200 pixels high."""
        chosen = [item for item in self._held if item.crop and item.name.startswith(part)]
        measured = part.startswith("mtfl5")
        return self._set_in(
            ((self._store.picture(i.pack, i.name), i.boxes[0], i.points[0] if measured else None) for i in chosen),
            60,
            200,
        )

    def held_frames(self, part: str) -> Iterator[Sample]:
        """Held-back whole pictures brought to 320 x 240; faces are drawn boxes, or the teacher's."""
        drawn = crowd_boxes(self._data / "faces/detection_crowd.zip")
        for item in self._held:
            if item.crop or not item.name.startswith(part):
                continue
            picture = self._store.picture(item.pack, item.name)
            scale = min(FRAME[1] / picture.shape[1], FRAME[0] / picture.shape[0])
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            boxes = item.boxes[(item.kinds == FACE) | (item.kinds == NO_POINTS)]
            yield Sample(small, drawn.get(item.name, boxes) * scale, None)

    def without_faces(self, indoor: bool = True) -> Iterator[Pixels]:
        """Held-back empty scenes, four frames of each: whole, mirrored and darker, and two zoomed parts."""
        for name in self.empty:
            if indoor and name.split("/")[1] not in INDOOR:
                continue
            picture = cv2.resize(
                self._store.picture("faces/nonface_scenes.zip", name), (480, 480), interpolation=cv2.INTER_CUBIC
            )
            yield cv2.resize(picture, (FRAME[1], FRAME[1]))[20 : 20 + FRAME[0]]
            yield np.ascontiguousarray((picture[:, ::-1] * 0.4).astype(np.uint8)[60:420])
            yield np.ascontiguousarray(picture[: FRAME[0], : FRAME[1]])
            yield np.ascontiguousarray(picture[240:, 160:])


def false_faces(detect: Detect, frames: Iterator[Pixels]) -> dict[str, Any]:
    """Count false faces over empty frames."""
    count = false = 0
    for frame in frames:
        count += 1
        false += len(detect(frame))
    return {"frames": count, "false_faces": false, "per_500_frames": 500 * false / max(count, 1)}


def film(detect: Detect, path: Path, teacher: Teacher | None, every: int = 1) -> dict[str, Any]:
    """Count the frames of a film in which a face is found, and how often the teacher's largest face is the same."""
    frames = found = compared = same = several = 0
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % every:
                continue
            picture: Pixels = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            frames += 1
            faces = detect(picture)
            found += bool(faces)
            several += len(faces) > 1
            if teacher is not None and index % 5 == 0:
                seen = teacher.candidates(picture, 640 / max(picture.shape[:2]), 0, 0.7)
                if len(seen):
                    compared += 1
                    same += bool(faces) and overlaps(largest(seen), corners(faces[0])[None])[0] >= 0.5
    table: dict[str, Any] = {
        "frames": frames,
        "with_face": found / max(frames, 1),
        "with_several": several / max(frames, 1),
    }
    if compared:
        table |= {"compared": compared, "teachers_largest_found": same / compared}
    return table


def largest(candidates: Candidates) -> Floats:
    """Give the box with the largest area."""
    sizes = candidates.boxes[:, 2:] - candidates.boxes[:, :2]
    return candidates.boxes[int(np.argmax(sizes[:, 0] * sizes[:, 1]))]
