"""Measure student and anchor on scenes that training has no part in, FP32 and INT8 in both runtimes."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.document_corners import held
from edge_models.recipes.document_corners.backgrounds import fitted, scenes
from edge_models.recipes.document_corners.classical import find as by_edges
from edge_models.recipes.document_corners.distil import overlap
from edge_models.recipes.document_corners.scenes import Corners, compose
from edge_models.recipes.evidence import record_samples
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.runtime.card import read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.document_corners import DocumentCorners, FoundDocument
from edge_models.tasks.document_edges import refine

log = logging.getLogger("recipes")
Finder = Callable[[Pixels], FoundDocument | None]
ANCHOR = "classical"
TURKISH_QUAD_WIDTH = 1080


def with_documents(packed: list[Pixels], settings: dict[str, Any], seed: int) -> Iterator[tuple[Pixels, Corners]]:
    """Draw scenes kept apart, with the corners of their documents."""
    chance = np.random.default_rng(seed)
    width = int(settings["width"])
    height = width * 9 // 16
    pool = [held.document(chance, width / 160) for _ in range(12)]
    for number in range(int(settings["scenes"])):
        if number % 3 == 0:
            pool[int(chance.integers(len(pool)))] = held.document(chance, width / 160)
        canvas = held.ground(packed, chance, width, height)
        seen, corners = compose(canvas, pool[int(chance.integers(len(pool)))], chance)
        yield held.damage(seen, corners, chance), corners


def without_documents(packed: list[Pixels], settings: dict[str, Any], seed: int) -> Iterator[Pixels]:
    """Draw grounds kept apart, nothing on them but what pictures hold."""
    chance = np.random.default_rng(seed)
    width = int(settings["width"])
    for number in range(500):
        if number % 2:
            picture = fitted(packed[int(chance.integers(len(packed)))], chance, width, width * 9 // 16)
        else:
            picture = held.ground(packed, chance, width, width * 9 // 16)
        yield held.damage(picture, None, chance) if number % 3 == 0 else picture


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` of the candidate."""
    settings, folder = workshop.settings("evaluate"), workshop.candidate
    cv2.setNumThreads(workshop.threads)
    card = read_card(folder)
    contents = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines = {f"{p}_{e}": open_engine(card, c, engine=e) for p, c in contents.items() for e in ENGINES}
    report: dict[str, Any] = {
        "bytes": {precision: len(content) for precision, content in contents.items()},
        "milliseconds_one_core": {n: milliseconds(e, blank_inputs(card), runs=100) for n, e in engines.items()},
    }
    tasks = {name: DocumentCorners(card, engine) for name, engine in engines.items()}
    finders: dict[str, Finder] = {name: task.candidate for name, task in tasks.items()}
    finders[ANCHOR] = _anchor
    least = next(iter(tasks.values())).min_confidence
    names, packed = scenes(workshop.data, workshop.settings("teach")["held_apart"], apart=True)
    log.info("%d pictures kept apart", len(names))
    overlaps: dict[str, list[float]] = {name: [] for name in finders}
    whole: list[bool] = []
    sure: dict[str, list[float]] = {name: [] for name in finders}
    spent: dict[str, list[float]] = {name: [] for name in finders}
    for number, (picture, corners) in enumerate(with_documents(packed, settings, workshop.recipe.seed + 7)):
        height, width = picture.shape[:2]
        inside = ((corners >= 0) & (corners <= (width - 1, height - 1))).all()
        whole.append(bool(inside) and cv2.contourArea(corners.astype(np.float32)) > 0.1 * width * height)
        for name, finder in finders.items():
            begun = time.perf_counter()
            found = finder(picture)
            spent[name].append(time.perf_counter() - begun)
            overlaps[name].append(overlap(corners, found.corners, width, height) if found else 0.0)
            sure[name].append(found.confidence if found else 0.0)
        if number % 50 == 0:
            log.info("%d scenes with a document", number)
    false: dict[str, list[float]] = {name: [] for name in finders}
    for picture in without_documents(packed, settings, workshop.recipe.seed + 8):
        for name, finder in finders.items():
            found = finder(picture)
            false[name].append(found.confidence if found else 0.0)
    # The anchor gets the threshold at which it shows as many false outlines as the student.
    shown = int((np.array(false["int8_open_vino"]) >= least).sum())
    anchor_least = float(np.sort(false[ANCHOR])[::-1][shown]) + 1e-9
    for name in finders:
        limit = anchor_least if name == ANCHOR else least
        report[name] = _figures(overlaps[name], sure[name], false[name], spent[name], limit, whole)
        log.info("%s: %s", name, report[name])
    report["sets"] = {
        "simulation": f"{settings['scenes']} scenes: layouts, drawn grounds and damages not used in training, pictures kept apart",
        "empty": f"500 scenes without a document out of {len(names)} pictures kept apart and drawn grounds",
    }
    report["photographs"] = _photographs(workshop.data / "documents", tasks["int8_open_vino"])
    write_accuracy(workshop, report)
    record_samples(folder, evaluation=[*names, *(f"held/{number}" for number in range(int(settings["scenes"])))])


