"""What the detector is measured on: pictures that no training saw, each with what should be found in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_detection.pieces import Store
from edge_models.recipes.face_detection.tallies import Detect, Sample, corners, false_figures
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
from edge_models.tasks.face_detection import Candidates, Floats, overlaps

INDOOR = ("bedroom", "kitchen", "livingroom", "office", "store", "industrial")
FRAME = (240, 320)


@dataclass(frozen=True)
class Crop:
    """A picture of one face with its box and, where known, its points."""

    name: str
    picture: Pixels
    box: Floats
    points: Floats | None


def into_frame(crop: Crop, height: float, background: Pixels, place: Floats) -> Sample:
    """Set a crop unturned into a 320 x 240 frame so that its face has the given height; ``place`` (0..1) says where."""
    picture, box, points = crop.picture, crop.box, crop.points
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
        crop.name,
    )


class Sets:
    """The reported sets, made the same way each time."""

    def __init__(
        self,
        data: Path,
        labelled: list[Labelled],
        empty: list[str],
        teacher: Teacher,
        seed: int,
        dense: dict[tuple[str, str], tuple[Floats, Floats]] | None = None,
    ) -> None:
        """Take the labels to measure on, empty scenes, and better points than the teacher's (``dense.read_points``)."""
        self._dense = dense or {}
        self._data, self._teacher, self._seed = data, teacher, seed
        self._held = labelled
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

    def _set_in(self, crops: Iterator[Crop], low: float, high: float) -> Iterator[Sample]:
        rng, backgrounds = np.random.default_rng(self._seed), self._backgrounds()
        for crop in crops:
            height = float(rng.uniform(low, high))
            place = rng.random(2).astype(np.float32)
            yield into_frame(crop, height, backgrounds[int(rng.integers(len(backgrounds)))], place)

    def utkface(self, low: float, high: float, points: bool = False) -> Iterator[Sample]:
        """UTKFace ``test/`` in frames of 320 x 240; boxes are the teacher's on the crop seen large.

        ``points`` leaves the faces whose points the dense teacher knows, and compares with those.
        """
        pack = self._data / "faces/utkface_6k.zip"
        crops = self._seen_large(pack, "utkface/test/", {})
        known = ((crop, self._dense.get((f"faces/{pack.name}", crop.name))) for crop in crops)
        if points:
            return self._set_in((replace(crop, points=dense[1]) for crop, dense in known if dense), low, high)
        return self._set_in((replace(crop, points=None) for crop, _ in known), low, high)

    def kp68(self) -> Iterator[Sample]:
        """People of ``kp68/test`` with measured points, face 60 to 200 pixels high."""
        pack = self._data / "faces/landmarks.zip"
        return self._set_in(self._seen_large(pack, "kp68/test/", measured_points(pack)), 60, 200)

    def _seen_large(self, pack: Path, prefix: str, truth: dict[str, Floats]) -> Iterator[Crop]:
        """Give crops with the teacher's box; it is asked once for all forms that are measured."""
        for name, picture in pictures(pack, members(pack, prefix)):
            self._seen.add(identity(pack, name))
            if name not in self._answers:
                self._answers[name] = label_crop(self._teacher, picture, truth.get(name), 0.5)
            answer = self._answers[name]
            if answer is not None:
                yield Crop(name, picture, answer[0], answer[1])

    def held_crops(self, part: str, low: float = 60, high: float = 200, points: bool = False) -> Iterator[Sample]:
        """Held-back crops whose name begins with ``part``, face ``low`` to ``high`` pixels high."""
        chosen = [item for item in self._held if item.crop and item.name.startswith(part)]
        return self._set_in(
            (
                Crop(i.name, self._store.picture(i.pack, i.name), i.boxes[0], i.points[0] if points else None)
                for i in chosen
            ),
            low,
            high,
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
            yield Sample(small, drawn.get(item.name, boxes) * scale, None, item.name)

    def scenes(self, indoor: bool = True) -> list[str]:
        """List the empty scenes."""
        return [name for name in self.empty if not indoor or name.split("/")[1] in INDOOR]

    def without_faces(self, indoor: bool = True) -> Iterator[Pixels]:
        """Empty scenes, four frames of each: whole, mirrored and darker, and two zoomed parts."""
        for name in self.scenes(indoor):
            picture = cv2.resize(
                self._store.picture("faces/nonface_scenes.zip", name), (480, 480), interpolation=cv2.INTER_CUBIC
            )
            yield cv2.resize(picture, (FRAME[1], FRAME[1]))[20 : 20 + FRAME[0]]
            yield np.ascontiguousarray((picture[:, ::-1] * 0.4).astype(np.uint8)[60:420])
            yield np.ascontiguousarray(picture[: FRAME[0], : FRAME[1]])
            yield np.ascontiguousarray(picture[240:, 160:])


def false_faces(detect: Detect, frames: Iterator[Pixels], scenes: int) -> dict[str, Any]:
    """Count false faces over empty frames of a number of scenes."""
    counts = [len(detect(frame)) for frame in frames]
    return false_figures(sum(counts), len(counts), scenes)


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
