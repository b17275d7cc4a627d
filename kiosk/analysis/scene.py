"""Cuts in the stream: how much the structure round the face differs from the frame analysed before.

Brightness is taken out: the square root steadies a sensor's noise, what is smooth is subtracted, and the rest is compared
by normalised correlation, so that exposure and a changing light of the screen count for nothing. The best of a few small
shifts counts, so that a hand-held or knocked camera counts for little. Faces and what hangs below them move by themselves
and are left out. A wall without structure says nothing: the answer is then None.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT = 64, 48
_SHIFT = 3
"""pixels of the small picture that the best shift may have: a twentieth of the frame's width"""
_SMOOTH = 3.0
_FACE = 0.35
"""of a face's size left out round it: hair, ears"""
_SHOULDERS = 1.3
"""face widths left out to either side below the face's middle"""
_LEAST_AREA = 0.12
_LEAST_STRUCTURE = 0.10
"""root mean square of the high-passed square root (0..16) below which there is nothing but noise"""
_CLIPPED = 248.0
_ALIKE = 0.1
_LONGEST = 1.5
"""seconds between two frames beyond which a difference says nothing of a cut"""

Small = NDArray[np.float32]
BoxTuple = tuple[float, float, float, float]


class SceneWatch:
    """Compares each frame with the one before. Keeps one small high-passed picture without the faces."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._last: tuple[float, Small, NDArray[np.bool_]] | None = None

    def change(self, image: NDArray[np.uint8], faces: Sequence[BoxTuple], time: float) -> float | None:
        """Give 0 (the same scene) .. 1 and more (another one), None where nothing can be said.

        ``image`` is BGR, ``faces`` are x, y, width, height in its pixels, ``time`` seconds of the camera's clock.
        """
        structure, seen = _structure(image), _surroundings(image.shape[:2], faces)
        small, clipped = structure
        seen &= ~clipped
        before, self._last = self._last, (time, np.where(seen, small, 0).astype(np.float32), seen)
        if before is None or not 0 < time - before[0] <= _LONGEST:
            return None
        return _difference(small, before[1], seen, before[2])

    def forget(self) -> None:
        """Forget the last frame."""
        self._last = None


def _structure(image: NDArray[np.uint8]) -> tuple[Small, NDArray[np.bool_]]:
    small = cv2.resize(image, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    root = np.sqrt(grey)
    high = root - cv2.GaussianBlur(root, (0, 0), _SMOOTH)
    clipped = cv2.dilate((grey >= _CLIPPED).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.asarray(high, np.float32), np.asarray(clipped, bool)


def _surroundings(size: tuple[int, int], faces: Sequence[BoxTuple]) -> NDArray[np.bool_]:
    seen = np.ones((_HEIGHT, _WIDTH), bool)
    across, down = _WIDTH / size[1], _HEIGHT / size[0]
    for x, y, width, height in faces:
        left, right = (x - _FACE * width) * across, (x + (1 + _FACE) * width) * across
        top, bottom = (y - _FACE * height) * down, (y + (1 + _FACE) * height) * down
        seen[_part(top, bottom, _HEIGHT), _part(left, right, _WIDTH)] = False
        left, right = (x + width / 2 - _SHOULDERS * width) * across, (x + width / 2 + _SHOULDERS * width) * across
        seen[_part((y + height / 2) * down, _HEIGHT, _HEIGHT), _part(left, right, _WIDTH)] = False
    return seen


def _part(first: float, last: float, length: int) -> slice:
    return slice(min(length, max(0, int(first))), min(length, max(0, int(np.ceil(last)))))


def _difference(now: Small, before: Small, seen: NDArray[np.bool_], seen_before: NDArray[np.bool_]) -> float | None:
    middle = (_SHIFT, _SHIFT)
    shifts = [(down, across) for down in range(2 * _SHIFT + 1) for across in range(2 * _SHIFT + 1)]
    current, own_mask = now[_inner(*middle)], seen[_inner(*middle)]
    least: float | None = None
    for shift in sorted(shifts, key=lambda shift: shift != middle):
        window, mask = before[_inner(*shift)], seen_before[_inner(*shift)] & own_mask
        counted = int(mask.sum())
        if counted < _LEAST_AREA * mask.size:
            if shift == middle:
                return None
            continue
        own, other = float((current**2)[mask].sum()), float((window**2)[mask].sum())
        if not min(own, other) >= counted * _LEAST_STRUCTURE**2:
            if shift == middle:
                return None
            continue
        change = 1.0 - float((window * current)[mask].sum()) / float(np.sqrt(own * other))
        least = change if least is None else min(least, change)
        if least < _ALIKE:
            # The camera stands still, as it does nearly always: no shift needs to be tried.
            return least
    return least


def _inner(down: int, across: int) -> tuple[slice, slice]:
    return slice(down, down + _HEIGHT - 2 * _SHIFT), slice(across, across + _WIDTH - 2 * _SHIFT)
