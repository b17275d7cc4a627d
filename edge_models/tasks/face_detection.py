"""Find faces: boxes and five points, in a picture of any size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid
from edge_models.runtime.port import Engine, Pixels, Tensor

INPUT_HEIGHT, INPUT_WIDTH = 256, 320
STRIDES = (8, 16, 32)
CHANNELS = 16
"""Per cell: class logit, object logit, box centre (x, y) and log size (w, h) in strides, five points (x, y) in strides."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class DetectedFace:
    """One face. A face cut off by the picture's border has its whole box, which then reaches over the border."""

    box: tuple[float, float, float, float]
    """x, y, width, height in picture pixels, forehead to chin."""
    score: float
    """0..1."""
    points: Floats
    """5 x 2, picture pixels: eye at the image's left, eye at the image's right, nose tip, mouth corners left and right."""


@dataclass(frozen=True)
class Letterbox:
    """The network's canvas with how to go back: picture = (canvas - offset) / scale."""

    canvas: Pixels
    scale: float
    offset: tuple[int, int]


@dataclass(frozen=True)
class Candidates:
    """Boxes (x1, y1, x2, y2), scores and points (n x 5 x 2) in canvas pixels, best score first."""

    boxes: Floats
    scores: Floats
    points: Floats

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self.scores)


def letterbox(picture: Pixels) -> Letterbox:
    """Fit a BGR picture into the network's 256 x 320 canvas, aspect ratio kept, centred on black."""
    height, width = picture.shape[:2]
    scale = min(INPUT_WIDTH / width, INPUT_HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale > 0.5:
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    else:  # an exact halving after a bilinear step is ten times as fast as averaging all pixels and aliases little
        double = cv2.resize(picture, (size[0] * 2, size[1] * 2), interpolation=cv2.INTER_LINEAR)
        small = cv2.resize(double, size, interpolation=cv2.INTER_AREA)
    left, top = (INPUT_WIDTH - size[0]) // 2, (INPUT_HEIGHT - size[1]) // 2
    canvas = np.zeros((INPUT_HEIGHT, INPUT_WIDTH, 3), np.uint8)
    canvas[top : top + size[1], left : left + size[0]] = small
    return Letterbox(canvas, scale, (left, top))


def cells(height: int = INPUT_HEIGHT, width: int = INPUT_WIDTH) -> tuple[Floats, Floats]:
    """Give the cells' origins (n x 2) and strides (n) in canvas pixels, in the order of the network's output."""
    origins, strides = [], []
    for stride in STRIDES:
        rows, columns = np.mgrid[0 : height // stride, 0 : width // stride]
        origins.append(np.stack([columns.ravel(), rows.ravel()], 1).astype(np.float32) * stride)
        strides.append(np.full(rows.size, stride, np.float32))
    return np.concatenate(origins), np.concatenate(strides)


def decode(maps: Tensor, origins: Floats, strides: Floats, threshold: float) -> Candidates:
    """Turn the output (16 x n) into candidates whose score sqrt(class x object) reaches the threshold."""
    # sqrt(s(a) s(b)) >= t needs s(a) >= t^2: most cells leave here, before any exponential
    floor = np.float32(np.log(threshold**2 / (1 - threshold**2)))
    chosen = np.flatnonzero((maps[0] >= floor) & (maps[1] >= floor))
    values = maps[:, chosen].astype(np.float32)
    scores = 1 / np.sqrt((1 + np.exp(-values[0])) * (1 + np.exp(-values[1])))
    keep = scores >= threshold
    order = np.flatnonzero(keep)[np.argsort(-scores[keep], kind="stable")]
    values, scores, chosen = values[:, order], scores[order], chosen[order]
    origin, stride = origins[chosen], strides[chosen, None]
    centre = values[2:4].T * stride + origin
    half = np.exp(np.minimum(values[4:6].T, 6.0)) * stride / 2
    points = values[6:16].T.reshape(-1, 5, 2) * stride[:, None] + origin[:, None]
    return Candidates(np.concatenate([centre - half, centre + half], 1), scores, points)


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Give the intersection over union of one box with many (x1, y1, x2, y2)."""
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    common = np.prod(np.maximum(size, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - common
    return (common / np.maximum(union, 1e-6)).astype(np.float32)


def suppress(candidates: Candidates, limit: float, agreement: float = 0.7) -> Candidates:
    """Keep the best of each heap of overlapping candidates, its box and points averaged with those that agree with it.

    ``limit`` is the IoU from which two are the same face; those above ``agreement`` vote, weighted by squared score.
    """
    boxes, points, scores = [], [], []
    left = np.arange(len(candidates))
    while left.size:
        overlap = overlaps(candidates.boxes[left[0]], candidates.boxes[left])
        voters = left[overlap >= agreement]
        weight = candidates.scores[voters] ** 2
        weight /= weight.sum()
        boxes.append(weight @ candidates.boxes[voters])
        points.append(np.tensordot(weight, candidates.points[voters], 1))
        scores.append(candidates.scores[left[0]])
        left = left[1:][overlap[1:] < limit]
    if not boxes:
        return candidates
    return Candidates(np.stack(boxes), np.array(scores, np.float32), np.stack(points))


class FaceDetection:
    """The released detector: pictures in, faces out, largest first. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network. Raises ``CardInvalid`` when a threshold is missing."""
        try:
            self._threshold = float(card.parameters["score_threshold"])  # type: ignore[arg-type]
            self._overlap = float(card.parameters["nms_iou"])  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError) as error:
            raise CardInvalid(f"{card.name}: the card lacks score_threshold or nms_iou") from error
        self._input, self._output = card.inputs[0].name, card.outputs[0].name
        self._engine = engine
        self._origins, self._strides = cells()

    def __call__(self, picture_bgr: Pixels) -> tuple[DetectedFace, ...]:
        """Find faces in a BGR picture of any size. Raises ``ContractMismatch``, ``EngineUnavailable`` from the engine."""
        fitted = letterbox(picture_bgr)
        maps = self._engine.run({self._input: fitted.canvas[None]})[self._output][0]
        found = suppress(decode(maps, self._origins, self._strides, self._threshold), self._overlap)
        offset = np.array(fitted.offset, np.float32)
        corners = (found.boxes.reshape(-1, 2, 2) - offset) / fitted.scale
        points = ((found.points - offset) / fitted.scale).astype(np.float32)
        sizes = corners[:, 1] - corners[:, 0]
        faces = [
            DetectedFace((float(c[0, 0]), float(c[0, 1]), float(s[0]), float(s[1])), float(score), p)
            for c, s, score, p in zip(corners, sizes, found.scores, points, strict=True)
        ]
        return tuple(sorted(faces, key=lambda face: -face.box[2] * face.box[3]))
