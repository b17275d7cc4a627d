"""What drawn documents are made of: paper, patterns, portraits, print. Nobody is shown and nothing is copied."""

from __future__ import annotations

import string

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels

Chance = np.random.Generator
Colour = tuple[float, float, float]
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)
LETTERS = string.ascii_uppercase + string.digits


def colour(chance: Chance, low: float = 0, high: float = 255, saturation: float = 1.0) -> Colour:
    """Draw a colour: grey value ``low..high``, drawn apart by ``saturation``."""
    grey = chance.uniform(low, high)
    tint = chance.normal(0, 45 * saturation, 3)
    blue, green, red = np.clip(grey + tint - tint.mean(), 0, 255)
    return float(blue), float(green), float(red)


def paper(chance: Chance, height: int, width: int) -> Pixels:
    """Give a ground: one colour or a gradient between two; mostly light, sometimes dark or strong."""
    style = chance.random()
    low, high, saturation = (175, 250, 0.5) if style < 0.6 else (90, 190, 1.2) if style < 0.8 else (10, 80, 0.8)
    first = np.array(colour(chance, low, high, saturation))
    second = np.clip(first + chance.normal(0, 22, 3), 0, 255) if chance.random() < 0.75 else first
    angle = chance.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    part = np.clip(along + 0.5, 0, 1)[..., None]
    return (first * (1 - part) + second * part).astype(np.uint8)


def guilloche(canvas: Pixels, chance: Chance) -> None:
    """Draw families of fine waves over the whole."""
    height, width = canvas.shape[:2]
    x = np.arange(0, width + 4, 4, dtype=np.float32)
    layer = canvas.copy()
    for _ in range(int(chance.integers(1, 4))):
        tone = colour(chance, 60, 230, 1.2)
        amplitude, wave = chance.uniform(2, height / 6), chance.uniform(width / 12, width)
        slope, gap = chance.normal(0, 0.3), chance.uniform(4, 14)
        for number in range(int(height * 1.5 / gap)):
            y = number * gap - height / 4 + amplitude * np.sin(x / wave * 6.28 + number * 0.2) + slope * (x - width / 2)
            cv2.polylines(layer, [np.stack([x, y], 1).astype(np.int32)], False, tone, 1, cv2.LINE_AA)
    canvas[:] = _mixed(canvas, layer, chance)


def _mixed(canvas: Pixels, layer: Pixels, chance: Chance) -> Pixels:
    part = float(chance.uniform(0.15, 0.5))
    return cv2.addWeighted(layer, part, canvas, 1 - part, 0).astype(np.uint8)


def words(canvas: Pixels, chance: Chance, box: tuple[int, int, int, int], height: int, ink: Colour) -> None:
    """Write lines of made-up words into a box (x, y, width, height), letters ``height`` pixels tall."""
    left, top, width, tall = box
    font = FONTS[int(chance.integers(len(FONTS)))]
    scale = height / cv2.getTextSize("A", font, 1, 1)[0][1]
    thickness = max(1, round(height / 9))
    y = float(top + height)
    while y < top + tall:
        text, most = "", chance.uniform(0.3, 1.0) * width
        while cv2.getTextSize(text, font, scale, thickness)[0][0] < most and len(text) < 60:
            text += "".join(chance.choice(list(LETTERS), int(chance.integers(2, 9)))) + " "
        cv2.putText(canvas, text[:-2], (left, int(y)), font, scale, ink, thickness, cv2.LINE_AA)
        y += height * chance.uniform(1.5, 2.6)


