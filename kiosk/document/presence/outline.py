"""What a document's outline shows: a card's rounded corners, and whether it lies within a larger rectangle."""

from __future__ import annotations

from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import Quad

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

_WIDE, _TALL = 600, 378
"""pixels of a card (ISO/IEC 7810 ID-1) on which its corners are looked at"""
_RADIUS = 3.18 / 85.6 * _WIDE
"""of its corners"""
_MARGIN = 28
_CARD_ASPECTS = (1.49, 1.69)
"""of what may be a card seen a little aslant; 1.42 are pages"""
_CONTRAST = 20.0
"""levels between card and ground without which a corner shows nothing"""
_ROUND = 220
"""pixels of the longer side at which larger rectangles are looked for"""
_NEAREST, _FURTHEST = 0.06, 0.6
"""of the shorter side: how far outside an edge may lie"""
_STEP = 9.0
"""levels of a step that counts"""
_ALONG = 0.75
"""share of a side's length over which an edge must run beside it"""


def is_card(corners: Quad) -> bool:
    """Say whether the outline has a card's proportion, upright or on its side."""
    one, two = (dist(corners[a], corners[a + 1]) + dist(corners[a + 2], corners[(a + 3) % 4]) for a in (0, 1))
    shape = max(one, two) / max(1e-9, min(one, two))
    return _CARD_ASPECTS[0] <= shape <= _CARD_ASPECTS[1]


def corner_roundness(picture_bgr: Picture, corners: Quad) -> float | None:
    """Give 1 where the tips of the outline show the ground, as beyond a card's rounded corners, 0 where they show card.

    None where card and ground look alike, or lie outside of the picture.
    """
    quad = _lying(corners)
    flat = np.array([[0, 0], [_WIDE, 0], [_WIDE, _TALL], [0, _TALL]], np.float32) + _MARGIN
    square, inside = _laid(picture_bgr, quad, flat, (_WIDE + 2 * _MARGIN, _TALL + 2 * _MARGIN))
    found = []
    side = int(_MARGIN + 1.2 * _RADIUS)
    for turned, there in zip(_quarters(square, side), _quarters(inside, side), strict=True):
        if there.min() > 0:
            share = _tip(turned.astype(np.float32))
            if share is not None:
                found.append(share)
    return float(np.median(found)) if len(found) >= 2 else None


def _quarters(picture: Picture, side: int) -> list[Picture]:
    """Give the four corners, each turned so that its tip points up and left."""
    return [
        picture[:side, :side],
        picture[:side, ::-1][:, :side],
        picture[::-1, ::-1][:side, :side],
        picture[::-1][:side, :side],
    ]


def _tip(corner: Floats) -> float | None:
    rows, columns = np.mgrid[0 : corner.shape[0], 0 : corner.shape[1]].astype(np.float32) + 0.5 - _MARGIN
    arc = np.hypot(np.maximum(_RADIUS - columns, 0), np.maximum(_RADIUS - rows, 0))
    nearest, furthest = np.minimum(rows, columns), np.maximum(rows, columns)
    tip = (nearest > 2) & (arc > _RADIUS + 1.5)
    card = (arc < _RADIUS - 3) & (arc > _RADIUS - 10) & (furthest < _RADIUS)
    ground = (nearest < -4) & (nearest > -14) & (furthest < _RADIUS)
    inner, outer, seen = (np.median(corner[mask], 0) for mask in (card, ground, tip))
    apart = outer - inner
    size = float(np.linalg.norm(apart))
    if size < _CONTRAST:
        return None
    return float(np.clip(np.dot(seen - inner, apart) / size**2, 0, 1))


def sides_enclosed(picture_bgr: Picture, corners: Quad) -> float | None:
    """Give the share of the four sides beside which, further out, an edge runs: of a sheet or a screen. None: no room."""
    one, two = (dist(corners[a], corners[a + 1]) + dist(corners[a + 2], corners[(a + 3) % 4]) for a in (0, 1))
    long, short = (_ROUND, max(40, round(_ROUND * min(one, two) / max(one, two, 1e-9))))
    width, height = (long, short) if one >= two else (short, long)
    reach = int(_FURTHEST * short)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + reach
    shrink = max(1, int(max(one, two) / 2 / _ROUND))
    source, quad = picture_bgr, np.array(corners, np.float32)
    if shrink > 1:
        # A warp takes no averages: grain of the ground would turn into steps.
        source = np.asarray(cv2.resize(picture_bgr, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA))
        quad = (quad + 0.5) * (source.shape[1] / picture_bgr.shape[1], source.shape[0] / picture_bgr.shape[0]) - 0.5
    square, inside = _laid(source, np.asarray(quad, np.float32), flat, (width + 2 * reach, height + 2 * reach))
    found, looked = 0, 0
    for turns in range(4):
        # Each side in turn lies on top; rows run from the furthest to the nearest.
        turned, there = np.rot90(square, turns), np.rot90(inside, turns)
        along = slice(reach, turned.shape[1] - reach)
        strip, seen = turned[: reach - int(_NEAREST * short), along], there[: reach - int(_NEAREST * short), along]
        rows = int((seen.mean(1) > 0.9).sum())
        if rows < 0.12 * short:
            continue
        looked += 1
        found += _edge_runs(strip[-rows:].astype(np.float32))
    return found / 4 if looked >= 2 else None


def _edge_runs(strip: Floats) -> bool:
    """Say whether a step runs along the strip, within a few rows of one line, everywhere in the same direction."""
    step = strip[3:] - strip[:-3]
    near = np.ones((7, 1), np.uint8)
    for sign in (1, -1):
        strong = (sign * step).max(2) > _STEP
        held = cv2.dilate(strong.astype(np.uint8), near).mean(1)
        # A ground full of grain has steps everywhere; an edge has them on few rows.
        if len(held) and held.max() >= _ALONG and strong.mean() < 0.35 * held.max():
            return True
    return False


def _lying(corners: Quad) -> Floats:
    """Give the corners so that the longer side comes first."""
    quad = np.array(corners, np.float32)
    along = np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])
    down = np.linalg.norm(quad[2] - quad[1]) + np.linalg.norm(quad[3] - quad[0])
    return np.asarray(quad if along >= down else np.roll(quad, -1, 0), np.float32)


def _laid(picture: Picture, quad: Floats, flat: Floats, size: tuple[int, int]) -> tuple[Picture, Picture]:
    """Give the picture set straight, and 255 where it comes from within the picture."""
    way = cv2.getPerspectiveTransform(quad, flat)
    laid = cv2.warpPerspective(picture, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    small = np.full((2, 2), 255, np.uint8)
    x, y = picture.shape[1] / 2, picture.shape[0] / 2
    # Pixels reach half a pixel to each side of their middle.
    whole = np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])
    inside = cv2.warpPerspective(small, way @ whole, size, flags=cv2.INTER_NEAREST)
    return np.asarray(laid, np.uint8), np.asarray(inside, np.uint8)
