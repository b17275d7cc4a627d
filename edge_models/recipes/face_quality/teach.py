"""Paint, damage and cut faces once, and ask recognition what each picture is still worth."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.samples import person_of
from edge_models.recipes.face_quality.damage import colour_cast, damage
from edge_models.recipes.face_quality.labels import DARK_LENS, DOUBTFUL_LENS, labels_of, lens_darkness, neutrality
from edge_models.recipes.face_quality.occluders import nothing, occlude
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load
from edge_models.tasks.alignment import align
from edge_models.tasks.face_embedding import FaceEmbedding
from edge_models.tasks.face_landmarks import Crop, crop_matrix, crop_of
from edge_models.tasks.face_quality import SIDE, cut

log = logging.getLogger("recipes")
PLAIN, COVERED, DAMAGED = 0, 1, 2
"""the views of a face: as it is, with something before it, damaged"""
Points = NDArray[np.float32]


@dataclass(frozen=True)
class Faces:
    """The crops and points that the recipe of face_landmarks left."""

    crops: NDArray[np.uint8]
    points: Points
    """N x 478 x 2, pixels of the crop"""
    five: Points
    """N x 5 x 2, the detector's, pixels of the crop"""
    blendshapes: NDArray[np.float32]
    source: NDArray[np.int64]
    report: NDArray[np.bool_]
    names: list[str]


def read_faces(workshop: Workshop) -> Faces:
    """Read what ``face_landmarks`` taught; the detector's points are taken into its crops."""
    settings = workshop.settings("teach")
    folder = workshop.work.parent / "face_landmarks"
    with np.load(folder / "targets.npz", allow_pickle=False) as stored:
        crops = np.load(folder / "crops.npy", mmap_mode="r")
        size = crops.shape[1]
        five = np.empty((len(stored["points5"]), 5, 2), np.float32)
        for number, (box, points) in enumerate(zip(stored["box"], stored["points5"], strict=True)):
            crop = crop_of((box[0], box[1], box[2], box[3]), points, settings["crop_scale"])
            matrix = crop_matrix(Crop(crop.centre, crop.side * settings["store_margin"], crop.roll), size)
            five[number] = points @ matrix[:, :2].T + matrix[:, 2]
        return Faces(
            crops,
            (stored["points"][:, :, :2] * (size - 1)).astype(np.float32),
            five,
            stored["blendshapes"],
            stored["source"],
            stored["report"],
            [str(name) for name in stored["name"]],
        )


def share_of(name: str, salt: str) -> float:
    """Give a number in 0..1 that depends on the person or picture alone: what is held back stays so in every run."""
    return int(hashlib.sha256(f"{salt} {person_of(name)}".encode()).hexdigest()[:8], 16) / 2**32


def choose(faces: Faces, settings: dict[str, Any]) -> NDArray[np.int64]:
    """Choose which faces are used: of each source the share that the recipe says."""
    shares = {int(source): float(share) for source, share in settings["shares"].items()}
    wanted = [
        share_of(name if source else f"{name}/{index}", "chosen") < shares.get(int(source), 0.0)
        for index, (name, source) in enumerate(zip(faces.names, faces.source, strict=True))
    ]
    return np.flatnonzero(wanted)


class _Teacher:
    """Recognition: the student that ships and its teacher, each asked for cosines with the face's plain picture."""

    def __init__(self, workshop: Workshop) -> None:
        self._teachers = load_teachers(workshop.data, workshop.threads)
        self._student = FaceEmbedding(*load("face_embedding", engine="open_vino"))
        with np.load(workshop.work.parent / "face_embedding" / "targets.npz", allow_pickle=False) as stored:
            vectors = stored["targets"].astype(np.float32)
            self._known = {str(name): vector for name, vector in zip(stored["names"], vectors, strict=True)}

    def known(self, name: str, plain: Pixels) -> NDArray[np.float32]:
        found = self._known.get(name)
        return np.asarray(self._teachers.embed_mfn_foamliu(plain) if found is None else found, np.float32)

    def by_teacher(self, aligned: Pixels) -> NDArray[np.float32]:
        return np.asarray(self._teachers.embed_mfn_foamliu(aligned), np.float32)

    def by_student(self, aligned: Pixels) -> NDArray[np.float32]:
        return self._student.of_aligned(aligned)