def script(canvas: Pixels, chance: Chance, box: tuple[int, int, int, int], height: int, ink: Colour) -> None:
    """Scribble lines that look joined and run from the right, as Persian and Arabic print does from afar."""
    left, top, width, tall = box
    y = float(top + height)
    while y < top + tall:
        x = float(left + width)
        end = left + chance.uniform(0, 0.6) * width
        while x > end:
            step = chance.uniform(0.6, 2.2) * height
            bow = np.array([[x, y], [x - step / 2, y - chance.uniform(-0.3, 0.9) * height], [x - step, y]])
            cv2.polylines(canvas, [bow.astype(np.int32)], False, ink, max(1, height // 6), cv2.LINE_AA)
            if chance.random() < 0.6:
                dot = (int(x - step / 2), int(y + chance.choice([-1, 0.5]) * height))
                cv2.circle(canvas, dot, max(1, height // 9), ink, -1, cv2.LINE_AA)
            x -= step + (chance.random() < 0.3) * height
        y += height * chance.uniform(1.8, 2.6)


def portrait(canvas: Pixels, chance: Chance, box: tuple[int, int, int, int]) -> None:
    """Draw a head of ovals on a plain ground."""
    left, top, width, tall = box
    part = canvas[top : top + tall, left : left + width]
    if min(part.shape[:2]) < 12:
        return
    height, width = part.shape[:2]
    drawn = np.empty_like(part)
    drawn[:] = colour(chance, 140, 250, 0.5)
    skin = np.array([80, 115, 165]) * chance.uniform(0.4, 1.45)
    hair, cloth = colour(chance, 5, 120, 0.5), colour(chance, 10, 220)
    centre = (width // 2, int(height * 0.46))
    cv2.ellipse(drawn, (width // 2, int(height * 1.02)), (int(width * 0.48), int(height * 0.3)), 0, 0, 360, cloth, -1)
    crown = (int(width * chance.uniform(0.3, 0.4)), int(height * chance.uniform(0.34, 0.42)))
    cv2.ellipse(drawn, (centre[0], int(height * 0.42)), crown, 0, 0, 360, hair, -1, cv2.LINE_AA)
    tone = tuple(float(v) for v in np.clip(skin, 0, 255))
    cv2.ellipse(drawn, centre, (int(width * 0.25), int(height * 0.3)), 0, 0, 360, tone, -1, cv2.LINE_AA)
    for side in (-1, 1):
        eye = (centre[0] + int(side * width * 0.1), int(height * 0.42))
        cv2.ellipse(drawn, eye, (max(1, width // 22), max(1, height // 50)), 0, 0, 360, (30, 30, 30), -1, cv2.LINE_AA)
    mouth = (centre[0], int(height * 0.6))
    cv2.ellipse(drawn, mouth, (max(1, width // 12), max(1, height // 60)), 0, 0, 360, (70, 60, 130), -1, cv2.LINE_AA)
    if chance.random() < 0.4:
        drawn = cv2.cvtColor(cv2.cvtColor(drawn, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    opacity = 1.0 if chance.random() < 0.8 else chance.uniform(0.3, 0.8)
    part[:] = cv2.addWeighted(drawn, opacity, part, 1 - opacity, 0)


def zone(canvas: Pixels, chance: Chance, unit: float, lines: int, characters: int) -> None:
    """Print a machine-readable zone along the lower edge."""
    height, width = canvas.shape[:2]
    pitch = 2.54 * unit
    left = (width - characters * pitch) / 2
    ink = colour(chance, 0, 60, 0.3)
    if chance.random() < 0.4:
        canvas[int(height - (lines * 4.5 + 5) * unit) :] = colour(chance, 215, 250, 0.2)
    for line in range(lines):
        y = int(height - (4.0 + (lines - 1 - line) * 4.5) * unit)
        for number in range(characters):
            letter = "<" if chance.random() < 0.3 else str(chance.choice(list(LETTERS)))
            place = (int(left + number * pitch), y)
            cv2.putText(
                canvas,
                letter,
                place,
                cv2.FONT_HERSHEY_SIMPLEX,
                2.6 * unit / 22,
                ink,
                max(1, round(unit / 4)),
                cv2.LINE_AA,
            )


def chip(canvas: Pixels, chance: Chance, unit: float, place: tuple[int, int]) -> None:
    """Draw a contact plate, 12 x 10 mm."""
    x, y = place
    wide, tall = int(12 * unit), int(10 * unit)
    tone = (70, 175, 205) if chance.random() < 0.6 else (190, 190, 190)
    cv2.rectangle(canvas, (x, y), (x + wide, y + tall), tone, -1)
    dark = tuple(v * 0.6 for v in tone)
    for part in (0.33, 0.66):
        cv2.line(canvas, (x, y + int(tall * part)), (x + wide, y + int(tall * part)), dark, 1, cv2.LINE_AA)
        cv2.line(canvas, (x + int(wide * part), y), (x + int(wide * part), y + tall), dark, 1, cv2.LINE_AA)


def barcode(canvas: Pixels, chance: Chance, box: tuple[int, int, int, int], rows: int) -> None:
    """Draw bars on white; several rows look like a stacked code."""
    left, top, width, tall = box
    bars = (chance.random((rows, max(8, width // 3))) < 0.5).astype(np.uint8) * 235 + 10
    drawn = cv2.resize(bars, (width, tall), interpolation=cv2.INTER_NEAREST)
    part = canvas[top : top + tall, left : left + width]
    part[:] = drawn[: part.shape[0], : part.shape[1], None]


def hologram(canvas: Pixels, chance: Chance) -> None:
    """Lay a coloured shimmer over a round or square place."""
    height, width = canvas.shape[:2]
    layer = canvas.copy()
    centre = (int(chance.uniform(0, width)), int(chance.uniform(0, height)))
    axes = (int(width * chance.uniform(0.04, 0.15)), int(height * chance.uniform(0.06, 0.2)))
    for number in range(4, 0, -1):
        reach = (axes[0] * number // 4, axes[1] * number // 4)
        cv2.ellipse(layer, centre, reach, 0, 0, 360, colour(chance, 120, 240, 2), -1, cv2.LINE_AA)
    canvas[:] = _mixed(canvas, layer, chance)


def signature(canvas: Pixels, chance: Chance, box: tuple[int, int, int, int], unit: float) -> None:
    """Draw a curve as a pen would."""
    left, top, width, tall = box
    steps = int(chance.integers(6, 14))
    x = left + np.linspace(0, 1, steps) * width + chance.normal(0, width / 14, steps)
    y = top + tall / 2 + chance.normal(0, tall / 4, steps)
    fine = np.linspace(0, steps - 1, 80)
    curve = np.stack([np.interp(fine, np.arange(steps), x), np.interp(fine, np.arange(steps), y)], 1)
    smooth: NDArray[np.float32] = cv2.GaussianBlur(curve.astype(np.float32), (1, 7), 0).astype(np.float32)
    cv2.polylines(canvas, [smooth.astype(np.int32)], False, (90, 40, 30), max(1, int(unit / 3)), cv2.LINE_AA)


def shapes(canvas: Pixels, chance: Chance, count: int, size: float) -> None:
    """Throw discs, rings, bars and boxes of any colour; ``size``: their reach as a share of the width."""
    height, width = canvas.shape[:2]
    for _ in range(count):
        place = (int(chance.uniform(0, width)), int(chance.uniform(0, height)))
        reach = max(2, int(chance.uniform(0.1, 1) * size * width))
        tone, kind = colour(chance), chance.integers(4)
        if kind == 0:
            cv2.circle(canvas, place, reach // 2, tone, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.circle(canvas, place, reach // 2, tone, max(1, reach // 12), cv2.LINE_AA)
        elif kind == 2:
            angle = chance.uniform(0, np.pi)
            end = (int(place[0] + reach * np.cos(angle)), int(place[1] + reach * np.sin(angle)))
            cv2.line(canvas, place, end, tone, max(1, reach // 15), cv2.LINE_AA)
        else:
            box = cv2.boxPoints((place, (reach, reach * chance.uniform(0.2, 1)), chance.uniform(0, 90)))
            cv2.fillConvexPoly(canvas, box.astype(np.int32), tone, cv2.LINE_AA)
