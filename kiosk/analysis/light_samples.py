"""The light that comes back from the two halves of a face and from what is behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.facts import Colour, LightSample

Picture = NDArray[np.uint8]
Box = tuple[float, float, float, float]

_LINEAR = np.array(
    [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in np.arange(256) / 255],
    np.float32,
)
"""light by code value (IEC 61966-2-1, sRGB); cameras' own curves are near it"""
_WIDE, _TALL = 0.20, 0.20
"""half sides of a cheek's patch, in eye distances"""
_STEP = 8


def measure_light(image: Picture, box: Box, points: NDArray[np.float32]) -> LightSample:
    """Measure the cheeks of the face in ``box`` (x, y, width, height) of a BGR picture, and what is beside the head.

    ``points`` are the five of the detector (5 x 2, pixels). Eyes, mouth, hair and beard's edge stay outside: a patch
    lies between the eye and the mouth's corner of its side, a little outwards.
    """
    eyes, mouth = points[:2], points[3:5]
    apart = float(np.linalg.norm(eyes[1] - eyes[0]))
    across = (eyes[1] - eyes[0]) / max(apart, 1.0)
    middle = (eyes + mouth) / 2
    left = _patch(image, middle[0] - 0.08 * apart * across, apart)
    right = _patch(image, middle[1] + 0.08 * apart * across, apart)
    return LightSample(_mean(left), _mean(right), _mean(_behind(image, box)))


def _patch(image: Picture, centre: NDArray[np.float32], apart: float) -> Picture:
    height, width = image.shape[:2]
    x, y = float(centre[0]), float(centre[1])
    left, right = _within(x - _WIDE * apart, x + _WIDE * apart, width)
    top, bottom = _within(y - _TALL * apart, y + _TALL * apart, height)
    step = max(1, (right - left) // 32)
    return image[top:bottom:step, left:right:step]


def _within(low: float, high: float, size: int) -> tuple[int, int]:
    begin = min(max(int(low), 0), size - 2)
    return begin, min(max(int(high) + 1, begin + 2), size)


def _behind(image: Picture, box: Box) -> Picture:
    """Give every eighth pixel beside the head, above its chin; the picture's upper edge where the head fills it."""
    width = image.shape[1]
    x, y, w, h = box
    bottom = max(int(y + 0.8 * h), 2 * _STEP)
    coarse = image[:bottom:_STEP, ::_STEP]
    columns = np.arange(0, width, _STEP)
    beside = (columns < x - 0.5 * w) | (columns > x + 1.5 * w)
    if beside.sum() < 3:
        return image[:4, ::_STEP]
    return np.ascontiguousarray(coarse[:, beside])


def _mean(pixels: Picture) -> Colour:
    blue, green, red = (float(_LINEAR[pixels[:, :, channel]].mean()) for channel in range(3))
    return red, green, blue
