"""Movements within the face: lids and mouth, drawn on the flat portrait before the head is turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.camera.demo.portrait import SCALE, Field, Picture, Points, place

_LIDS: tuple[tuple[Points, Points], ...] = (
    (
        ((192, 101.5), (194, 99.5), (197, 97.3), (201, 96.0), (205, 96.2), (209, 97.7), (212, 99.8), (214.5, 103)),
        ((192, 101.5), (195, 102.7), (198, 104.2), (202, 105.2), (206, 105.3), (210, 104.8), (214.5, 103)),
    ),
    (
        ((236, 105.5), (239, 102.0), (242, 99.8), (246, 98.5), (250, 98.5), (254, 99.9), (257, 101.9), (260, 104.5)),
        ((236, 105.5), (240, 106.5), (244, 107.3), (248, 107.5), (252, 107.1), (256, 106.2), (260, 104.5)),
    ),
)
_LASHES = 2.6  # canvas pixels that they reach above the lid
_BROW_GAP = 5.5  # skin between brow and lid, in the picture's pixels
_UPPER_LIP: Points = (
    (203, 139.3), (207, 140.8), (212, 142.0), (218, 143.2), (224, 143.5), (230, 143.2), (236, 142.3), (240, 141.4),
    (244.5, 141.0),
)  # fmt: skip
_LOWER_LIP: Points = (
    (203, 139.3), (206, 142.5), (210, 146.2), (214, 148.7), (219, 149.8), (225, 150.0), (230, 149.4), (235, 147.4),
    (239, 145.0), (244.5, 141.0),
)  # fmt: skip
_JAW_END = 197.0
_OPENING = 34.0  # canvas pixels between teeth and lower lip at full opening


@dataclass(frozen=True, slots=True, eq=False)
class _Lid:
    x: int
    y: int
    upper: Field
    lower: Field
    above: Field
    rows: int


class Face:
    """Draws lids and mouth; give it numbers from 0 to 1."""

    def __init__(self, whole: Picture) -> None:
        """Take the portrait on the canvas."""
        self._lids = [_lid(upper, lower) for upper, lower in _LIDS]
        self._mouth = _Mouth()
        # The portrait smiles; a person at rest does so much less.
        self._rest = self._mouth.draw(whole, 0.0, 0.0)
        self._whole = whole

    def draw(self, blink: float, mouth: float, smile: float) -> Picture:
        """Give the portrait with that expression."""
        moved = mouth > 0.01 or smile > 0.01
        image = self._mouth.draw(self._whole, mouth, smile) if moved else self._rest
        if blink > 0.02:
            image = image.copy()
            for lid in self._lids:
                _shut(image, lid, blink)
        return image


def _line(points: Points, columns: Field) -> Field:
    placed = place(points)
    return np.interp(columns, placed[:, 0], placed[:, 1]).astype(np.float32)


def _lid(upper: Points, lower: Points) -> _Lid:
    ends = place((upper[0], upper[-1]))
    x0, x1 = int(ends[0, 0]) - 1, int(ends[1, 0]) + 2
    columns = np.arange(x0, x1, dtype=np.float32)
    top, bottom = _line(upper, columns), _line(lower, columns)
    above = top - _BROW_GAP * SCALE
    y0 = int(above.min()) - 2
    return _Lid(x0, y0, top - y0, bottom - y0, above - y0, int(bottom.max()) + 4 - y0)


def _shut(image: Picture, lid: _Lid, blink: float) -> None:
    """Draw the upper lid down over the eye: its skin stretches, what lies below it is covered."""
    patch = image[lid.y : lid.y + lid.rows, lid.x : lid.x + lid.upper.size]
    rows = np.arange(lid.rows, dtype=np.float32)[:, None]
    edge = lid.upper + blink * (lid.lower + 1.0 - lid.upper)
    # Clear skin stretches down over the eye; the old lashes stay out of it and a new line of them is drawn.
    skin = lid.upper - _LASHES * min(4.0 * blink, 1.0)
    stretched = lid.above + (rows - lid.above) * (skin - lid.above) / np.maximum(edge - lid.above, 1e-3)
    source = np.where((rows >= lid.above) & (rows < edge + 1.0), stretched, rows).astype(np.float32)
    columns = np.ascontiguousarray(np.broadcast_to(np.arange(lid.upper.size, dtype=np.float32), source.shape))
    drawn = cv2.remap(patch, columns, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # A lid lies in the brow's shade, and ends in lashes.
    line = np.exp(-(((rows - edge + 0.5) / 2.0) ** 2)) * np.sqrt(np.clip((lid.lower - lid.upper) / 8.0, 0.0, 1.0))
    lid_skin = np.clip((rows - skin) / 5.0, 0.0, 1.0) * np.clip((edge - rows) / 2.0, 0.0, 1.0)
    shade = (1.0 - 0.72 * min(3.0 * blink, 1.0) * line) * (1.0 - 0.16 * lid_skin)
    patch[:] = drawn * shade[:, :, None]


class _Mouth:
    """The lower half of the face, as a warp of columns and rows."""

    def __init__(self) -> None:
        corners = place((_UPPER_LIP[0], _UPPER_LIP[-1]))
        self._x0, self._x1 = int(corners[0, 0]) - 50, int(corners[1, 0]) + 50
        self._y0, self._y1 = int(corners[:, 1].min()) - 44, int(place(((0, _JAW_END),))[0, 1]) + 46
        rows, columns = np.mgrid[self._y0 : self._y1, self._x0 : self._x1].astype(np.float32)
        self._rows, self._columns = rows, columns
        self._left, self._right = corners[0], corners[1]
        self._middle = (corners[0] + corners[1]) / 2
        self._half = float(corners[1, 0] - corners[0, 0]) / 2
        end = float(place(((0, _JAW_END),))[0, 1])
        lip = float(_line(_LOWER_LIP, np.array([self._middle[0]], np.float32))[0])
        # The jaw moves as one down to the chin; below it the neck gives way.
        self._jaw = np.clip((end + 30.0 - rows) / (end - 30.0 - lip), 0.0, 1.0)
        self._edges = np.clip(np.minimum(columns - self._x0, self._x1 - 1 - columns) / 25.0, 0.0, 1.0)
        self._patch_of = (slice(self._y0, self._y1), slice(self._x0, self._x1))

    def draw(self, whole: Picture, mouth: float, smile: float) -> Picture:
        rows, columns = self._rows, self._columns
        slack = 1.0 - smile
        # First the corners: without a smile they sink and come together (the inverse: where each place came from).
        warped_x, warped_y = columns, rows
        for corner, inward in ((self._left, 1.0), (self._right, -1.0)):
            reach = np.exp(-(((columns - corner[0]) / 24.0) ** 2 + ((rows - corner[1]) / 20.0) ** 2))
            warped_x = warped_x - slack * inward * 7.0 * reach
            warped_y = warped_y - slack * 6.0 * reach
        warped_x = warped_x + mouth * 0.16 * (columns - self._middle[0]) * np.exp(
            -(((columns - self._middle[0]) / 60.0) ** 2 + ((rows - self._middle[1]) / 40.0) ** 2)
        )
        upper, lower = _line(_UPPER_LIP, warped_x), _line(_LOWER_LIP, warped_x)
        # Then the jaw: up over the teeth without a smile, down for an open mouth.
        gap = lower - upper
        across = (warped_x - self._middle[0]) / (self._half * 1.05)
        inside = np.sqrt(np.clip(1.0 - across**2, 0.0, 1.0))
        wide = np.exp(-((warped_x - self._middle[0]) ** 2) / (2 * 62.0**2)) * self._edges
        below = np.clip((warped_y - lower) / 46.0, 0.0, 1.0)
        opening = mouth * _OPENING * (inside + (wide - inside) * below)
        closing = slack * (1.0 - mouth) * 0.94 * gap * np.clip(1.0 - (warped_y - upper) / 55.0, 0.0, 1.0)
        lip_now = lower + mouth * _OPENING * inside - slack * (1.0 - mouth) * 0.94 * gap
        is_below = warped_y >= lip_now
        source_y = np.where(is_below, warped_y - opening * self._jaw + closing, warped_y)
        # Between the teeth and the lowered lip is nothing of the portrait.
        cavity = (warped_y > lower) & ~is_below
        source_x = warped_x.astype(np.float32)
        patch = cv2.remap(
            whole,
            source_x,
            np.ascontiguousarray(source_y, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if mouth > 0.01:
            patch = self._open(np.asarray(patch, np.uint8), cavity, warped_y, lower, lip_now)
        image = whole.copy()
        image[self._patch_of] = patch
        return image

    @staticmethod
    def _open(patch: Picture, cavity: NDArray[np.bool_], rows: Field, lower: Field, lip: Field) -> Picture:
        depth = np.clip((rows - lower) / np.maximum(lip - lower, 1.0), 0.0, 1.0)[:, :, None]
        dark, tongue = np.array([22.0, 16.0, 38.0]), np.array([70.0, 62.0, 128.0])
        fill = dark + (tongue - dark) * np.clip((depth - 0.45) / 0.5, 0.0, 1.0) ** 1.5
        wider = cv2.dilate(cavity.astype(np.float32), np.ones((3, 3), np.uint8))
        soft = cv2.GaussianBlur(wider, (0, 0), 1.2)[:, :, None]
        return cast("Picture", np.clip(patch * (1.0 - soft) + fill * soft, 0, 255).astype(np.uint8))
