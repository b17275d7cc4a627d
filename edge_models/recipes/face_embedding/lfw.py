"""LFW in its own protocol: reported, never trained or tuned on."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.packs import pictures
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load, released_root
from edge_models.tasks.alignment import align
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_embedding import FaceEmbedding

PACK = "lfw_folds_1_to_3.zip"
Aligned = dict[str, Pixels]


def align_all(data: Path) -> dict[str, Aligned]:
    """Align every picture by the teacher's detector and, where it is released, by our own."""
    teachers = load_teachers(data)

    def by_teacher(picture: Pixels) -> NDArray[np.float32] | None:
        found = teachers.biggest(teachers.detect_yunet(picture, score_thr=0.5))
        return None if found is None else np.asarray(teachers.points5(found))

    finders: dict[str, Callable[[Pixels], NDArray[np.float32] | None]] = {"teacher_detector": by_teacher}
    if (released_root() / "face_detection" / "card.toml").is_file():
        own = FaceDetection(*load("face_detection", engine="open_vino"))

        def by_student(picture: Pixels) -> NDArray[np.float32] | None:
            faces = own(picture)
            return faces[0].points if faces else None

        finders["own_detector"] = by_student
    result: dict[str, Aligned] = {name: {} for name in finders}
    for member, picture in pictures(data / "faces" / PACK):
        for name, find in finders.items():
            points = find(picture)
            if points is not None:
                result[name][Path(member).stem] = align(picture, points)
    return result


def figures(data: Path, aligned: Aligned, task: FaceEmbedding) -> dict[str, Any]:
    """Give accuracy by fold (threshold from the other folds), TAR at FARs, failures to acquire."""
    with zipfile.ZipFile(data / "faces" / PACK) as archive:
        rows = [line.split() for line in archive.read("lfw/pairs.txt").decode().splitlines() if line.strip()]
    rows = [row for row in rows if len(row) in (3, 4)]
    templates = {name: task.of_aligned(picture) for name, picture in aligned.items()}
    scores, mated = [], []
    for row in rows:
        a = f"{row[0]}_{int(row[1]):04d}"
        b = f"{row[0]}_{int(row[2]):04d}" if len(row) == 3 else f"{row[2]}_{int(row[3]):04d}"
        mated.append(len(row) == 3)
        scores.append(float(templates[a] @ templates[b]) if a in templates and b in templates else -1.0)
    values, truth = np.array(scores), np.array(mated)
    folds = np.arange(len(rows)) // 600
    accuracy = []
    for fold in sorted(set(folds.tolist())):
        others = folds != fold
        grid = np.unique(values[others])
        best = max(grid, key=lambda t: float(((values[others] >= t) == truth[others]).mean()))
        accuracy.append(float(((values[~others] >= best) == truth[~others]).mean()))
    negative = np.sort(values[~truth])[::-1]
    tar = {
        f"tar_at_far_{far:g}": float((values[truth] > negative[int(far * len(negative))]).mean())
        for far in (0.01, 0.001)
    }
    return {"accuracy": float(np.mean(accuracy)), "by_fold": accuracy, **tar, "without_face": 2320 - len(aligned)}
