"""The views that ``teach`` left, with the targets of the student and what is held back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.evidence import identity
from edge_models.recipes.face_landmarks.targets import mean_shape, pose_of
from edge_models.recipes.face_quality.teach import COVERED, DAMAGED, PLAIN, share_of
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_quality import prepare

Floats = NDArray[np.float32]
WORTHLESS, FULL = 0.25, 0.97
"""joined cosine with the plain picture's template that counts as utility 0 and as 1"""


@dataclass(frozen=True)
class Views:
    """Every view with its targets."""

    pictures: NDArray[np.uint8]
    targets: Floats
    """n x 7, in the order of ``COMPONENTS``"""
    weights: Floats
    """n x 7: how much each target counts"""
    kind: NDArray[np.int64]
    names: list[str]
    identities: list[str]
    """of the pictures behind the views, as ``samples.json`` names them"""
    things: list[str]
    masked: NDArray[np.bool_]
    """real masked faces"""
    dark: Floats
    doubt: NDArray[np.bool_]
    training: NDArray[np.int64]
    watched: NDArray[np.int64]
    """held back of the training data: choices are made on these"""
    report: NDArray[np.int64]
    """UTKFace test"""
    masks_report: NDArray[np.int64]
    """real masked faces that were never trained on"""


def read_views(workshop: Workshop) -> Views:
    """Read the views and derive the targets."""
    settings, distil = workshop.settings("teach"), workshop.settings("distil")
    with np.load(workshop.work / "views.npz", allow_pickle=False) as file:
        stored = {key: file[key] for key in file.files}
    kind, names = stored["kind"], [str(name) for name in stored["name"]]
    masked = stored["source"] == settings["mask_source"]
    targets = np.concatenate(
        [stored["labels"], stored["neutral"][:, None], utility_of(workshop, stored)[:, None]], 1
    ).astype(np.float32)
    weights = np.ones_like(targets)
    eyes = [0, 3]
    weights[stored["doubt"]] = np.where(np.isin(np.arange(7), eyes), 0.0, 1.0)
    # Under a painted mask the expression is half hidden, in real masked pictures the teacher guesses it.
    weights[:, 5] = np.where(targets[:, 1] > 0.3, 0.2, 1.0)
    weights[kind == DAMAGED, 5] = 0.5
    weights[masked] = np.array([0.3, 2.0, 0.1, 0.3, 0.1, 0.0, 0.0])
    # A picture in which nothing can be seen says little about what is before the face.
    blind = (targets[:, 6] < 0.1) & (kind == DAMAGED)
    weights[blind, :6] *= 0.3
    held = np.array([share_of(name, "held") for name in names])
    report = stored["report"].astype(bool)
    kept = np.where(masked, held < distil["masks_held_back"], held < distil["held_back"])
    return Views(
        pictures=np.load(workshop.work / "views.npy", mmap_mode="r"),
        targets=targets,
        weights=weights,
        kind=kind,
        names=names,
        identities=[
            identity(settings["packs"][int(source)], name) for source, name in zip(stored["source"], names, strict=True)
        ],
        things=[str(name) for name in stored["things"]],
        masked=masked,
        dark=stored["dark"],
        doubt=stored["doubt"],
        training=np.flatnonzero(~report & ~kept),
        watched=np.flatnonzero(~report & kept & ~masked),
        report=np.flatnonzero(report),
        masks_report=np.flatnonzero(masked & kept),
    )


def utility_of(workshop: Workshop, stored: dict[str, NDArray[Any]]) -> Floats:
    """Join the cosines into utility: what the damage took, times what the plain picture itself is worth.

    The first: cosine of the view's template with that of the undamaged picture, the student's and the teacher's
    (stability of the embedding, SER-FIQ's idea with real damage in the place of dropout). The second is learnt from the
    named persons: cosine of a plain view with the mean of the person's other pictures, explained by pose, steadiness
    under small shifts and the nearness to the place where templates of ruined pictures gather (Deng et al. 2023); so
    turned faces of people without a name get their share of doubt as well.
    """
    own = stored["own_cosine"].astype(np.float32)
    teacher = stored["teacher_cosine"].astype(np.float32)
    joined = np.where(np.isfinite(teacher), (own + teacher) / 2, own)
    kept = np.clip((joined - WORTHLESS) / (FULL - WORTHLESS), 0, 1)
    worth = plain_worth(workshop, stored)
    return np.asarray(np.clip(kept * worth[stored["face"]], 0, 1), np.float32)


