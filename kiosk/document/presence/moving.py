"""What changes on and round a document while it is tilted, once its own movement is taken out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]

LONG = 320
"""pixels of the document's longer side on which it is followed"""
RIM = 44
"""pixels of surroundings on each side"""
_NEAR, _DEEP = 12, 30
"""of the rim: what lies nearer is the document's own edge and shadow; how deep a place is"""
_CELL = 5
"""pixels of a cell whose colour is followed"""
_SMALL = 2
"""pixels for one when the outline is fitted"""
_SAME = 0.75
"""correlation below which a frame does not show the same document"""
_OFF = 0.04
"""share of the width by which a fit may correct the outline"""
_MOVED = 5.0
"""pixels that a still ground must have moved against the document for a place to count"""
_TEXTURE = 3.0
"""levels of detail without which a place cannot be followed"""
_FEWEST_PLACES, _FEWEST_FRAMES = 4, 4
_REGISTRATION = 1.2
"""share of a cell's own contrast that changes when the fit is off by a pixel"""
_OUTER = 4
"""cells along the outline that are left out: corners are never quite right, and what lies beyond moves"""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The document in one frame, roughly set straight, with a rim of its surroundings."""

    picture: Picture
    way: Matrix
    """3 x 3, from the frame to this picture"""


def sample_of(picture_bgr: Picture, corners: Quad, *, upright: bool) -> Sample:
    """Cut a document out of a frame; ``upright``: its shape is taller than wide."""
    width, height = (round(LONG / 1.5), LONG) if upright else (LONG, round(LONG / 1.5))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + RIM
    way = cv2.getPerspectiveTransform(np.array(corners, np.float32), flat)
    size = (width + 2 * RIM, height + 2 * RIM)
    made = cv2.warpPerspective(picture_bgr, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Sample(np.asarray(made, np.uint8), np.asarray(way, np.float64))


def aligned(samples: list[Sample]) -> list[Sample]:
    """Lay all samples exactly over the middle one, which comes first; those that do not fit are left out.

    Enhanced correlation (Evangelidis and Psarakis 2008) of the document alone, by a plane's homography.
    """
    reference = samples[len(samples) // 2]
    goal = _small(reference.picture)
    mask = np.zeros(goal.shape, np.uint8)
    rim = RIM // _SMALL
    mask[rim:-rim, rim:-rim] = 255
    fitted = [reference]
    height, width = reference.picture.shape[:2]
    for sample in samples:
        if sample is reference:
            continue
        way = _fitted(goal, _small(sample.picture), mask)
        if way is None:
            continue
        grow = np.diag([_SMALL, _SMALL, 1.0])
        back = grow @ way @ np.linalg.inv(grow)
        picture = cv2.warpPerspective(
            sample.picture,
            back,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        fitted.append(Sample(np.asarray(picture, np.uint8), np.asarray(np.linalg.inv(back) @ sample.way, np.float64)))
    return fitted


def _fitted(goal: Floats, small: Floats, mask: Picture) -> Matrix | None:
    """Give the 3 x 3 matrix from the reference to a sample, None where it does not fit.

    Corners are known to a few pixels; where little print holds a homography it can run away, and an affine map is asked.
    """
    until = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 20, 1e-4)
    height, width = goal.shape
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    for motion, rows in ((cv2.MOTION_HOMOGRAPHY, 3), (cv2.MOTION_AFFINE, 2)):
        way = np.eye(rows, 3, dtype=np.float32)
        try:
            found, way = cv2.findTransformECC(goal, small, way, motion, until, mask, 3)
        except cv2.error:
            # It did not converge: another document, or a hand before it.
            continue
        whole = np.eye(3)
        whole[:rows] = way
        apart = np.linalg.norm(cv2.perspectiveTransform(corners, whole) - corners, axis=2).max()
        if found >= _SAME and apart <= _OFF * width:
            return whole
    # As the outline has it, where that is already good.
    inner = mask > 0
    return np.eye(3) if _correlation(goal[inner], small[inner]) >= _SAME else None


def _small(picture: Picture) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, None, fx=1 / _SMALL, fy=1 / _SMALL, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def colours_moved(samples: list[Sample]) -> float | None:
    """Give how far colours on the document change as no print does; share of brightness. None: too few frames.

    Ink, paper and their gloss give mixtures of the ink's colour and the light's (dichromatic reflection, Shafer 1985);
    a hologram or colour-shifting ink leaves that plane. What all cells do together is the camera's or the light's.
    """
    if len(samples) < _FEWEST_FRAMES:
        return None
    inner = np.s_[RIM:-RIM, RIM:-RIM]
    frames = np.stack([_cells(sample.picture[inner].astype(np.float32)) for sample in samples])
    usable = (frames.max(3) < 246) & (frames.max(3) > 18)
    gain = np.array(
        [
            np.median((frames[i] / np.maximum(frames[0], 1))[usable[i] & usable[0]], 0)
            if (usable[i] & usable[0]).sum() > 20
            else np.full(3, np.nan)
            for i in range(len(frames))
        ],
        np.float32,
    )
    kept = np.isfinite(gain).all(1)
    if kept.sum() < _FEWEST_FRAMES:
        return None
    even, usable = frames[kept] / gain[kept][:, None, None, :], usable[kept]
    body = np.median(even, 0)
    white = np.full(3, 1 / np.sqrt(3), np.float32)
    tint = body - (body @ white)[..., None] * white
    size = np.linalg.norm(tint, axis=2, keepdims=True)
    change = even - body
    change = change - (change @ white)[..., None] * white
    # A nearly grey body has no tint that could be told: whatever colour comes is new.
    trust = (size / (size + 6.0)) ** 2
    along = tint / np.maximum(size, 1e-3)
    change = change - trust * np.sum(change * along, 3, keepdims=True) * along
    size_of_change = np.where(usable, np.linalg.norm(change, axis=3), 0)
    # Not the mean: a frame or two that fit badly must not look like light that moves.
    moved = np.percentile(size_of_change, 65, axis=0)
    # Of the mean picture: what a hologram shows in one frame is not print.
    contrast = _contrast(np.mean([sample.picture[inner] for sample in samples], 0, dtype=np.float32))
    excess = (moved - _REGISTRATION * contrast) / (body.mean(2) + 20)
    seen = usable.sum(0) >= _FEWEST_FRAMES
    seen[:_OUTER], seen[-_OUTER:], seen[:, :_OUTER], seen[:, -_OUTER:] = False, False, False, False
    if seen.sum() < 0.3 * seen.size:
        return None
    low, high = np.percentile(excess[seen], (50, 97))
    return float(max(0.0, high - max(0.0, low)))


def _cells(picture: Floats) -> Floats:
    height, width = picture.shape[0] // _CELL, picture.shape[1] // _CELL
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _contrast(picture: Floats) -> Floats:
    """Give how much colour differs within and round each cell: what a bad fit would show as change."""
    tint = picture - picture.mean(2, keepdims=True)
    soft = cv2.GaussianBlur(tint, (0, 0), 1.5)
    spread = np.sqrt(np.maximum(cv2.blur(soft**2, (9, 9)) - cv2.blur(soft, (9, 9)) ** 2, 0)).max(2)
    return _cells(np.asarray(spread, np.float32))


def ground_moved(samples: list[Sample]) -> tuple[float | None, str]:
    """Give 1 where the ground round the document stays behind as it tilts, 0 where it moves along; else why not."""
    details = [_detail(sample.picture) for sample in samples]
    agreed = []
    any_moved = False
    for place in _places(samples[0].picture.shape[:2]):
        first = details[0][place]
        centre = np.array([[[(place[1].start + place[1].stop) / 2, (place[0].start + place[0].stop) / 2]]], np.float64)
        still = cv2.perspectiveTransform(centre, np.linalg.inv(samples[0].way))
        found = []
        for sample, detail in zip(samples[1:], details[1:], strict=True):
            shift = cv2.perspectiveTransform(still, sample.way) - centre
            if float(np.hypot(*shift[0, 0])) >= _MOVED:
                found.append(_correlation(first, detail[place]))
        any_moved = any_moved or bool(found)
        if len(found) >= _FEWEST_FRAMES - 1 and first.std() >= _TEXTURE:
            agreed.append(float(np.clip(np.median(found), 0, 1)))
    if len(agreed) < _FEWEST_PLACES:
        return None, "plain_surroundings" if any_moved or len(samples) < _FEWEST_FRAMES else "not_moved"
    return 1 - float(np.mean(agreed)), ""


def _detail(picture: Picture) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.2) - cv2.GaussianBlur(grey, (0, 0), 7), np.float32)


def _places(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Give places all round the document, a little away from its edge."""
    height, width = shape[:2]
    near, far = RIM - _NEAR, RIM - _NEAR - _DEEP
    places = []
    for rows in (slice(far, near), slice(height - near, height - far)):
        edges = np.linspace(RIM, width - RIM, 6).astype(int)
        places += [(rows, slice(int(a), int(b))) for a, b in pairwise(edges)]
    for columns in (slice(far, near), slice(width - near, width - far)):
        edges = np.linspace(RIM, height - RIM, 4).astype(int)
        places += [(slice(int(a), int(b)), columns) for a, b in pairwise(edges)]
    return places


def _correlation(one: Floats, other: Floats) -> float:
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / size) if size > 1e-6 else 0.0
