"""FP32 and INT8 networks, the score's zero point, and the candidate with its card."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import onnx
import torch

from edge_models.recipes.evidence import record_samples
from edge_models.recipes.face_pad.distil import Rows, Views
from edge_models.recipes.face_pad.network import FoldedNetwork, load
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.card import read_verified
from edge_models.runtime.port import Tensor
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_pad import NEAR, SIDE, SPECIES, WIDE, prepare

log = logging.getLogger("recipes")
INPUTS, OUTPUT = ("near", "wide"), "probabilities"


def run(workshop: Workshop) -> None:
    """Write ``fp32.onnx`` and ``int8.onnx``, and the latter as the candidate."""
    settings, work = workshop.settings("quantise"), workshop.work
    student, views = FoldedNetwork(load(work / "student.pt")).eval(), Views(work)
    rng = np.random.default_rng(workshop.recipe.seed)
    calibration = np.sort(rng.permutation(np.flatnonzero(~views.held))[: int(settings["crops"])])
    bona_fide = views.bona_fide_apart()
    # What the INT8 network gives decides where one half lies: a candidate without the shift, then the one with it.
    threshold = float(np.clip(_threshold(workshop, student, calibration, bona_fide), 1e-3, 1 - 1e-3))
    student.shift[0] = -float(np.log(threshold / (1 - threshold)))
    after = _threshold(workshop, student, calibration, bona_fide)
    log.info("threshold %.4f before the shift, %.4f after it", threshold, after)
    record_samples(workshop.candidate, calibration=[str(name) for name in views.name[calibration]])


def _threshold(workshop: Workshop, student: FoldedNetwork, calibration: Rows, bona_fide: Rows) -> float:
    """Quantise, write the candidate, and give the score at the recipe's BPCER in the engine that the kiosk tries first."""
    settings, work, views = workshop.settings("quantise"), workshop.work, Views(workshop.work)
    _write(student, views, calibration, work, str(settings["method"]))
    meaning = "times the face's box, pushed inside the picture, BGR 0..255"
    folder = write_release(
        workshop,
        work / "int8.onnx",
        inputs=[
            {"name": name, "shape": [1, 3, SIDE, SIDE], "meaning": f"{scale} {meaning}"}
            for name, scale in zip(INPUTS, (NEAR, WIDE), strict=True)
        ],
        outputs=[{"name": OUTPUT, "shape": [1, 4], "meaning": ", ".join(SPECIES)}],
        parameters={
            "near": NEAR,
            "wide": WIDE,
            "threshold": 0.5,
            "threshold_bpcer": float(settings["bpcer"]),
            "threshold_bona_fide_frames": len(bona_fide),
        },
        golden_inputs=drawings(),
    )
    card, content = read_verified(folder)
    engine = open_engine(card, content, engine=ENGINES[0])
    scores = [float(engine.run(sample(views, int(row)))[OUTPUT][0, 0]) for row in bona_fide]
    return float(np.quantile(scores, float(settings["bpcer"])))


def _write(student: FoldedNetwork, views: Views, rows: Rows, work: Path, method: str) -> None:
    blank = torch.zeros(1, 3, SIDE, SIDE)
    export(student, (blank, blank), work / "fp32.onnx", inputs=list(INPUTS), outputs=[OUTPUT])
    samples = [sample(views, int(row)) for row in rows]
    ends = _ends(onnx.load(work / "fp32.onnx"))
    quantise_static(work / "fp32.onnx", work / "int8.onnx", samples, method=method, keep_float=ends)


def sample(views: Views, row: int) -> dict[str, Tensor]:
    """Give one view as the network's inputs."""
    return {"near": prepare(np.asarray(views.near[row])[None]), "wide": prepare(np.asarray(views.wide[row])[None])}


def _ends(model: onnx.ModelProto) -> list[str]:
    """Name the nodes from the heads on: a few hundred products, whose float logits keep the score fine."""
    makers = {output: node for node in model.graph.node for output in node.output}
    names, waiting = [], [OUTPUT]
    while waiting:
        node = makers.get(waiting.pop())
        if node is None:
            continue
        names.append(node.name)
        if node.op_type != "Conv":
            waiting += list(node.input)
    return sorted(set(names))


def drawings() -> list[dict[str, Tensor]]:
    """Give synthetic inputs: gradients, rings and noise; no picture of anybody."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1.0)
    rings = 0.5 + 0.5 * np.sin(20 * np.hypot(rows - 0.5, columns - 0.5))
    noise = np.random.default_rng(7).random((SIDE, SIDE, 3))
    shapes = [np.stack([rows, columns, rings], 2), np.stack([rings, 1 - rings, columns], 2), noise]
    drawn = [prepare((shape * 255).astype(np.uint8)[None]) for shape in shapes]
    return [{"near": near, "wide": wide} for near, wide in zip(drawn, drawn[1:] + drawn[:1], strict=True)]