def _anchor(picture: Pixels) -> FoundDocument | None:
    found = by_edges(picture)
    if found is None:
        return None
    moved = refine(picture, found.corners, found.seen, max(1.0, max(picture.shape[:2]) / 640))
    return FoundDocument(moved, found.confidence, found.seen)


def _figures(
    overlaps: list[float],
    sure: list[float],
    false: list[float],
    spent: list[float],
    least: float,
    whole: list[bool],
) -> dict[str, Any]:
    over, shown, ready = np.array(overlaps), np.array(sure) >= least, np.array(whole)
    return {
        "simulation": {
            "mean_iou": float(over.mean()),
            "found": float(shown.mean()),
            "iou_above_090": float((over >= 0.9).mean()),
            "iou_above_090_of_those_shown": float((over[shown] >= 0.9).mean()) if shown.any() else 0.0,
            "mean_iou_of_those_shown": float(over[shown].mean()) if shown.any() else 0.0,
            "whole_and_a_tenth_of_the_frame": {
                "scenes": int(ready.sum()),
                "mean_iou": float(over[ready].mean()),
                "found": float(shown[ready].mean()),
                "iou_above_090": float((over[ready] >= 0.9).mean()),
                "iou_above_090_of_those_shown": float((over[ready & shown] >= 0.9).mean())
                if (ready & shown).any()
                else 0.0,
            },
            "by_confidence": {
                f"from_{round(100 * low)}_to_{round(100 * high)}": {
                    "scenes": int(among.sum()),
                    "iou_above_075": float((over[among] >= 0.75).mean()),
                    "iou_above_090": float((over[among] >= 0.9).mean()),
                }
                for low, high in pairwise((0.4, 0.6, 0.7, 0.8, 0.9, 1.01))
                if (among := (np.array(sure) >= low) & (np.array(sure) < high)).any()
            },
            "threshold": least,
        },
        "empty": {"false_outlines_per_500": float((np.array(false) >= least).sum() * 500 / max(1, len(false)))},
        "milliseconds_a_picture": {
            "median": float(np.median(spent) * 1000),
            "p95": float(np.quantile(spent, 0.95) * 1000),
        },
    }


def _photographs(folder: Path, task: DocumentCorners) -> dict[str, Any]:
    """Give the overlap with the one real photograph whose corners are known; report only."""
    path, truth = folder / "national" / "tr_id_midv500_photo.jpg", folder / "national" / "truth.json"
    picture = cv2.imread(str(path))
    if picture is None:
        return {}
    scale = picture.shape[1] / TURKISH_QUAD_WIDTH
    corners = np.array(json.loads(truth.read_text())[path.name]["quad_in_1080x1920"]) * scale
    found = task.candidate(picture.astype(np.uint8))
    return {
        path.stem: {
            "iou": overlap(corners, found.corners, picture.shape[1], picture.shape[0]) if found else 0.0,
            "confidence": found.confidence if found else 0.0,
        }
    }
