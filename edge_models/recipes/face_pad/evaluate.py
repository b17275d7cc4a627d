"""Measure FP32 and INT8 on what was kept apart, and report the films (never trained or tuned on)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import film_identities, record_samples
from edge_models.recipes.face_pad.distil import Views
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy, write_det
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_pad import SPECIES, FacePad, fuse, prepare

log = logging.getLogger("recipes")
_FRAMES = 15


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` and ``det.npz`` of the release."""
    folder = workshop.candidate
    card = read_card(folder)
    networks = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines = {
        (p, name): open_engine(card, content, engine=name) for p, content in networks.items() for name in ENGINES
    }
    views = Views(workshop)
    apart = np.flatnonzero(views.held)
    record_samples(folder, evaluation=[*views.names(apart), *film_identities(workshop.data / "films")])
    report: dict[str, Any] = {}
    scores: dict[str, NDArray[np.float64]] = {}
    for (precision, name), engine in engines.items():
        scores[f"{precision}_{name}"] = _scores(engine, views, apart)
        report[f"{precision}_{name}"] = _rates(scores[f"{precision}_{name}"], views, apart, workshop)
    report["teachers"] = _rates(views.teacher[apart].astype(np.float64), views, apart, workshop)
    best = scores["int8_open_vino"]
    bona_fide = views.label[apart] == 0
    write_det(workshop, best[bona_fide], best[~bona_fide])
    films = _films(workshop, FacePad(card, engines["int8", "open_vino"]))
    for film, figures in films.items():
        log.info("%s %s", film, figures)
    write_accuracy(
        workshop,
        {
            "kept_apart": {
                "set": "subjects (Replay-Attack, NUAA) and frames of the other packs that no training saw",
                "bona_fide": int(bona_fide.sum()),
                "attacks": int((~bona_fide).sum()),
                **report,
            },
            "films": {
                "set": "report only, 15 frames each; no worn mask among them, few attacks at full frame rate",
                **films,
            },
            "milliseconds_one_core": {
                f"{p}_{name}": milliseconds(engine, blank_inputs(card), runs=60)
                for (p, name), engine in engines.items()
            },
        },
    )


def _scores(engine: Engine, views: Views, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    given = []
    for row in rows:
        inputs = {
            "near": prepare(np.asarray(views.near[row])[None]),
            "wide": prepare(np.asarray(views.wide[row])[None]),
        }
        given.append(float(engine.run(inputs)["probabilities"][0, 0]))
    return np.array(given)


def _rates(scores: NDArray[np.float64], views: Views, rows: NDArray[np.int64], workshop: Workshop) -> dict[str, Any]:
    """Give APCER per species and source at the thresholds of each BPCER."""
    label, source = views.label[rows], views.source[rows]
    table: dict[str, Any] = {}
    for bpcer in workshop.settings("evaluate")["bpcer"]:
        threshold = float(np.quantile(scores[label == 0], bpcer))
        part: dict[str, Any] = {"threshold": threshold}
        for number, species in enumerate(SPECIES[1:], start=1):
            if (label == number).any():
                part[f"apcer_{species}"] = float((scores[label == number] >= threshold).mean())
        for name in sorted(set(source[label != 0].tolist())):
            inside = (source == name) & (label != 0)
            part[f"apcer_of_{name}"] = float((scores[inside] >= threshold).mean())
        for name in sorted(set(source[label == 0].tolist())):
            inside = (source == name) & (label == 0)
            part[f"bpcer_of_{name}"] = float((scores[inside] < threshold).mean())
        table[f"at_bpcer_{bpcer:g}"] = part
    return table


def _films(workshop: Workshop, task: FacePad) -> dict[str, dict[str, float]]:
    teachers = load_teachers(workshop.data)
    table = {}
    for path in sorted((workshop.data / "films").iterdir()):
        student, taught = [], []
        for picture in _frames(path):
            found = teachers.biggest(teachers.detect_yunet(picture))
            if found is None:
                continue
            box = (float(found[0]), float(found[1]), float(found[2] - found[0]), float(found[3] - found[1]))
            student.append(task(picture, box))
            taught.append(float(teachers.spoof_minifas(picture, found[:4])[0][1]))
        if student:
            table[path.stem.split("_")[0]] = {
                "student": fuse(student),
                "teachers": fuse(taught),
                "frames": len(student),
            }
    return table


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        frames = [np.asarray(frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]
    chosen = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).astype(int))
    return [frames[index] for index in chosen]
