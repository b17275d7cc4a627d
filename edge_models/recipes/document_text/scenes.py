"""A line as a camera sees it: drawn, laid on something, lit, blurred, cut out, brought to the student's height."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_text.damage import BLURS, BY_CAP, OTHERS, Damage, Picture
from edge_models.recipes.document_text.glyphs import CAP, Sheet
from edge_models.recipes.document_text.labels import canonical
from edge_models.recipes.document_text.layout import BASELINE, ROWS, Line, add_neighbours, draw_line, ink, weight
from edge_models.recipes.document_text.textures import Pool
from edge_models.recipes.document_text.wording import Generator, Script, Wording, draw_wording
from edge_models.tasks.document_text import HEIGHT, WINDOW

Pixels = NDArray[np.uint8]
NARROW = 176
"""columns of a window for short lines"""


@dataclass(frozen=True)
class Hardness:
    """How bad it gets; the report sets what training draws."""

    smallest: float = 8.5
    """pixels of a capital at the camera"""
    largest: float = 30.0
    damages: dict[str, Damage] = field(default_factory=lambda: BLURS | OTHERS)
    shares: float = 1.0
    """multiplies the share of lines that get each damage"""
    most: int = 3
    """damages of one line at most"""
    forced: str | None = None
    """a damage that every line gets"""
    legible: float = 0.35
    """least ``legibility`` of a line that counts"""
    textured: float = 0.7
    """share of lines with something behind or over them"""
    easy: float = 0.3
    """share of lines with little damage"""


@dataclass(frozen=True)
class Drawn:
    """A picture of a line, and what it says."""

    picture: Pixels
    text: str
    sheet: Sheet
    kind: str
    cap: float
    edges: NDArray[np.float32]
    """left and right edge of each character, columns of the picture (characters x 2)"""
    legibility: float
    """how far the worst character is still what was drawn: see ``legibility``"""


def legibility(picture: Picture, relief: Picture, cells: NDArray[np.float64]) -> float:
    """Give the correlation of picture and print within the worst character's cell, 0..1; 0 without characters."""
    size = max(3, picture.shape[0] // 2 * 2 + 1)
    seen, drawn = (values - cv2.blur(values, (size, size)) for values in (picture, relief))
    sums = np.cumsum(np.stack([(seen * drawn).sum(0), (seen**2).sum(0), (drawn**2).sum(0)]), axis=1, dtype=np.float64)
    sums = np.concatenate([np.zeros((3, 1)), sums], 1)
    left, right = (np.clip(np.round(cells[:, side]).astype(int), 0, picture.shape[1]) for side in (0, 1))
    both, one, other = sums[:, right] - sums[:, left]
    counted = other > 1e-3 * max(float(other.max(initial=0)), 1e-9)
    if not counted.any():
        return 0.0
    worst = np.abs(both[counted]) / np.sqrt(np.maximum(one[counted] * other[counted], 1e-9))
    return float(worst.min())


class Scenes:
    """Draws lines. Not shared between threads."""

    def __init__(self, sheets: tuple[Sheet, ...], pool: Pool, hardness: Hardness, *, ocr_b: float = 0.5) -> None:
        """Take fonts and textures. ``ocr_b``: share of machine-readable lines in that font."""
        self.sheets, self.pool, self._hardness, self._ocr_b = sheets, pool, hardness, ocr_b
        families: dict[Script, dict[str, list[Sheet]]] = {script: {} for script in Script}
        for sheet in sheets:
            families[sheet.script].setdefault(sheet.family, []).append(sheet)
        self._families = families

    def sheet(self, generator: Generator, wording: Wording) -> Sheet:
        """Choose a family, then one of its faces."""
        families = self._families[wording.script]
        if wording.script is Script.MRZ and "ocr_b" in families and generator.random() < self._ocr_b:
            family = families["ocr_b"]
        else:
            family = families[str(generator.choice(list(families)))]
        return family[int(generator.integers(len(family)))]

    def window(self, generator: Generator) -> Drawn:
        """Draw what one window of the student shows: HEIGHT x WINDOW, a whole short line or a stretch of a long one."""
        wording = draw_wording(generator)
        sheet = self.sheet(generator, wording)
        cap = float(np.clip(generator.normal(19.5, 3.2), 12.5, 27))
        squeeze = float(np.exp(generator.normal(-0.06 if wording.script is Script.MRZ else 0.05, 0.2)))
        squeeze = min(max(squeeze, 0.6), 1.7)
        width = max(60, round(WINDOW * CAP / cap / squeeze))
        whole = generator.random() < (0.3 if wording.script is Script.MRZ else 0.8)
        line = draw_line(generator, sheet, wording, width, whole=whole)
        return self._seen(generator, line, sheet, wording, cap, WINDOW)

    def legible_window(self, generator: Generator) -> Drawn:
        """Draw windows until one can be read: what nobody reads teaches guessing."""
        while True:
            drawn = self.window(generator)
            if not drawn.text or drawn.legibility > self._hardness.legible:
                return drawn

    def line(
        self, generator: Generator, wording: Wording, sheet: Sheet, camera_cap: float, aspect: float = 1.0
    ) -> Drawn:
        """Draw a whole line as it is cut out of a camera's picture; capitals ``camera_cap`` pixels high."""
        long = draw_line(generator, sheet, wording, 120 * 40, whole=True)
        used = np.flatnonzero(long.mask.max(0))
        right = min(long.mask.shape[1], int(used[-1]) + round(CAP * float(generator.uniform(0.1, 1.0))))
        line = Line(np.ascontiguousarray(long.mask[:, :right]), long.text, long.edges)
        cap = float(np.clip(generator.normal(19.5, 2.5), 14, 25))
        width = max(16, round(right * cap / CAP * aspect))
        return self._seen(generator, line, sheet, wording, cap, width, camera_cap)

    def _seen(
        self,
        generator: Generator,
        line: Line,
        sheet: Sheet,
        wording: Wording,
        cap: float,
        width: int,
        camera_cap: float | None = None,
    ) -> Drawn:
        hard = self._hardness
        if generator.random() < (0.6 if wording.script is Script.MRZ else 0.15):
            add_neighbours(generator, line, sheet, [draw_wording(generator) for _ in range(2)])
        mask = weight(generator, line.mask)
        spread = np.exp(generator.uniform(np.log(hard.smallest), np.log(hard.largest)))
        seen_cap = float(camera_cap if camera_cap is not None else spread)
        ratio = seen_cap / cap
        stretch = float(np.exp(generator.normal(0, 0.12)))
        rows, columns = max(8, round(HEIGHT * ratio)), max(16, round(width * ratio * stretch))
        alpha, matrix = self._projected(generator, mask, seen_cap, rows, columns)
        easy = generator.random() < hard.easy
        picture, relief, contrast = self._laid(generator, alpha, wording, easy)
        picture = self._damaged(generator, picture, seen_cap, contrast, 0.3 if easy else 1.0)
        picture8 = np.clip(picture, 0, 255).astype(np.uint8)
        if camera_cap is None:
            way = cv2.INTER_AREA if ratio > 1.3 else int(generator.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
            picture8 = np.asarray(cv2.resize(picture8, (width, HEIGHT), interpolation=way), np.uint8)
        along = np.array(line.edges, np.float64).reshape(-1, 1) * columns / mask.shape[1]
        middle = np.full_like(along, (BASELINE - CAP / 2) * max(8, round(ROWS * seen_cap / CAP)) / ROWS)
        points = np.concatenate([along, middle], 1)[:, None]
        moved = cv2.perspectiveTransform(points, matrix)[:, 0, 0] if len(points) else np.zeros(0)
        cells = moved.reshape(-1, 2)
        edges = (cells * picture8.shape[1] / columns).astype(np.float32)
        legible = legibility(np.clip(picture, 0, 255), relief, cells)
        return Drawn(picture8, canonical(line.text), sheet, wording.kind, seen_cap, edges, legible)

    def _projected(
        self, generator: Generator, mask: Pixels, cap: float, rows: int, columns: int
    ) -> tuple[Picture, NDArray[np.float64]]:
        """Bring the canvas to the camera's resolution, a little turned, sheared and in perspective; cut out the line."""
        scale_y = cap / CAP
        # First to size by area, so that small print is not sampled but seen.
        high = max(8, round(ROWS * scale_y))
        small = cv2.resize(mask, (columns, high), interpolation=cv2.INTER_AREA if scale_y < 1 else cv2.INTER_LINEAR)
        middle = (BASELINE - CAP / 2) * high / ROWS
        jitter = (rows - cap) / 2 * float(np.clip(generator.normal(0, 0.42), -1.05, 1.05))
        top = middle - rows / 2 + jitter
        # Windows show a part of a long line: their turn is that of the line, their lift is not more than its margin.
        lift = min(abs(rows - cap) * 0.35, columns * 0.07) * float(np.clip(generator.normal(0, 0.5), -1, 1))
        keystone = rows * float(generator.normal(0, 0.02))
        shear = cap * float(generator.normal(0, 0.12))
        source = np.array(
            [[shear, top - lift / 2 - keystone], [columns + shear, top + lift / 2 + keystone],
             [columns - shear, top + rows + lift / 2 - keystone], [-shear, top + rows - lift / 2 + keystone]], np.float32,
        )  # fmt: skip
        target = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        matrix = cv2.getPerspectiveTransform(source, target)
        return ink(np.asarray(cv2.warpPerspective(small, matrix, (columns, rows), flags=cv2.INTER_LINEAR))), matrix

    def _laid(
        self, generator: Generator, alpha: Picture, wording: Wording, easy: bool
    ) -> tuple[Picture, Picture, float]:
        """Give ink on ground with what is behind and across, the print alone, and the contrast between both."""
        rows, columns = alpha.shape
        contrast = float(np.exp(generator.uniform(np.log(70 if easy else 26), np.log(215))))
        low = float(generator.uniform(5, 250 - contrast))
        light_on_dark = generator.random() < (0.06 if wording.script is Script.MRZ else 0.25)
        ground, shade = (low, low + contrast) if light_on_dark else (low + contrast, low)
        back = np.full((rows, columns), ground, np.float32)
        if generator.random() < self._hardness.textured * (0.4 if easy else 1):
            for _ in range(int(generator.integers(1, 3))):
                back += self.pool.piece(generator, rows, columns) * contrast * float(generator.uniform(0.05, 0.5))
        draw = generator.random()
        if draw < 0.12:
            alpha = alpha * (
                1 - np.clip(self.pool.piece(generator, rows, columns) * float(generator.uniform(0.5, 1.6)), 0, 0.75)
            )
        if draw > 0.92 and wording.script is not Script.MRZ:
            relief = self._embossed(generator, alpha)
            return np.asarray(back + contrast * relief, np.float32), relief, contrast
        picture = back * (1 - alpha) + np.float32(shade) * alpha
        if generator.random() < 0.12:
            # A watermark or seal that lies over the print, not under it.
            picture = picture + self.pool.piece(generator, rows, columns) * contrast * float(
                generator.uniform(0.05, 0.3)
            )
        return np.asarray(picture, np.float32), np.asarray(alpha, np.float32), contrast

    def _embossed(self, generator: Generator, alpha: Picture) -> Picture:
        """Raise digits: lit on one side, in shade on the other, their top rubbed with foil or bare."""
        shift = max(1, round(alpha.shape[0] / 32))
        light = np.roll(alpha, (-shift, -shift), (0, 1)) - np.roll(alpha, (shift, shift), (0, 1))
        fill = float(generator.choice([0.0, generator.uniform(-0.7, 0.7)]))
        return np.asarray(light * float(generator.choice([-1, 1])) * 0.6 + fill * alpha, np.float32)

    def _damaged(self, generator: Generator, picture: Picture, cap: float, contrast: float, share: float) -> Picture:
        hard = self._hardness
        shares = {"defocus": 0.5, "motion": 0.15, "noise": 0.4, "speckle": 0.15, "uneven": 0.3, "glare": 0.12, "dark": 0.1,
                  "jpeg": 0.4, "sharpened": 0.12}  # fmt: skip
        chosen = [name for name in hard.damages if generator.random() < shares.get(name, 0) * hard.shares * share]
        if len(chosen) > hard.most:
            # All at once is not what a camera gives, and nobody reads it.
            chosen = [chosen[at] for at in sorted(generator.choice(len(chosen), hard.most, replace=False))]
        if hard.forced is not None and hard.forced not in chosen:
            chosen.append(hard.forced)
        for name in chosen:
            picture = hard.damages[name](generator, picture, cap if name in BY_CAP else contrast)
            if name in {"glare", "uneven"}:
                picture = np.clip(picture, 0, 255)
            if name == "dark":
                contrast = max(4.0, float(picture.std()) * 2)
        return picture


def windows(scenes: Scenes, seed: int, batch: int) -> Iterator[list[Drawn]]:
    """Give batches of windows without end."""
    generator = np.random.default_rng(seed)
    while True:
        yield [scenes.legible_window(generator) for _ in range(batch)]


def sorted_windows(scenes: Scenes, seed: int, batch: int) -> Iterator[list[Drawn]]:
    """Give batches without end, short lines in narrower windows and more of them: ground to their right teaches nothing."""
    generator = np.random.default_rng(seed)
    waiting: dict[int, list[Drawn]] = {WINDOW: [], NARROW: []}
    while True:
        drawn = scenes.legible_window(generator)
        short = len(drawn.edges) > 0 and float(drawn.edges[-1, 1]) < NARROW - 12
        if short:
            drawn = replace(drawn, picture=np.ascontiguousarray(drawn.picture[:, :NARROW]))
        width = drawn.picture.shape[1]
        waiting[width].append(drawn)
        if len(waiting[width]) == batch * WINDOW // width:
            yield waiting[width]
            waiting[width] = []
