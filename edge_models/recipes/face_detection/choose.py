"""Choose the score threshold, on pictures that were neither trained on nor are reported on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from edge_models.recipes.face_detection.distil import labelled_part
from edge_models.recipes.face_detection.measures import Sets
from edge_models.recipes.face_detection.mining import no_faces, windows
from edge_models.recipes.face_detection.pieces import Store, empty_scenes
from edge_models.recipes.face_detection.tallies import Detect, outcomes
from edge_models.recipes.face_detection.teach import Teacher
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.card import read_verified
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import EngineName, open_engine
from edge_models.tasks.face_detection import DetectedFace, FaceDetection

log = logging.getLogger("recipes")
LEAST = 0.3
"""Finds below this score are not looked at."""
GRID = np.round(np.arange(0.5, 0.951, 0.01), 2)


def choosing_sets(workshop: Workshop) -> Sets:
    """Give the sets made of the part that is kept to choose by."""
    settings = workshop.settings("teach")
    teacher = Teacher(workshop.data / "teachers" / settings["teacher"], workshop.threads)
    empty = empty_scenes(workshop.data, settings["scenes_with_people"], "choose")
    return Sets(workshop.data, labelled_part(workshop, "choose"), empty, teacher, workshop.recipe.seed)


def low_detector(workshop: Workshop, engine: EngineName = "open_vino") -> FaceDetection:
    """Give the candidate with a threshold far below any that could be chosen."""
    card, content = read_verified(workshop.candidate)
    low = card.model_copy(update={"parameters": {**card.parameters, "score_threshold": LEAST}})
    return FaceDetection(low, open_engine(card, content, engine=engine))


def empty_frames(workshop: Workshop, sets: Sets, looks: int) -> Iterator[Pixels]:
    """Give the frames of the kept scenes: four of each as they are reported on, and ``looks`` parts at other zooms."""
    yield from sets.without_faces(indoor=False)
    items = [no_faces(name) for name in sets.empty]
    store = Store(workshop.data, [(item.pack, item.name) for item in items])
    for _, _, canvas in windows(items, store, looks, np.random.default_rng(workshop.recipe.seed + 5)):
        yield canvas


def sweep(detect: Detect, sets: Sets, frames: list[Pixels]) -> list[dict[str, float]]:
    """Give false faces per 500 frames and recall (crops 40 to 240 px, frames from 40 px) at each threshold."""
    false = np.array([face.score for frame in frames for face in detect(frame)])
    crops = np.array([face.score for face in outcomes(detect, sets.held_crops("", 40, 240))])
    scenes = np.array([face.score for face in outcomes(detect, sets.held_frames(""), 40)])
    return [
        {
            "threshold": float(threshold),
            "false_per_500": 500 * float((false >= threshold).sum()) / len(frames),
            "recall_crops": float((crops >= threshold).mean()),
            "recall_frames": float((scenes >= threshold).mean()),
        }
        for threshold in GRID
    ]


def lowest(rows: list[dict[str, float]], false_per_500: float, recall_lost: float) -> float:
    """Give the lowest threshold with no more false faces than allowed.

    Recall of the crops bounds it: at most ``recall_lost`` below that at the lowest threshold of the table.
    """
    bound = rows[0]["recall_crops"] - recall_lost
    allowed = [row for row in rows if row["recall_crops"] >= bound]
    good = [row for row in allowed if row["false_per_500"] <= false_per_500]
    return (good[0] if good else allowed[-1])["threshold"]


def score_threshold(workshop: Workshop) -> float:
    """Measure the candidate at all thresholds and give the one that the recipe's rule chooses."""
    rule: dict[str, Any] = workshop.settings("quantise")["choose"]
    sets, detect = choosing_sets(workshop), low_detector(workshop)
    rows = sweep(detect, sets, list(empty_frames(workshop, sets, rule["looks"])))
    chosen = lowest(rows, rule["false_per_500"], rule["recall_lost"])
    for row in rows:
        if row["threshold"] == chosen or round(100 * row["threshold"]) % 5 == 0:
            log.info("choose: %s", row)
    log.info("chosen score threshold %.2f", chosen)
    return chosen


def confidence_threshold(
    workshop: Workshop, detect: Detect, confidence: Callable[[Pixels, DetectedFace], float], lost: float
) -> float:
    """Give the landmark confidence below which a share ``lost`` of the kept part's found faces falls."""
    values: list[float] = []
    for sample in choosing_sets(workshop).held_crops("", 40, 240):
        for face in detect(sample.picture):
            one = replace(sample, points=None)
            if next(iter(outcomes(lambda _, f=face: (f,), [one]))).found:  # type: ignore[misc]
                values.append(confidence(sample.picture, face))
    return float(np.quantile(values, lost))
