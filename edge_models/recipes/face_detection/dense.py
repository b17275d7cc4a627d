"""Better points: the five that MediaPipe's dense ones stand for, from what the landmark recipe's ``teach`` has stored.

YuNet's points miss the measured ones by 4.2 % (kp68 train) and 5.7 % (MTFL) of the box, these by 2.8 and 3.0 %.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_detection.teach import FACE, NO_POINTS, Labelled
from edge_models.recipes.face_landmarks.teach import DETECTOR_SIDE
from edge_models.recipes.packs import sizes
from edge_models.recipes.recipe import Workshop, read_recipe
from edge_models.tasks.face_detection import Floats, overlaps
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT, Crop, crop_matrix, crop_of

log = logging.getLogger("recipes")
NOSE, MOUTH_LEFT, MOUTH_RIGHT = 1, 61, 291
LIFT = np.array([0.005, 0.005, -0.003, 0.012, 0.012], np.float32)
"""How far below ours the measured points lie, in root areas of the box: medians over kp68 train and MTFL's training part."""
AGREE = 0.15
"""Teachers whose points lie further apart than this (mean, in root areas of the box) teach no points."""


def five_of(dense: Floats, box: Floats) -> Floats:
    """Give the eyes' middles (means of their rings), nose tip and mouth corners as the measured sets place them."""
    five = np.stack(
        [dense[list(EYE_LEFT)].mean(0), dense[list(EYE_RIGHT)].mean(0), *dense[[NOSE, MOUTH_LEFT, MOUTH_RIGHT]]]
    )
    five[:, 1] += LIFT * np.sqrt(np.prod(box[2:] - box[:2]))
    return five.astype(np.float32)


def _undo(shape: tuple[int, int]) -> tuple[float, int]:
    """Give the ratio and border with which the landmark recipe enlarged a crop of this height and width."""
    side = min(shape)
    ratio = DETECTOR_SIDE / side if side < DETECTOR_SIDE else 1.0
    return ratio, int(0.35 * min(round(length * ratio) for length in shape))


def gather(workshop: Workshop) -> Path:
    """Write ``points.npz``: pack, name, box (x1, y1, x2, y2) and five points in the picture's own pixels."""
    target = workshop.work / "points.npz"
    if target.exists():
        return target
    settings = read_recipe(workshop.recipe.path.parents[1] / "face_landmarks" / "recipe.toml").steps["teach"]
    with np.load(workshop.work.parent / "face_landmarks" / "targets.npz") as stored:
        table = {key: stored[key] for key in ("name", "source", "points", "box", "points5")}
    packs = [settings["sources"][number][0] for number in table["source"]]
    shapes = {pack: sizes(workshop.data / pack) for pack in set(packs)}
    boxes, points = [], []
    for row, pack in enumerate(packs):
        name, box = str(table["name"][row]), table["box"][row]
        crop = crop_of(tuple(box.tolist()), table["points5"][row], settings["crop_scale"])
        wide = Crop(crop.centre, crop.side * settings["store_margin"], crop.roll)
        inverse = cv2.invertAffineTransform(crop_matrix(wide, settings["store_pixels"]))
        dense = table["points"][row][:, :2] * (settings["store_pixels"] - 1) @ inverse[:, :2].T + inverse[:, 2]
        corners = np.concatenate([box[:2], box[:2] + box[2:]])
        if not (pack.startswith("pad/") or "/scene/" in name):
            ratio, border = _undo(shapes[pack][name])
            dense, corners = (dense - border) / ratio, (corners - border) / ratio
        boxes.append(corners)
        points.append(five_of(dense, corners))
    np.savez_compressed(
        target,
        packs=np.array(packs),
        names=table["name"],
        boxes=np.array(boxes, np.float32),
        points=np.array(points, np.float32),
    )
    return target


def read_points(path: Path) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Read what ``gather`` wrote: (pack, name) to box and points."""
    with np.load(path) as stored:
        keys = zip(stored["packs"].tolist(), stored["names"].tolist(), strict=True)
        return dict(zip(keys, zip(stored["boxes"], stored["points"], strict=True), strict=True))


def bettered(labelled: list[Labelled], table: dict[tuple[str, str], tuple[Floats, Floats]]) -> list[Labelled]:
    """Give the labels with better points where they are known; measured points stay, points in dispute go."""
    result, changed, disputed = [], 0, 0
    for item in labelled:
        known = table.get((item.pack, item.name))
        if known is None or item.pack.endswith("landmarks.zip") or not len(item.boxes):
            result.append(item)
            continue
        overlap = overlaps(known[0], item.boxes)
        best = int(overlap.argmax())
        if overlap[best] < 0.4 or item.kinds[best] != FACE:
            result.append(item)
            continue
        apart = _apart(item.points[best], known[1], item.boxes[best])
        points, kinds = item.points.copy(), item.kinds.copy()
        if apart < AGREE:
            points[best] = known[1]
            changed += 1
        else:
            kinds[best] = NO_POINTS
            disputed += 1
        result.append(replace(item, points=points, kinds=kinds))
    log.info("points: %d of %d pictures better, %d in dispute", changed, len(labelled), disputed)
    return result


def _apart(a: NDArray[np.floating], b: NDArray[np.floating], box: Floats) -> float:
    return float(np.linalg.norm(a - b, axis=1).mean() / np.sqrt(np.prod(box[2:] - box[:2])))