def plain_worth(workshop: Workshop, stored: dict[str, NDArray[Any]]) -> Floats:
    """Give what each face's plain picture is worth, 0..1, by face number."""
    plain = np.flatnonzero(stored["kind"] == PLAIN)
    faces = stored["face"][plain]
    templates = stored["reference"][plain].astype(np.float32)
    ruined = stored["template"][(stored["own_cosine"] < 0.15) & (stored["kind"] == DAMAGED)].astype(np.float32)
    gathering = ruined.mean(0)
    gathering /= max(float(np.linalg.norm(gathering)), 1e-6)
    pose = poses(workshop)[faces]
    yaw, pitch = np.abs(pose[:, 0]) / 30, np.abs(pose[:, 1]) / 30
    features = np.stack(
        [
            np.ones(len(faces)), yaw, yaw**2, pitch, pitch**2, templates @ gathering,
            stored["own_cosine"][plain],
        ],
        1,
    )  # fmt: skip
    persons = np.array([_person(str(name)) for name in stored["name"][plain]])
    rows, wanted = [], []
    for person in sorted(set(persons) - {""}):
        own = np.flatnonzero(persons == person)
        if len(own) < 8:
            continue
        total = templates[own].sum(0)
        for row in own:
            rest = total - templates[row]
            cosine = float(templates[row] @ rest / np.linalg.norm(rest))
            if cosine > 0.15:  # below: most likely the wrong name
                rows.append(row)
                wanted.append(cosine)
    chosen, truth = features[rows], np.array(wanted)
    ridge = 1e-3 * len(chosen) * np.eye(features.shape[1])
    ridge[0, 0] = 0
    spread = features[rows].std(0) + 1e-6
    solved = np.linalg.solve((chosen / spread).T @ (chosen / spread) + ridge, (chosen / spread).T @ truth)
    said = (features / spread) @ solved
    low, high = np.quantile(said, [0.002, 0.85])
    worth = np.zeros(int(stored["face"].max()) + 1, np.float32)
    worth[faces] = 0.25 + 0.75 * np.clip((said - low) / (high - low), 0, 1)
    return worth


def poses(workshop: Workshop) -> Floats:
    """Give yaw, pitch, roll in degrees of every face of face_landmarks, from the teacher's points."""
    with np.load(workshop.work.parent / "face_landmarks" / "targets.npz", allow_pickle=False) as file:
        points, report = file["points"].astype(np.float64), file["report"]
    shape = mean_shape(points[~report])
    return np.array([pose_of(face, shape) for face in points], np.float32)


def _person(name: str) -> str:
    return name.rsplit("/", 1)[0] if name.startswith("ids/") else ""


def batches(views: Views, size: int, seed: int) -> Iterator[dict[str, torch.Tensor]]:
    """Yield endless training batches: mirrored by chance, lit and tinted a little."""
    generator = np.random.default_rng(seed)
    chances = np.ones(len(views.training))
    kind = views.kind[views.training]
    chances[kind == COVERED] = 1.3
    chances[views.masked[views.training]] = 5.0
    # Real dark glasses are few.
    chances[(views.targets[views.training, 3] > 0.9) & (kind == PLAIN)] = 6.0
    steps = np.cumsum(chances / chances.sum())
    while True:
        drawn = np.searchsorted(steps, generator.random(size))
        rows = np.sort(views.training[np.minimum(drawn, len(steps) - 1)])
        pictures = views.pictures[rows]
        mirrored = generator.random(size) < 0.5
        pictures[mirrored] = pictures[mirrored, :, ::-1]
        values = prepare(pictures)
        gain = np.exp(generator.normal(0, 0.1, (size, 1, 1, 1))) * generator.uniform(0.93, 1.07, (size, 3, 1, 1))
        shift = generator.normal(0, 0.04, (size, 1, 1, 1))
        values = np.clip((values + 1) * gain.astype(np.float32) - 1 + shift.astype(np.float32), -1, 1)
        yield {
            "pixels": torch.from_numpy(values).to(memory_format=torch.channels_last),
            "targets": torch.from_numpy(views.targets[rows]),
            "weights": torch.from_numpy(views.weights[rows]),
        }


def as_pixels(pictures: Pixels) -> torch.Tensor:
    """Turn views into the network's input."""
    return torch.from_numpy(prepare(pictures)).to(memory_format=torch.channels_last)
