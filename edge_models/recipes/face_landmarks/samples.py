"""Taught crops as training batches: drawn so that rare poses and faces weigh more, moved, lit, blurred and covered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.occlusion import cover
from edge_models.recipes.face_landmarks.targets import Shape, mean_shape, mirrored_state, pose_of, state_of
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import OVAL, normalise


@dataclass(frozen=True)
class Taught:
    """Every crop with its targets: pictures as they are, then those whose mouth was opened, then those without a face."""

    crops: NDArray[np.uint8]
    """As ``teach`` stored them: with a face, then without."""
    opened: NDArray[np.uint8]
    points: NDArray[np.float32]
    """N x 478 x 3 in the stored crop's unit square."""
    pose: NDArray[np.float32]
    state: NDArray[np.float32]
    source: NDArray[np.int64]
    covered: NDArray[np.bool_]
    """Under a mask the teacher guesses: the lower face counts less."""
    training: NDArray[np.int64]
    watched: NDArray[np.int64]
    report: NDArray[np.int64]
    shape: Shape
    zoom: float
    """Side of the stored crop over the student's."""
    drop: float
    """How far below the stored crop's centre the student's lies, in the student's sides."""

    @property
    def empty(self) -> NDArray[np.int64]:
        """Give the indices of the crops without a face."""
        return np.arange(len(self.points), len(self.crops) + len(self.opened))

    def crop(self, index: int) -> Pixels:
        """Give one stored crop."""
        natural = len(self.points) - len(self.opened)
        if natural <= index < len(self.points):
            return self.opened[index - natural]
        return np.asarray(self.crops[index if index < natural else index - len(self.opened)])


def person_of(name: str) -> str:
    """Give what pictures of one person share in their name, as far as the packs tell."""
    if name.startswith(("ids/", "pad")):
        return name.rsplit("/", 1)[0]
    return name.rsplit("_", 1)[0] if name.startswith("kp68/") else name


def read_taught(workshop: Workshop) -> Taught:
    """Read what ``teach`` wrote and derive the student's targets."""
    stored = np.load(workshop.work / "targets.npz", allow_pickle=False)
    added = np.load(workshop.work / "opened.npz", allow_pickle=False)
    origin = np.concatenate([np.arange(len(stored["points"])), added["row"]])
    points = np.concatenate([stored["points"], added["points"]])
    coefficients = np.concatenate([stored["blendshapes"], added["blendshapes"]])
    report = stored["report"]
    # The mean face comes from training pictures as they are.
    shape = mean_shape(stored["points"][~report].astype(np.float64))
    exact = points.astype(np.float64)
    pose = np.array([pose_of(face, shape) for face in exact], np.float32)
    state = np.array([state_of(*pair) for pair in zip(exact, coefficients, strict=True)], np.float32)
    teach = workshop.settings("teach")
    share = workshop.settings("distil")["held_back"]
    digests = [int(hashlib.sha256(person_of(str(name)).encode()).hexdigest()[:8], 16) for name in stored["name"]]
    held = np.array(digests) / 2**32 < share
    masks = [number for number, source in enumerate(teach["sources"]) if "masks" in source[0]]
    return Taught(
        crops=np.load(workshop.work / "crops.npy", mmap_mode="r"),
        opened=np.load(workshop.work / "opened.npy", mmap_mode="r"),
        points=points,
        pose=pose,
        state=state,
        source=stored["source"][origin],
        covered=np.isin(stored["source"], masks)[origin],
        training=np.flatnonzero((~report & ~held)[origin]),
        watched=np.flatnonzero(~report & held),
        report=np.flatnonzero(report),
        shape=shape,
        zoom=teach["store_margin"],
        drop=teach["crop_drop"],
    )


def weights_of(taught: Taught) -> NDArray[np.float64]:
    """Give how often each training crop is drawn: turned and tilted heads, shut eyes, open mouths, side glances more."""
    pose, state = taught.pose[taught.training], taught.state[taught.training]
    weights = (
        1.0
        + 3.0 * np.clip(np.abs(pose[:, 0]) / 30, 0, 2)
        + 3.0 * np.clip(np.abs(pose[:, 1]) / 20, 0, 2)
        + 6.0 * (1 - state[:, :2].min(1)).clip(0, 1) ** 2
        + 3.0 * state[:, 2].clip(0, 1)
        + 20.0 * np.where(taught.training < len(taught.points) - len(taught.opened), state[:, 2] - 0.2, 0).clip(0, 0.3)
        + 2.0 * np.abs(state[:, 4])
    )
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True)
class Movement:
    """How a sample is moved inside the stored crop: zoom, shift in parts of the student's crop, turn, mirror."""

    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0
    mirror: bool = False


