"""Pose against measured truth (rendered heads) and against two teachers."""

from __future__ import annotations

from itertools import product
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.rendering import head_of, render
from edge_models.recipes.face_landmarks.report_sets import faces
from edge_models.recipes.face_landmarks.samples import Taught
from edge_models.recipes.face_landmarks.targets import pose_of
from edge_models.recipes.recipe import Workshop
from edge_models.tasks.face_landmarks import FaceLandmarks

YAWS, PITCHES, ROLLS = (-45.0, -30.0, -15.0, 0.0, 15.0, 30.0, 45.0), (-20.0, 0.0, 20.0), (-12.0, 0.0, 12.0)
PORTRAITS = 4
PICTURE = 320


def _mae(said: NDArray[Any], truth: NDArray[Any]) -> dict[str, float]:
    apart = np.abs((said - truth + 180) % 360 - 180)
    values = {name: float(apart[:, column].mean()) for column, name in enumerate(("yaw", "pitch", "roll"))}
    return values | {"mean": float(apart.mean())}


def rendered(
    workshop: Workshop, taught: Taught, teachers: ModuleType, task: FaceLandmarks, indices: NDArray[Any]
) -> dict[str, Any]:
    """Give the mean absolute error over a grid of known angles, of the student and of both teachers on the same pictures."""
    pose, state = taught.pose[indices], taught.state[indices]
    level = (np.abs(pose) < [4, 6, 4]).all(1) & (state[:, :2].min(1) > 0.6) & (state[:, 2] < 0.15)
    generator = np.random.default_rng(workshop.recipe.seed)
    chosen = np.sort(generator.permutation(indices[level])[:PORTRAITS])
    truth, said, points_say, omz_say = [], [], [], []
    missed = 0
    for seen in faces(workshop, "faces/utkface_6k.zip", chosen):
        row = np.array([*seen.box[:2], seen.box[0] + seen.box[2], seen.box[1] + seen.box[3], 1, *seen.points5.ravel()])
        points, _ = teachers.mp_landmarks(seen.picture, row.astype(np.float32), refine=1)
        head = head_of(seen.picture, points.astype(np.float64), taught.shape)
        for angles in product(YAWS, PITCHES, ROLLS):
            # A wall of a slow gradient: what is behind a face in the data may not help.
            ends = generator.uniform(40, 220, (2, 2, 3)).astype(np.float32)
            wall = cv2.resize(ends, (PICTURE, PICTURE), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
            picture = render(head, angles, PICTURE, wall)
            face = teachers.biggest(teachers.detect_yunet(picture))
            if face is None:
                missed += 1
                continue
            box = (float(face[0]), float(face[1]), float(face[2] - face[0]), float(face[3] - face[1]))
            answer = task(picture, box, teachers.points5(face))
            truth.append(angles)
            said.append((answer.yaw, answer.pitch, answer.roll))
            again, _ = teachers.mp_landmarks(picture, face, refine=1)
            points_say.append(pose_of(again.astype(np.float64), taught.shape))
            omz_say.append(_omz(teachers, picture, face[:4]))
    known = np.array(truth)
    table = {"student": np.array(said), "mediapipe_points": np.array(points_say), "omz_head_pose": np.array(omz_say)}
    central = (np.abs(known[:, 0]) <= 30) & (known[:, 1] == 0)
    by_yaw = {
        f"{yaw:g}": float(np.median(table["student"][known[:, 0] == yaw, 0]))
        for yaw in YAWS
        if (known[:, 0] == yaw).any()
    }
    level_pose = (known[:, 0] == 0) & (known[:, 2] == 0)
    by_pitch = {
        f"{pitch:g}": float(np.median(table["student"][level_pose & (known[:, 1] == pitch), 1]))
        for pitch in PITCHES
        if (level_pose & (known[:, 1] == pitch)).any()
    }
    return {
        "set": f"{len(chosen)} frontal UTKFace test portraits over their own relief, yaw +-45, pitch +-20, roll +-12",
        "pictures": len(known),
        "not_detected": missed,
        "mae_degrees": {name: _mae(values, known) for name, values in table.items()},
        "mae_degrees_level_within_30": {name: _mae(values[central], known[central]) for name, values in table.items()},
        "median_yaw_said_at": by_yaw,
        "median_pitch_said_at": by_pitch,
    }


def _omz(teachers: ModuleType, picture: NDArray[np.uint8], box: NDArray[Any]) -> list[float]:
    # Its signs: yaw and roll as ours; pitch positive downwards.
    yaw, pitch, roll = teachers.omz_head_pose(picture, box)
    return [float(yaw), float(-pitch), float(roll)]


def against_omz(
    workshop: Workshop, teachers: ModuleType, task: FaceLandmarks, pack: str, indices: NDArray[Any]
) -> dict[str, Any]:
    """Compare the student and the points' pose with Open Model Zoo's head pose on whole pictures."""
    said, theirs = [], []
    for seen in faces(workshop, pack, indices):
        answer = task(seen.picture, seen.box, seen.points5)
        said.append((answer.yaw, answer.pitch, answer.roll))
        x, y, width, height = seen.box
        theirs.append(_omz(teachers, seen.picture, np.array([x, y, x + width, y + height])))
    student, omz = np.array(said), np.array(theirs)
    offset = np.median(student - omz, axis=0)
    return {
        "faces": len(student),
        "mae_degrees": _mae(student, omz),
        "median_offset_degrees": dict(zip(("yaw", "pitch", "roll"), offset, strict=True)),
        "mae_degrees_without_offset": _mae(student - offset, omz),
        "correlation": {
            name: float(np.corrcoef(student[:, column], omz[:, column])[0, 1])
            for column, name in enumerate(("yaw", "pitch", "roll"))
        },
    }
