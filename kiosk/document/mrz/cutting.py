"""Lines cut out of the full picture, upright and straight, as the line reader wants them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.document.facts import Point, Quad
from kiosk.document.mrz.pitch import Vector
from kiosk.document.mrz.spacing import Room
from kiosk.document.mrz.strokes import Grey
from kiosk.document.mrz.tracing import Block, Traced

SHARE = 0.61
"""a capital's height in the strip's: what the reader has learnt"""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a line is cut out and prepared."""

    share: float = SHARE
    """of the strip's height that capitals take"""
    sharpen: float = 0.0
    """strength of an unsharp mask"""
    even: bool = False
    """shadows and glare are taken out by local contrast"""


CUTS = (Cut(), Cut(share=0.54, sharpen=0.8), Cut(share=0.68, even=True))
"""ways to cut a line out, tried in this order"""

_LEAST_ROWS, _MOST_ROWS = 32, 64
_ENDS = 0.9
"""capitals of margin before and after a line"""
_REGULAR = 0.3
_PITCH = 1.08
"""of a strip's capitals: as OCR-B has it, however foreshortened it was"""


def cut(grey: Grey, block: Block, line: Traced, how: Cut = CUTS[0]) -> Grey:
    """Give a strip of one line, sampled from the picture itself."""
    frame = block.frame
    across = float(np.hypot(*frame.down))
    tall = line.height / how.share
    rows = int(np.clip(round(tall * across), _LEAST_ROWS, _MOST_ROWS))
    x = _columns(block, line, rows * how.share)
    columns = len(x)
    shrink = 1
    while tall * across / shrink > 2 * rows:
        shrink *= 2
    y = ((np.arange(rows) + 0.5) / rows * tall - tall / 2)[:, None]
    level = np.asarray(line.middle(x))
    # Frame coordinates count pixels' middles as whole numbers, as the warp that made the frame does.
    base = frame.origin + np.outer(x, frame.right) + np.outer(level, frame.down)
    rim = np.concatenate([base + y[0] * frame.down, base + y[-1] * frame.down])
    low = np.maximum(np.floor(rim.min(0) - 4 * shrink), 0).astype(int)
    high = np.minimum(np.ceil(rim.max(0) + 5 * shrink), grey.shape[1::-1]).astype(int)
    if (high - low).min() < 2:
        return np.full((rows, columns), 128, np.uint8)
    source = grey[low[1] : high[1], low[0] : high[0]]
    if shrink > 1:
        source = np.asarray(
            cv2.resize(source, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA), np.uint8
        )
    maps = [
        ((base[:, axis] - low[axis] + 0.5) / shrink - 0.5).astype(np.float32)
        + (y * frame.down[axis] / shrink).astype(np.float32)
        for axis in (0, 1)
    ]
    strip = cv2.remap(source, maps[0], maps[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return _prepared(np.asarray(strip, np.uint8), how)


def _columns(block: Block, line: Traced, capital: float) -> Vector:
    """Give where a strip's columns lie along a line, for capitals of so many pixels: of one pitch where it is known."""
    start, end = line.start - _ENDS * line.height, line.end + _ENDS * line.height
    pitch = block.pitch
    if pitch is None:
        columns = max(8, round((end - start) / line.height * capital))
        return np.asarray(start + (np.arange(columns) + 0.5) * (end - start) / columns)
    first, last = float(pitch.count(start)), float(pitch.count(end))
    columns = max(8, round((last - first) * _PITCH * capital))
    return pitch.place(first + (np.arange(columns) + 0.5) * (last - first) / columns)


def room_of(block: Block, line: Traced, *, turned: bool) -> Room:
    """Give where the characters of a strip must stand; ``turned``: the strip is read upside down."""
    start, end = line.start - _ENDS * line.height, line.end + _ENDS * line.height
    pitch = block.pitch
    if pitch is None or pitch.regular < _REGULAR:
        return Room()
    first, last = float(pitch.count(start)), float(pitch.count(end))
    stop = (float(pitch.count(line.start if turned else line.end)) - first) / (last - first)
    return Room(1 / (last - first), 1 - stop if turned else stop)


def _prepared(strip: Grey, how: Cut) -> Grey:
    if how.even:
        paper = cv2.GaussianBlur(strip, (0, 0), strip.shape[0] / 3).astype(np.float32)
        off = strip.astype(np.float32) - paper
        spread = np.sqrt(cv2.GaussianBlur(off * off, (0, 0), strip.shape[0] * 0.8))
        strip = np.clip(128 + 45 * off / (spread + 2), 0, 255).astype(np.uint8)
    if how.sharpen:
        soft = cv2.GaussianBlur(strip, (0, 0), strip.shape[0] / 20)
        strip = np.asarray(cv2.addWeighted(strip, 1 + how.sharpen, soft, -how.sharpen, 0), np.uint8)
    return strip


def outline(block: Block, lines: tuple[Traced, ...], *, turned: bool) -> Quad:
    """Give the corners of some lines (in the frame's order) in the picture, from the top left as the text is read."""
    start, end = min(line.start for line in lines), max(line.end for line in lines)
    sides = np.array([start, end])
    first, last = lines[0], lines[-1]
    top = block.frame.to_picture(sides, first.middle(sides) - 0.6 * first.height)
    bottom = block.frame.to_picture(sides, last.middle(sides) + 0.6 * last.height)
    corners: list[Point] = [(float(p[0]), float(p[1])) for p in (top[0], top[1], bottom[1], bottom[0])]
    if turned:
        corners = corners[2:] + corners[:2]
    return corners[0], corners[1], corners[2], corners[3]
