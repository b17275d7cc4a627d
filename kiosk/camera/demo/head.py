"""A head with depth, turned before a camera with perspective."""

from __future__ import annotations

import math

import cv2
import numpy as np

from kiosk.camera.demo.acting import Pose
from kiosk.camera.demo.portrait import BETWEEN_EYES, CHIN, HEIGHT, NOSE_TIP, OUTLINE, SCALE, WIDTH, Field, place

_PER_MM = 90.0 / 63.0  # canvas pixels to a millimetre: 63 mm lie between the pupils
_CAMERA = 520.0 * _PER_MM
_STEP = 4  # the warp is solved on every fourth pixel and is smooth between
_ROUNDS = 7
_CHEEKS = 95.0
_FRONTAL = 3.0  # degrees: the portrait looks a little to the image's left


class Head:
    """Solves, for a pose, where on the portrait each pixel of the picture comes from."""

    def __init__(self) -> None:
        """Lay out the depth of the head."""
        rows, columns = np.mgrid[0:HEIGHT:_STEP, 0:WIDTH:_STEP].astype(np.float32)
        self._rows, self._columns = rows, columns
        eyes, nose, chin = place((BETWEEN_EYES, NOSE_TIP, CHIN))
        # The axis that the head turns on: between the ears, behind the upper lip.
        self._axis = np.array([eyes[0], nose[1] + 8.0], np.float32)
        self._depth = _depth(rows, columns, eyes, nose, chin)
        fade = np.clip((place(((0, 206),))[0, 1] - rows) / (206.0 - 170.0) / SCALE, 0.0, 1.0)
        self._follows = fade * fade * (3.0 - 2.0 * fade)
        self._rim = place(OUTLINE)

    def facing(self) -> Field:
        """Give how squarely each place of the portrait faces the screen, 0..1: so much of its light it takes."""
        slope_x = cv2.Sobel(self._depth, cv2.CV_32F, 1, 0, ksize=3) / (8.0 * _STEP)
        slope_y = cv2.Sobel(self._depth, cv2.CV_32F, 0, 1, ksize=3) / (8.0 * _STEP)
        return _enlarge(np.asarray(1.0 / np.sqrt(1.0 + slope_x**2 + slope_y**2), np.float32))

    def source(self, pose: Pose) -> tuple[Field, Field, tuple[slice, slice]]:
        """Give columns and rows on the portrait for each pixel of a part of the picture, and that part.

        The part holds the whole head.
        """
        turn = _rotation(pose)
        part = self._part(turn, pose)
        wanted_x, wanted_y = self._columns[part], self._rows[part]
        x, y = self._start(wanted_x, wanted_y, turn, pose)
        # Solve forward(x, y) = pixel by repeated correction; the depth is gentle enough that this settles.
        for _ in range(_ROUNDS):
            seen_x, seen_y = self._forward(x, y, turn, pose)
            x = x + 0.85 * (wanted_x - seen_x)
            y = y + 0.85 * (wanted_y - seen_y)
        rows, columns = (slice(axis.start * _STEP, axis.stop * _STEP) for axis in part)
        return _enlarge(x), _enlarge(y), (rows, columns)

    def _part(self, turn: Field, pose: Pose) -> tuple[slice, slice]:
        """Give the part of the grid in which the head can be seen."""
        seen_x, seen_y = self._forward(self._rim[:, :1], self._rim[:, 1:], turn, pose)
        left, right = int(seen_x.min() - 12) // _STEP, int(seen_x.max() + 12) // _STEP + 1
        top, bottom = int(seen_y.min() - 12) // _STEP, int(seen_y.max() + 12) // _STEP + 1
        return (
            slice(max(top, 0), min(max(bottom, 1), HEIGHT // _STEP)),
            slice(max(left, 0), min(max(right, 1), WIDTH // _STEP)),
        )

    def _start(self, x: Field, y: Field, turn: Field, pose: Pose) -> tuple[Field, Field]:
        """Guess as if the head were flat, at the depth of the cheeks."""
        right = (x - pose.across - self._axis[0]) / pose.size - turn[0, 2] * _CHEEKS
        down = (y - pose.down - self._axis[1]) / pose.size - turn[1, 2] * _CHEEKS
        return self._axis[0] + right, self._axis[1] + down

    def _forward(self, x: Field, y: Field, turn: Field, pose: Pose) -> tuple[Field, Field]:
        at = (x / _STEP, y / _STEP)
        depth = cv2.remap(self._depth, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        follows = cv2.remap(self._follows, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        right, down = x - self._axis[0], y - self._axis[1]
        new_right = turn[0, 0] * right + turn[0, 1] * down + turn[0, 2] * depth
        new_down = turn[1, 0] * right + turn[1, 1] * down + turn[1, 2] * depth
        new_depth = turn[2, 0] * right + turn[2, 1] * down + turn[2, 2] * depth
        # The portrait holds the perspective of its own pose already: only the change counts.
        nearer = (_CAMERA - depth) / (_CAMERA - new_depth)
        right = right + follows * (new_right * nearer - right)
        down = down + follows * (new_down * nearer - down)
        return (
            self._axis[0] + pose.size * right + pose.across,
            self._axis[1] + pose.size * down + pose.down,
        )


def _rotation(pose: Pose) -> Field:
    """Give the turn for right, down, towards the camera."""
    yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw + _FRONTAL, pose.pitch, pose.roll))
    around_down = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    around_right = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    in_plane = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    return np.asarray(in_plane @ around_right @ around_down, np.float32)


def _depth(rows: Field, columns: Field, eyes: Field, nose: Field, chin: Field) -> Field:
    """Give how far each place stands before the axis, in canvas pixels."""
    right, down = columns - eyes[0], rows - (eyes[1] + 12.0)
    tall = np.where(down < 0.0, 175.0, 205.0)
    radius = (right / 172.0) ** 2 + (down / tall) ** 2
    skull: Field = 128.0 * np.sqrt(np.clip(1.0 - radius, 0.0, 1.0) + 0.02)

    def bump(centre: Field, wide: float, tall: float) -> Field:
        return np.asarray(np.exp(-(((columns - centre[0]) / wide) ** 2) - ((rows - centre[1]) / tall) ** 2), np.float32)

    ridge = np.asarray((eyes + nose) / 2, np.float32)
    features = 34.0 * bump(nose, 27.0, 26.0) + 14.0 * bump(ridge, 20.0, 28.0) + 14.0 * bump(chin, 45.0, 32.0)
    for side in (-45.0, 45.0):
        features = features - 12.0 * bump(eyes + np.array([side, 0.0], np.float32), 26.0, 18.0)
    mouth = nose + (chin - nose) * 0.36
    features = features + 6.0 * bump(mouth.astype(np.float32), 40.0, 20.0)
    return np.asarray(cv2.GaussianBlur((skull + features).astype(np.float32), (0, 0), 1.5), np.float32)


def _enlarge(coarse: Field) -> Field:
    # Bilinear on a grid whose points are the pixels 0, 4, 8 ...: not the half-pixel grid of resize.
    move = np.array([[1.0 / _STEP, 0.0, 0.0], [0.0, 1.0 / _STEP, 0.0]], np.float32)
    size = (coarse.shape[1] * _STEP, coarse.shape[0] * _STEP)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(coarse, move, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
