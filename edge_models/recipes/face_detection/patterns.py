"""Drawn things without a face: gratings, cloth, writing, hands, shelves and blobs, alone or over a scene."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import INPUT_HEIGHT, INPUT_WIDTH

_SIZE = (INPUT_WIDTH, INPUT_HEIGHT)
_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXYZabcdeghkmnoprst0123456789#%&@:;+-"


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    blue, green, red = (int(value) for value in rng.integers(0, 256, 3))
    return blue, green, red


def _skin(rng: np.random.Generator) -> tuple[int, int, int]:
    """Choose a tone between dark and light skin, so that its colour alone never means a face."""
    red = float(rng.uniform(60, 245))
    return int(red * rng.uniform(0.45, 0.8)), int(red * rng.uniform(0.6, 0.88)), int(red)


def _place(rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.integers(INPUT_WIDTH)), int(rng.integers(INPUT_HEIGHT))


def gratings(rng: np.random.Generator, canvas: Pixels) -> None:
    """One to three waves or checks over the whole picture: blinds, tiles, knit."""
    rows, columns = np.mgrid[0:INPUT_HEIGHT, 0:INPUT_WIDTH].astype(np.float32)
    total = np.zeros((INPUT_HEIGHT, INPUT_WIDTH), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        angle, period = float(rng.uniform(0, math.pi)), float(np.exp(rng.uniform(np.log(5), np.log(90))))
        wave = np.sin((columns * math.cos(angle) + rows * math.sin(angle)) * (2 * math.pi / period) + rng.uniform(0, 6))
        total += np.sign(wave) if rng.random() < 0.4 else wave
    share = ((np.tanh(total) + 1) / 2)[..., None]
    canvas[:] = (share * np.array(_colour(rng)) + (1 - share) * np.array(_colour(rng))).astype(np.uint8)


def cloth(rng: np.random.Generator, canvas: Pixels) -> None:
    """Noise of several scales: cloth, plaster, leaves, hair."""
    field = np.zeros((INPUT_HEIGHT, INPUT_WIDTH), np.float32)
    stretch = float(np.exp(rng.normal(0, 0.7)))
    for octave in (2, 4, 8, 16, 32, 64):
        shape = (max(2, int(INPUT_HEIGHT / octave * stretch)), max(2, int(INPUT_WIDTH / octave / stretch)))
        noise = rng.standard_normal(shape, dtype=np.float32) * float(octave ** rng.uniform(0, 0.9))
        field += cv2.resize(noise, _SIZE, interpolation=cv2.INTER_CUBIC)
    share = (1 / (1 + np.exp(-field / (field.std() + 1e-6) * rng.uniform(0.7, 2.5))))[..., None]
    canvas[:] = (share * np.array(_colour(rng)) + (1 - share) * np.array(_colour(rng))).astype(np.uint8)


def writing(rng: np.random.Generator, canvas: Pixels) -> None:
    """Lines of letters of one to three sizes."""
    for _ in range(int(rng.integers(2, 14))):
        text = "".join(rng.choice(list(_LETTERS), int(rng.integers(1, 14))))
        scale, thick = float(np.exp(rng.uniform(np.log(0.3), np.log(4)))), int(rng.integers(1, 7))
        cv2.putText(canvas, text, _place(rng), int(rng.integers(0, 8)), scale, _colour(rng), thick, cv2.LINE_AA)


def hands(rng: np.random.Generator, canvas: Pixels) -> None:
    """Palms with three to five fingers."""
    for _ in range(int(rng.integers(1, 4))):
        centre, size = np.array(_place(rng), float), float(np.exp(rng.uniform(np.log(12), np.log(70))))
        angle, tone = float(rng.uniform(0, 2 * math.pi)), _skin(rng)
        shade = tuple(int(value * 0.75) for value in tone)
        for index in range(int(rng.integers(3, 6))):
            turn = angle + (index - 2) * float(rng.uniform(0.16, 0.4))
            tip = centre + np.array([math.cos(turn), math.sin(turn)]) * size * float(rng.uniform(1.3, 2.4))
            ends = (tuple(int(v) for v in centre), tuple(int(v) for v in tip))
            cv2.line(canvas, *ends, shade, max(2, int(size * 0.5)), cv2.LINE_AA)
            cv2.line(canvas, *ends, tone, max(1, int(size * 0.42)), cv2.LINE_AA)
        axes = (int(size), int(size * float(rng.uniform(0.65, 1.0))))
        cv2.ellipse(canvas, tuple(int(v) for v in centre), axes, math.degrees(angle), 0, 360, tone, -1, cv2.LINE_AA)


def shelves(rng: np.random.Generator, canvas: Pixels) -> None:
    """Rectangles in rows: shelves, windows, screens, sockets."""
    for _ in range(int(rng.integers(6, 40))):
        low = np.array(_place(rng))
        high = low + np.exp(rng.uniform(np.log(4), np.log(110), 2)).astype(int)
        corners = (tuple(int(v) for v in low), tuple(int(v) for v in high))
        cv2.rectangle(canvas, *corners, _colour(rng), -1 if rng.random() < 0.7 else int(rng.integers(1, 5)))


def blobs(rng: np.random.Generator, canvas: Pixels) -> None:
    """Round bodies with spots at any place: fruit, lamps, clocks, animals. Now and then two spots lie as eyes would."""
    for _ in range(int(rng.integers(1, 9))):
        centre, size = np.array(_place(rng)), float(np.exp(rng.uniform(np.log(8), np.log(90))))
        axes, angle = size * rng.uniform(0.6, 1.2, 2), float(rng.uniform(0, 180))
        body = _skin(rng) if rng.random() < 0.4 else _colour(rng)
        cv2.ellipse(canvas, centre.tolist(), axes.astype(int).tolist(), angle, 0, 360, body, -1, cv2.LINE_AA)
        for _ in range(int(rng.integers(0, 6))):
            spot = centre + rng.uniform(-0.7, 0.7, 2) * axes
            radius = np.maximum(1, size * rng.uniform(0.05, 0.3, 2)).astype(int)
            where = (spot.astype(int).tolist(), radius.tolist(), float(rng.uniform(0, 180)))
            cv2.ellipse(canvas, *where, 0, 360, _colour(rng), -1, cv2.LINE_AA)


_KINDS: tuple[Callable[[np.random.Generator, Pixels], None], ...] = (gratings, cloth, writing, hands, shelves, blobs)


def drawn(rng: np.random.Generator, scene: Pixels) -> Pixels:
    """Give a picture (256 x 320 x 3) of one to three of these things, over ``scene`` or on a plain ground."""
    canvas = scene.copy() if rng.random() < 0.5 else np.full_like(scene, _colour(rng))
    for _ in range(int(rng.integers(1, 4))):
        layer = canvas.copy()
        _KINDS[int(rng.integers(len(_KINDS)))](rng, layer)
        share = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.3, 0.9))
        canvas = np.asarray(cv2.addWeighted(layer, share, canvas, 1 - share, 0), np.uint8)
    if rng.random() < 0.5:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.5, 2.5))), np.uint8)
    return canvas
