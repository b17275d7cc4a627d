"""Lay a line out on a canvas: its glyphs, what stands before and after it, the edges of the lines above and below."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_text.glyphs import CAP, Glyph, Mask, Sheet
from edge_models.recipes.document_text.wording import Generator, Wording

ROWS = 136
BASELINE = 82
"""row of the baseline on the canvas: the line's capitals lie in rows 54 to 82"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line on its canvas."""

    mask: Mask
    """ROWS x width, 255 where the ink is"""
    text: str
    """what is wholly within the canvas"""
    edges: tuple[tuple[float, float], ...]
    """left and right edge of each character's cell, columns of the canvas"""


def _pitches(sheet: Sheet, text: str, tracking: float, gap: float) -> list[float]:
    return [sheet.glyphs[c].advance * (gap if c == " " else 1.0) + tracking * CAP for c in text]


def _paste(canvas: Mask, glyph: Glyph, x: int, baseline: int) -> None:
    top, left = baseline + glyph.top, x + glyph.left
    bottom, right = top + glyph.mask.shape[0], left + glyph.mask.shape[1]
    cut_top, cut_left = max(0, -top), max(0, -left)
    height, width = canvas.shape
    if bottom <= 0 or right <= 0 or top >= height or left >= width:
        return
    piece = glyph.mask[
        cut_top : glyph.mask.shape[0] - max(0, bottom - height), cut_left : glyph.mask.shape[1] - max(0, right - width)
    ]
    place = canvas[max(0, top) : max(0, top) + piece.shape[0], max(0, left) : max(0, left) + piece.shape[1]]
    np.maximum(place, piece, out=place)


def draw_line(generator: Generator, sheet: Sheet, wording: Wording, width: int, *, whole: bool) -> Line:
    """Draw a wording on a canvas of a width (sheet pixels).

    ``whole``: from its first character on, with a margin; otherwise a stretch of it as a window over a long line shows
    it, characters cut at both edges. What is cut is not among the text, and no character is cut in the middle of itself.
    """
    text = "".join(c for c in wording.text if c in sheet.glyphs)
    tracking = (
        0.0
        if sheet.fixed and generator.random() < 0.6
        else float(generator.choice([0, 0, generator.uniform(-0.03, 0.3)]))
    )
    if wording.script.value == "mrz":
        # OCR-B of size 1: capitals 2.4 mm, pitch 2.54 mm; other fonts are spaced likewise or as they are.
        tracking = float(generator.uniform(-0.03, 0.12)) if sheet.fixed else float(generator.uniform(0.0, 0.2))
    pitches = _pitches(sheet, text, tracking, float(generator.uniform(0.7, 1.6)))
    if wording.script.value == "mrz" and not sheet.fixed and generator.random() < 0.8:
        pitch = max(pitches) * float(generator.uniform(0.75, 1.05))
        pitches = [pitch] * len(text)
        offsets = [(pitch - sheet.glyphs[c].advance) / 2 for c in text]
    else:
        offsets = [tracking * CAP / 2] * len(text)
    starts = np.concatenate([[0.0], np.cumsum(pitches)])
    margin = float(generator.choice([generator.uniform(0.05, 0.5), generator.uniform(0.3, 2.5)])) * CAP
    if whole or len(text) < 4:
        begin, origin = 0, margin
    else:
        begin = int(generator.integers(0, max(1, len(text) - 3)))
        # Up to a quarter of the character before shows at the edge.
        origin = float(generator.uniform(0, 0.25)) * pitches[max(begin - 1, 0)]
    shift = origin - starts[begin]
    end = begin
    while end < len(text) and starts[end + 1] + shift <= width - 1:
        end += 1
    canvas = np.zeros((ROWS, width), np.uint8)
    shown = range(max(0, begin - 1), min(len(text), end + 1))
    for at in shown:
        if at >= end and width - (starts[at] + shift) > 0.25 * pitches[at]:
            continue
        _paste(canvas, sheet.glyphs[text[at]], round(starts[at] + shift + offsets[at]), BASELINE)
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    edges = tuple((starts[at] + shift, starts[at + 1] + shift) for at in range(begin, end))
    return Line(canvas, text[begin:end], edges)


def add_neighbours(generator: Generator, line: Line, sheet: Sheet, words: list[Wording]) -> None:
    """Draw lines above and below, as near as the lines of a zone stand."""
    pitch = float(generator.uniform(1.5, 2.1)) * CAP
    for side, wording in zip((-1, 1), words, strict=False):
        text = "".join(c for c in wording.text if c in sheet.glyphs)
        x = float(generator.uniform(-40, 60))
        for character in text:
            if x > line.mask.shape[1]:
                break
            _paste(line.mask, sheet.glyphs[character], round(x), BASELINE + round(side * pitch))
            x += sheet.glyphs[character].advance


def weight(generator: Generator, mask: Mask) -> Mask:
    """Make the strokes thinner or bolder, as printers do."""
    draw = generator.random()
    if draw < 0.55:
        return mask
    if draw < 0.75:
        return np.asarray(cv2.dilate(mask, np.ones((2 + (draw > 0.68), 2 + (draw > 0.65)), np.uint8)))
    if draw < 0.87:
        return np.asarray(cv2.erode(mask, np.ones((2, 2 if draw > 0.81 else 1), np.uint8)))
    spread = cv2.GaussianBlur(mask, (0, 0), float(generator.uniform(0.8, 2.0))).astype(np.float32)
    gain = float(generator.uniform(1.5, 4))
    return np.clip((spread - 127) * gain + 127 + generator.uniform(-60, 60), 0, 255).astype(np.uint8)


def ink(mask: Mask) -> NDArray[np.float32]:
    """Give a mask as 0..1."""
    return mask.astype(np.float32) / np.float32(255)
