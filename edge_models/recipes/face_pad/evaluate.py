"""Measure FP32 and INT8 on what was kept apart and with sources left out, teachers beside; report the films."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import film_identities, record_samples
from edge_models.recipes.face_pad.measures import brief, rate, table, threshold_of
from edge_models.recipes.face_pad.quantise import OUTPUT, sample
from edge_models.recipes.face_pad.teach import PLAIN, third_path, third_teacher, three_crops, two_teachers
from edge_models.recipes.face_pad.views import Floats, Rows, Views
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy, write_det
from edge_models.recipes.teachers import load_teachers
from edge_models.runtime.card import read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_pad import FacePad, fuse

log = logging.getLogger("recipes")
_FRAMES = 15


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` and ``det.npz`` of the candidate, and ``scores.npz`` for plots."""
    folder, views = workshop.candidate, Views(workshop.work)
    card = read_card(folder)
    networks = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines = {
        f"{p}_{name}": open_engine(card, content, engine=name) for p, content in networks.items() for name in ENGINES
    }
    apart = np.flatnonzero(views.held & (views.kind == PLAIN) & (views.source != "masked"))
    scores = {name: _scores(engine, views, apart) for name, engine in engines.items()}
    label, best = views.label[apart], scores["int8_open_vino"]
    write_det(workshop, best[label == 0], best[label != 0])
    record_samples(
        folder,
        evaluation=[*map(str, views.name[apart]), *film_identities(workshop.data / "films")],
    )
    np.savez(
        workshop.work / "scores.npz", student=best, pair=views.pair[apart], teachers=views.teachers[apart], label=label
    )
    films = _films(workshop, FacePad(card, engines["int8_open_vino"]), views, apart)
    write_accuracy(
        workshop,
        {
            "kept_apart": _kept_apart(workshop, views, apart, scores, float(str(card.parameters["threshold"]))),
            "leave_one_out": _left_out(workshop, views),
            "films": films,
            "milliseconds_one_core": {
                name: milliseconds(engine, blank_inputs(card), runs=60) for name, engine in engines.items()
            },
        },
    )


def _kept_apart(
    workshop: Workshop, views: Views, apart: Rows, scores: dict[str, Floats], threshold: float
) -> dict[str, Any]:
    """Give the figures of subjects and frames that no training saw; the sources were seen."""
    label, source = views.label[apart], views.source[apart]
    given: dict[str, Any] = {
        "set": "frames of subjects (kp68: persons) kept apart from sources that were trained on; no surgical masks",
        "bona_fide": int((label == 0).sum()),
        "attacks": int((label != 0).sum()),
        "at_the_shipped_threshold": table(scores["int8_open_vino"], label, source, threshold),
    }
    for engine in ENGINES:
        small, full = (scores[f"{precision}_{engine}"] for precision in ("int8", "fp32"))
        cuts = [threshold_of(of, label == 0, 0.05) for of in (small, full)]
        given[f"int8_against_fp32_{engine}"] = {
            "mean_difference": float(np.abs(small - full).mean()),
            "decisions_that_differ": float(((small >= cuts[0]) != (full >= cuts[1])).mean()),
        }
    others = {"teacher_pair": views.pair[apart], "three_teachers": views.teachers[apart]}
    for name, values in {**scores, **others}.items():
        given[name] = {f"at_bpcer_{100 * b:g}": brief(values, label, b) for b in workshop.settings("evaluate")["bpcer"]}
    for b in workshop.settings("evaluate")["bpcer"]:
        for name, values in {"student": scores["int8_open_vino"], **others}.items():
            given[f"{name}_by_source_at_bpcer_{100 * b:g}"] = table(
                values, label, source, threshold_of(values, label == 0, b)
            )
    return given


