"""Make training pictures: faces of every size, turn and light set into scenes, whole frames moved about, and scenes without a face."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge_models.recipes.face_detection.damage import damaged, occluded
from edge_models.recipes.face_detection.mining import Window, no_faces
from edge_models.recipes.face_detection.patterns import drawn
from edge_models.recipes.face_detection.pieces import Moved, Store, moved, visible
from edge_models.recipes.face_detection.teach import FACE, IGNORE, Labelled
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_detection import INPUT_HEIGHT, INPUT_WIDTH, Floats

MOST = 16
"""Boxes per picture that a batch can hold."""


@dataclass
class Scene:
    """A training picture (256 x 320 x 3, BGR) and what is in it."""

    canvas: Pixels
    boxes: Floats
    points: Floats
    kinds: np.ndarray


def _bars(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Choose the window that letterboxing leaves of the canvas: now and then with bars at two sides."""
    if rng.random() < 0.7:
        return 0, 0, INPUT_WIDTH, INPUT_HEIGHT
    if rng.random() < 0.6:
        size = int(rng.integers(4, 40))
        return 0, size, INPUT_WIDTH, INPUT_HEIGHT - size
    size = int(rng.integers(4, 90))
    return size, 0, INPUT_WIDTH - size, INPUT_HEIGHT


