"""What was found where, drawn into the picture: for people who would rather look than read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import DocumentReading, Quad

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

_OUTLINE: Colour = (0, 160, 230)
_GOOD: Colour = (70, 170, 40)
_BAD: Colour = (50, 50, 220)
_PORTRAIT: Colour = (200, 90, 30)
_BARCODE: Colour = (170, 60, 170)


def drawn(picture: Picture, reading: DocumentReading) -> Picture:
    """Give a copy with outline, zone (green where its check digits hold), fields, portrait and barcodes."""
    seen = picture.copy()
    thick = max(1, round(max(picture.shape[:2]) / 400))
    if reading.corners is not None:
        _quad(seen, reading.corners, _OUTLINE, thick)
    if reading.mrz is not None and reading.mrz.corners is not None:
        _quad(seen, reading.mrz.corners, _GOOD if reading.mrz.passed else _BAD, thick)
    for field in reading.fields:
        if field.box is not None:
            _quad(seen, field.box, _BAD if field.check is False else _GOOD, thick)
    for code in reading.barcodes:
        if code.corners is not None:
            _quad(seen, code.corners, _BARCODE, thick)
    if reading.portrait is not None:
        x, y, width, height = (round(value) for value in reading.portrait.box)
        cv2.rectangle(seen, (x, y), (x + width, y + height), _PORTRAIT, thick)
    return seen


def _quad(picture: Picture, corners: Quad | Sequence[tuple[float, float]], colour: Colour, thick: int) -> None:
    points = np.round(np.asarray(corners, np.float64)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(picture, [points], isClosed=True, color=colour, thickness=thick, lineType=cv2.LINE_AA)
