"""A still photo that obeys: panned, nodded and turned as a plane, its mouth painted open, its eyes painted shut."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from calibration.attack.making.camera import Picture
from calibration.attack.making.faces import FaceAt, Finder
from calibration.attack.making.plane import Grain, Hand, Lie, Random, as_picture, joined, lay
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT

_STARTS, _TAKES, _BLINKS = 0.35, 0.5, 0.25
"""seconds until the attacker begins, until the plane has turned, and for which eyes are shut"""
# What looks most like each gesture when the head is a sheet: as far as a plane can be turned before it looks odd.
_TURNS = {
    "look_left": Lie(yaw=48.0, x=0.05),
    "look_right": Lie(yaw=-48.0, x=-0.05),
    "look_up": Lie(pitch=42.0, y=-0.05),
    "look_down": Lie(pitch=-42.0, y=0.05),
    "come_closer": Lie(scale=1.3),
    "closer": Lie(scale=1.3),
}


class StillInMotion:
    """Shows the first picture that comes as a plane before the camera; asked for a gesture, it plays the nearest thing.

    Without an order it pans slowly and nods by itself, as people do who shake a photo before a camera.
    """

    def __init__(self, rng: Random, find: Finder) -> None:
        """Take the chance that moves the hand and what finds mouth and eyes."""
        self._grain = Grain(rng, 1.5)
        self._wall: Picture | None = None
        self._find = find
        self._hand = Hand(rng, degrees=3.0, share=0.02)
        self._picture: Picture | None = None
        self._face: FaceAt | None = None
        self._order: tuple[str | None, float] = (None, 0.0)
        self._shown = 0.0
        self._last = 0.0
        self._now = 0.0
        self._gesture = ""

    def told(self, gesture: str | None) -> None:
        """Start a gesture, or go back to rest with None."""
        self._order = (gesture, self._now)

    def __call__(self, image: Picture, time: float) -> Picture:
        """Give the plane at a moment; it is larger than the frame, so that no edge is seen."""
        if self._picture is None:
            self._picture, self._face = image, self._find(image)
        self._now = time
        gesture, since = self._order
        wanted = 1.0 if gesture is not None and time - since >= _STARTS else 0.0
        step = (time - self._last) / _TAKES
        self._shown += float(np.clip(wanted - self._shown, -step, step))
        self._last = time
        if gesture is not None:
            self._gesture = gesture
        turn = _TURNS.get(self._gesture, Lie()) if self._shown > 0 else Lie()
        part = Lie(
            turn.yaw * self._shown,
            turn.pitch * self._shown,
            0.0,
            turn.x * self._shown,
            turn.y * self._shown,
            turn.scale**self._shown,
        )
        sheet = self._painted(self._picture, time - since)
        # What the turned plane leaves free is filled with its own blurred picture: a wall behind it.
        if self._wall is None:
            self._wall = cast("Picture", cv2.GaussianBlur(self._picture, (0, 0), 25))
        return self._grain.over(lay(sheet, self._wall, joined(joined(Lie(scale=1.06), part), self._hand.at(time))))

    def _painted(self, picture: Picture, waited: float) -> Picture:
        if self._face is None:
            return picture
        if self._gesture == "open_mouth" and self._shown > 0:
            return mouth_opened(picture, self._face, self._shown)
        if self._gesture == "blink" and _STARTS <= waited < _STARTS + _BLINKS and self._shown > 0:
            return eyes_shut(picture, self._face)
        if self._gesture == "smile" and self._shown > 0:
            return smiling(picture, self._face, self._shown)
        return picture


def mouth_opened(picture: Picture, face: FaceAt, amount: float) -> Picture:
    """Paint a dark mouth, its lower lip and chin pulled down; ``amount`` 0..1."""
    outer, _ = face.lips
    left, right = outer[outer[:, 0].argmin()], outer[outer[:, 0].argmax()]
    middle, half = (left + right) / 2, float(np.linalg.norm(right - left)) / 2
    drop = 0.9 * half * amount
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    below = np.clip((rows - middle[1]) / max(2.2 * half, 1.0), 0, 1)
    near = np.exp(-(((columns - middle[0]) / (1.5 * half)) ** 2))
    # The skin under the mouth line goes down by the drop, fading out towards chin and cheeks.
    pulled = rows - drop * near * np.where(rows > middle[1], 1 - below, 0)
    moved = cv2.remap(picture, columns, pulled.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    hole = ((columns - middle[0]) / (0.75 * half)) ** 2 + ((rows - middle[1] - drop / 2) / max(drop / 2, 0.5)) ** 2 < 1
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), max(1.0, 0.04 * half))[..., None]
    dark = np.array([28, 22, 52], np.float32)
    return as_picture(moved.astype(np.float32) * (1 - soft) + dark * soft)


def eyes_shut(picture: Picture, face: FaceAt) -> Picture:
    """Paint the lids down: the skin above each eye is laid over it."""
    painted = picture.copy()
    for indices in (EYE_LEFT, EYE_RIGHT):
        eye = face.points[list(indices)]
        (left, top), (right, bottom) = eye.min(0), eye.max(0)
        grown = 0.35 * (bottom - top) + 2
        box = [int(max(0, value)) for value in (left - grown, top - grown, right + grown, bottom + grown)]
        x0, y0, x1, y1 = box
        high = y1 - y0
        skin = painted[max(0, y0 - high) : max(1, y0 - high // 2), x0:x1]
        if skin.size:
            lid = cv2.resize(skin, (x1 - x0, high)).astype(np.float32)
            mask = np.zeros((high, x1 - x0), np.float32)
            cv2.ellipse(mask, ((x1 - x0) // 2, high // 2), ((x1 - x0) // 2, high // 2), 0, 0, 360, 1.0, -1)
            mask = cv2.GaussianBlur(mask, (0, 0), max(0.6, 0.08 * high))[..., None]
            part = painted[y0:y1, x0:x1]
            painted[y0:y1, x0:x1] = as_picture(part * (1 - mask) + lid[: part.shape[0], : part.shape[1]] * mask)
    return painted


def smiling(picture: Picture, face: FaceAt, amount: float) -> Picture:
    """Pull the corners of the mouth up and outwards; ``amount`` 0..1."""
    outer, _ = face.lips
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    left, right = outer[outer[:, 0].argmin()], outer[outer[:, 0].argmax()]
    half = float(np.linalg.norm(right - left)) / 2
    for corner, side in ((left, -1.0), (right, 1.0)):
        near = np.exp(-(((columns - corner[0]) ** 2 + (rows - corner[1]) ** 2) / (0.5 * half) ** 2))
        columns = columns - side * 0.25 * half * amount * near
        rows = rows + 0.3 * half * amount * near
    moved = cv2.remap(
        picture, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cast("Picture", moved)
