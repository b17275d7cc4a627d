"""Measure FP32 and INT8 in both runtimes: occlusion on real masks, groups, error versus discard, films, time."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import film_identities, identity, record_samples
from edge_models.recipes.face_landmarks.films import frames
from edge_models.recipes.face_quality.distil import area_under_curve, fares
from edge_models.recipes.face_quality.edc import PACK, Camera, figures, lfw, plot
from edge_models.recipes.face_quality.views import Views, read_views
from edge_models.recipes.packs import members
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.runtime.card import Card, read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_quality import COMPONENTS, FaceQuality, cut, prepare

log = logging.getLogger("recipes")
Said = NDArray[np.float32]
AGES = ((0, 18, "0-17"), (18, 40, "18-39"), (40, 60, "40-59"), (60, 200, "60+"))
ORIGINS = ("white", "black", "asian", "indian", "other")
COVER = ("eyes_covered", "mouth_nose_covered", "dark_glasses", "glare")


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` of the candidate and the plot in ``docs``."""
    folder = workshop.candidate
    card = read_card(folder)
    contents = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines: dict[str, Engine] = {
        f"{precision}_{name}": open_engine(card, content, engine=name)
        for precision, content in contents.items()
        for name in ENGINES
    }
    views = read_views(workshop)
    report: dict[str, Any] = {
        "bytes": {precision: len(content) for precision, content in contents.items()},
        "milliseconds_one_core": {
            name: milliseconds(engine, blank_inputs(card), runs=100) for name, engine in engines.items()
        },
    }
    watched = views.watched[:: max(1, len(views.watched) // 1500)]
    said: dict[str, dict[str, Said]] = {}
    sets = {"watched": watched, "masks": views.masks_report, "utkface": views.report}
    for name, engine in engines.items():
        said[name] = {key: _run_all(engine, views.pictures[rows]) for key, rows in sets.items()}
        report[name] = {
            "held_back": fares(views, watched, said[name]["watched"]),
            "occlusion": _occlusion(card, said[name]),
        }
        log.info("%s: %s", name, report[name])
    report["int8_runtimes_differ_by_at_most"] = float(
        np.abs(said["int8_open_vino"]["utkface"] - said["int8_onnx_runtime"]["utkface"]).max()
    )
    report["sets"] = {
        "held_back": f"{len(watched)} views of held-back training faces: painted occluders and damage as in training (optimistic)",
        "occlusion": f"{len(views.masks_report)} real masked faces kept apart against {len(views.report)} of UTKFace test",
    }
    report["by_component_held_back"] = _by_thing(views, watched, said["int8_open_vino"]["watched"])
    report["utkface_test"] = _groups(card, views, said["int8_open_vino"]["utkface"], workshop)
    log.info("groups: %s", report["utkface_test"])
    task = FaceQuality(card, engines["int8_open_vino"])
    measured = lfw(workshop.data, Camera(task), workshop.recipe.seed)
    report["error_versus_discard"] = {
        "set": "LFW folds 1-3, all mated and non-mated comparisons, report only; templates of the released face_embedding",
        **{name: figures(values) for name, values in measured.items()},
    }
    log.info("error versus discard: %s", report["error_versus_discard"])
    plot(measured, Path("docs") / "face-quality-edc.png")
    report["films_int8_open_vino"] = _films(workshop, card, engines["int8_open_vino"], task)
    write_accuracy(workshop, report)
    reported = [views.identities[row] for row in (*views.report, *views.masks_report)]
    reported += [identity(PACK, member) for member in members(workshop.data / "faces" / PACK)]
    record_samples(folder, evaluation=reported + film_identities(workshop.data / "films"))


def _run_all(engine: Engine, pictures: NDArray[np.uint8]) -> Said:
    return np.concatenate([engine.run({"pixels": prepare(view[None])})["components"] for view in pictures])


def _refused(card: Card, said: Said) -> dict[str, NDArray[np.bool_]]:
    """Say who is refused at the card's thresholds, by component."""
    refused = {
        name: said[:, COMPONENTS.index(name)] > float(card.parameters[f"max_{name}"])  # type: ignore[arg-type]
        for name in COVER
    }
    refused["utility"] = said[:, COMPONENTS.index("utility")] < float(card.parameters["min_utility"])  # type: ignore[arg-type]
    return refused


def _occlusion(card: Card, said: dict[str, Said]) -> dict[str, Any]:
    column = COMPONENTS.index("mouth_nose_covered")
    masks, bare = said["masks"], said["utkface"]
    refused = _refused(card, masks)
    return {
        "masks": len(masks),
        "auc_mouth_nose": area_under_curve(masks[:, column], bare[:, column]),
        "masks_found": float(refused["mouth_nose_covered"].mean()),
        "unmasked_asked_to_uncover": float(_refused(card, bare)["mouth_nose_covered"].mean()),
    }


def _by_thing(views: Views, rows: NDArray[np.int64], said: Said) -> dict[str, Any]:
    """Give how surely each kind of painted thing is seen, where it hides something."""
    result: dict[str, Any] = {}
    for number, name in ((0, "eyes_covered"), (1, "mouth_nose_covered"), (4, "glare")):
        for thing in ("mask", "veil", "hand", "hair", "thing", "dark_glasses", "clear_glasses"):
            hides = np.array([views.things[row] == thing for row in rows]) & (views.targets[rows, number] > 0.6)
            if hides.sum() >= 15:
                result[f"{name}_by_{thing}"] = {
                    "views": int(hides.sum()),
                    "median": float(np.median(said[hides, number])),
                }
    return result


def _groups(card: Card, views: Views, said: Said, workshop: Workshop) -> dict[str, Any]:
    """Give mean utility and who is refused, by age band, sex and origin; with glasses and headwear as seen by eye."""
    names = [Path(views.names[row]).stem for row in views.report]
    refused = _refused(card, said)
    asked = np.logical_or.reduce([refused[name] for name in COVER])
    utility = said[:, COMPONENTS.index("utility")]
    seen = tomllib.loads((workshop.recipe.path.parent / "seen.toml").read_text())

    def group(members: NDArray[np.bool_]) -> dict[str, Any]:
        return {
            "faces": int(members.sum()),
            "mean_utility": float(utility[members].mean()),
            "refused_for_utility": float(refused["utility"][members].mean()),
            "asked_to_uncover": float(asked[members].mean()),
            **{f"refused_for_{name}": float(refused[name][members].mean()) for name in COVER},
        }

    ages = np.array([int(name.split("_")[0]) for name in names])
    sexes = np.array([name.split("_")[1] for name in names])
    origins = np.array([name.split("_")[2] for name in names])
    result: dict[str, Any] = {"all": group(np.ones(len(names), bool)), "adults": group(ages >= 18)}
    bands = {f"age_{label}": (ages >= low) & (ages < high) for low, high, label in AGES}
    bands |= {f"sex_{label}": sexes == str(number) for number, label in enumerate(("male", "female"))}
    bands |= {f"origin_{label}": origins == str(number) for number, label in enumerate(ORIGINS)}
    for label, inside in bands.items():
        result[label] = group(inside)
    for key in ("age", "sex", "origin"):
        rows = [value for label, value in result.items() if label.startswith(f"{key}_")]
        result[f"gap_{key}"] = {
            field: float(max(row[field] for row in rows) - min(row[field] for row in rows))
            for field in ("mean_utility", "refused_for_utility", "asked_to_uncover")
        }
    for label in ("glasses", "headwear"):
        result[f"with_{label}"] = group(np.isin(names, seen[label]))
    return result


def _films(workshop: Workshop, card: Card, engine: Engine, task: FaceQuality) -> dict[str, Any]:
    """Give the share of each film's frames that is refused, by component. Report only."""
    camera = Camera(task)
    result: dict[str, Any] = {}
    for path in sorted((workshop.data / "films").iterdir()):
        if not path.name.startswith(("live", "seq1", "seq2")) or path.suffix == ".txt":
            continue
        rows = []
        for _, picture in frames(path, 2.0)[:30]:
            shrink = 640 / max(picture.shape[:2])
            if shrink < 1:
                picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.uint8)
            face = camera.find(picture)
            if face is not None:
                rows.append(cut(picture, face.points))
        if not rows:
            continue
        said = _run_all(engine, np.stack(rows))
        shares = {f"refused_for_{name}": float(values.mean()) for name, values in _refused(card, said).items()}
        result[path.stem] = {"frames": len(rows), "median_utility": float(np.median(said[:, 6])), **shares}
    return result
