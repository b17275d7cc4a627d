"""What the student says over films with known turns, blinks and open mouths. Films are report only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import av
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.targets import state_of
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import FaceLandmarks, Landmarks


@dataclass(frozen=True)
class Span:
    """A stretch of a film where one value is known to lie on one side."""

    film: str
    start: float
    end: float
    value: str
    sign: int


SPANS = (
    Span("live01", 1.0, 1.4, "yaw", 1),
    Span("live01", 2.6, 3.0, "yaw", 1),
    Span("live03", 2.7, 5.4, "yaw", 1),
    Span("live03", 8.0, 9.9, "yaw", -1),
    Span("live03", 11.7, 13.5, "pitch", -1),
    Span("live03", 15.3, 16.2, "pitch", 1),
    Span("live08", 20.2, 20.6, "yaw", 1),
    Span("live08", 21.7, 22.1, "yaw", -1),
)
"""From the data's notes; a sign is right when the span's median differs from the film's frontal median that way."""
BLINKS = (("live11", (1.5, 2.7, 10.5)), ("live10", (13.25,)))
MOUTHS = (("live08", 15.6, 18.8),)
COMPARED = ("live08", "live09", "live11")
"""Films over which the student and its teacher are followed side by side: mouth, gaze, glasses, blinks."""
SHUT, AWAKE = 0.35, 0.6
"""A blink: both eyes' mean opening falls below the first and was above the second before."""


def frames(path: Path, rate: float) -> list[tuple[float, Pixels]]:
    """Give (seconds, BGR picture) of a film at no more than ``rate`` a second."""
    chosen: list[tuple[float, Pixels]] = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            seconds = float(frame.time) if frame.time is not None else number / 30
            if not chosen or seconds - chosen[-1][0] >= 1 / rate - 1e-3:
                chosen.append((seconds, frame.to_ndarray(format="bgr24").astype(np.uint8)))
    return chosen


def read_film(
    path: Path, teachers: ModuleType, task: FaceLandmarks, rate: float
) -> list[tuple[float, Landmarks, NDArray[np.float32]]]:
    """Give (seconds, what the student says, the detector's row) of each frame with a face."""
    seen = []
    for seconds, picture in frames(path, rate):
        face = teachers.biggest(teachers.detect_yunet(picture, max_side=320))
        if face is None:
            continue
        box = (float(face[0]), float(face[1]), float(face[2] - face[0]), float(face[3] - face[1]))
        seen.append((seconds, task(picture, box, teachers.points5(face)), face))
    return seen


def blinks_in(openings: NDArray[np.float64]) -> int:
    """Count the blinks of a series of eye openings."""
    count, awake = 0, False
    for value in openings:
        if value > AWAKE:
            awake = True
        elif awake and value < SHUT:
            count, awake = count + 1, False
    return count


def beside_teacher(path: Path, teachers: ModuleType, task: FaceLandmarks, rate: float = 6.0) -> dict[str, object]:
    """Follow student and teacher over one film: correlation and mean difference of each value, blinks of each."""
    said, taught = [], []
    for _, picture in frames(path, rate):
        face = teachers.biggest(teachers.detect_yunet(picture, max_side=320))
        if face is None:
            continue
        box = (float(face[0]), float(face[1]), float(face[2] - face[0]), float(face[3] - face[1]))
        seen = task(picture, box, teachers.points5(face))
        points, presence = teachers.mp_landmarks(picture, face, refine=1)
        if presence < 0.5:
            continue
        state = state_of(points.astype(np.float64), teachers.mp_blendshapes(points))
        said.append((np.mean(seen.eyes_open), seen.mouth_open, seen.smile, *seen.gaze))
        taught.append((np.mean(state[:2]), *state[2:]))
    student, teacher = np.array(said), np.array(taught)
    table: dict[str, object] = {
        "frames": len(student),
        "blinks": blinks_in(student[:, 0]),
        "teacher_blinks": blinks_in(teacher[:, 0]),
    }
    for column, name in enumerate(("eyes", "mouth", "smile", "gaze_x", "gaze_y")):
        mine, theirs = student[:, column], teacher[:, column]
        table[name] = {
            "correlation": float(np.corrcoef(mine, theirs)[0, 1]) if mine.std() > 0 and theirs.std() > 0 else 0.0,
            "mean_difference": float(np.abs(mine - theirs).mean()),
            "range": np.percentile(mine, [5, 95]).tolist(),
            "teacher_range": np.percentile(theirs, [5, 95]).tolist(),
        }
    return table


def find(folder: Path, name: str) -> Path:
    """Find a film by the start of its name."""
    return next(path for path in sorted(folder.iterdir()) if path.name.startswith(name + "_"))


def report(folder: Path, teachers: ModuleType, task: FaceLandmarks) -> dict[str, list[dict[str, object]]]:
    """Give, for each known span, what was measured there and elsewhere in the film."""
    wanted = {span.film for span in SPANS} | {film for film, _ in BLINKS} | {film for film, _, _ in MOUTHS}
    read = {film: read_film(find(folder, film), teachers, task, 15.0) for film in sorted(wanted)}
    turns: list[dict[str, object]] = []
    for span in SPANS:
        values = np.array([getattr(said, span.value) for _, said, _ in read[span.film]])
        times = np.array([seconds for seconds, _, _ in read[span.film]])
        inside = (times >= span.start) & (times <= span.end)
        there, usual = (float(np.median(values[inside])), float(np.median(values[times < 1.0])))
        turns.append(
            {
                "film": span.film,
                "seconds": [span.start, span.end],
                "value": span.value,
                "degrees": there,
                "frontal_degrees": usual,
                "sign_right": bool(np.sign(there - usual) == span.sign),
            }
        )
    blinks: list[dict[str, object]] = []
    for film, moments in BLINKS:
        opened = np.array([float(np.mean(said.eyes_open)) for _, said, _ in read[film]])
        times = np.array([seconds for seconds, _, _ in read[film]])
        for moment in moments:
            near = np.abs(times - moment) <= 0.4
            blinks.append({"film": film, "second": moment, "least": opened[near].min(), "median": np.median(opened)})
    mouths: list[dict[str, object]] = []
    for film, start, end in MOUTHS:
        values = np.array([said.mouth_open for _, said, _ in read[film]])
        times = np.array([seconds for seconds, _, _ in read[film]])
        inside = (times >= start) & (times <= end)
        mouths.append(
            {
                "film": film,
                "seconds": [start, end],
                "median": np.median(values[inside]),
                "percentile_90": np.percentile(values[inside], 90),
                "percentile_90_elsewhere": np.percentile(values[~inside], 90),
                "elsewhere_median": np.median(values[~inside]),
            }
        )
    return {"turns": turns, "blinks": blinks, "mouths": mouths}
