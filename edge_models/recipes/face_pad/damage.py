"""What cameras and light do to a picture of a person: further views of a frame."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import Box

Random = np.random.Generator
Floats = NDArray[np.float32]


def photographed(picture: Pixels, box: Box, rng: Random) -> Pixels:
    """Give the picture as another camera in another light would: exposure, tint, side light, focus, noise, compression."""
    image = picture.astype(np.float32)
    if rng.random() < 0.3:
        image = _relit(image, box, rng)
    gain = rng.uniform(0.65, 1.3) if rng.random() < 0.8 else rng.uniform(0.3, 0.7)
    image = 255 * (np.clip(image * gain, 0, 255) / 255) ** np.float32(rng.uniform(0.7, 1.4))
    image = image * rng.uniform(0.88, 1.12, 3).astype(np.float32)
    grey = image.mean(2, keepdims=True)
    image = grey + (image - grey) * np.float32(rng.uniform(0.6, 1.35) if rng.random() < 0.9 else 0)
    view = as_bytes(image)
    if rng.random() < 0.35:
        view = softened(view, rng.uniform(0.4, 0.9))
    if rng.random() < 0.2:
        view = cast("Pixels", cv2.GaussianBlur(view, (0, 0), rng.uniform(0.4, 1.4)))
    if rng.random() < 0.15:  # the hand or the head moved
        kernel = np.zeros((7, 7), np.float32)
        cv2.line(kernel, (3, 3), tuple(int(v) for v in rng.integers(0, 7, 2)), 1.0)
        view = cast("Pixels", cv2.filter2D(view, -1, kernel / kernel.sum()))
    if rng.random() < 0.25:  # a webcam's own sharpening
        soft = cv2.GaussianBlur(view, (0, 0), 1.2)
        view = cast("Pixels", cv2.addWeighted(view, 1 + (k := rng.uniform(0.3, 1.0)), soft, -k, 0))
    if rng.random() < 0.4:
        view = as_bytes(view.astype(np.float32) + rng.normal(0, rng.uniform(1, 8), view.shape))
    if rng.random() < 0.6:
        _, code = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(35, 95))])
        view = cast("Pixels", cv2.imdecode(code, cv2.IMREAD_COLOR))
    return view


def _relit(image: Floats, box: Box, rng: Random) -> Floats:
    """Give light from one side, or a bright place behind the person and little light before."""
    height, width = image.shape[:2]
    if rng.random() < 0.5:
        slope = np.linspace(rng.uniform(0.4, 1), rng.uniform(0.9, 1.3), width, dtype=np.float32)
        return image * (slope if rng.random() < 0.5 else slope[::-1])[None, :, None]
    x, y, w, h = box
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    near = np.exp(-(((columns - x - w / 2) / (1.1 * w)) ** 4) - ((rows - y - h * 0.8) / (1.6 * h)) ** 4)[..., None]
    return cast("Floats", image * (near * rng.uniform(0.3, 0.8) + (1 - near) * rng.uniform(1.0, 1.7)))


def softened(picture: Pixels, factor: float) -> Pixels:
    """Give the picture taken with fewer pixels and stretched back."""
    height, width = picture.shape[:2]
    size = (max(8, int(width * factor)), max(8, int(height * factor)))
    less = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cast("Pixels", cv2.resize(less, (width, height), interpolation=cv2.INTER_LINEAR))


def as_bytes(image: NDArray[np.floating]) -> Pixels:
    """Clip to 0..255."""
    return cast("Pixels", np.clip(image, 0, 255).astype(np.uint8))
