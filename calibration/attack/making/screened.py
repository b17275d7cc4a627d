"""Recapture of a film from a screen: gamma, glow, pixel grid against the camera's grid, bezel, rolling bands, blur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from calibration.attack.making.camera import Picture
from calibration.attack.making.plane import Floats, Grain, Hand, Lie, Random, as_picture, joined, lay, room_of


@dataclass(frozen=True, slots=True)
class Panel:
    """A screen and how it is filmed."""

    gamma: float
    white: Floats
    """colour of its white, blue green red, 1 = neutral"""
    black: float
    """light that leaks through black, 0..1"""
    pitch: float
    """pixels of the picture from one screen pixel to the next, as the camera sees them"""
    moire: float
    """strength of the beat between the two grids, 0..1"""
    bands: float
    """strength of the bands that roll over a picture whose screen blinks, 0..1"""
    glow: float
    blur: float
    bezel: bool
    scale: float
    """how much of the frame the screen's picture fills; above 1 no edge is seen"""


def panel_of(rng: Random, *, bezel: bool) -> Panel:
    """Draw a screen: a phone or tablet with a bezel in view, or one that fills the frame."""
    cold = rng.uniform(-0.08, 0.12)
    return Panel(
        gamma=float(rng.uniform(0.8, 1.25)),
        white=np.array([1 + cold, 1.0, 1 - cold], np.float32),
        black=float(rng.uniform(0.01, 0.06)),
        pitch=float(rng.uniform(1.6, 3.2)),
        moire=float(rng.uniform(0.015, 0.06)),
        bands=float(rng.uniform(0.0, 0.06)),
        glow=float(rng.uniform(0.05, 0.2)),
        blur=float(rng.uniform(0.6, 1.3)),
        bezel=bezel,
        scale=float(rng.uniform(0.6, 0.8) if bezel else rng.uniform(1.05, 1.2)),
    )


class Recaptured:
    """Shows every picture that comes on a screen that is filmed; a screen does not answer the kiosk's light."""

    def __init__(self, rng: Random, *, bezel: bool, steady: bool = False) -> None:
        """Take the chance that draws the screen; ``steady``: it stands on a table, else a hand holds it."""
        self._rng = rng
        self._panel = panel_of(rng, bezel=bezel)
        self._hand = Hand(rng, degrees=0.2 if steady else 1.6, share=0.001 if steady else 0.008)
        self._angle = float(rng.uniform(-0.25, 0.25))
        self._grain = Grain(rng, 1.8)
        self._room: Picture | None = None
        self._grids: tuple[Floats, Floats] | None = None

    def __call__(self, image: Picture, time: float) -> Picture:
        """Give the recapture at a moment."""
        if self._room is None or self._grids is None:
            self._room = room_of(image, self._rng)
            self._grids = self._moire(image.shape[0], image.shape[1])
        panel, (grid, beat) = self._panel, self._grids
        light = (image.astype(np.float32) / 255) ** np.float32(panel.gamma)
        shown = (panel.black + (1 - panel.black) * light) * panel.white
        shown = shown * grid + panel.moire * beat * (0.3 + shown)
        shown = shown + panel.bands * self._band(image.shape[0], time) * shown
        shown = (1 - panel.glow) * shown + panel.glow * cv2.GaussianBlur(shown, (0, 0), 9.0)
        face = as_picture(255 * cv2.GaussianBlur(shown, (0, 0), panel.blur))
        if panel.bezel:
            border = max(4, int(0.045 * image.shape[1]))
            face = cast("Picture", cv2.copyMakeBorder(face, *(border,) * 4, cv2.BORDER_CONSTANT, value=(14, 13, 12)))
        return self._grain.over(lay(face, self._room, joined(Lie(scale=panel.scale), self._hand.at(time))))

    def _moire(self, height: int, width: int) -> tuple[Floats, Floats]:
        """Give the dark lines between screen pixels, and the slow beat of the grids, a colour at a time."""
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        period = np.float32(self._panel.pitch)
        lines = np.cos(2 * np.pi * rows / period) + np.cos(2 * np.pi * columns / period)
        grid = (1 + 0.02 * lines)[..., None]
        # The beat of two grids of nearly one period is slow; sub-pixels of each colour lie a third apart.
        slow = abs(period - np.rint(period)) / (period * np.rint(period)) + 0.02
        along = columns * np.cos(self._angle) + rows * np.sin(self._angle) + 6 * np.sin(rows / 60)
        beat = np.stack([np.sin(2 * np.pi * slow * along + third * 2.1) for third in range(3)], 2)
        return grid.astype(np.float32), beat.astype(np.float32)

    @staticmethod
    def _band(height: int, time: float) -> Floats:
        rows = np.arange(height, dtype=np.float32) / height
        return np.sin(2 * np.pi * (1.5 * rows - 0.7 * time)).astype(np.float32)[:, None, None]
