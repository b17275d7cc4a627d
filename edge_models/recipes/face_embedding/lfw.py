"""LFW in its own protocol: reported, never trained or tuned on."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from edge_models.recipes.face_embedding.aligner import Aligner
from edge_models.recipes.packs import pictures
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load
from edge_models.tasks.alignment import align
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_embedding import FaceEmbedding

PACK = "lfw_folds_1_to_3.zip"
Aligned = dict[str, Pixels]


def align_all(data: Path) -> dict[str, Aligned]:
    """Align every picture as the kiosk does (our detector, dense points) and by the teacher's detector."""
    teachers = load_teachers(data)
    aligner = Aligner()
    own = FaceDetection(*load("face_detection", engine="open_vino"))

    def by_teacher(picture: Pixels) -> Pixels | None:
        found = teachers.biggest(teachers.detect_yunet(picture, score_thr=0.5))
        return None if found is None else align(picture, np.asarray(teachers.points5(found)))

    def by_student(picture: Pixels) -> Pixels | None:
        faces = own(picture)
        return aligner.of_box(picture, faces[0].box, faces[0].points) if faces else None

    cutters: dict[str, Callable[[Pixels], Pixels | None]] = {"own_detector": by_student, "teacher_detector": by_teacher}
    result: dict[str, Aligned] = {name: {} for name in cutters}
    for member, picture in pictures(data / "faces" / PACK):
        for name, cut in cutters.items():
            crop = cut(picture)
            if crop is not None:
                result[name][Path(member).stem] = crop
    return result


def figures(data: Path, aligned: Aligned, task: FaceEmbedding, *, flip: bool = False) -> dict[str, Any]:
    """Give accuracy by fold (threshold from the other folds), TAR at FARs, failures to acquire."""
    with zipfile.ZipFile(data / "faces" / PACK) as archive:
        rows = [line.split() for line in archive.read("lfw/pairs.txt").decode().splitlines() if line.strip()]
    rows = [row for row in rows if len(row) in (3, 4)]
    template = task.of_both_sides if flip else task.of_aligned
    templates = {name: template(picture) for name, picture in aligned.items()}
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
