"""Documents drawn in memory: safety print, a portrait without a person, made-up text, rounded or square corners."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calibration.attack.making.plane import Floats, Picture, Random, as_picture

PER_MM = 12.0
"""pixels of the drawing"""
_CARD, _PAGE = (85.6, 54.0), (125.0, 88.0)
"""mm: ID-1 and ID-3 of ISO/IEC 7810"""
_CORNER = 3.18
"""mm: radius of a card's corners"""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCard:
    """A document as it lies, with what belongs to it."""

    picture: Picture
    shape: Floats
    """1 where the document is, 0 beyond its corners"""
    device: Floats
    """strength of an optically variable device (hologram, kinegram) over it, 0..1"""
    rounded: bool

    @property
    def size(self) -> tuple[int, int]:
        """Give width and height in pixels."""
        return self.picture.shape[1], self.picture.shape[0]


def draw_card(rng: Random, *, card: bool | None = None) -> DrawnCard:
    """Draw one: a card two times of three, else a passport's page."""
    rounded = bool(rng.random() < 0.67) if card is None else card
    width, height = (round(PER_MM * mm) for mm in (_CARD if rounded else _PAGE))
    page = _paper(rng, width, height)
    _lines(page, rng)
    ink = rng.uniform(10, 90, 3).astype(np.float32)
    _emblem(page, rng)
    _portrait(page, rng)
    written = as_picture(page)
    _text(written, rng, tuple(float(value) for value in ink))
    shape = np.ones((height, width), np.float32)
    if rounded:
        shape = _rounded(width, height, _CORNER * PER_MM)
    return DrawnCard(written, shape, _device(rng, width, height), rounded)


def _paper(rng: Random, width: int, height: int) -> Floats:
    """Give ground of two to six colours that run into each other; some documents are nearly white."""
    pale = rng.random() < 0.35
    low, high = (205, 250) if pale else (120, 245)
    small = rng.uniform(low, high, (2, int(rng.integers(1, 4)), 3)).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _lines(page: Floats, rng: Random) -> None:
    """Lay families of fine lines over the page: bent as guilloches are, now and then straight as a raster."""
    height, width = page.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(int(rng.integers(1, 5))):
        period = PER_MM * rng.uniform(0.25, 1.2)
        angle = rng.uniform(0, np.pi)
        along = columns * np.float32(np.cos(angle)) + rows * np.float32(np.sin(angle))
        across = rows * np.float32(np.cos(angle)) - columns * np.float32(np.sin(angle))
        if rng.random() < 0.85:
            wave = PER_MM * rng.uniform(5, 40)
            along = along + np.float32(rng.uniform(0.05, 0.3) * wave) * np.sin(across * np.float32(6.283 / wave))
        tone = np.cos(along * np.float32(6.283 / period))
        colour = rng.uniform(-45, 8, 3).astype(np.float32)
        sharp = rng.uniform(0.0, 0.7)
        page += colour * np.clip((tone - sharp) / (1 - sharp), 0, 1)[..., None]


def _emblem(page: Floats, rng: Random) -> None:
    height, width = page.shape[:2]
    colour = [float(value) for value in rng.uniform(20, 200, 3)]
    centre = (int(rng.uniform(0.5, 0.9) * width), int(rng.uniform(0.2, 0.6) * height))
    layer = page.copy()
    for _ in range(int(rng.integers(2, 6))):
        axes = (int(rng.uniform(0.03, 0.14) * width), int(rng.uniform(0.03, 0.14) * width))
        cv2.ellipse(layer, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, int(rng.integers(2, 9)))
    if rng.random() < 0.6:
        top = int(rng.uniform(0.08, 0.16) * height)
        cv2.rectangle(layer, (0, 0), (width, top), [float(value) for value in rng.uniform(20, 200, 3)], -1)
    page += np.float32(rng.uniform(0.3, 0.9)) * (layer - page)


