"""Measure FP32 and INT8: LFW folds 1-3 (report only), score distributions, groups, milliseconds."""

from __future__ import annotations

import logging
from typing import Any

from edge_models.recipes.evidence import identity, record_samples
from edge_models.recipes.face_embedding.crops import HELD, UTK_TEST, identities, read_crops
from edge_models.recipes.face_embedding.distributions import distributions
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
    report: dict[str, Any] = {
        "set": "LFW deep-funneled, folds 1-3, 1,800 pairs (report only); own_detector: our detector and dense points"
    }
    for precision in networks:
        for name in ENGINES:
            task = FaceEmbedding(card, engines[precision, name])
            for detector, crops in aligned.items():
                report.setdefault(f"{precision}_{name}", {})[detector] = figures(workshop.data, crops, task)
            flipped = figures(workshop.data, aligned["own_detector"], task, flip=True)
            report[f"{precision}_{name}"]["own_detector_and_mirror_image"] = flipped
            log.info("%s %s: %s", precision, name, report[f"{precision}_{name}"])
    apart = read_crops(workshop.work)
    names = identities(apart, workshop.data, PACKS)
    measured = [name for name, part in zip(names, apart.part, strict=True) if part in (HELD, UTK_TEST)]
    pairs = [identity(PACK, member) for member in members(workshop.data / "faces" / PACK)]
    record_samples(folder, evaluation=[*measured, *pairs])
    apart_scores = distributions(apart, FaceEmbedding(card, engines["int8", "open_vino"]))
    write_det(workshop, apart_scores.mated, apart_scores.nonmated, apart_scores.alike)
    write_accuracy(
        workshop,
        {
            "lfw": report,
            "distributions": apart_scores.figures(),
            "milliseconds_one_core": _times(card, engines),
        },
    )


def _times(card: Card, engines: dict[tuple[str, Any], Engine]) -> dict[str, float]:
    inputs = blank_inputs(card)
    return {
        f"{precision}_{name}": milliseconds(engine, inputs, runs=60) for (precision, name), engine in engines.items()
    }
