"""Open mouths on pictures of shut ones: wide open mouths are one in five hundred in the data, and a kiosk asks for them.

How a face moves when the mouth opens is measured on the teacher's own answers; the picture follows by a smooth warp,
and the gap between the lips is painted.
"""

from __future__ import annotations

import hashlib
import logging
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.targets import Floats, Shape, fit, mean_shape, pose_of
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import LIPS_INNER

log = logging.getLogger("recipes")
GRID = 80
"""Cells to a side of the warp's field."""


def gap_of(face: Floats) -> Floats:
    """Give the gap between the inner lips over the distance of the outer eye corners (last axes: 478 x 3)."""
    lips = np.linalg.norm(face[..., 13, :] - face[..., 14, :], axis=-1)
    return np.asarray(lips / np.linalg.norm(face[..., 33, :] - face[..., 263, :], axis=-1))


def opening_of(points: Floats, shape: Shape) -> Floats:
    """Give how the upright mean face moves (478 x 3) for each unit of gap, from the widest and the shut mouths."""
    gaps = gap_of(points)

    def mean_of(faces: Floats) -> Floats:
        upright = []
        for face in faces:
            rotation, scale = fit(face[shape.rigid], shape.points[shape.rigid])
            moved = (face - face[shape.rigid].mean(0)) @ rotation.T * scale
            upright.append(moved)
        mean = np.mean(upright, axis=0)
        return np.asarray((mean + mean[shape.mirror] * np.array([-1.0, 1.0, 1.0])) / 2)

    wide, shut = points[gaps > 0.3], points[gaps < 0.05][:1500]
    difference: Floats = (mean_of(wide) - mean_of(shut)) / (gaps[gaps > 0.3].mean() - gaps[gaps < 0.05][:1500].mean())
    return difference


def opened(face: Floats, gap: float, opening: Floats, shape: Shape) -> Floats:
    """Move a face's points so that the lips stand ``gap`` apart."""
    rotation, scale = fit(shape.points[shape.rigid], face[shape.rigid])
    moved: Floats = face + (opening @ rotation.T) * scale * (gap - float(gap_of(face)))
    return moved


def warp(picture: Pixels, before: Floats, after: Floats) -> Pixels:
    """Let a square picture follow its points (pixels, N x 2); the picture's border stays where it is."""
    size = picture.shape[0]
    edge = np.linspace(0, size - 1, 9)
    border = np.concatenate([np.stack([edge, np.full(9, end)], 1) for end in (0, size - 1)])
    border = np.concatenate([border, border[:, ::-1]])
    places = np.concatenate([after, border])
    shifts = np.concatenate([before - after, np.zeros_like(border)])
    steps = (np.arange(GRID) + 0.5) * size / GRID - 0.5
    top = int(np.searchsorted(steps, after[:, 1].min() - size * 0.05))
    grid = np.stack(np.meshgrid(steps, steps[top:]), 2).reshape(-1, 2).astype(np.float32)
    apart = ((grid**2).sum(1)[:, None] + (places**2).sum(1)[None] - 2 * grid @ places.T.astype(np.float32)).clip(0)
    weights = 1 / (apart + 2.0) ** 2
    field = np.zeros((GRID, GRID, 2), np.float32)
    field[top:] = ((weights @ shifts) / weights.sum(1, keepdims=True)).reshape(-1, GRID, 2)
    field = cv2.resize(field, (size, size), interpolation=cv2.INTER_LINEAR)
    x, y = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    warped = cv2.remap(picture, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def paint_gap(picture: Pixels, points: Floats, generator: np.random.Generator) -> Pixels:
    """Paint the inside of the mouth between the inner lips: dark, sometimes with teeth, as bright as the face allows."""
    inner = points[list(LIPS_INNER)]
    size = picture.shape[0]
    light = float(
        np.median(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[size // 3 : 2 * size // 3, size // 3 : 2 * size // 3])
    )
    dark = np.array([0.25, 0.22, 0.45]) * light * generator.uniform(0.3, 1.4)
    inside = np.tile(dark, (size, size, 1)) + generator.normal(0, 3, (size, size, 1))
    rows = np.clip((np.arange(size) - inner[:, 1].min()) / max(np.ptp(inner[:, 1]), 1.0), 0, 1)
    inside = inside * (0.6 + 0.8 * np.abs(rows - 0.4))[:, None, None]
    half = len(inner) // 2 + 1
    upper, lower = inner[:half], np.concatenate([inner[half - 1 :], inner[:1]])[::-1]
    for chance, start, other in ((0.6, upper, lower), (0.25, lower, upper)):
        if generator.random() < chance:
            reach = generator.uniform(0.12, 0.4)
            depth = np.interp(start[:, 0], np.sort(other[:, 0]), other[np.argsort(other[:, 0]), 1]) - start[:, 1]
            far = start + np.stack([np.zeros(half), depth * reach], 1)
            teeth = np.array([0.85, 0.95, 1.0]) * min(light * generator.uniform(1.0, 1.5), 235.0)
            mask = _mask(np.concatenate([start, far[::-1]]), size)
            inside = inside * (1 - mask) + teeth * mask
    mask = _mask(inner, size)
    return np.clip(picture * (1 - mask) + inside * mask, 0, 255).astype(np.uint8)


def _mask(polygon: Floats, size: int) -> NDArray[np.float32]:
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [np.round(polygon * 16).astype(np.int32)], 255, lineType=cv2.LINE_AA, shift=4)
    return cv2.blur(mask, (3, 3)).astype(np.float32)[..., None] / 255


def open_mouths(workshop: Workshop, teachers: ModuleType) -> None:
    """Write ``opened.npy`` and ``opened.npz``: crops whose mouths were opened, with points, blendshapes and source row."""
    settings = workshop.settings("teach")
    generator = np.random.default_rng(workshop.recipe.seed)
    stored = np.load(workshop.work / "targets.npz", allow_pickle=False)
    crops = np.load(workshop.work / "crops.npy", mmap_mode="r")
    usable = np.flatnonzero(~stored["report"])
    points = stored["points"].astype(np.float64)
    shape = mean_shape(points[usable])
    opening = opening_of(points[usable], shape)
    masks = [number for number, source in enumerate(settings["sources"]) if "masks" in source[0]]
    able = usable[(gap_of(points[usable]) < 0.12) & ~np.isin(stored["source"][usable], masks)]
    size = crops.shape[1]
    pictures: list[Pixels] = []
    rows: list[dict[str, Any]] = []
    for index in generator.permutation(able)[: 2 * settings["opened_count"]]:
        if len(pictures) == settings["opened_count"]:
            break
        face = points[index] * (size - 1)
        if abs(pose_of(face, shape)[0]) > 30:
            continue
        after = opened(face, float(generator.uniform(0.12, 0.62)), opening, shape)
        picture = paint_gap(warp(np.asarray(crops[index]), face[:, :2], after[:, :2]), after[:, :2], generator)
        unit = (after / (size - 1)).astype(np.float32)
        pictures.append(picture)
        digest = hashlib.sha256(picture.tobytes() + unit.tobytes()).hexdigest()
        coefficients = teachers.mp_blendshapes(after.astype(np.float32))
        rows.append({"points": unit, "blendshapes": coefficients, "row": index, "digest": digest})
    np.save(workshop.work / "opened.npy", np.stack(pictures))
    columns: dict[str, Any] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    np.savez(workshop.work / "opened.npz", **columns)
    log.info("%d mouths opened", len(pictures))
