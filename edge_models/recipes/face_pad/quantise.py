"""FP32 and INT8 networks, and the release folder with its card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from edge_models.recipes.face_pad.distil import Views
from edge_models.recipes.face_pad.network import load
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.face_pad import NEAR, SPECIES, WIDE, prepare


class _Exported(nn.Module):
    """The network with its two inputs stacked as the exporter wants one example."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
        value: torch.Tensor = self.network(near, wide)
        return value


def run(workshop: Workshop) -> None:
    """Write ``fp32.onnx`` and ``int8.onnx`` and release the latter."""
    settings, work = workshop.settings("quantise"), workshop.work
    student = load(work / "student.pt" if (work / "student.pt").exists() else work / "pruned.pt")
    blank = torch.zeros(1, 3, 80, 80)
    export(_Exported(student), (blank, blank), work / "fp32.onnx", inputs=["near", "wide"], outputs=["probabilities"])
    views = Views(workshop)
    rows = np.random.default_rng(workshop.recipe.seed).permutation(np.flatnonzero(~views.held))[
        : int(settings["crops"])
    ]
    samples: list[dict[str, Tensor]] = [
        {"near": prepare(np.asarray(views.near[row])[None]), "wide": prepare(np.asarray(views.wide[row])[None])}
        for row in rows
    ]
    quantise_static(
        work / "fp32.onnx",
        work / "int8.onnx",
        samples,
        method=settings["method"],
        keep_float=_kept_float(work / "fp32.onnx"),
        fuse=False,
    )
    meaning = "times the face's box, pushed inside the picture, BGR 0..255"
    write_release(
        workshop,
        work / "int8.onnx",
        inputs=[
            {"name": "near", "shape": [1, 3, 80, 80], "meaning": f"{NEAR} {meaning}"},
            {"name": "wide", "shape": [1, 3, 80, 80], "meaning": f"{WIDE} {meaning}"},
        ],
        outputs=[{"name": "probabilities", "shape": [1, 4], "meaning": ", ".join(SPECIES)}],
        parameters={"near": NEAR, "wide": WIDE},
        golden_inputs=drawings(),
    )


def _kept_float(path: Path) -> list[str]:
    """Name the heads and the sums with a constant: they weigh nothing, and OpenVINO fails on such a sum in INT8."""
    graph = onnx.load(path).graph
    constants = {item.name for item in graph.initializer}
    heads = {"Softmax", "Div"}
    names = [
        n.name
        for n in graph.node
        if n.op_type in heads
        or (n.op_type == "Add" and (constants & set(n.input) or any("heads" in name for name in n.input)))
    ]
    small = {item.name for item in graph.initializer if list(item.dims) == [128, 4]}
    return names + [n.name for n in graph.node if n.op_type == "MatMul" and small & set(n.input)]


def drawings() -> list[dict[str, Tensor]]:
    """Give synthetic inputs: gradients, rings and noise; no picture of anybody."""
    rows, columns = np.mgrid[0:80, 0:80] / 79.0
    rings = 0.5 + 0.5 * np.sin(20 * np.hypot(rows - 0.5, columns - 0.5))
    noise = np.random.default_rng(7).random((80, 80, 3))
    shapes = [np.stack([rows, columns, rings], 2), np.stack([rings, 1 - rings, columns], 2), noise]
    drawn = [prepare((shape * 255).astype(np.uint8)[None]) for shape in shapes]
    return [{"near": near, "wide": wide} for near, wide in zip(drawn, drawn[1:] + drawn[:1], strict=True)]