def any_movement(generator: np.random.Generator) -> Movement:
    """Draw a movement as detectors make it, and one in six as a worse one would.

    Between our detector and the teacher's, on 1,000 training pictures, the crop's scale differs by 5.4 % (robust standard
    deviation), its place by 1.5 % of its side, its roll by 3.7 degrees.
    """
    wide = 1.8 if generator.random() < 0.16 else 1.0
    return Movement(
        scale=float(np.exp(np.clip(generator.normal(0, 0.065 * wide), -0.25, 0.25))),
        shift=(float(generator.normal(0, 0.024 * wide)), float(generator.normal(0, 0.024 * wide))),
        turn=float(np.clip(generator.normal(0, 5.0 * wide), -30, 30)),
        mirror=bool(generator.random() < 0.5),
    )


def place(taught: Taught, index: int, movement: Movement, pixels: int) -> tuple[Pixels, dict[str, NDArray[Any]]]:
    """Cut one student crop with its targets: points (unit square), pose, state."""
    stored = taught.crops.shape[1]
    factor = movement.scale * taught.zoom * pixels / stored
    angle = np.radians(movement.turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if movement.mirror:
        rotation = rotation @ np.diag([-1.0, 1.0])
    matrix = np.zeros((2, 3))
    matrix[:, :2] = factor * rotation
    shift = np.array(movement.shift) - np.array([0, taught.drop])
    matrix[:, 2] = (pixels - 1) / 2 + shift * pixels - matrix[:, :2] @ np.full(2, (stored - 1) / 2)
    picture = cv2.warpAffine(
        taught.crop(index), matrix, (pixels, pixels), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8)
    if index >= len(taught.points):
        return picture, {}
    points = taught.points[index, :, :2] * (stored - 1)
    yaw, pitch, roll = taught.pose[index]
    state = taught.state[index]
    if movement.mirror:
        points = points[taught.shape.mirror]
        yaw, roll, state = -yaw, -roll, mirrored_state(state)
    moved = (points @ matrix[:, :2].T + matrix[:, 2]) / (pixels - 1)
    pose = np.array([yaw, pitch, roll + movement.turn], np.float32)
    return picture, {"points": moved.astype(np.float32), "pose": pose, "state": state}


def before_another_wall(
    picture: Pixels, points: NDArray[np.float32], scene: Pixels, generator: np.random.Generator
) -> Pixels:
    """Put another scene behind the face: the streaks round tight crops must not become a clue."""
    size = picture.shape[0]
    oval = points[list(OVAL)] * (size - 1)
    middle = oval.mean(0)
    # Hair and neck may stay or go.
    grown = middle + (oval - middle) * generator.uniform(1.02, 1.35, 2)
    mask = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(grown.astype(np.int32)), 255)
    soft = cv2.blur(mask, (5, 5)).astype(np.float32)[..., None] / 255
    return np.asarray(picture * soft + scene * (1 - soft), np.uint8)


def light_and_damage(
    picture: Pixels, generator: np.random.Generator, others: Pixels, noise: NDArray[np.float32]
) -> Pixels:
    """Change light, colour, sharpness, noise and cover parts, as kiosk cameras and hands do."""
    size = picture.shape[0]
    image: NDArray[Any] = picture.astype(np.float32)
    draw = generator.random(10)
    if draw[0] < 0.08:  # something before the face: a patch of another picture or one colour
        height, width = generator.integers(size // 8, size // 2, 2)
        top, left = (generator.integers(0, size - height), generator.integers(0, size - width))
        patch = others[:height, :width] if draw[1] < 0.5 else generator.uniform(0, 255, 3)
        image[top : top + height, left : left + width] = patch
    if draw[2] < 0.25:  # fewer pixels or out of focus
        small = int(size * generator.uniform(0.3, 0.8))
        reduced = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
        image = cv2.resize(reduced, (size, size), interpolation=cv2.INTER_LINEAR)
    elif draw[2] < 0.35:
        length = int(generator.integers(2, 7))
        kernel = np.full((1, length) if draw[3] < 0.5 else (length, 1), 1 / length, np.float32)
        image = cv2.filter2D(image, -1, kernel)
    if draw[4] < 0.35:  # light from one side, from above, or from behind: a linear ramp over the face
        ramp = np.linspace(-1, 1, size, dtype=np.float32)
        direction = generator.uniform(0, 2 * np.pi)
        field = np.cos(direction) * ramp[None, :] + np.sin(direction) * ramp[:, None]
        image = image * np.exp(field * np.float32(generator.uniform(0.1, 0.9)))[..., None]
    if draw[5] < 0.1:
        image[:] = image.mean(2, keepdims=True)
    elif draw[5] < 0.4:
        image = image * generator.uniform(0.8, 1.2, 3).astype(np.float32)
    gain = np.exp(generator.normal(0, 0.25)) if draw[6] < 0.8 else np.exp(generator.uniform(-1.8, 0.6))
    image = (image - 127.5) * np.float32(generator.uniform(0.7, 1.2)) + 127.5 if draw[7] < 0.5 else image
    image = image * np.float32(gain) + np.float32(generator.normal(0, 8))
    if draw[8] < 0.4:
        start = int(generator.integers(0, len(noise) - image.size))
        grain = noise[start : start + image.size].reshape(image.shape)
        image = image + grain * np.float32(generator.uniform(1, 12))
    image = np.clip(image, 0, 255).astype(np.uint8)
    if draw[9] < 0.15:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(generator.integers(25, 80))])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(image, np.uint8)


