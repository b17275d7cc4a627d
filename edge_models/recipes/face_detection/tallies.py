"""Counts over measured pictures: recall, point error, by size and by group, false faces with their interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.stats import chi2  # type: ignore[import-untyped,unused-ignore]

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import DetectedFace, Floats, overlaps

Detect = Callable[[Pixels], tuple[DetectedFace, ...]]
SIZES = (20, 30, 40, 60, 90, 140, 240)
_SEXES = ("male", "female")
_ORIGINS = ("White", "Black", "Asian", "Indian", "Other")
_AGES = ((0, 9), (10, 19), (20, 34), (35, 49), (50, 64), (65, 200))


@dataclass
class Sample:
    """A picture with its faces; ``points`` only where they were measured or a teacher gave them."""

    picture: Pixels
    boxes: Floats
    points: Floats | None
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one face: the score of the find that meets it (IoU 0.5, else 0) and its points' mean error."""

    name: str
    height: float
    score: float
    by_box: float | None = None
    """over the root of the box's area"""
    by_eyes: float | None = None
    """over the distance of the eyes"""

    @property
    def found(self) -> bool:
        """Say whether a find meets it."""
        return self.score > 0


def corners(face: DetectedFace) -> Floats:
    """Give x1, y1, x2, y2."""
    x, y, width, height = face.box
    return np.array([x, y, x + width, y + height], np.float32)


def outcomes(detect: Detect, samples: Iterable[Sample], least: float = 0.0, most: float = 1e9) -> Iterator[Outcome]:
    """Look for every face whose height lies between ``least`` and ``most`` picture pixels."""
    for sample in samples:
        faces = detect(sample.picture)
        boxes = np.array([corners(face) for face in faces], np.float32).reshape(-1, 4)
        for index, box in enumerate(sample.boxes):
            height = float(box[3] - box[1])
            if not least <= height < most:
                continue
            overlap = overlaps(box, boxes) if len(boxes) else np.zeros(1, np.float32)
            if overlap.max() < 0.5:
                yield Outcome(sample.name, height, 0.0)
                continue
            face = faces[int(overlap.argmax())]
            if sample.points is None:
                yield Outcome(sample.name, height, face.score)
                continue
            true = sample.points[index]
            error = float(np.linalg.norm(face.points - true, axis=1).mean())
            eyes = max(float(np.linalg.norm(true[0] - true[1])), 1.0)
            yield Outcome(
                sample.name, height, face.score, error / float(np.sqrt(np.prod(box[2:] - box[:2]))), error / eyes
            )


def figures(seen: Iterable[Outcome]) -> dict[str, Any]:
    """Give recall and, if there are points, their mean error over the box's size and over the eyes' distance."""
    faces = list(seen)
    table: dict[str, Any] = {"faces": len(faces), "recall": sum(f.found for f in faces) / max(len(faces), 1)}
    by_box = [face.by_box for face in faces if face.by_box is not None]
    by_eyes = [face.by_eyes for face in faces if face.by_eyes is not None]
    if by_box:
        table |= {"points_of": len(by_box), "nme_by_box": float(np.mean(by_box))}
        table |= {
            "nme_by_eye_distance": float(np.mean(by_eyes)),
            "nme_by_eye_distance_median": float(np.median(by_eyes)),
        }
    return table


def by_size(seen: list[Outcome]) -> dict[str, Any]:
    """Give the figures of each range of heights."""
    return {
        f"{low}_to_{high}_px": figures([face for face in seen if low <= face.height < high])
        for low, high in pairwise(SIZES)
    }


def groups_of(name: str) -> dict[str, str]:
    """Read age band, sex and origin off a UTKFace name (age_sex_race_date); nothing when it is not of that form."""
    parts = name.rsplit("/", 1)[-1].split("_")
    if len(parts) < 4 or not all(part.isdigit() for part in parts[:3]):
        return {}
    age, sex, origin = (int(part) for part in parts[:3])
    band = next((f"{low}_to_{high}" if high < 200 else f"from_{low}" for low, high in _AGES if low <= age <= high), "")
    if not band or sex >= len(_SEXES) or origin >= len(_ORIGINS):
        return {}
    return {"age": band, "sex": _SEXES[sex], "origin": _ORIGINS[origin]}


def by_group(seen: list[Outcome]) -> dict[str, Any]:
    """Give the figures of each age band, sex and origin, and the gap between the best and the worst group."""
    table: dict[str, Any] = {}
    for kind in ("age", "sex", "origin"):
        sorted_in: dict[str, list[Outcome]] = {}
        for face in seen:
            group = groups_of(face.name).get(kind)
            if group is not None:
                sorted_in.setdefault(group, []).append(face)
        rows = {group: figures(faces) for group, faces in sorted(sorted_in.items())}
        table[kind] = rows
        for figure in ("recall", "nme_by_box"):
            values = [row[figure] for row in rows.values() if figure in row]
            if values:
                table[f"{kind}_gap_{figure}"] = max(values) - min(values)
    return table


def poisson_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of a Poisson mean from one count (Garwood 1936)."""
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


def false_figures(false: int, frames: int, scenes: int) -> dict[str, Any]:
    """Give false faces per 500 frames with the 95 % interval; frames of one scene are no independent looks."""
    low, high = poisson_interval(false)
    rate = 500 / max(frames, 1)
    return {
        "frames": frames,
        "scenes": scenes,
        "false_faces": false,
        "per_500_frames": false * rate,
        "interval_95": [low * rate, high * rate],
    }