def _cut_out(rng: np.random.Generator, width: int, height: int, box: Floats) -> np.ndarray:
    """Choose what of a crop is pasted. Its extent varies freely, or the box would be read off the paste's edge."""
    style = rng.random()
    mask = np.full((height, width), 255, np.uint8)
    if style < 0.25:
        return mask
    low, high = box[:2], box[2:]
    size = high - low
    if style < 0.55:  # an oval
        mask[:] = 0
        middle = (low + high) / 2 + rng.normal(0, 0.06, 2) * size
        axes = size * rng.uniform(1.05, 2.4)
        cv2.ellipse(mask, (middle.tolist(), axes.tolist(), float(rng.uniform(-15, 15))), 255, -1)  # type: ignore[call-overload]
    else:  # a rectangle, from the face's own edges outwards
        margin = rng.uniform(-0.06, 0.7, 4)
        first = np.clip(low - margin[:2] * size, 0, None).astype(int)
        last = np.ceil(high + margin[2:] * size).astype(int)
        mask[: first[1]], mask[last[1] :], mask[:, : first[0]], mask[:, last[0] :] = 0, 0, 0, 0
    if rng.random() < 0.6:
        mask = cv2.blur(mask, (max(3, width // int(rng.integers(8, 24))),) * 2)
    return mask


class Scenes:
    """A seeded, endless source of training pictures."""

    def __init__(
        self,
        data: Path,
        labelled: list[Labelled],
        empty: list[str],
        mixture: dict[str, float],
        mined: list[Window] | None = None,
    ) -> None:
        """Take the labelled pictures to use, the scenes to put them into and windows with false faces.

        ``mixture`` gives the shares of the kinds of picture.
        """
        self._mined = mined or []
        self._by_name = {(item.pack, item.name): item for item in labelled}
        self._crops = [item for item in labelled if item.crop]
        self._frames = [item for item in labelled if not item.crop]
        self._empty = empty
        pairs = [(item.pack, item.name) for item in labelled] + [("faces/nonface_scenes.zip", name) for name in empty]
        self._store = Store(data, pairs)
        self.used = self._store.used
        self._groups: dict[str, list[Labelled]] = {}
        for item in self._crops:
            self._groups.setdefault(
                f"{item.pack}/{item.name.split('/')[1] if 'landmarks' in item.pack else ''}", []
            ).append(item)
        self._frame_groups: dict[str, list[Labelled]] = {}
        for item in self._frames:
            self._frame_groups.setdefault(item.pack, []).append(item)
        self._pool: list[Pixels | None] = [None] * 500
        self._kinds = list(mixture)
        self._shares = np.cumsum(list(mixture.values())) / sum(mixture.values())

    def draw(self, rng: np.random.Generator) -> Scene:
        """Make one picture."""
        kind = self._kinds[int(np.searchsorted(self._shares, rng.random()))]
        if kind == "kiosk":
            count, sizes = (1 if rng.random() < 0.8 else 2), (24, 290)
        else:
            count, sizes = int(rng.integers(2, 8)), (16, 100)
        parts: list[Moved] = []
        if kind == "frame":
            canvas, part = self._frame(rng)
            parts.append(part)
        elif kind == "fill":
            canvas, part = self._filled(rng)
            parts.append(part)
        elif kind == "drawn":
            canvas = drawn(rng, self._background(rng))
        elif kind == "mined" and self._mined:
            canvas, part = self._mined_window(rng)
            parts.append(part)
        else:
            canvas = self._background(rng)
            if kind not in ("empty", "mined"):
                for index in range(count):
                    pasted = self._paste(rng, canvas, parts, sizes if index == 0 else (16, 90))
                    if pasted is not None:
                        parts.append(pasted)
        return self._finish(rng, canvas, parts)

    def _finish(self, rng: np.random.Generator, canvas: Pixels, parts: list[Moved]) -> Scene:
        boxes = np.concatenate([p.boxes for p in parts]) if parts else np.zeros((0, 4), np.float32)
        points = np.concatenate([p.points for p in parts]) if parts else np.zeros((0, 5, 2), np.float32)
        kinds = np.concatenate([p.kinds for p in parts]) if parts else np.zeros(0, np.int64)
        window = _bars(rng)
        seen, height = visible(boxes, window), boxes[:, 3] - boxes[:, 1]
        kinds[(seen < 0.5) | (height < 13)] = IGNORE
        there = seen > 0.1
        boxes, points, kinds = boxes[there][:MOST], points[there][:MOST], kinds[there][:MOST]
        occluded(rng, canvas, boxes)
        canvas, seeable = damaged(rng, canvas, boxes)
        kinds[~seeable] = IGNORE
        canvas[: window[1]], canvas[window[3] :], canvas[:, : window[0]], canvas[:, window[2] :] = 0, 0, 0, 0
        return Scene(canvas, boxes, points, kinds)

    def _face(self, rng: np.random.Generator) -> Labelled:
        groups = list(self._groups.values())
        weight = np.array([np.sqrt(len(group)) for group in groups])
        # heads with hair, neck and surroundings are the fewer but the better examples
        weight *= [3.0 if "landmarks" in name else 1.0 for name in self._groups]
        group = groups[int(rng.choice(len(groups), p=weight / weight.sum()))]
        return group[int(rng.integers(len(group)))]

    def _placed(self, rng: np.random.Generator, item: Labelled, sizes: tuple[float, float]) -> tuple[Floats, bool]:
        """Choose size, turn and place of a crop's face on the canvas; gives the affine map and whether it mirrors."""
        box = item.boxes[0]
        height = float(np.exp(rng.uniform(np.log(sizes[0]), np.log(sizes[1]))))
        scale = height / max(box[3] - box[1], 1)
        angle = np.deg2rad(np.clip(rng.normal(0, 13), -38, 38))
        mirrored = bool(rng.random() < 0.5)
        linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = linear @ np.diag([-1.0 if mirrored else 1.0, float(rng.uniform(0.92, 1.08))])
        # most faces lie wholly on the canvas, some are cut off by its border
        spare = 0.5 if rng.random() < 0.75 else 0.1
        room = np.array([INPUT_WIDTH, INPUT_HEIGHT]) - 2 * spare * height * np.array([0.8, 1.0])
        middle = np.array([INPUT_WIDTH, INPUT_HEIGHT]) / 2 + (rng.random(2) - 0.5) * np.maximum(room, 40)
        centre = (box[:2] + box[2:]) / 2
        return np.concatenate([linear, (middle - linear @ centre)[:, None]], 1).astype(np.float32), mirrored

    def _paste(
        self, rng: np.random.Generator, canvas: Pixels, parts: list[Moved], sizes: tuple[float, float]
    ) -> Moved | None:
        item = self._face(rng)
        matrix, mirrored = self._placed(rng, item, sizes)
        part = moved(item, matrix, mirrored)
        box = part.boxes[0]
        around = (box[2:] - box[:2]) * 0.4
        for other in parts:  # neither the face nor what is around it may cover another
            low = np.maximum(box[:2] - around, other.boxes[:, :2])
            high = np.minimum(box[2:] + around, other.boxes[:, 2:])
            if (np.prod(np.maximum(high - low, 0), axis=1) > 0).any():
                return None
        picture = self._store.picture(item.pack, item.name)
        height, width = picture.shape[:2]
        mask = _cut_out(rng, width, height, item.boxes[0])
        zoom = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        source = picture if zoom > 0.45 else cv2.GaussianBlur(picture, (0, 0), 0.4 / zoom)
        corners = (
            np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float32) @ matrix[:, :2].T + matrix[:, 2]
        )
        low = np.clip(np.floor(corners.min(0)), 0, (INPUT_WIDTH, INPUT_HEIGHT)).astype(int)
        high = np.clip(np.ceil(corners.max(0)), 0, (INPUT_WIDTH, INPUT_HEIGHT)).astype(int)
        if (high <= low).any():
            return None
        size, local = (high - low).tolist(), matrix.copy()
        local[:, 2] -= low
        warped = cv2.warpAffine(source, local, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.warpAffine(mask, local, size, flags=cv2.INTER_LINEAR).astype(np.float32)[..., None] / 255
        area = canvas[low[1] : high[1], low[0] : high[0]]
        area[:] = (warped * share + area * (1 - share)).astype(np.uint8)
        return part

    def _filled(self, rng: np.random.Generator) -> tuple[Pixels, Moved]:
        """Draw a crop's border out over the whole canvas: close faces, plain surroundings."""
        item = self._face(rng)
        matrix, mirrored = self._placed(rng, item, (90, 300))
        picture = self._store.picture(item.pack, item.name)
        canvas = cv2.warpAffine(
            picture, matrix, (INPUT_WIDTH, INPUT_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return canvas, moved(item, matrix, mirrored)

    def _frame(self, rng: np.random.Generator) -> tuple[Pixels, Moved]:
        """Give a whole frame, zoomed, turned a little and shifted."""
        groups = list(self._frame_groups.values())
        weight = np.array([np.sqrt(len(group)) for group in groups])
        group = groups[int(rng.choice(len(groups), p=weight / weight.sum()))]
        item = group[int(rng.integers(len(group)))]
        picture = self._store.picture(item.pack, item.name)
        height, width = picture.shape[:2]
        fit = min(INPUT_WIDTH / width, INPUT_HEIGHT / height)
        scale = fit * float(np.exp(rng.uniform(np.log(0.75), np.log(2.2))))
        angle = np.deg2rad(np.clip(rng.normal(0, 8), -30, 30))
        mirrored = bool(rng.random() < 0.5)
        linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = linear @ np.diag([-1.0 if mirrored else 1.0, 1.0])
        faces = np.flatnonzero(item.kinds == FACE)
        focus = np.array([width, height]) * rng.uniform(0.3, 0.7, 2)
        if faces.size and rng.random() < 0.75:
            box = item.boxes[int(rng.choice(faces))]
            focus = (box[:2] + box[2:]) / 2
        middle = np.array([INPUT_WIDTH, INPUT_HEIGHT]) * rng.uniform(0.25, 0.75, 2)
        matrix = np.concatenate([linear, (middle - linear @ focus)[:, None]], 1).astype(np.float32)
        border = cv2.BORDER_CONSTANT if rng.random() < 0.7 else cv2.BORDER_REPLICATE
        source = picture if scale > 0.6 else cv2.GaussianBlur(picture, (0, 0), 0.35 / scale)
        canvas = cv2.warpAffine(source, matrix, (INPUT_WIDTH, INPUT_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=border)
        return canvas, moved(item, matrix, mirrored)

    def _mined_window(self, rng: np.random.Generator) -> tuple[Pixels, Moved]:
        """Give a part of a picture in which a false face was seen, moved a little and perhaps mirrored."""
        window = self._mined[int(rng.integers(len(self._mined)))]
        item = self._by_name.get((window.pack, window.name), no_faces(window.name))
        middle = np.array([INPUT_WIDTH, INPUT_HEIGHT]) / 2
        angle, scale = np.deg2rad(rng.normal(0, 6)), float(np.exp(rng.normal(0, 0.12)))
        mirrored = bool(rng.random() < 0.5)
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turn = turn @ np.diag([-1.0 if mirrored else 1.0, 1.0])
        linear = turn @ window.matrix[:, :2]
        shift = turn @ (window.matrix[:, 2] - middle) + middle + rng.normal(0, 12, 2)
        matrix = np.concatenate([linear, shift[:, None]], 1).astype(np.float32)
        picture, zoom = self._store.picture(window.pack, window.name), float(np.sqrt(abs(np.linalg.det(linear))))
        source = picture if zoom > 0.6 else cv2.GaussianBlur(picture, (0, 0), 0.35 / zoom)
        canvas = cv2.warpAffine(source, matrix, (INPUT_WIDTH, INPUT_HEIGHT), borderMode=cv2.BORDER_CONSTANT)
        return canvas, moved(item, matrix, float(np.linalg.det(linear)) < 0)

    def _background(self, rng: np.random.Generator) -> Pixels:
        """Give a background: most are used several times, mirrored or as they were, before they are drawn anew."""
        place = int(rng.integers(len(self._pool)))
        if self._pool[place] is None or rng.random() < 0.15:
            self._pool[place] = self._new_background(rng)
        kept = self._pool[place]
        assert kept is not None
        return np.ascontiguousarray(kept[:, ::-1]) if rng.random() < 0.5 else kept.copy()

    def _new_background(self, rng: np.random.Generator) -> Pixels:
        style = rng.random()
        if style < 0.72:
            name = self._empty[int(rng.integers(len(self._empty)))]
            picture = self._store.picture("faces/nonface_scenes.zip", name)
            side = picture.shape[0]
            zoom = float(np.exp(rng.uniform(np.log(1.3), np.log(3.5))))
            focus, angle = rng.uniform(0.3, 0.7, 2) * side, float(rng.normal(0, 5))
            matrix = cv2.getRotationMatrix2D((float(focus[0]), float(focus[1])), angle, zoom)
            matrix[:, 2] += np.array([INPUT_WIDTH, INPUT_HEIGHT]) / 2 - focus
            if rng.random() < 0.5:
                picture = np.ascontiguousarray(picture[:, ::-1])
            canvas = cv2.warpAffine(picture, matrix, (INPUT_WIDTH, INPUT_HEIGHT), borderMode=cv2.BORDER_REFLECT)
            if rng.random() < 0.6:
                tint = np.arange(256)[:, None, None] * rng.uniform(0.6, 1.3, 3)
                canvas = np.asarray(cv2.LUT(canvas, np.minimum(tint, 255).astype(np.uint8)), np.uint8)
            return canvas
        cellsize = int(rng.choice([2, 4, 8, 24, 64]))
        coarse = rng.integers(0, 256, (-(-INPUT_HEIGHT // cellsize), -(-INPUT_WIDTH // cellsize), 3), dtype=np.uint8)
        if rng.random() < 0.5:  # a plain or gently graded wall
            coarse = rng.integers(0, 256, (int(rng.integers(1, 4)), int(rng.integers(1, 4)), 3), dtype=np.uint8)
        how = cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST
        return cv2.resize(coarse, (INPUT_WIDTH, INPUT_HEIGHT), interpolation=how)


def stacked(scenes: list[Scene]) -> dict[str, np.ndarray]:
    """Join scenes into arrays; places without a box have kind -1."""
    count = len(scenes)
    boxes = np.zeros((count, MOST, 4), np.float32)
    points = np.zeros((count, MOST, 5, 2), np.float32)
    kinds = np.full((count, MOST), -1, np.int64)
    for index, scene in enumerate(scenes):
        n = len(scene.kinds)
        boxes[index, :n], points[index, :n], kinds[index, :n] = scene.boxes, scene.points, scene.kinds
    return {"pictures": np.stack([s.canvas for s in scenes]), "boxes": boxes, "points": points, "kinds": kinds}
