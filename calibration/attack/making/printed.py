"""A print in a hand: inks, halftone, paper, border; it moves as a plane and answers light as a plane."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from calibration.attack.making.camera import Colour, Picture
from calibration.attack.making.plane import Floats, Grain, Hand, Lie, Random, as_picture, joined, lay, room_of

# Rosettes of four inks, each screen at its own angle (degrees), as offset and laser printers lay them.
_SCREEN_ANGLES = (15.0, 75.0, 0.0, 45.0)
_ANSWER = 0.35
"""how much of the full screen's light comes back from paper at arm's length"""


def print_of(picture: Picture, rng: Random) -> Picture:
    """Give the sheet that a printer makes of a picture, with its white border, twice the picture's size.

    Colour print: gamut of the inks (black at 8 to 14 %, white of the paper), dot gain, halftone of about 5 pixels.
    """
    height, width = picture.shape[:2]
    large = cv2.resize(picture, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    large = cv2.GaussianBlur(large, (0, 0), 1.2)
    inks = inks_of(large)
    dots = _halftone(inks, rng.uniform(4.0, 6.0))
    # Dots spread into the paper: what is seen lies between the screen and the even tone.
    spread = 0.75 * inks + 0.25 * cv2.GaussianBlur(dots, (0, 0), 0.9)
    sheet = reflected(spread, rng.uniform(0.08, 0.14)) * _paper(rng)
    border = int(rng.uniform(0.03, 0.09) * 2 * width)
    white = [float(value) for value in 255 * _paper(rng)]
    return cast(
        "Picture", cv2.copyMakeBorder(as_picture(255 * sheet), *(border,) * 4, cv2.BORDER_CONSTANT, value=white)
    )


def inks_of(colour: Floats) -> Floats:
    """Give cyan, magenta, yellow, black amounts 0..1 (grey component replacement by half)."""
    blue, green, red = np.moveaxis(1 - colour, 2, 0)
    black = 0.5 * np.minimum(np.minimum(blue, green), red)
    return np.stack([red - black, green - black, blue - black, black], 2).astype(np.float32)


def _halftone(inks: Floats, period: float) -> Floats:
    return (inks > 1 - screens(inks.shape[:2], period)).astype(np.float32)


def screens(size: tuple[int, ...], period: float) -> Floats:
    """Give the screen of each of the four inks, 0..1, over height and width; an ink's dot lies where it is above 1 - screen."""
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    made = []
    for degrees in _SCREEN_ANGLES:
        angle = np.float32(np.radians(degrees))
        along = columns * np.cos(angle) + rows * np.sin(angle)
        across = rows * np.cos(angle) - columns * np.sin(angle)
        made.append(0.5 + 0.25 * (np.cos(2 * np.pi * along / period) + np.cos(2 * np.pi * across / period)))
    return np.stack(made, 2)


def reflected(inks: Floats, deepest: float) -> Floats:
    """Give the colour that comes back from white paper: inks are not pure, and black is no darker than ``deepest``."""
    cyan, magenta, yellow, black = np.moveaxis(inks, 2, 0)
    blue = (1 - 0.15 * cyan) * (1 - 0.35 * magenta) * (1 - 0.85 * yellow) * (1 - 0.9 * black)
    green = (1 - 0.35 * cyan) * (1 - 0.85 * magenta) * (1 - 0.1 * yellow) * (1 - 0.9 * black)
    red = (1 - 0.85 * cyan) * (1 - 0.15 * magenta) * (1 - 0.03 * yellow) * (1 - 0.9 * black)
    return cast("Floats", deepest + (1 - deepest) * np.stack([blue, green, red], 2))


def _paper(rng: Random) -> Floats:
    return np.array([0.9, 0.93, 0.94], np.float32) * np.float32(rng.uniform(0.95, 1.03))


class HeldPrint:
    """Shows the print of the first picture that comes; the hand trembles, pans and turns the sheet a little."""

    def __init__(self, rng: Random) -> None:
        """Take the chance that decides sheet, hand and light."""
        self._rng = rng
        self._hand = Hand(rng, degrees=4.0, share=0.03)
        self._scale = float(rng.uniform(0.3, 0.42))
        self._light: Colour = (0.0, 0.0, 0.0)
        self._shade = rng.uniform(-0.25, 0.25, 2)
        self._grain = Grain(rng, 1.5)
        self._sheet: Picture | None = None
        self._shown: Picture | None = None
        self._room: Picture | None = None

    def lit(self, colour: Colour) -> None:
        """Take the screen's light: the sheet gives it back evenly, and so does nothing behind it."""
        if colour != self._light:
            self._light, self._shown = colour, None

    def __call__(self, image: Picture, time: float) -> Picture:
        """Give the sheet before a room."""
        if self._sheet is None or self._room is None:
            sheet, self._room = print_of(image, self._rng), room_of(image, self._rng)
            self._sheet = as_picture(sheet.astype(np.float32) * self._shading(sheet))
            self._shown = None
        if self._shown is None:
            red, green, blue = self._light
            answer = 1 + _ANSWER * np.array([blue, green, red], np.float32)
            self._shown = as_picture(self._sheet.astype(np.float32) * answer)
        return self._grain.over(lay(self._shown, self._room, joined(Lie(scale=self._scale), self._hand.at(time))))

    def _shading(self, sheet: Picture) -> Floats:
        """Give the light of the room over the sheet: a slope."""
        height, width = sheet.shape[:2]
        along, down = self._shade
        slope = 1 + along * np.linspace(-0.5, 0.5, width)[None, :] + down * np.linspace(-0.5, 0.5, height)[:, None]
        return cast("Floats", slope.astype(np.float32)[..., None])
