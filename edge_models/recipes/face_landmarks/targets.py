"""From the teachers' answers to what the student learns: pose, eye and mouth opening, smile, gaze, mirror images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_landmarks import BROW_LEFT, BROW_RIGHT, EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT

Floats = NDArray[np.float64]

BLENDSHAPES = {
    "eyeBlinkLeft": 9,
    "eyeBlinkRight": 10,
    "eyeLookDownLeft": 11,
    "eyeLookDownRight": 12,
    "eyeLookInLeft": 13,
    "eyeLookInRight": 14,
    "eyeLookOutLeft": 15,
    "eyeLookOutRight": 16,
    "eyeLookUpLeft": 17,
    "eyeLookUpRight": 18,
    "jawOpen": 25,
    "mouthSmileLeft": 44,
    "mouthSmileRight": 45,
}
"""The teacher's 52 coefficients, those that are used; Left and Right are the person's."""

LIDS_LEFT = ((160, 144), (159, 145), (158, 153))
LIDS_RIGHT = ((385, 380), (386, 374), (387, 373))
EAR_CLOSED, EAR_OPEN = 0.10, 0.28
"""Eye aspect ratio (height over width of the opening) that counts as closed and as open."""
BLINK_CLOSED = 0.60
"""The teacher's eyeBlink coefficient that counts as closed."""
MOUTH_WIDE = 0.55
"""Gap between the inner lips over the distance of the outer eye corners that counts as wide open."""


@dataclass(frozen=True)
class Shape:
    """The mean face in three dimensions, upright and looking at the camera (x right, y down, z away), and its rigid part."""

    points: Floats
    rigid: NDArray[np.int64]
    mirror: NDArray[np.int64]
    """Point i of a face is point mirror[i] of its mirror image."""


def fit(source: Floats, target: Floats) -> tuple[Floats, float]:
    """Give the rotation and scale that bring ``source`` best onto ``target`` after centring (Umeyama 1991)."""
    a, b = source - source.mean(0), target - target.mean(0)
    u, singular, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    return u @ np.diag(sign) @ vt, float((singular * sign).sum() / (a**2).sum())


def mean_shape(points: Floats, rounds: int = 4) -> Shape:
    """Build the mean face from the teacher's own frontal answers (N x 478 x 3) by generalised Procrustes analysis.

    Frontal: the nose tip lies midway between the outer eye corners. Left-right symmetry sets the zero of yaw and
    roll; the zero of pitch is the average of the frontal pictures.
    """
    eyes = np.linalg.norm(points[:, 263] - points[:, 33], axis=1)
    aside = np.abs(points[:, 4, 0] - (points[:, 33, 0] + points[:, 263, 0]) / 2) / eyes
    level = np.abs(points[:, 33, 1] - points[:, 263, 1]) / eyes
    frontal = points[(aside < 0.06) & (level < 0.05)]
    mean = frontal.mean(0) / 1.0
    mirror = _mirror_of(mean)
    mean = _symmetric(mean, mirror)
    soft = {*EYE_LEFT, *EYE_RIGHT, *IRIS_LEFT, *IRIS_RIGHT, *BROW_LEFT, *BROW_RIGHT}
    # What lies above the upper lip and is no lid or brow hardly moves with the expression.
    rigid = np.array([i for i in range(478) if i not in soft and mean[i, 1] < mean[2, 1]])
    for _ in range(rounds):
        moved = []
        for face in frontal:
            rotation, scale = fit(face[rigid], mean[rigid])
            moved.append((face - face[rigid].mean(0)) @ rotation.T * scale)
        mean = _symmetric(np.mean(moved, axis=0), mirror)
    return Shape(mean, rigid, mirror)


def _symmetric(points: Floats, mirror: NDArray[np.int64]) -> Floats:
    centred = points - points.mean(0)
    other = centred[mirror] * np.array([-1.0, 1.0, 1.0])
    return np.asarray((centred + other) / 2)


