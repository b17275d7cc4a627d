"""Measure FP32 and INT8: LFW folds 1-3 (report only), score distributions, groups, milliseconds."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.evidence import identity, record_samples
from edge_models.recipes.face_embedding.crops import HELD, UTK_TEST, Crops, identities, read_crops
from edge_models.recipes.face_embedding.lfw import PACK, align_all, figures
from edge_models.recipes.face_embedding.teach import PACKS
from edge_models.recipes.packs import members
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy, write_det
from edge_models.runtime.card import Card, read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_embedding import FaceEmbedding

log = logging.getLogger("recipes")
Scores = NDArray[np.float64]
_ADULT = 18
_ONE_PERSON = 0.7
"""cosine of the teacher's templates: one person, or one picture twice"""


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` and ``det.npz`` of the release."""
    folder = workshop.candidate
    card = read_card(folder)
    networks = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    engines = {
        (precision, name): open_engine(card, content, engine=name)
        for precision, content in networks.items()
        for name in ENGINES
    }
    aligned = align_all(workshop.data)
    report: dict[str, Any] = {"set": "LFW deep-funneled, folds 1-3, 1,800 pairs (report only), no flip"}
    for precision in networks:
        for name in ENGINES:
            task = FaceEmbedding(card, engines[precision, name])
            for detector, crops in aligned.items():
                report.setdefault(f"{precision}_{name}", {})[detector] = figures(workshop.data, crops, task)
            log.info("%s %s: %s", precision, name, report[f"{precision}_{name}"])
    apart = read_crops(workshop.work)
    names = identities(apart, workshop.data, PACKS)
    measured = [name for name, part in zip(names, apart.part, strict=True) if part in (HELD, UTK_TEST)]
    pairs = [identity(PACK, member) for member in members(workshop.data / "faces" / PACK)]
    record_samples(folder, evaluation=[*measured, *pairs])
    mated, nonmated, groups = _distributions(apart, FaceEmbedding(card, engines["int8", "open_vino"]))
    write_det(workshop, mated, nonmated)
    write_accuracy(
        workshop,
        {
            "lfw": report,
            "distributions": {
                "set": "persons of train_ids kept apart (64 px, some wrongly named: FNMR is high by that); adults of UTKFace test (impostors)",
                "mated": len(mated),
                "nonmated": len(nonmated),
                **groups,
            },
            "milliseconds_one_core": _times(card, engines),
        },
    )


def _templates(crops: Crops, rows: NDArray[np.int64], task: FaceEmbedding) -> NDArray[np.float32]:
    return np.stack([task.of_aligned(np.asarray(crops.pictures[row])) for row in rows])


def _distributions(crops: Crops, task: FaceEmbedding) -> tuple[Scores, Scores, dict[str, Any]]:
    """Mated: pairs of the persons kept apart. Non-mated: those of different persons, and pairs of UTKFace adults."""
    held = np.flatnonzero(crops.part == HELD)
    vectors, person = _templates(crops, held, task), crops.person[held]
    scores = vectors @ vectors.T
    upper = np.triu_indices(len(held), 1)
    same = person[upper[0]] == person[upper[1]]
    mated = scores[upper][same].astype(np.float64)
    others = scores[upper][~same].astype(np.float64)
    ages = np.array([int(name.rsplit("/", 1)[-1].split("_")[0]) if "/test/" in name else -1 for name in crops.names])
    # Embeddings of small children fall together (teacher's and student's alike), and no child stands at a kiosk.
    test = np.flatnonzero((crops.part == UTK_TEST) & (crops.group >= 0) & (ages >= _ADULT))
    faces, group = _templates(crops, test, task), crops.group[test]
    upper = np.triu_indices(len(test), 1)
    # The same unnamed person can be in UTKFace twice: pairs that the teacher itself calls mated beyond doubt are left out.
    targets = crops.targets[test].astype(np.float32)
    doubtful = (targets @ targets.T)[upper] > _ONE_PERSON
    upper, left_out = (upper[0][~doubtful], upper[1][~doubtful]), int(doubtful.sum())
    between = (faces @ faces.T)[upper].astype(np.float64)
    alike = group[upper[0]] == group[upper[1]]
    nonmated = np.concatenate([others, between])
    threshold = float(np.quantile(nonmated, 0.999))
    by_group = {}
    for number in sorted(set(group.tolist())):
        inside = alike & (group[upper[0]] == number)
        by_group[_group_name(number)] = float((between[inside] >= threshold).mean())
    return mated, nonmated, {
        "threshold_at_fmr_1e-3": threshold,
        "fnmr_at_fmr_1e-3": float((mated < threshold).mean()),
        "fmr_persons_kept_apart": float((others >= threshold).mean()),
        "fmr_utkface_adults": float((between >= threshold).mean()),
        "fmr_utkface_adults_of_same_sex_and_origin": float((between[alike] >= threshold).mean()),
        "threshold_at_fmr_1e-3_of_same_sex_and_origin": float(np.quantile(between[alike], 0.999)),
        "pairs_left_out_as_possibly_one_person": left_out,
        "fmr_by_group_at_that_threshold": by_group,
    }  # fmt: skip


def _group_name(number: int) -> str:
    origin = ("white", "black", "asian", "indian", "other")[number % 10]
    return f"{'female' if number >= 10 else 'male'}_{origin}"


def _times(card: Card, engines: dict[tuple[str, Any], Engine]) -> dict[str, float]:
    inputs = blank_inputs(card)
    return {
        f"{precision}_{name}": milliseconds(engine, inputs, runs=60) for (precision, name), engine in engines.items()
    }
