"""Whether frames are each a new picture of the pinned camera: no frame twice, no loop, the camera's own noise and coding.

A sensor's noise never repeats. A frame that was seen before, noise that fits a change seen before, pixels that stand
still as a film codec leaves them, noise that is smoother or weaker than at calibration, a coding without the camera's
quantisation, a lasting jump of the noise: each has its figure, and the worst one counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.cues.pixels import CombMeter, Tiles, change_between, tiles_of
from kiosk.analysis.cues.soft import Feature, worst
from kiosk.analysis.facts import CueJudgement
from kiosk.camera.site.format import ContentFigures

CHECK = "frame_content"
FEWEST = 30
_MOST = 2048
_MARKS = 256
_LOOP_AFTER = 4
"""frames that lie between a frame and its repetition at least"""
_ALIKE = 0.6
"""correlation of two changes from which they are one: chance gives 0.06 a pair, 0.3 the largest of a session"""
_RUN = 3
_COMB_PERIOD = 3
_JUMP_WINDOW = 20

Kind = Literal["device", "replay", "demo"]


@dataclass(slots=True)
class FrameContent:
    """Gathers numbers of a session's frames: hashes, 256 signs of change each, noise; and eight tiles of the background until the next."""

    kind: Kind = "device"
    """of a recording only loops are judged, of the demonstration nothing: its pictures are drawn"""
    figures: ContentFigures | None = None
    """of the calibration"""
    frames: int = 0
    _hashes: dict[bytes, int] = field(default_factory=dict)
    _last_hash: bytes = b""
    _twice: int = 0
    _again: int = 0
    _tiles: Tiles | None = None
    _marks: NDArray[np.float32] = field(default_factory=lambda: np.zeros((_MOST, _MARKS), np.float32))
    _runs: NDArray[np.int32] = field(default_factory=lambda: np.zeros(_MOST, np.int32))
    _moved: int = 0
    _loops: int = 0
    _noise: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST))
    _still: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST))
    _white: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST))
    _comb: CombMeter = field(default_factory=CombMeter)

    def see(self, image: NDArray[np.uint8]) -> None:
        """Take an analysed frame (height x width x 3)."""
        if self.kind == "demo":
            return
        self.frames += 1
        self._compare_hash(image)
        tiles = tiles_of(image)
        before, self._tiles = self._tiles, tiles
        if before is not None and before.shape == tiles.shape and len(tiles):
            self._compare_change(before, tiles)
        if self.kind == "device" and len(tiles) and self.frames % _COMB_PERIOD == 0:
            self._comb.add(tiles)

    def forget(self) -> None:
        """Begin a new session."""
        if self._tiles is not None:
            self._tiles.fill(0)
        self.frames = self._twice = self._again = self._moved = self._loops = 0
        self._hashes.clear()
        self._last_hash, self._tiles = b"", None
        self._marks[:] = 0
        self._runs[:] = 0
        for series in (self._noise, self._still, self._white):
            series.clear()
        self._comb = CombMeter()

    def measured(self) -> ContentFigures | None:
        """Give the figures for a calibration; None while there is nothing to measure."""
        if len(self._noise) < FEWEST:
            return None
        steps, comb = self._comb.steps()
        return ContentFigures(
            noise=max(float(np.median(self._noise)), 1e-3),
            still=float(np.median(self._still)),
            whiteness=float(np.median(self._white)),
            steps=steps,
            comb=min(comb, 1.0),
        )

    def judge(self) -> CueJudgement:
        """Say whether each frame was a new one of this camera's."""
        if self.kind == "demo":
            return CueJudgement(CHECK, code="unavailable", detail=(("because", "pictures are drawn"),))
        if self.frames < FEWEST:
            return CueJudgement(CHECK, frames=self.frames, code="unavailable", detail=(("because", "too few frames"),))
        score, detail = worst(self.features())
        if self.kind == "replay":
            detail = (*detail, ("judged", "loops only: the coding is the recording's"))
        elif self.figures is None:
            detail = (*detail, ("judged", "without a calibration to compare with"))
        point = operating_point(CHECK)
        return CueJudgement(CHECK, score, point.threshold, point.bpcer, self.frames, detail=detail)

    def features(self) -> list[Feature]:
        """Give the features that can be told."""
        features = [Feature("loop_frames", float(max(self._loops, self._again)), 2.0, 6.0)]
        if self.kind != "device":
            return features
        features += [
            Feature("same_twice", self._twice / max(self.frames - 1, 1), 0.01, 0.1),
            Feature("noise_jump", self._largest_jump(), float(np.log(1.6)), float(np.log(3.0))),
        ]
        if self.figures is not None and len(self._noise) >= FEWEST:
            features += self._against(self.figures)
        return features

    def _against(self, figures: ContentFigures) -> list[Feature]:
        still, white, noise = (float(np.median(series)) for series in (self._still, self._white, self._noise))
        features = [
            Feature("still_pixels", still - figures.still, 0.2, 0.5),
            Feature("noise_smoother", white / max(figures.whiteness, 1e-3), 0.75, 0.4),
            Feature("noise_weaker", noise / figures.noise, 0.6, 0.3),
        ]
        steps, comb = self._comb.steps()
        if figures.comb >= 0.2:
            features.append(Feature("coding_other", self._comb.comb(figures.steps) / figures.comb, 0.7, 0.3))
            both = [(mine, known) for mine, known in zip(steps, figures.steps, strict=False) if mine > 0 and known > 0]
            changed = float(np.mean([mine != known for mine, known in both])) if len(both) >= 4 else 0.0
            features.append(Feature("coding_steps", changed, 0.4, 0.8))
        else:
            # Frames that were never coded have no comb; neither may one appear.
            features.append(Feature("coding_new", comb - figures.comb, 0.2, 0.5))
        return features

    def _compare_hash(self, image: NDArray[np.uint8]) -> None:
        sample = np.ascontiguousarray(image[::8, ::8])
        mark = blake2b(sample.tobytes(), digest_size=8).digest()
        if float(sample.std()) < 1.0 and not 20 < float(sample.mean()) < 235:
            # A covered or blinded lens gives the same black or white again and again.
            self._last_hash = b""
            return
        if mark == self._last_hash:
            self._twice += 1
        elif mark in self._hashes:
            self._again += 1
        if len(self._hashes) < 4 * _MOST:
            self._hashes[mark] = self.frames
        self._last_hash = mark

    def _compare_change(self, before: Tiles, tiles: Tiles) -> None:
        change = change_between(before, tiles)
        if change is not None and self.kind == "device":
            self._noise.append(change.noise)
            self._still.append(change.still)
            self._white.append(change.whiteness)
        if self._moved >= _MOST:
            return
        marks = _marks_of(tiles - before)
        runs = np.zeros(_MOST, np.int32)
        if marks is not None:
            number = self._moved
            alike = self._marks[: max(number - _LOOP_AFTER, 0)] @ marks > _ALIKE
            # A run counts on where the change before fitted the change before that one.
            runs[1 : len(alike) + 1] = np.where(alike, 1 + self._runs[: len(alike)], 0)
            self._marks[number] = marks
            if int(runs.max()) >= _RUN:
                self._loops += 1
        self._runs = runs
        self._moved += 1

    def _largest_jump(self) -> float:
        """Give the largest lasting change of the noise, as a logarithm."""
        if len(self._noise) < 2 * _JUMP_WINDOW:
            return 0.0
        levels = np.log(np.maximum(np.array(self._noise), 0.05))
        medians = np.median(np.lib.stride_tricks.sliding_window_view(levels, _JUMP_WINDOW), axis=1)
        return float(np.abs(medians[_JUMP_WINDOW:] - medians[:-_JUMP_WINDOW]).max())


def _choose() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    random = np.random.default_rng(20)
    return random.integers(0, 8, _MARKS), random.integers(2, 94, _MARKS), random.integers(2, 94, _MARKS)


_WHERE = _choose()


def _marks_of(change: Tiles) -> NDArray[np.float32] | None:
    """Give 256 samples of the finest part of a change, of unit energy; None where hardly anything changed."""
    tile, row, column = _WHERE
    fine = (
        4 * change[tile, row, column]
        - change[tile, row - 1, column]
        - change[tile, row + 1, column]
        - change[tile, row, column - 1]
        - change[tile, row, column + 1]
    )
    # A few strong edges of something that moves would outweigh all noise.
    limit = 3.0 * float(np.median(np.abs(fine))) + 1e-6
    fine = np.clip(fine, -limit, limit)
    fine -= fine.mean()
    energy = float(np.sqrt((fine * fine).sum()))
    if energy < 4.0 or np.count_nonzero(fine) < _MARKS // 2:
        return None
    return np.asarray(fine / energy, np.float32)


def gray_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a BGR picture's luma."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
