"""What cameras, light and things before the face do to a training picture."""

from __future__ import annotations

import cv2
import numpy as np

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import INPUT_HEIGHT, INPUT_WIDTH, Floats


def occluded(rng: np.random.Generator, canvas: Pixels, boxes: Floats) -> None:
    """Cover a part of some faces: the lower half as a mask does, a band, or a blot anywhere."""
    for box in boxes:
        chance = rng.random()
        if chance > 0.2:
            continue
        width, height = box[2:] - box[:2]
        if chance < 0.09:
            low = (box[0] + 0.08 * width, box[1] + float(rng.uniform(0.5, 0.6)) * height)
            high = (box[2] - 0.08 * width, box[3])
        else:
            size = np.array([width, height]) * rng.uniform(0.15, 0.5, 2)
            start = box[:2] + rng.random(2) * (np.array([width, height]) - size)
            low, high = tuple(start), tuple(start + size)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        corner, other = (int(low[0]), int(low[1])), (int(high[0]), int(high[1]))
        if rng.random() < 0.5:
            cv2.rectangle(canvas, corner, other, colour, -1)
        else:
            middle = ((corner[0] + other[0]) // 2, (corner[1] + other[1]) // 2)
            axes = (max(1, (other[0] - corner[0]) // 2), max(1, (other[1] - corner[1]) // 2))
            cv2.ellipse(canvas, middle, axes, float(rng.uniform(-20, 20)), 0, 360, colour, -1)


def _light(rng: np.random.Generator, boxes: Floats) -> np.ndarray:
    """Make a smooth field of light: even, from one side, or bright behind a dark face."""
    style = rng.random()
    if style < 0.55 or not len(boxes):
        coarse = rng.uniform(0.75, 1.25, (2, 3)).astype(np.float32)
        return cv2.resize(coarse, (INPUT_WIDTH, INPUT_HEIGHT), interpolation=cv2.INTER_CUBIC)
    if style < 0.75:
        side = np.linspace(float(rng.uniform(0.15, 0.6)), float(rng.uniform(0.9, 1.5)), 8, dtype=np.float32)
        field = np.repeat((side if rng.random() < 0.5 else side[::-1])[None], 4, 0)
        return cv2.resize(np.ascontiguousarray(field), (INPUT_WIDTH, INPUT_HEIGHT), interpolation=cv2.INTER_LINEAR)
    coarse = np.full((16, 20), float(rng.uniform(1.1, 2.2)), np.float32)
    scale = np.array([20 / INPUT_WIDTH, 16 / INPUT_HEIGHT])
    for box in boxes:
        middle = (box[:2] + box[2:]) / 2 * scale
        axes = np.maximum((box[2:] - box[:2]) * scale * rng.uniform(0.55, 0.9), 1)
        dark = float(rng.uniform(0.12, 0.6))
        cv2.ellipse(coarse, (middle.tolist(), (2 * axes).tolist(), 0), dark, -1)  # type: ignore[call-overload]
    return cv2.resize(coarse, (INPUT_WIDTH, INPUT_HEIGHT), interpolation=cv2.INTER_LINEAR)


def _contrast(bright: np.ndarray, boxes: Floats) -> np.ndarray:
    """Give the spread of grey inside each box's middle."""
    values = np.zeros(len(boxes), np.float32)
    for index, box in enumerate(boxes):
        edge = 0.15 * (box[2:] - box[:2])
        low = np.clip(box[:2] + edge, 0, (INPUT_WIDTH - 1, INPUT_HEIGHT - 1)).astype(int)
        high = np.clip(box[2:] - edge, 1, (INPUT_WIDTH, INPUT_HEIGHT)).astype(int)
        part = bright[low[1] : max(high[1], low[1] + 1) : 2, low[0] : max(high[0], low[0] + 1) : 2, 1]
        values[index] = part.std()
    return values


def damaged(rng: np.random.Generator, canvas: Pixels, boxes: Floats) -> tuple[Pixels, np.ndarray]:
    """Change light, colour, sharpness, noise and coding; say of each box whether a face can still be seen in it."""
    if rng.random() < 0.12:
        canvas = np.repeat(cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY)[..., None], 3, 2)
    blur = rng.random()
    if blur < 0.18:
        canvas = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.5, 2.2)))
    elif blur < 0.28:
        length = int(rng.integers(3, 12))
        kernel = np.zeros((length, length), np.float32)
        end = (rng.random(2) * (length - 1)).astype(int)
        cv2.line(kernel, (int(end[0]), 0), (int(end[1]), length - 1), 1.0, 1)
        kernel = kernel if rng.random() < 0.5 else np.ascontiguousarray(kernel.T)
        canvas = cv2.filter2D(canvas, -1, kernel / kernel.sum())
    light = rng.random()
    gain = float(np.exp(rng.normal(0, 0.25)))
    if light < 0.15:
        gain = float(rng.uniform(0.08, 0.5))
    elif light > 0.9:
        gain = float(rng.uniform(1.4, 2.6))
    value = np.linspace(0, 1, 256) ** float(np.exp(rng.normal(0, 0.22)))
    value = (value - 0.5) * float(rng.uniform(0.65, 1.25)) + 0.5
    cast = np.exp(rng.normal(0, 0.1, 3)) if rng.random() < 0.8 else rng.uniform(0.5, 1.3, 3)
    table = (np.clip(value[:, None], 0, 1.2) * cast * gain * 255).astype(np.float32)
    bright = np.asarray(cv2.LUT(canvas, table[:, None]), np.float32)
    if rng.random() < 0.5:
        bright *= _light(rng, boxes)[..., None]
    np.clip(bright, 0, 255, out=bright)
    contrast, sigma = _contrast(bright, boxes), 0.0
    if rng.random() < 0.45:
        sigma = float(np.exp(rng.uniform(np.log(2), np.log(14))))
        small = rng.random() < 0.4
        shape = (INPUT_HEIGHT // 2, INPUT_WIDTH // 2, 3) if small else (INPUT_HEIGHT, INPUT_WIDTH, 1)
        noise = rng.standard_normal(shape, dtype=np.float32) * sigma
        bright += cv2.resize(noise, (INPUT_WIDTH, INPUT_HEIGHT)) if small else noise
    result = np.clip(bright, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        coded = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 85))])[1]
        result = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    # noise is averaged over a face's pixels, so a large face bears more of it
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    return result, contrast > 3 + sigma * np.sqrt(40 / np.maximum(height, 40)) * 0.6