def batches(
    taught: Taught, *, pixels: int, size: int, seed: int, empty_share: float = 0.06
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield endless training batches: pixels, points, pose, state, and what counts (face, guessed, masked)."""
    generator = np.random.default_rng(seed)
    chances = np.cumsum(weights_of(taught))
    empty = taught.empty
    # Fresh noise for each sample would cost more than the rest of the damage: take windows of one long strip.
    noise = generator.standard_normal(1_000_000, np.float32)
    while True:
        drawn = np.searchsorted(chances, generator.random(size) * chances[-1])
        indices = taught.training[np.minimum(drawn, len(taught.training) - 1)]
        if len(empty):
            blank = generator.random(size) < empty_share
            indices = np.where(blank, generator.choice(empty, size), indices)
        pictures: list[Pixels] = []
        rows: list[dict[str, NDArray[Any]]] = []
        masked: list[bool] = []
        for index in indices:
            picture, row = place(taught, int(index), any_movement(generator), pixels)
            if row and len(empty) and generator.random() < 0.3:
                scene, _ = place(taught, int(generator.choice(empty)), any_movement(generator), pixels)
                picture = before_another_wall(picture, row["points"], scene, generator)
            hidden = False
            if row:
                picture, hidden = cover(picture, row["points"], generator)
            masked.append(hidden)
            other = pictures[-1] if pictures else picture
            pictures.append(light_and_damage(picture, generator, other, noise))
            rows.append(row)
        faces = np.array([bool(row) for row in rows])
        zero: dict[str, NDArray[Any]] = {
            "points": np.full((478, 2), 0.5, np.float32),
            "pose": np.zeros(3, np.float32),
            "state": np.zeros(6, np.float32),
        }
        batch = {key: torch.from_numpy(np.stack([row.get(key, zero[key]) for row in rows])) for key in zero}
        batch["pixels"] = torch.from_numpy(normalise(np.stack(pictures))).to(memory_format=torch.channels_last)
        batch["face"] = torch.from_numpy(faces.astype(np.float32))
        guessed = [index < len(taught.points) and taught.covered[index] for index in indices]
        batch["guessed"] = torch.from_numpy(np.array(guessed, np.float32))
        batch["masked"] = torch.from_numpy(np.array(masked, np.float32))
        yield batch


def shape_modes(taught: Taught, count: int, seed: int, samples: int = 6000) -> tuple[torch.Tensor, torch.Tensor]:
    """Give mean (956) and principal components (count x 956, one deviation each) of the moved targets."""
    generator = np.random.default_rng(seed)
    rows = []
    for index in generator.choice(taught.training, samples, p=weights_of(taught)):
        movement = any_movement(generator)
        angle = np.radians(movement.turn)
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = taught.points[index, :, :2]
        if movement.mirror:
            points = points[taught.shape.mirror] * np.array([-1, 1]) + np.array([1, 0])
        moved = (points - 0.5) @ rotation.T * movement.scale * taught.zoom + 0.5
        moved += np.array(movement.shift) - np.array([0, taught.drop])
        rows.append(moved.ravel())
    data = np.array(rows, np.float32)
    mean = data.mean(0)
    _, deviations, modes = np.linalg.svd(data - mean, full_matrices=False)
    scaled = modes[:count] * (deviations[:count, None] / np.sqrt(len(data)))
    return torch.from_numpy(mean), torch.from_numpy(scaled.astype(np.float32))