def run(workshop: Workshop) -> None:
    """Write ``views.npy`` (n x 96 x 96 x 3, BGR) and ``views.npz`` (labels, cosines, templates, where each comes from)."""
    settings = workshop.settings("teach")
    cv2.setNumThreads(workshop.threads)
    faces = read_faces(workshop)
    chosen = choose(faces, settings)
    teacher = _Teacher(workshop)
    chance = np.random.default_rng(workshop.recipe.seed)
    neutral = neutrality(faces.blendshapes)
    masks = settings["mask_source"]
    count = sum(1 if faces.report[i] or faces.source[i] == masks else 3 for i in chosen)
    store = np.lib.format.open_memmap(workshop.work / "views.npy", "w+", np.uint8, (count, SIDE, SIDE, 3))
    rows: list[dict[str, Any]] = []
    for done, index in enumerate(chosen):
        picture, points, five = np.asarray(faces.crops[index]), faces.points[index], faces.five[index]
        masked = faces.source[index] == masks
        kinds = (PLAIN,) if masked or faces.report[index] else (PLAIN, COVERED, DAMAGED)
        dark = lens_darkness(picture, points)
        apart = float(np.linalg.norm(five[1] - five[0]))
        plain = align(picture, five)
        own, known = teacher.by_student(plain), teacher.known(faces.names[index], plain)
        other = np.asarray(faces.crops[chosen[int(chance.integers(len(chosen)))]])
        for kind in kinds:
            painted, grade = nothing(picture), 0.0
            ways: tuple[str, ...] = ()
            if kind == COVERED or (kind == DAMAGED and chance.random() < 0.2):
                painted = occlude(picture, points, other, chance)
            labels = labels_of(painted, points)
            if dark < DARK_LENS:
                labels[0] = labels[3] = 1.0
                labels[2] = max(labels[2], 0.12)
            if masked:
                labels[1], labels[2] = 1.0, max(float(labels[2]), 0.45)
            seen = painted.picture
            if kind == DAMAGED:
                seen, grade, ways = damage(seen, chance)
            elif kind == COVERED:
                seen = colour_cast(seen, chance)
                if chance.random() < 0.35:
                    seen, grade, ways = damage(seen, chance, most=1)
            # The detector's points wander by a few percent of the eyes' distance, more on damaged pictures.
            wander = 0.02 + 0.02 * grade if not faces.report[index] else 0.0
            moved = five + chance.normal(0, apart * wander, five.shape).astype(np.float32)
            aligned = align(seen, moved)
            template = teacher.by_student(aligned)
            by_teacher = np.nan if kind != DAMAGED else float(teacher.by_teacher(aligned) @ known)
            store[len(rows)] = cut(seen, moved)
            rows.append(
                {
                    "face": index, "kind": kind, "labels": labels, "dark": dark, "grade": grade,
                    "doubt": DARK_LENS <= dark < DOUBTFUL_LENS, "things": "+".join(painted.kinds), "ways": "+".join(ways),
                    "own_cosine": float(template @ own), "teacher_cosine": by_teacher, "template": template.astype(np.float16),
                    "reference": own.astype(np.float16), "eye_pixels": apart, "neutral": neutral[index],
                    "name": faces.names[index], "source": faces.source[index], "report": faces.report[index],
                }
            )  # fmt: skip
        if done % 1000 == 0:
            log.info("%d of %d faces, %d views", done, len(chosen), len(rows))
    store.flush()
    columns: dict[str, Any] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    np.savez(workshop.work / "views.npz", **columns)
    log.info("%d views of %d faces", len(rows), len(chosen))
