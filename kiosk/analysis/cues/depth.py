"""Depth from parallax: points of a flat picture move by a homography however it is moved by hand; a head's do not.

Two explanations compete for every frame whose shape differs from the neutral one: a sheet (a homography, and a bend to
second order: paper) and a head (this person's neutral shape with the depth of a mean head, turned and seen with
perspective). The score is the sheet's share of the misfit over all these frames: 0 a sheet explains them exactly, 1 a
head does, one half neither better. (Homography: Hartley and Zisserman 2004, 4.1; plane and parallax: Irani and Anandan
1996.) A film of a head shown on a screen keeps its parallax: this cue does not catch it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from math import exp, isfinite, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_landmarks import Landmarks
from kiosk.analysis.cues.correlated import interval_of
from kiosk.analysis.cues.operating_points import OperatingPointInvalid, operating_point
from kiosk.analysis.facts import CueJudgement, Gathered, Point, ShapeSample

CHECK = "depth"
MEAN_HEAD = Path(__file__).with_name("mean_head.toml")
"""the mean head's points; written by ``python -m calibration.cues.depth``"""
POINTS = (33, 133, 362, 263, 168, 6, 197, 4, 2, 98, 327, 61, 291, 0, 151, 10, 9, 50, 280, 116, 345, 152)
"""of the 478 landmarks: corners of the eyes, ridge, tip and wings of the nose, mouth, forehead, cheeks, chin"""
_LEFT_EYE, _RIGHT_EYE = (0, 1), (2, 3)
FEWEST = 5
"""frames with a change of shape under which nothing is said"""
_LEAST_CHANGE = 0.1
"""square of the change of shape in eye distances, summed over the points: a head's at about 12 degrees"""
_FREE_SHEET, _FREE_HEAD = 2 * len(POINTS) - 14, 2 * len(POINTS) - 6
"""numbers that a sheet (8 + 6) and a head (2 + 4) leave unexplained"""
_TURNED = 10.0
"""degrees: a head that turns less is not seen to turn"""
_MOST_FRAMES = 240
_NEUTRAL_SHARE, _NEUTRAL_LEAST, _NEUTRAL_MOST = 0.2, 3, 12
_CAMERA = 8.0
"""distance of the camera in eye distances: half a metre"""
_GRID = np.array([(yaw, pitch) for yaw in range(-60, 61, 2) for pitch in range(-42, 43, 2)], np.float64)
"""turns that a head is tried at, degrees"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parallax:
    """What the shapes of a session show."""

    share: float
    """the sheet's share of the misfit: 0 flat .. 1 a head"""
    low: float
    high: float
    """its 95 % interval over time"""
    frames: int
    """frames whose shape differs enough from the neutral one"""
    turn: float
    """largest turn of a head that would look most like them, degrees"""


def shape_of(seen: Landmarks) -> tuple[Point, ...]:
    """Choose the points that are followed."""
    return tuple((float(x), float(y)) for x, y in seen.points[list(POINTS)])


def judge_depth(gathered: Gathered) -> CueJudgement:
    """Judge the shapes of a session; ``too_few`` when the shape hardly changed, ``unsure`` when it did without a turn."""
    found = parallax(gathered.shapes)
    if found is None:
        return CueJudgement(CHECK, code="too_few")
    try:
        point = operating_point(CHECK)
    except OperatingPointInvalid:
        return CueJudgement(CHECK, code="unavailable")
    detail = (("low", f"{found.low:.2f}"), ("high", f"{found.high:.2f}"), ("turn", f"{found.turn:.0f}"))
    # A smile changes the shape too, and a sheet explains it well enough: without a turn that is no proof of a picture.
    unsure = found.share < point.threshold and found.turn < _TURNED
    code = "unsure" if unsure else ""
    return CueJudgement(CHECK, found.share, point.threshold, point.bpcer, found.frames, code, detail)


