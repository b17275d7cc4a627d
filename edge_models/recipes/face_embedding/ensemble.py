"""Three teachers joined at embedding level: similarity targets for the relational goals, resumable.

The joined vector is the concatenation of each teacher's flip-averaged, centred unit vector, scaled by the root of its
weight: the cosine of two joined vectors is the weighted mean of the teachers' cosines. Weights are chosen on one half
of the persons kept apart and reported on the other.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov
import torch
from numpy.typing import NDArray

from edge_models.recipes.face_embedding.crops import HELD, TRAIN, Crops, read_crops
from edge_models.recipes.face_embedding.dlib_network import SIDE, read_network
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.card import sha256_of
from edge_models.tasks.alignment import TEMPLATE, similarity

log = logging.getLogger("recipes")
Vectors = NDArray[np.float32]
Teacher = Callable[[NDArray[np.uint8]], Vectors]
_CHIP = (
    np.array([[0.2273, 0.2214], [0.7528, 0.2212], [0.4901, 0.5156], [0.2541, 0.7802], [0.7261, 0.7802]]) + 0.25
) * (SIDE / 1.5)
"""dlib's mean face (King, dlib, ``face_chip_details``; padding a quarter): eyes, nose, mouth corners in its chip"""


@dataclass(frozen=True)
class Figures:
    """Verification on labelled vectors. Accuracy is the mean of both classes' at the best threshold of these pairs."""

    accuracy: float
    tar_at_far_1e2: float
    tar_at_far_1e3: float
    mated: int
    nonmated: int


def run(workshop: Workshop) -> None:
    """Write ``ensemble.json`` (weights, figures, digests) and ``ensemble.npz`` (``rows``, ``joined`` float16)."""
    settings, seed = workshop.settings("ensemble"), workshop.recipe.seed
    cv2.setNumThreads(workshop.threads)
    crops = read_crops(workshop.work)
    teachers, hashes = _teachers(workshop)
    digest = _digest(crops, hashes)
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(crops.part == TRAIN))
    cache = workshop.work / "ensemble_parts.npz"
    done, parts = _stored(cache, digest, list(teachers))
    fresh = done == 0 or not (workshop.work / "ensemble.json").is_file()
    if fresh:  # the first rows also give the centres
        done, parts = _extend(crops, rows[: int(settings["centre_crops"])], teachers)
    means = {name: vectors[: int(settings["centre_crops"])].mean(0) for name, vectors in parts.items()}
    if fresh:
        report = _chosen(workshop, crops, teachers, means)
        (workshop.work / "ensemble.json").write_text(
            json.dumps({**report, "teachers": hashes, "digest": digest}, indent=1)
        )
        log.info("%s", json.dumps(report))
    weights: dict[str, float] = json.loads((workshop.work / "ensemble.json").read_text())["weights"]
    end = time.monotonic() + 60 * float(settings["minutes"])
    step = int(settings["store_every"])
    while True:
        centre = crops.targets[rows].astype(np.float32).mean(0)
        own = {"mobilefacenet": crops.targets[rows[:done]].astype(np.float32), **parts}
        joined = join(own, {"mobilefacenet": centre, **means}, weights)
        _save(cache, digest=np.array(digest), done=np.array(done), **parts)
        _save(
            workshop.work / "ensemble.npz", rows=rows[:done], joined=joined.astype(np.float16), digest=np.array(digest)
        )
        log.info("%d of %d crops", done, len(rows))
        if done == len(rows) or time.monotonic() > end:
            return
        more, added = _extend(crops, rows[done : done + step], teachers)
        done += more
        parts = {name: np.concatenate([parts[name], added[name]]) for name in parts}


def unit(vectors: Vectors) -> Vectors:
    """Scale rows to unit length; a row of zeros stays."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def join(vectors: dict[str, Vectors], means: dict[str, Vectors], weights: dict[str, float]) -> Vectors:
    """Centre and scale each teacher's vectors, concatenate those with weight: rows of unit length."""
    used = [(name, weight) for name, weight in weights.items() if weight > 0]
    whole = sum(weight for _, weight in used)
    blocks = [unit(vectors[name] - means[name]) * np.float32((weight / whole) ** 0.5) for name, weight in used]
    return unit(np.concatenate(blocks, axis=1))


def verify(vectors: Vectors, person: NDArray[np.int32]) -> Figures:
    """Compare all pairs of labelled unit vectors."""
    first, second = np.triu_indices(len(vectors), 1)
    scores, same = (vectors @ vectors.T)[first, second], person[first] == person[second]
    mated, nonmated = np.sort(scores[same]), np.sort(scores[~same])
    grid = np.quantile(scores, np.linspace(0, 1, 4000))
    accepted = 1 - np.searchsorted(mated, grid) / len(mated)
    rejected = np.searchsorted(nonmated, grid) / len(nonmated)

    def tar(far: float) -> float:
        return float((mated > nonmated[-1 - int(far * len(nonmated))]).mean())

    return Figures(float(((accepted + rejected) / 2).max()), tar(1e-2), tar(1e-3), len(mated), len(nonmated))


def choose(
    vectors: dict[str, Vectors], means: dict[str, Vectors], person: NDArray[np.int32], grid: list[float]
) -> dict[str, float]:
    """Give the weights (first teacher fixed at 1) with the best sum of both TARs."""

    def score(weights: dict[str, float]) -> float:
        given = verify(join(vectors, means, weights), person)
        return given.tar_at_far_1e2 + given.tar_at_far_1e3

    first, *others = vectors
    options = [{first: 1.0, **dict(zip(others, w, strict=True))} for w in itertools.product(grid, repeat=len(others))]
    return max(options, key=score)


