"""The card that the demonstration's person holds up: drawn by ``draw_card``, with the person's own portrait on it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kiosk.camera.demo.portrait import HEIGHT, WIDTH, Picture, reference_portrait
from kiosk.errors import CameraUnusable

_FILE = Path(__file__).with_name("card.png")
_PORTRAIT = (48, 122, 320, 416)
"""x, y, width, height on the drawn card"""
_SHARE = 0.84
"""of the picture's width that the card takes up"""


def held_card() -> Picture:
    """Give the card in the middle of the canvas: blue, green, red, cover. Raises ``CameraUnusable`` without its file."""
    card = cv2.imread(str(_FILE), cv2.IMREAD_COLOR)
    if card is None:
        raise CameraUnusable("the demonstration's card cannot be read", hint="install gishe anew")
    x, y, width, height = _PORTRAIT
    face = reference_portrait()
    part = face[: round(face.shape[1] * height / width), :]
    card[y : y + height, x : x + width] = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    cover = np.zeros(card.shape[:2], np.uint8)
    _rounded(cover, radius=36)
    wide = round(_SHARE * WIDTH)
    size = (wide, round(wide * card.shape[0] / card.shape[1]))
    small = cv2.resize(np.dstack((card, cover)), size, interpolation=cv2.INTER_AREA)
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    top, left = (HEIGHT - size[1]) // 2, (WIDTH - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = small
    for finger_x, lean in ((left - 4, 20), (left + size[0] + 4, -20)):
        cv2.ellipse(
            canvas, (finger_x, top + size[1] // 3), (30, 15), lean, 0, 360, (118, 150, 196, 255), -1, cv2.LINE_AA
        )
    return canvas


def _rounded(cover: Picture, radius: int) -> None:
    height, width = cover.shape
    cv2.rectangle(cover, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(cover, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - radius):
        for y in (radius, height - radius):
            cv2.circle(cover, (x, y), radius, 255, -1)
