"""Measure the release against the teacher on people it never saw, FP32 beside INT8, and its time in both engines."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import film_identities, record_samples
from edge_models.recipes.face_landmarks.distil import point_error, still
from edge_models.recipes.face_landmarks.films import report
from edge_models.recipes.face_landmarks.identities import identities
from edge_models.recipes.face_landmarks.samples import Movement, Taught, place, read_taught
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import read_card
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import EngineName, open_engine
from edge_models.tasks.face_landmarks import FaceLandmarks, normalise

log = logging.getLogger("recipes")
ENGINES: tuple[EngineName, ...] = ("onnx_runtime", "open_vino")
PRESENCE = 400
"""held-back faces, and as many places without one, on which presence is measured"""


def area_under_curve(positive: NDArray[Any], negative: NDArray[Any]) -> float:
    """Give the chance that a positive scores above a negative (ties count half)."""
    both = np.concatenate([positive, negative])
    order = np.argsort(both, kind="stable")
    ranks = np.empty(len(both))
    ranks[order] = np.arange(1, len(both) + 1)
    for value in np.unique(both[np.concatenate([[False], np.diff(both[order]) == 0])]):
        ranks[both == value] = ranks[both == value].mean()
    count = len(positive)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative)))


def run_all(engine: Engine, pixels: NDArray[np.uint8]) -> list[NDArray[Any]]:
    """Run one by one, as the kiosk does; give points, pose, state."""
    rows = [engine.run({"pixels": normalise(crop[None])}) for crop in pixels]
    return [np.concatenate([row[name] for row in rows]) for name in ("points", "pose", "state")]


def against_teacher(
    said: list[NDArray[Any]], wanted: NDArray[Any], pose: NDArray[Any], state: NDArray[Any]
) -> dict[str, Any]:
    """Compare the student's answers with the teacher's for one set."""
    points, angles, states = said
    errors = point_error(points, wanted)
    apart = np.abs(angles - pose)
    turned = np.abs(pose[:, 0]) > 25
    eyes, truth = states[:, :2].ravel(), state[:, :2].ravel()
    shut, opened = truth < 0.25, truth > 0.65
    wide, closed = state[:, 2] > 0.3, state[:, 2] < 0.08
    smiling, straight = state[:, 3] > 0.6, state[:, 3] < 0.1
    figures: dict[str, Any] = {
        "faces": len(points),
        "nme_percent": errors.mean(),
        "nme_percent_median": np.median(errors),
        "yaw_mae_degrees": apart[:, 0].mean(),
        "pitch_mae_degrees": apart[:, 1].mean(),
        "roll_mae_degrees": apart[:, 2].mean(),
        "turned_over_25_degrees": int(turned.sum()),
        "gaze_mae": np.abs(states[:, 4:6] - state[:, 4:6]).mean(),
        "eyes_open_mae": np.abs(eyes - truth).mean(),
        "mouth_open_mae": np.abs(states[:, 2] - state[:, 2]).mean(),
    }
    if turned.any():
        figures |= {"nme_percent_turned": errors[turned].mean(), "yaw_mae_turned": apart[turned, 0].mean()}
    for name, values, yes, no in (
        ("eye_open", eyes, opened, shut),
        ("mouth_open", states[:, 2], wide, closed),
        ("smile", states[:, 3], smiling, straight),
    ):
        if yes.sum() > 5 and no.sum() > 5:
            figures[f"{name}_auc"] = area_under_curve(values[yes], values[no])
            figures[f"{name}_counts"] = [int(yes.sum()), int(no.sum())]
    return figures


def milliseconds(engines: dict[str, Engine], pixels: int, repeats: int) -> dict[str, float]:
    """Give the median time of one run of each engine, taken in turns so that all share the machine's mood."""
    sample = {"pixels": normalise(np.random.default_rng(0).integers(0, 255, (1, pixels, pixels, 3)).astype(np.uint8))}
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(repeats):
        for name, engine in engines.items():
            start = time.perf_counter()
            engine.run(sample)
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: float(np.median(values)) for name, values in times.items()}


def sets_of(workshop: Workshop, taught: Taught) -> dict[str, NDArray[Any]]:
    """Give the indices of each report set by name."""
    found = {}
    for number, (pack, prefix, use) in enumerate(workshop.settings("teach")["sources"]):
        if use == "report":
            name = f"{Path(pack).stem}/{prefix.strip('/')}".replace("/", "_")
            found[name] = taught.report[taught.source[taught.report] == number]
    return found


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml``."""
    taught = read_taught(workshop)
    folder = workshop.candidate
    card = read_card(folder)
    contents = {"fp32": (workshop.work / "student.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines: dict[str, Engine] = {
        f"{precision}_{engine}": open_engine(card, content, engine=engine)
        for precision, content in contents.items()
        for engine in ENGINES
    }
    pixels = workshop.settings("distil")["pixels"]
    measured: dict[str, Any] = {}
    for name, indices in sets_of(workshop, taught).items():
        crops, wanted, pose, state = still(taught, indices, pixels)
        measured[name] = {
            key: against_teacher(run_all(engine, crops), wanted, pose, state)
            for key, engine in engines.items()
            if key != "fp32_open_vino"
        }
        for key, figures in measured[name].items():
            log.info(
                "%s %s: %s", name, key, {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}
            )
    names = identities(workshop)
    measured_on = [names[index] for index in [*taught.report, *taught.watched[:PRESENCE]]]
    record_samples(folder, evaluation=[*measured_on, *film_identities(workshop.data / "films")])
    empty = _presence(engines["int8_open_vino"], taught, pixels)
    watched = report(
        workshop.data / "films", load_teachers(workshop.data), FaceLandmarks(card, engines["int8_open_vino"])
    )
    for kind, rows in watched.items():
        for row in rows:
            log.info("%s %s", kind, row)
    times = milliseconds(engines, pixels, workshop.settings("evaluate")["repeats"])
    log.info("milliseconds %s", times)
    write_accuracy(
        workshop,
        {
            "bytes": {key: len(content) for key, content in contents.items()},
            "milliseconds_one_core": times,
            "against_teacher": measured,
            "presence": empty,
            "films_int8_open_vino": watched,
        },
    )


def _presence(engine: Engine, taught: Taught, pixels: int) -> dict[str, Any]:
    faces = [place(taught, int(index), Movement(), pixels)[0] for index in taught.watched[:PRESENCE]]
    blanks = [place(taught, int(index), Movement(), pixels)[0] for index in taught.empty[:PRESENCE]]
    scores = [run_all(engine, np.stack(crops))[2][:, 6] for crops in (faces, blanks)]
    return {
        "set": "held-back training faces against training scenes: optimistic",
        "auc": area_under_curve(*scores),
        "counts": [len(faces), len(blanks)],
    }
