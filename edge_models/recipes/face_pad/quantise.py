"""FP32 and INT8 networks, the score's zero point, and the candidate with its card."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from edge_models.recipes.evidence import record_samples
from edge_models.recipes.face_pad.network import THIRD_SIDE, FoldedNetwork, load
from edge_models.recipes.face_pad.views import Rows, Views
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.card import read_verified
from edge_models.runtime.port import Tensor
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.face_pad import NEAR, SIDE, SPECIES, WIDE, enlarged, prepare

log = logging.getLogger("recipes")
INPUTS, OUTPUT, SCALES = ("near", "wide"), "probabilities", "scales"
SIDES = (THIRD_SIDE, SIDE)
"""what the network takes; the near crop is cut at ``SIDE`` and enlarged"""


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
    meaning = f"times the face's box, pushed inside the picture, cut at {SIDE} x {SIDE}, BGR 0..255"
    folder = write_release(
        workshop,
        work / "int8.onnx",
        inputs=[
            {"name": name, "shape": [1, 3, side, side], "meaning": f"{scale} {meaning}"}
            for name, side, scale in zip(INPUTS, SIDES, (NEAR, WIDE), strict=True)
        ],
        outputs=[
            {"name": OUTPUT, "shape": [1, 4], "meaning": ", ".join(SPECIES)},
            {"name": SCALES, "shape": [1, 2], "meaning": "bona fide by the near crop alone, by the wide crop alone"},
        ],
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
    blank = tuple(torch.zeros(1, 3, side, side) for side in SIDES)
    export(student, blank, work / "fp32.onnx", inputs=list(INPUTS), outputs=[OUTPUT, SCALES])
    samples = [sample(views, int(row)) for row in rows]
    ends = _ends(onnx.load(work / "fp32.onnx"))
    quantise_static(work / "fp32.onnx", work / "int8.onnx", samples, method=method, keep_float=ends)
    slimmed(work / "int8.onnx")


def sample(views: Views, row: int) -> dict[str, Tensor]:
    """Give one view as the network's inputs."""
    near, wide = (
        prepare(enlarged(np.asarray(crops[row]), side)[None])
        for crops, side in zip((views.near, views.wide), SIDES, strict=True)
    )
    return {"near": near, "wide": wide}


def _ends(model: onnx.ModelProto) -> list[str]:
    """Name the nodes from the heads on: a few hundred products, whose float logits keep the score fine."""
    makers = {output: node for node in model.graph.node for output in node.output}
    names, waiting = [], [OUTPUT, SCALES]
    while waiting:
        node = makers.get(waiting.pop())
        if node is None:
            continue
        names.append(node.name)
        if node.op_type != "Conv":
            waiting += list(node.input)
    return sorted(set(names))


def slimmed(path: Path) -> None:
    """Take out what says nothing: zero points that are zero, scales of biases (they become float), names of nodes.

    Results stay bit for bit: engines round the biases as before. In a network of this size it is a tenth of the file.
    """
    model = onnx.load(path)
    graph = model.graph
    stored = {item.name: item for item in graph.initializer}
    for node in list(graph.node):
        node.name = ""
        if node.op_type != "DequantizeLinear" or node.input[0] not in stored:
            continue
        values, scale = (numpy_helper.to_array(stored[name]) for name in node.input[:2])
        if len(node.input) == 3 and not numpy_helper.to_array(stored[node.input[2]]).any():
            del node.input[2]
        if values.dtype == np.int32:
            bias = numpy_helper.from_array((values * scale).astype(np.float32), node.output[0])
            graph.initializer.append(bias)
            graph.node.remove(node)
    used = {name for node in graph.node for name in node.input}
    for item in list(graph.initializer):
        if item.name not in used:
            graph.initializer.remove(item)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def drawings() -> list[dict[str, Tensor]]:
    """Give synthetic inputs: gradients, rings and noise; no picture of anybody."""
    made = [_drawn(side) for side in SIDES]
    return [{"near": near, "wide": wide} for near, wide in zip(made[0], made[1][1:] + made[1][:1], strict=True)]


def _drawn(side: int) -> list[Tensor]:
    rows, columns = np.mgrid[0:side, 0:side] / (side - 1.0)
    rings = 0.5 + 0.5 * np.sin(20 * np.hypot(rows - 0.5, columns - 0.5))
    noise = np.random.default_rng(7).random((side, side, 3))
    shapes = [np.stack([rows, columns, rings], 2), np.stack([rings, 1 - rings, columns], 2), noise]
    return [prepare((shape * 255).astype(np.uint8)[None]) for shape in shapes]
