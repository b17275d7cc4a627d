"""A flat picture held before a camera: where it lies in the frame at each moment."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Random = np.random.Generator

_FOCAL = 1.6
"""focal length in frame widths: a lens of about 35 degrees, as kiosk cameras have"""


@dataclass(frozen=True, slots=True)
class Lie:
    """How the plane lies: angles in degrees (yaw to the image's right, pitch up, roll clockwise), the rest in shares."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    """share of the frame's width, to the right"""
    y: float = 0.0
    """share of the frame's height, downwards"""
    scale: float = 1.0
    """1: the plane fills the frame as its picture did"""


class Hand:
    """The unrest of a hand: three slow waves for each way in which a plane can move."""

    def __init__(self, rng: Random, *, degrees: float = 1.6, share: float = 0.008) -> None:
        """Take how far it trembles: degrees of turn, share of the frame's size."""
        self._amounts = np.array([degrees, degrees, 0.6 * degrees, share, share, share])
        self._periods = rng.uniform(0.7, 4.5, (6, 3))
        self._phases = rng.uniform(0, 2 * pi, (6, 3))

    def at(self, time: float) -> Lie:
        """Give the lie at a moment in seconds."""
        waves = np.sin(2 * pi * time / self._periods + self._phases).mean(1) * self._amounts
        yaw, pitch, roll, x, y, scale = (float(value) for value in waves)
        return Lie(yaw, pitch, roll, x, y, 1 + scale)


def joined(first: Lie, second: Lie) -> Lie:
    """Give one lie on top of another."""
    return Lie(
        first.yaw + second.yaw,
        first.pitch + second.pitch,
        first.roll + second.roll,
        first.x + second.x,
        first.y + second.y,
        first.scale * second.scale,
    )


def homography(size: tuple[int, int], frame: tuple[int, int], lie: Lie) -> NDArray[np.float64]:
    """Give the 3 x 3 matrix from the plane's pixels (width, height) to those of the frame (width, height).

    The plane turns about its own middle before a pinhole camera.
    """
    width, height = size
    yaw, pitch, roll = radians(lie.yaw), radians(-lie.pitch), radians(lie.roll)
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
    turned = about_z @ about_x @ about_y
    focal = _FOCAL * frame[0]
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]], np.float64)
    # Points of the plane are (x, y, 0): only two columns of the rotation count; the third is the way to the plane.
    placed = np.column_stack([turned[:, 0], turned[:, 1], [0, 0, focal / lie.scale]])
    moved = np.array([[1, 0, frame[0] * (0.5 + lie.x)], [0, 1, frame[1] * (0.5 + lie.y)], [0, 0, 1]])
    return cast("NDArray[np.float64]", moved @ np.diag([focal, focal, 1.0]) @ placed @ centred)


def lay(picture: Picture, under: Picture, lie: Lie) -> Picture:
    """Lay the plane over the picture ``under``, its edge softened by a pixel as a lens does."""
    height, width = under.shape[:2]
    matrix = homography((picture.shape[1], picture.shape[0]), (width, height), lie)
    laid = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = cv2.warpPerspective(np.full(picture.shape[:2], 255, np.uint8), matrix, (width, height))
    soft = cv2.GaussianBlur(mask, (0, 0), 0.7).astype(np.float32)[..., None] / 255
    return as_picture(under.astype(np.float32) * (1 - soft) + laid.astype(np.float32) * soft)


def as_picture(values: Floats | NDArray[np.floating]) -> Picture:
    """Round and bound to 0..255."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def room_of(image: Picture, rng: Random) -> Picture:
    """Give another place to stand in: the frame blurred beyond recognition, turned over and dimmed."""
    height, width = image.shape[:2]
    small = cv2.GaussianBlur(cv2.resize(image[::-1, ::-1], (32, 24)), (0, 0), 2.5)
    wide = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = cv2.resize(rng.normal(0, 1, (height // 2, width // 2)).astype(np.float32), (width, height))
    return as_picture(wide * rng.uniform(0.45, 0.9) + 3 * grain[..., None])


class Grain:
    """Noise of a second sensor over a picture: a few fields, drawn once, that follow each other (drawing is slow)."""

    _FIELDS = 6

    def __init__(self, rng: Random, deviation: float) -> None:
        """Take the noise's standard deviation in grey levels."""
        self._rng = rng
        self._deviation = deviation
        self._fields: list[Floats] = []
        self._next = 0

    def over(self, picture: Picture) -> Picture:
        """Give the picture with noise."""
        if not self._fields or self._fields[0].shape != picture.shape:
            drawn = self._rng.normal(0, self._deviation, (self._FIELDS, *picture.shape))
            self._fields = list(drawn.astype(np.float32))
        self._next = (self._next + 1) % self._FIELDS
        # Rolled by a random step, a field does not come back at the same place.
        shift = int(self._rng.integers(0, picture.shape[0]))
        return as_picture(picture.astype(np.float32) + np.roll(self._fields[self._next], shift, axis=0))
