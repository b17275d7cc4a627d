"""What a face is measured by from frame to frame: angles, openings, size, place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite, nan
from statistics import median
from typing import NamedTuple

from kiosk.analysis.facts import FaceFacts


class Measure(NamedTuple):
    """One frame's numbers, or the median of several; NaN where one was not measured."""

    yaw: float
    """degrees"""
    pitch: float
    mouth: float = nan
    """opening 0..1"""
    smile: float = nan
    eye_left: float = nan
    """opening 0..1; the image's left"""
    eye_right: float = nan
    size: float = nan
    """distance between the eyes, pixels"""
    x: float = nan
    """middle between the eyes, pixels"""
    y: float = nan


@dataclass(frozen=True, slots=True)
class Track:
    """Where the face was seen last, pixels and seconds of the camera's clock."""

    time: float | None = None
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    """the root of the box's area"""
    doubt: tuple[float, float, float, float] | None = None
    """time, x, y, size of a face out of a head's reach: the next frame says whether it is one"""
    steps_low: int = 0
    """near-frontal frames running that do not resemble the one before"""


@dataclass(frozen=True, slots=True)
class InsideProbe:
    """The best frontal frame between gestures so far."""

    kept: int | None = None
    """index of the frame that the worker keeps as probe"""
    seconds: float = 0.0
    """when it was taken, after the challenge began"""
    score: float = 0.0
    asked: int | None = None
    asked_since: float = 0.0
    asked_score: float = 0.0


def measure(face: FaceFacts) -> Measure | None:
    """Give a face's measures, None without a pose that can be one."""
    pose = face.pose
    if pose is None or not (abs(pose.yaw) <= 180 and abs(pose.pitch) <= 180):
        return None
    (left_x, left_y), (right_x, right_y) = face.points[:2]
    left, right = face.eyes_open if face.eyes_open is not None else (nan, nan)
    return Measure(
        yaw=pose.yaw,
        pitch=pose.pitch,
        mouth=_finite(face.mouth_open),
        smile=_finite(face.smile),
        eye_left=_finite(left),
        eye_right=_finite(right),
        size=_finite(hypot(right_x - left_x, right_y - left_y)),
        x=_finite((left_x + right_x) / 2),
        y=_finite((left_y + right_y) / 2),
    )


def median_measure(measures: Sequence[Measure]) -> Measure:
    """Give the median of each measure over those that hold it: one frame's error does not move it."""
    columns = zip(*measures, strict=True)
    return Measure(*(median(known) if (known := [v for v in column if isfinite(v)]) else nan for column in columns))


def extremes(measures: Sequence[Measure]) -> tuple[Measure, Measure]:
    """Give the least and the greatest of each measure; NaN where one frame lacks it."""
    columns = [tuple(column) for column in zip(*measures, strict=True)]
    whole = [column if all(isfinite(value) for value in column) else (nan,) for column in columns]
    return Measure(*(min(column) for column in whole)), Measure(*(max(column) for column in whole))


def _finite(value: float | None) -> float:
    return value if value is not None and isfinite(value) else nan
