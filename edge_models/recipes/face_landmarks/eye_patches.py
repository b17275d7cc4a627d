"""Open and shut eyes that people sorted: patches set into frontal faces, since the student reads faces, not eyes.

The pack is report only: nothing is trained or tuned on it.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.report_sets import faces
from edge_models.recipes.face_landmarks.samples import Taught
from edge_models.recipes.packs import members, pictures
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_landmarks import FaceLandmarks

PACK = "faces/eyes.zip"
CARRIERS = 2
PATCH_WIDTH = 1.75
"""Width of a patch over the width of the eye, corner to corner, about as the patches are cut."""

Floats = NDArray[np.float64]


def set_in(face: Pixels, patch: Pixels, corners: Floats, mirror: bool) -> Pixels:
    """Set a patch over an eye (its two corners, 2 x 2, the image's left first), in the colours and light of the place."""
    source = np.ascontiguousarray(patch[:, ::-1]) if mirror else patch
    size = source.shape[0]
    across = corners[1] - corners[0]
    scale = float(np.linalg.norm(across)) * PATCH_WIDTH / size
    angle = np.arctan2(across[1], across[0])
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = corners.mean(0)
    matrix = np.concatenate([turn, (middle - turn @ np.full(2, (size - 1) / 2))[:, None]], 1)
    height, width = face.shape[:2]
    laid = cv2.warpAffine(source, matrix, (width, height), flags=cv2.INTER_AREA).astype(np.float32)
    y, x = np.mgrid[0:size, 0:size] / (size - 1) * 2 - 1
    soft = np.clip((1 - np.maximum(np.abs(x), np.abs(y))) / 0.35, 0, 1).astype(np.float32)
    share = cv2.warpAffine(soft, matrix, (width, height), flags=cv2.INTER_LINEAR)[..., None]
    inside = share[..., 0] > 0.05
    if not inside.any():
        return face
    here, there = face[inside].astype(np.float32), laid[inside]
    laid = (laid - there.mean(0)) * np.clip(here.std() / max(float(there.std()), 1.0), 0.6, 1.4) + here.mean(0)
    return np.asarray(np.clip(face * (1 - share) + laid * share, 0, 255), np.uint8)


def patched(workshop: Workshop, taught: Taught, task: FaceLandmarks, indices: NDArray[Any]) -> dict[str, Any]:
    """Give the student's eye opening for every patch, set into both eyes of a few frontal faces, against its label."""
    pose, state = taught.pose[indices], taught.state[indices]
    level = (np.abs(pose) < [5, 7, 5]).all(1) & (state[:, :2].min(1) > 0.7)
    generator = np.random.default_rng(workshop.recipe.seed)
    chosen = np.sort(generator.permutation(indices[level])[:CARRIERS])
    carriers = list(faces(workshop, "faces/utkface_6k.zip", chosen))
    answers = [task(seen.picture, seen.box, seen.points5) for seen in carriers]
    scores: dict[str, list[float]] = {"closed": [], "open": []}
    for name, patch in pictures(workshop.data / PACK, members(workshop.data / PACK)):
        opened = []
        for seen, answer in zip(carriers, answers, strict=True):
            picture = seen.picture
            # Left or right eye is not known: the patch and its mirror image, one on each side, and the other way round.
            for mirror in (False, True):
                both = picture
                for corners, turned in (((33, 133), mirror), ((362, 263), not mirror)):
                    both = set_in(both, patch, answer.points[list(corners)].astype(np.float64), turned)
                opened.append(np.mean(task(both, seen.box, seen.points5).eyes_open))
        scores["closed" if "/closed/" in name else "open"].append(float(np.mean(opened)))
    return {
        "set": f"eyes.zip, each patch set into both eyes of {CARRIERS} frontal UTKFace test faces; never trained on",
        "counts": {key: len(values) for key, values in scores.items()},
        "scores": {key: np.array(values) for key, values in scores.items()},
    }