def _left_out(workshop: Workshop, views: Views) -> dict[str, Any]:
    """Give, for each source, what students that never saw it make of it; the teachers, which never saw any, beside."""
    settings, rates = workshop.settings("distil"), workshop.settings("evaluate")["bpcer"]
    given: dict[str, Any] = {
        "set": f"all frames of the source; students of {settings['steps']} steps like the shipped one, FP32; "
        "own: threshold at this BPCER of the source's own bona fide frames; others: at this BPCER of bona fide frames "
        "of the other sources that were kept apart, which is what a kiosk in a new room has"
    }
    with np.load(workshop.work / "left_out.npz") as stored:
        students = {source: stored[source] for source in settings["leave_out"] if source in stored.files}
    free = np.load(workshop.work / "free_odds.npy")
    for source, student in students.items():
        rows = np.flatnonzero((views.kind == PLAIN) & (views.source == source))
        bona_fide = views.bona_fide_apart()
        others = bona_fide[views.source[bona_fide] != source]
        given[source] = {}
        for name, scores in {
            "student": student,
            "before_labels": free,
            "teacher_pair": views.pair,
            "three_teachers": views.teachers,
        }.items():
            given[source][name] = {f"{100 * b:g}": _at(scores, views, rows, others, b) for b in rates}
    return given


def _at(scores: Floats, views: Views, rows: Rows, others: Rows, bpcer: float) -> dict[str, Any]:
    own = rows[views.label[rows] == 0]
    given: dict[str, Any] = {}
    thresholds = {"others": float(np.quantile(scores[others], bpcer))}
    if len(own) >= 20:
        thresholds["own"] = float(np.quantile(scores[own], bpcer))
        given["bpcer_at_others"] = rate(scores[own] < thresholds["others"])
    for whose, threshold in thresholds.items():
        for label, species in ((1, "print"), (2, "screen")):
            attacks = rows[views.label[rows] == label]
            if len(attacks):
                given[f"apcer_{species}_{whose}"] = rate(scores[attacks] >= threshold)
                kinds = sorted(set(views.species[attacks].tolist()))
                if whose == "own" and len(kinds) > 1:
                    given[f"apcer_{species}_of"] = {
                        kind: rate(scores[attacks[views.species[attacks] == kind]] >= threshold) for kind in kinds
                    }
    return given


def _scores(engine: Engine, views: Views, rows: Rows) -> Floats:
    return np.array([float(engine.run(sample(views, int(row)))[OUTPUT][0, 0]) for row in rows])


def _films(workshop: Workshop, task: FacePad, views: Views, apart: Rows) -> dict[str, Any]:
    """Report the films; each score beside its own threshold at a BPCER of 5 % on the same kept-apart frames."""
    bona_fide = views.label[apart] == 0
    thresholds = [threshold_of(of[apart], bona_fide, 0.05) for of in (views.pair, views.teachers)]
    teachers, third = load_teachers(workshop.data), third_path(workshop)
    table_: dict[str, Any] = {
        "set": "report only, 15 frames each; no worn mask among them, few attacks at full frame rate",
        "threshold_of_pair": thresholds[0],
        "threshold_of_three": thresholds[1],
    }
    for path in sorted((workshop.data / "films").iterdir()):
        student, crops = [], []
        for picture in _frames(path):
            found = teachers.biggest(teachers.detect_yunet(picture))
            if found is None:
                continue
            box = (float(found[0]), float(found[1]), float(found[2] - found[0]), float(found[3] - found[1]))
            student.append(task(picture, box))
            crops.append(three_crops(picture, box))
        if not student:
            continue
        near, wide, large = (np.stack([views_[scale] for views_ in crops]) for scale in (0, 1, 2))
        margins, _ = two_teachers(workshop.data / "teachers", near, wide)
        three = np.column_stack([margins, third_teacher(third, large, 1)])
        table_[path.stem.split("_")[0]] = figures = {
            "student": fuse(student),
            "pair": fuse([float(v) for v in margins.mean(1)]),
            "three": fuse([float(v) for v in three.mean(1)]),
            "frames": len(student),
        }
        log.info("%s %s", path.stem, figures)
    return table_


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        frames = [np.asarray(frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]
    chosen = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).astype(int))
    return [frames[index] for index in chosen]
