"""Measure the release against the teacher on people it never saw, FP32 beside INT8, and its time in both engines."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import film_identities, identity, record_samples
from edge_models.recipes.face_landmarks.distil import five_error, point_error, still
from edge_models.recipes.face_landmarks.eye_patches import PACK as EYES
from edge_models.recipes.face_landmarks.eye_patches import patched
from edge_models.recipes.face_landmarks.films import COMPARED, beside_teacher, find, report
from edge_models.recipes.face_landmarks.five_points import against_labels, stability
from edge_models.recipes.face_landmarks.groups import by_group
from edge_models.recipes.face_landmarks.identities import identities
from edge_models.recipes.face_landmarks.pose_truth import against_omz, rendered
from edge_models.recipes.face_landmarks.report_sets import sets_of
from edge_models.recipes.face_landmarks.samples import Movement, Taught, place, read_taught
from edge_models.recipes.face_landmarks.teach import quicken
from edge_models.recipes.packs import members
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import read_card
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import EngineName, open_engine
from edge_models.tasks.face_landmarks import FaceLandmarks, normalise

log = logging.getLogger("recipes")
ENGINES: tuple[EngineName, ...] = ("onnx_runtime", "open_vino")
UTK, KP68 = "utkface_6k_utkface_test", "landmarks_kp68_test"
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
    eyes, truth = np.clip(states[:, :2], 0, 1).ravel(), state[:, :2].ravel()
    shut, opened = truth < 0.25, truth > 0.65
    values = np.clip(states[:, :6], [0, 0, 0, 0, -1, -1], 1)
    wide, closed = state[:, 2] > 0.3, state[:, 2] < 0.08
    smiling, straight = state[:, 3] > 0.6, state[:, 3] < 0.1
    bent = np.abs(state[:, 4]) > 0.3
    figures: dict[str, Any] = {
        "faces": len(points),
        "nme_percent": errors.mean(),
        "nme_percent_median": np.median(errors),
        "five_points_percent": five_error(points, wanted).mean(),
        "yaw_mae_degrees": apart[:, 0].mean(),
        "pitch_mae_degrees": apart[:, 1].mean(),
        "roll_mae_degrees": apart[:, 2].mean(),
        "turned_over_25_degrees": int(turned.sum()),
        "gaze_mae": np.abs(states[:, 4:6] - state[:, 4:6]).mean(),
        "eyes_open_mae": np.abs(eyes - truth).mean(),
        "mouth_open_mae": np.abs(values[:, 2] - state[:, 2]).mean(),
        "correlation": {
            name: float(np.corrcoef(values[:, column], state[:, column])[0, 1])
            for column, name in (
                (0, "eye_left"),
                (1, "eye_right"),
                (2, "mouth"),
                (3, "smile"),
                (4, "gaze_x"),
                (5, "gaze_y"),
            )
        },
        "gaze_side_right": float((np.sign(values[bent, 4]) == np.sign(state[bent, 4])).mean()) if bent.any() else None,
        "wide_mouths": {
            "teacher": float(state[wide, 2].mean()) if wide.any() else None,
            "student": float(values[wide, 2].mean()) if wide.any() else None,
        },
    }
    if turned.any():
        figures |= {"nme_percent_turned": errors[turned].mean(), "yaw_mae_turned": apart[turned, 0].mean()}
    for name, scores, yes, no in (
        ("eye_open", eyes, opened, shut),
        ("mouth_open", states[:, 2], wide, closed),
        ("smile", states[:, 3], smiling, straight),
        ("smile_over_half", states[:, 3], state[:, 3] > 0.5, state[:, 3] <= 0.5),
    ):
        if yes.sum() > 5 and no.sum() > 5:
            figures[f"{name}_auc"] = area_under_curve(scores[yes], scores[no])
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
    pixels = card.inputs[0].shape[-1]
    sets = sets_of(workshop, taught)
    measured: dict[str, Any] = {}
    groups: dict[str, Any] = {}
    for name, indices in sets.items():
        crops, wanted, pose, state = still(taught, indices, pixels)
        said = {key: run_all(engine, crops) for key, engine in engines.items()}
        measured[name] = {key: against_teacher(answers, wanted, pose, state) for key, answers in said.items()}
        _tell(name, measured[name])
        if name == UTK:
            stored = np.load(workshop.work / "targets.npz", allow_pickle=False)["name"]
            groups = by_group([str(stored[i]) for i in indices], said["int8_open_vino"], wanted, pose, state)
            _tell("groups", groups)
    task = FaceLandmarks(card, engines["int8_open_vino"])
    teachers = load_teachers(workshop.data)
    quicken(teachers, workshop.data)
    mtfl5 = _held_of(workshop, taught, "mtfl5/")
    utk, kp68, films = "faces/utkface_6k.zip", "faces/landmarks.zip", workshop.data / "films"
    parts: dict[str, Callable[[], Any]] = {
        "five_points.kp68_test": lambda: against_labels(workshop, taught, task, sets[KP68]),
        "five_points.mtfl5_held_back": lambda: against_labels(workshop, taught, task, mtfl5),
        "five_points.scatter_of_moved_pictures": lambda: stability(workshop, utk, sets[UTK][::10], task),
        "pose.rendered": lambda: rendered(workshop, taught, teachers, task, sets[UTK]),
        "pose.against_omz_utkface_test": lambda: against_omz(workshop, teachers, task, utk, sets[UTK]),
        "pose.against_omz_kp68_test": lambda: against_omz(workshop, teachers, task, kp68, sets[KP68]),
        "eyes.patches": lambda: eye_states(workshop, taught, task, sets[UTK]),
        "films.spans": lambda: report(films, teachers, task),
    }
    for film in COMPARED:
        parts[f"films.beside_teacher_{film}"] = partial(beside_teacher, find(films, film), teachers, task)
    figures: dict[str, Any] = {}
    for name, measure in parts.items():
        room, _, key = name.partition(".")
        figures.setdefault(f"{room}_int8_open_vino", {})[key] = _once(workshop, card.sha256, name, measure)
        _tell(name, figures[f"{room}_int8_open_vino"][key])
    names = identities(workshop)
    measured_on = [names[index] for index in [*taught.report, *taught.watched[:PRESENCE], *mtfl5]]
    eyes = [identity(EYES, name) for name in members(workshop.data / EYES)]
    record_samples(folder, evaluation=[*measured_on, *eyes, *film_identities(films)])
    times = milliseconds(engines, pixels, workshop.settings("evaluate")["repeats"])
    _tell("milliseconds", times)
    write_accuracy(
        workshop,
        {
            "bytes": {key: len(content) for key, content in contents.items()},
            "milliseconds_one_core": times,
            "against_teacher": measured,
            "groups_int8_open_vino": groups,
            **figures,
            "presence": _presence(engines["int8_open_vino"], taught, pixels),
        },
    )


def _once(workshop: Workshop, network: str, name: str, measure: Callable[[], Any]) -> Any:
    """Measure a part, or read what was measured of the same network: an evaluation that is stopped goes on where it was."""
    path = workshop.work / "evaluated" / f"{name}.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["network"] == network:
            return kept["figures"]
    found = json.loads(json.dumps(measure(), default=float))
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"network": network, "figures": found}), encoding="utf-8")
    return found


def _tell(name: str, figures: Any) -> None:
    if isinstance(figures, dict) and any(isinstance(value, dict | list) for value in figures.values()):
        for key, value in figures.items():
            _tell(f"{name} {key}", value)
        return
    plain = figures.items() if isinstance(figures, dict) else ()
    short = {key: round(float(value), 3) if isinstance(value, float | np.floating) else value for key, value in plain}
    log.info("%s: %s", name, short or figures)


def _held_of(workshop: Workshop, taught: Taught, prefix: str) -> NDArray[Any]:
    sources = workshop.settings("teach")["sources"]
    number = next(index for index, source in enumerate(sources) if source[1] == prefix)
    return np.asarray(taught.watched[taught.source[taught.watched] == number])


def eye_states(workshop: Workshop, taught: Taught, task: FaceLandmarks, indices: NDArray[Any]) -> dict[str, Any]:
    """Give how well the eye opening tells the open from the shut eyes of ``eyes.zip``."""
    found = patched(workshop, taught, task, indices)
    scores = found.pop("scores")
    return found | {
        "auc": area_under_curve(scores["open"], scores["closed"]),
        "median_open": float(np.median(scores["open"])),
        "median_closed": float(np.median(scores["closed"])),
        "closed_read_above_half": float((scores["closed"] > 0.5).mean()),
        "open_read_below_half": float((scores["open"] < 0.5).mean()),
    }


def _presence(engine: Engine, taught: Taught, pixels: int) -> dict[str, Any]:
    faces = [place(taught, int(index), Movement(), pixels)[0] for index in taught.watched[:PRESENCE]]
    blanks = [place(taught, int(index), Movement(), pixels)[0] for index in taught.empty[:PRESENCE]]
    scores = [run_all(engine, np.stack(crops))[2][:, 6] for crops in (faces, blanks)]
    return {
        "set": "held-back training faces against training scenes: optimistic",
        "auc": area_under_curve(*scores),
        "counts": [len(faces), len(blanks)],
    }