def _portrait(page: Floats, rng: Random) -> None:
    """Draw a head that is nobody's; in colour or engraved grey, some with a printer's raster."""
    height, width = page.shape[:2]
    h, w = int(rng.uniform(0.45, 0.6) * height), int(rng.uniform(0.22, 0.28) * width)
    head = np.full((h, w, 3), rng.uniform(170, 245), np.float32)
    skin = np.array([0.5, 0.66, 0.86], np.float32) * rng.uniform(110, 250)
    cv2.ellipse(head, (w // 2, h), (int(0.46 * w), int(0.3 * h)), 0, 0, 360, rng.uniform(20, 200, 3).tolist(), -1)
    cv2.ellipse(head, (w // 2, int(0.38 * h)), (int(0.31 * w), int(0.3 * h)), 0, 0, 360, (35.0, 40.0, 50.0), -1)
    cv2.ellipse(head, (w // 2, int(0.46 * h)), (int(0.26 * w), int(0.29 * h)), 0, 0, 360, skin.tolist(), -1)
    for side in (-1, 1):
        cv2.circle(head, (w // 2 + side * int(0.11 * w), int(0.42 * h)), max(2, w // 30), (40.0, 40.0, 40.0), -1)
    cv2.ellipse(head, (w // 2, int(0.6 * h)), (w // 10, h // 60), 0, 0, 360, (90.0, 80.0, 150.0), -1)
    head = (
        cv2.GaussianBlur(head, (0, 0), 3)
        + cv2.resize(rng.normal(0, 6, (h // 4, w // 4)).astype(np.float32), (w, h))[..., None]
    )
    if rng.random() < 0.4:
        head = np.repeat(head.mean(2, keepdims=True), 3, 2)
    if rng.random() < 0.3:
        rows, columns = np.mgrid[0:h, 0:w].astype(np.float32)
        period = PER_MM * rng.uniform(0.15, 0.3)
        dots = np.cos(6.283 * (columns + rows) / period) + np.cos(6.283 * (columns - rows) / period)
        head = head + np.float32(rng.uniform(8, 30)) * dots[..., None]
    x, y = int(0.05 * width), int(0.24 * height)
    page[y : y + h, x : x + w] = head


def _text(page: Picture, rng: Random, ink: tuple[float, ...]) -> None:
    height, width = page.shape[:2]

    def words(count: int) -> str:
        return "".join(_LETTERS[int(i)] for i in rng.integers(0, len(_LETTERS), count))

    for row in np.arange(0.26, 0.72, rng.uniform(0.07, 0.11)):
        at = (int(0.38 * width), int(row * height))
        cv2.putText(page, words(int(rng.integers(4, 11))), at, cv2.FONT_HERSHEY_SIMPLEX, height / 800, ink, 2)
        label = (at[0], at[1] - int(0.035 * height))
        cv2.putText(page, words(int(rng.integers(6, 18))), label, cv2.FONT_HERSHEY_PLAIN, height / 900, ink, 1)
    if rng.random() < 0.6:
        for row in (0.86, 0.94):
            line = words(int(rng.integers(26, 34)))
            cv2.putText(
                page,
                line,
                (int(0.05 * width), int(row * height)),
                cv2.FONT_HERSHEY_PLAIN,
                height / 330,
                (30, 30, 30),
                2,
            )


def _rounded(width: int, height: int, radius: float) -> Floats:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    x = np.maximum(np.maximum(radius - columns, columns - (width - radius)), 0)
    y = np.maximum(np.maximum(radius - rows, rows - (height - radius)), 0)
    return np.clip(radius - np.hypot(x, y) + 0.5, 0, 1).astype(np.float32)


def _device(rng: Random, width: int, height: int) -> Floats:
    """Give where the optically variable device lies: a patch, several small ones, or a pattern over a large part."""
    strength = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 5))):
        centre = (int(rng.uniform(0.1, 0.9) * width), int(rng.uniform(0.15, 0.85) * height))
        axes = (int(rng.uniform(0.05, 0.16) * width), int(rng.uniform(0.05, 0.16) * width))
        cv2.ellipse(strength, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    period = PER_MM * rng.uniform(0.8, 3)
    figure = 0.5 + 0.5 * np.cos(6.283 / period * (columns + np.float32(20) * np.sin(rows / 60)))
    return np.asarray(strength * (0.35 + 0.65 * figure), np.float32)
