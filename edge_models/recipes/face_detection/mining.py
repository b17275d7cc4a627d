"""Hard negatives: parts of training pictures without a face in which the student still sees one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from edge_models.recipes.face_detection.pieces import Store, moved
from edge_models.recipes.face_detection.teach import Labelled
from edge_models.tasks.face_detection import INPUT_HEIGHT, INPUT_WIDTH, Floats, cells, decode, overlaps, suppress

log = logging.getLogger("recipes")
SCENES = "faces/nonface_scenes.zip"


@dataclass(frozen=True)
class Window:
    """A part of a picture: the affine map that brings it to the canvas, and the score of the false face in it."""

    pack: str
    name: str
    matrix: Floats
    score: float


def no_faces(name: str) -> Labelled:
    """Give the label of an empty scene."""
    none = np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32), np.zeros(0, np.int64)
    return Labelled(SCENES, name, False, False, *none)


def _window(rng: np.random.Generator, height: int, width: int) -> Floats:
    fit = min(INPUT_WIDTH / width, INPUT_HEIGHT / height)
    scale = fit * float(np.exp(rng.uniform(np.log(0.9), np.log(3.5))))
    linear = scale * np.diag([-1.0 if rng.random() < 0.5 else 1.0, 1.0])
    focus = np.array([width, height]) * rng.uniform(0.15, 0.85, 2)
    shift = np.array([INPUT_WIDTH, INPUT_HEIGHT]) / 2 - linear @ focus
    return np.concatenate([linear, shift[:, None]], 1).astype(np.float32)


def windows(
    items: list[Labelled], store: Store, looks: int, rng: np.random.Generator
) -> Iterator[tuple[Labelled, Floats, np.ndarray]]:
    """Look ``looks`` times at a random part of each picture: the map to the canvas and the canvas, darker or brighter."""
    for item in items:
        picture = store.picture(item.pack, item.name)
        for _ in range(looks):
            matrix = _window(rng, *picture.shape[:2])
            scale = abs(float(matrix[1, 1]))
            source = picture if scale > 0.6 else cv2.GaussianBlur(picture, (0, 0), 0.35 / scale)
            canvas = cv2.warpAffine(source, matrix, (INPUT_WIDTH, INPUT_HEIGHT), borderMode=cv2.BORDER_CONSTANT)
            gain = float(np.exp(rng.normal(0, 0.35)))
            yield item, matrix, np.clip(canvas * gain, 0, 255).astype(np.uint8)


@torch.no_grad()
def mine(
    network: nn.Module, data: Path, items: list[Labelled], *, looks: int, threshold: float, seed: int
) -> list[Window]:
    """Look ``looks`` times at parts of each picture; give the windows with a find that meets no labelled box."""
    rng, (origins, strides) = np.random.default_rng(seed), cells()
    store = Store(data, [(item.pack, item.name) for item in items])
    found: list[Window] = []
    network = network.eval()
    for item, matrix, canvas in windows(items, store, looks, rng):
        picture = torch.from_numpy(canvas[None]).permute(0, 3, 1, 2).float()
        maps = network(picture)[0].float().numpy()
        candidates = suppress(decode(maps, origins, strides, threshold), 0.3)
        faces = moved(item, matrix, False).boxes
        score = 0.0
        for box, value in zip(candidates.boxes, candidates.scores, strict=True):
            if not len(faces) or overlaps(box, faces).max() == 0:
                score = max(score, float(value))
        if score:
            found.append(Window(item.pack, item.name, matrix, score))
    log.info("mined %d windows of %d with a false face above %.2f", len(found), len(items) * looks, threshold)
    return found