def _mirror_of(mean: Floats) -> NDArray[np.int64]:
    """Pair the points with those nearest to their mirror images, the closest pairs first; a midline point pairs itself."""
    centred = mean - mean.mean(0)
    apart = np.linalg.norm(centred[:, None] - (centred * np.array([-1.0, 1.0, 1.0]))[None], axis=2)
    # Irises (from 468 on) lie inside the eyes: no lid may be taken for one.
    iris = np.arange(len(mean)) >= 468
    apart[iris[:, None] != iris[None, :]] = np.inf
    mirror = np.full(len(mean), -1)
    for place in np.argsort(apart, axis=None, kind="stable"):
        one, other = divmod(int(place), len(mean))
        if mirror[one] < 0 and mirror[other] < 0:
            mirror[one], mirror[other] = other, one
    return mirror


def angles_of(rotation: Floats) -> tuple[float, float, float]:
    """Give yaw, pitch, roll in degrees of a rotation that takes the mean face to a face in the picture.

    The rotation is roll after yaw after pitch, so that roll is the slope of the eyes' line in the picture. Yaw is
    positive to the image's right, pitch up, roll clockwise.
    """
    forward = rotation @ np.array([0.0, 0.0, -1.0])
    across = rotation @ np.array([1.0, 0.0, 0.0])
    roll = np.arctan2(across[1], across[0])
    x = np.cos(roll) * forward[0] + np.sin(roll) * forward[1]
    y = -np.sin(roll) * forward[0] + np.cos(roll) * forward[1]
    yaw = np.arctan2(x, -forward[2])
    pitch = np.arcsin(np.clip(-y, -1, 1))
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def pose_of(face: Floats, shape: Shape) -> tuple[float, float, float]:
    """Give yaw, pitch, roll of one face's 478 x 3 points."""
    rotation, _ = fit(shape.points[shape.rigid], face[shape.rigid])
    return angles_of(rotation)


def aspect_ratio(face: Floats, lids: tuple[tuple[int, int], ...], corners: tuple[int, int]) -> float:
    """Give the height of an eye's opening over its width, in three dimensions so that a turned head does not squint."""
    height = float(np.mean([np.linalg.norm(face[a] - face[b]) for a, b in lids]))
    return height / max(float(np.linalg.norm(face[corners[0]] - face[corners[1]])), 1e-9)


def state_of(face: Floats, blendshapes: NDArray[np.float32]) -> list[float]:
    """Give eyes open (image's left, right), mouth open, smile, gaze x (image's right), gaze y (up).

    An eye's opening is the mean of what its shape and the blink coefficient say. (The eye classifier of Open Model
    Zoo, tried as a third voice, calls many open eyes of small pictures shut.)
    """
    b = {name: float(blendshapes[index]) for name, index in BLENDSHAPES.items()}
    opened = []
    for lids, corners, blink in (
        (LIDS_LEFT, (33, 133), b["eyeBlinkRight"]),
        (LIDS_RIGHT, (362, 263), b["eyeBlinkLeft"]),
    ):
        by_shape = np.clip((aspect_ratio(face, lids, corners) - EAR_CLOSED) / (EAR_OPEN - EAR_CLOSED), 0, 1)
        by_blink = np.clip(1 - blink / BLINK_CLOSED, 0, 1)
        opened.append(float(by_shape + by_blink) / 2)
    gap = float(np.linalg.norm(face[13] - face[14]) / np.linalg.norm(face[33] - face[263]))
    mouth = (b["jawOpen"] + float(np.clip(gap / MOUTH_WIDE, 0, 1))) / 2
    smile = (b["mouthSmileLeft"] + b["mouthSmileRight"]) / 2
    right = (b["eyeLookOutLeft"] - b["eyeLookInLeft"] + b["eyeLookInRight"] - b["eyeLookOutRight"]) / 2
    up = (b["eyeLookUpLeft"] + b["eyeLookUpRight"] - b["eyeLookDownLeft"] - b["eyeLookDownRight"]) / 2
    return [*opened, mouth, smile, float(np.clip(right, -1, 1)), float(np.clip(up, -1, 1))]


def mirrored_state(state: NDArray[Any]) -> NDArray[Any]:
    """Give the state of the mirror image: eyes change places, gaze x its sign (last axis: the six values)."""
    return np.asarray(state[..., [1, 0, 2, 3, 4, 5]] * np.array([1, 1, 1, 1, -1, 1], state.dtype))