def parallax(
    shapes: tuple[ShapeSample, ...], *, fewest: int = FEWEST, neutral_least: int = _NEUTRAL_LEAST
) -> Parallax | None:
    """Weigh a sheet against a head; None while fewer than ``fewest`` shapes differ enough from the neutral one.

    The neutral shape is the mean of at least ``neutral_least`` shapes that look straightest.
    """
    usable = [s for s in shapes if _sound(s)][-_MOST_FRAMES * 4 :]
    usable = usable[:: max(1, -(-len(usable) // _MOST_FRAMES))]
    if len(usable) < neutral_least + fewest:
        return None
    points = np.array([sample.points for sample in usable], np.float64)
    poses = np.array([(sample.yaw, sample.pitch) for sample in usable])
    away = np.abs(poses[:, 0]) + np.abs(poses[:, 1] - np.median(poses[:, 1]))
    count = int(np.clip(len(usable) * _NEUTRAL_SHARE, neutral_least, _NEUTRAL_MOST))
    neutral = np.sort(np.argsort(away, kind="stable")[:count])
    rest = np.setdiff1d(np.arange(len(usable)), neutral)
    if not len(rest) or not _spread_out(points).all():
        return None
    first = points[neutral[0]]
    rested = _aligned(points[neutral], np.broadcast_to(first, (count, *first.shape))).mean(0)
    change, sheet, head, turns = _misfits(_lifted(rested, poses[neutral].mean(0)), points[rest])
    changed = change >= _LEAST_CHANGE
    if changed.sum() < fewest:
        return None
    sheet, head = sheet[changed], head[changed]
    ratio = float(sheet.mean() / max(head.mean(), 1e-12))
    # Error of the logarithm of the ratio, to first order.
    error = interval_of(sheet / max(sheet.mean(), 1e-12) - head / max(head.mean(), 1e-12))
    half = min((error.high - error.low) / 2, 20.0)
    low, share, high = (1 / (1 + exp(-(log(max(ratio, 1e-12)) + side * half) / 2)) for side in (-1, 0, 1))
    return Parallax(share, low, high, int(changed.sum()), float(turns[changed].max()))


def _sound(sample: ShapeSample) -> bool:
    numbers = (sample.yaw, sample.pitch, *(value for point in sample.points for value in point))
    return len(sample.points) == len(POINTS) and all(map(isfinite, numbers))


def _spread_out(points: Floats) -> NDArray[np.bool_]:
    return np.asarray(_eye_distance(points) > 1.0)


def _eye_distance(points: Floats) -> Floats:
    across = points[..., _RIGHT_EYE, :].mean(-2) - points[..., _LEFT_EYE, :].mean(-2)
    return np.asarray(np.linalg.norm(across, axis=-1))


@lru_cache(maxsize=1)
def mean_head() -> Floats:
    """Give the mean head's points: right, down, away, in eye distances."""
    table = tomllib.loads(MEAN_HEAD.read_text("utf-8"))
    head = np.array([table["points"][str(index)] for index in POINTS], np.float64)
    return np.asarray(head - head.mean(0))


def _turns(angles: Floats) -> Floats:
    """Give rotations (right, down, away) for N x 2 yaw, pitch in degrees; yaw to the image's right, pitch up."""
    yaw, pitch = -np.radians(angles[:, 0]), -np.radians(angles[:, 1])
    cy, sy, cp, sp, zero = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.zeros(len(angles))
    rows = [[cy, sy * sp, sy * cp], [zero, cp, -sp], [-sy, cy * sp, cy * cp]]
    return np.moveaxis(np.array(rows), 2, 0)


def _aligned(shapes: Floats, onto: Floats) -> Floats:
    """Move, turn and scale each F x N x 2 shape onto another, least squares."""
    a, b = shapes[..., 0] + 1j * shapes[..., 1], onto[..., 0] + 1j * onto[..., 1]
    a, middle = a - a.mean(-1, keepdims=True), b.mean(-1, keepdims=True)
    factor = (np.conj(a) * (b - middle)).sum(-1, keepdims=True) / (np.abs(a) ** 2).sum(-1, keepdims=True)
    moved = factor * a + middle
    return np.stack([moved.real, moved.imag], -1)


def _lifted(rested: Floats, pose: Floats) -> Floats:
    """Give this person's neutral shape depth: the mean head's, turned as the person rests; N x 3 in eye distances."""
    head = mean_head() @ _turns(pose[None])[0].T
    flat = _aligned(rested[None], head[None, :, :2])[0]
    return np.concatenate([flat - flat.mean(0), head[:, 2:]], 1)


def _drawn(solid: Floats, turns: Floats) -> Floats:
    turned = solid @ turns.transpose(0, 2, 1)
    return np.asarray(turned[..., :2] * (_CAMERA / (_CAMERA + turned[..., 2:])))


def _misfits(solid: Floats, shapes: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Give for each of F shapes the change of shape, the misfit of a sheet and of a head (squares), the turn (degrees)."""
    flat = np.broadcast_to(solid[:, :2], (len(shapes), *solid[:, :2].shape))
    centred = shapes - shapes.mean(1, keepdims=True)
    sizes = np.sqrt((flat**2).sum((1, 2)) / (centred**2).sum((1, 2)))
    shown = centred * sizes[:, None, None]
    angles = _best_turn(solid, shown)
    turned = _aligned(_drawn(solid, _turns(angles)), shown)
    change = ((_aligned(flat, shown) - shown) ** 2).sum((1, 2))
    sheet = (_off_sheet(flat, shown) ** 2).sum(1) / _FREE_SHEET
    head = ((turned - shown) ** 2).sum((1, 2)) / _FREE_HEAD
    return change, sheet, head, np.hypot(angles[:, 0], angles[:, 1])


def _best_turn(solid: Floats, shown: Floats) -> Floats:
    """Give the turn of the solid head that looks most like each shape, N x 2 degrees, whatever the shape's scale and roll."""
    drawn = _drawn(solid, _turns(_GRID))
    tried, seen = drawn[..., 0] + 1j * drawn[..., 1], shown[..., 0] + 1j * shown[..., 1]
    tried = tried - tried.mean(1, keepdims=True)
    seen = seen - seen.mean(1, keepdims=True)
    # What a similarity leaves is |seen|^2 - |<tried, seen>|^2 / |tried|^2: the best turn has the largest second term.
    likeness = np.abs(seen @ np.conj(tried).T) ** 2 / (np.abs(tried) ** 2).sum(1)
    return np.asarray(_GRID[likeness.argmax(1)])


def _off_sheet(flat: Floats, shown: Floats) -> Floats:
    """Give what neither a homography nor a bend of the flat shape explains of the shown one, F x 2N."""
    plane = _homography(flat, shown)
    mapped, slopes = _mapped(plane, flat)
    left = (shown - mapped).reshape(len(shown), -1)
    x, y = flat[..., 0], flat[..., 1]
    bends = np.zeros((*slopes.shape[:2], 6))
    for column, bend in enumerate((x * x, x * y, y * y)):
        bends[:, 0::2, column], bends[:, 1::2, 3 + column] = bend, bend
    basis, _ = np.linalg.qr(np.concatenate([slopes, bends], 2))
    return np.asarray(left - (basis @ (basis.transpose(0, 2, 1) @ left[..., None]))[..., 0])


def _homography(flat: Floats, shown: Floats) -> Floats:
    """Fit F homographies: the linear solution, then two Gauss-Newton steps on the distances in the picture."""
    x, y, u, v = flat[..., 0], flat[..., 1], shown[..., 0], shown[..., 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, none, none, none, -u * x, -u * y, -u], -1),
            np.stack([none, none, none, x, y, one, -v * x, -v * y, -v], -1),
        ],
        1,
    )
    plane = np.linalg.svd(rows, full_matrices=False)[2][:, -1]
    plane = plane / np.where(np.abs(plane[:, 8:]) < 1e-9, 1e-9, plane[:, 8:])
    for _ in range(2):
        mapped, slopes = _mapped(plane, flat)
        left = (shown - mapped).reshape(len(shown), -1, 1)
        normal = slopes.transpose(0, 2, 1) @ slopes + 1e-9 * np.eye(8)
        plane[:, :8] += np.linalg.solve(normal, slopes.transpose(0, 2, 1) @ left)[..., 0]
    return plane


def _mapped(plane: Floats, flat: Floats) -> tuple[Floats, Floats]:
    """Give the flat points moved by F homographies, and how each moves with the plane's eight numbers (F x 2N x 8)."""
    whole = plane.reshape(-1, 3, 3)
    lifted = np.concatenate([flat, np.ones((*flat.shape[:2], 1))], 2) @ whole.transpose(0, 2, 1)
    depth = np.where(np.abs(lifted[..., 2:]) < 1e-6, 1e-6, lifted[..., 2:])
    mapped = lifted[..., :2] / depth
    x, y, w = flat[..., 0], flat[..., 1], depth[..., 0]
    slopes = np.zeros((len(plane), 2 * flat.shape[1], 8))
    for start, line in ((0, 0), (1, 3)):
        slopes[:, start::2, line : line + 3] = np.stack([x / w, y / w, 1 / w], -1)
        slopes[:, start::2, 6] = -mapped[..., start] * x / w
        slopes[:, start::2, 7] = -mapped[..., start] * y / w
    return mapped, slopes