def _chosen(
    workshop: Workshop, crops: Crops, teachers: dict[str, Teacher], means: dict[str, Vectors]
) -> dict[str, Any]:
    """Choose on every second person kept apart, report every teacher and the join on the others."""
    settings = workshop.settings("ensemble")
    generator = np.random.default_rng(workshop.recipe.seed + 1)
    held = np.flatnonzero(crops.part == HELD)
    people = np.unique(crops.person[held])
    each = int(settings["crops_per_person"])
    rows = np.concatenate([generator.permutation(held[crops.person[held] == p])[:each] for p in people])
    began = time.process_time()
    _, parts = _extend(crops, rows, teachers)
    spent = (time.process_time() - began) * 1000 / len(rows)
    centre = crops.targets[crops.part == TRAIN].astype(np.float32).mean(0)
    vectors = {"mobilefacenet": crops.targets[rows].astype(np.float32), **parts}
    means = {"mobilefacenet": centre, **means}
    half = np.isin(crops.person[rows], people[::2])
    person = crops.person[rows]
    weights = choose({n: v[half] for n, v in vectors.items()}, means, person[half], list(settings["grid"]))
    plain = {name: np.zeros_like(mean) for name, mean in means.items()}
    report: dict[str, Any] = {}
    for label, chosen in {"chosen_on": half, "reported_on": ~half}.items():
        some = {name: v[chosen] for name, v in vectors.items()}
        tries = {f"{name}, not centred": join(some, plain, {name: 1.0}) for name in some}
        tries |= {name: join(some, means, {name: 1.0}) for name in some}
        tries |= {
            " + ".join(pair): join(some, means, dict.fromkeys(pair, 1.0)) for pair in itertools.combinations(some, 2)
        }
        tries["all alike"] = join(some, means, dict.fromkeys(some, 1.0))
        tries["joined"] = join(some, means, weights)
        report[label] = {name: vars(verify(v, person[chosen])) for name, v in tries.items()}
    return {"weights": weights, "milliseconds_a_crop": spent, **report}


def _teachers(workshop: Workshop) -> tuple[dict[str, Teacher], dict[str, str]]:
    """Open both networks that come from registries. Raises ``FileNotFoundError``, ``ValueError`` on other bytes."""
    settings = workshop.settings("ensemble")
    folder = workshop.work.parent / "teachers"
    hashes = {"mobilefacenet": sha256_of(workshop.data / "teachers" / str(workshop.settings("teach")["teacher"]))}
    for name in ("fr_feature", "dlib"):
        path = folder / str(settings[name]["file"])
        if not path.is_file():
            raise FileNotFoundError(f"{path}: take it out of {settings[name]['source']}")
        hashes[name] = sha256_of(path)
        if hashes[name] != settings[name]["sha256"]:
            raise ValueError(f"{path} is not the file that the recipe names")
    core = ov.Core()
    # Sixteen-bit arithmetic where the processor has it would make targets depend on the machine.
    options = {"INFERENCE_NUM_THREADS": workshop.threads, "INFERENCE_PRECISION_HINT": "f32"}
    feature = core.compile_model(folder / settings["fr_feature"]["file"], "CPU", options)
    with torch.no_grad():
        blank = torch.zeros(1, 3, SIDE, SIDE)
        network = read_network(folder / settings["dlib"]["file"])
        converted = ov.convert_model(network, example_input=blank, input=[1, 3, SIDE, SIDE])
    described = core.compile_model(converted, "CPU", options)

    def each(model: Any, planes: Vectors) -> Vectors:
        request = model.create_infer_request()
        return np.stack([np.array(request.infer([plane[None]])[0]).ravel() for plane in planes])

    return {
        "fr_feature": lambda pictures: each(feature, feature_input(pictures)),
        "dlib": lambda pictures: each(described, chips(pictures)),
    }, hashes


def feature_input(pictures: NDArray[np.uint8]) -> Vectors:
    """Turn n x 112 x 112 x 3 BGR into what ``fr_feature`` takes: BGR planes (its script says RGB; BGR verifies better)."""
    planes = pictures.transpose(0, 3, 1, 2).astype(np.float32)
    return np.asarray((planes - 127) / 128, np.float32, order="C")


def chips(pictures: NDArray[np.uint8]) -> Vectors:
    """Turn n x 112 x 112 x 3 aligned BGR into dlib's chips, RGB planes 0..255; below the crop its edge is repeated."""
    matrix = similarity(TEMPLATE, _CHIP)
    warped = [
        cv2.warpAffine(p, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for p in pictures
    ]
    return np.stack(warped)[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32).copy()


def _extend(crops: Crops, rows: NDArray[np.int64], teachers: dict[str, Teacher]) -> tuple[int, dict[str, Vectors]]:
    pictures = np.asarray(crops.pictures[rows])
    mirrored = np.ascontiguousarray(pictures[:, :, ::-1])
    return len(rows), {name: unit(give(pictures) + give(mirrored)) for name, give in teachers.items()}


def _digest(crops: Crops, hashes: dict[str, str]) -> str:
    """Say which crops and teachers the vectors come from: a change of either starts afresh."""
    told = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode())
    told.update(crops.targets.tobytes())
    return told.hexdigest()


def _stored(path: Path, digest: str, names: list[str]) -> tuple[int, dict[str, Vectors]]:
    if path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["digest"]) == digest:
                return int(stored["done"]), {name: stored[name] for name in names}
    return 0, {}


def _save(path: Path, **arrays: NDArray[Any]) -> None:
    part = path.with_suffix(".part.npz")
    np.savez(part, **arrays)  # type: ignore[arg-type,unused-ignore]
    part.replace(path)
