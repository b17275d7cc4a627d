"""Export the student with the picture's own bytes as input, make it INT8, and release it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from edge_models.recipes.evidence import record_samples
from edge_models.recipes.face_detection.choose import score_threshold
from edge_models.recipes.face_detection.distil import checkpoint, student_shape, training_scenes
from edge_models.recipes.face_detection.network import Deployed, Detector
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.face_detection import CHANNELS, INPUT_HEIGHT, INPUT_WIDTH, cells

SHAPE = (1, INPUT_HEIGHT, INPUT_WIDTH, 3)


class QuantisationFailed(Exception):
    """The INT8 network does not have the expected form."""


def float_path(workshop: Workshop) -> Path:
    """Where the FP32 network lies."""
    return workshop.work / "student.onnx"


def calibration(workshop: Workshop, count: int) -> tuple[list[dict[str, Tensor]], set[str]]:
    """Give composed training pictures and the identities of their pieces; the first holds 0 and 255 so that the input's scale is exactly one grey level."""
    scenes, rng = training_scenes(workshop), np.random.default_rng(workshop.recipe.seed + 3)
    drawn = [scenes.draw(rng).canvas for _ in range(count)]
    drawn[0][0, 0], drawn[0][0, 1] = 0, 255
    return [{"picture": canvas[None]} for canvas in drawn], scenes.used


def take_bytes(path: Path) -> None:
    """Feed the picture's bytes to the first layer: cast and quantiser (scale 1, zero 0) undo each other and go."""
    model = onnx.load(path)
    graph = model.graph
    stored = {item.name: item for item in graph.initializer}
    casts = [node for node in graph.node if node.op_type == "Cast"]
    readers = [node for node in graph.node if casts and casts[0].output[0] in node.input]
    if len(casts) != 1 or [node.op_type for node in readers] != ["QuantizeLinear"]:
        raise QuantisationFailed("the picture does not go into one quantiser")
    scale, zero = (float(numpy_helper.to_array(stored[name])) for name in readers[0].input[1:])
    if abs(scale - 1) > 1e-4 or zero != 0:
        raise QuantisationFailed(f"the picture is quantised with scale {scale}, zero {zero}")
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == readers[0].output[0]:
                node.input[index] = casts[0].input[0]
    graph.node.remove(readers[0])
    graph.node.remove(casts[0])
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)


def golden_inputs(seed: int) -> list[dict[str, Tensor]]:
    """Give synthetic pictures: blocks of noise and drawn heads."""
    blocks = np.random.default_rng(seed).integers(0, 256, (1, INPUT_HEIGHT // 8, INPUT_WIDTH // 8, 3), dtype=np.uint8)
    return [{"picture": blocks.repeat(8, 1).repeat(8, 2)}, {"picture": drawn_heads()[None]}]


def drawn_heads() -> np.ndarray:
    """Draw two heads of ellipses: not people, but enough of a face for the network to answer."""
    rows, columns = np.mgrid[0:INPUT_HEIGHT, 0:INPUT_WIDTH].astype(np.float32)
    picture = np.full((INPUT_HEIGHT, INPUT_WIDTH, 3), (120, 110, 100), np.uint8)
    for x, y, size in ((105, 128, 62), (250, 100, 30)):
        for dx, dy, w, h, colour in (
            (0, 0, 0.75, 1.0, (130, 160, 205)),
            (0, -0.75, 0.78, 0.35, (30, 40, 50)),
            (-0.32, -0.15, 0.13, 0.07, (240, 240, 240)),
            (0.32, -0.15, 0.13, 0.07, (240, 240, 240)),
            (-0.32, -0.15, 0.06, 0.06, (40, 40, 40)),
            (0.32, -0.15, 0.06, 0.06, (40, 40, 40)),
            (-0.32, -0.3, 0.2, 0.04, (30, 40, 60)),
            (0.32, -0.3, 0.2, 0.04, (30, 40, 60)),
            (0, 0.15, 0.1, 0.2, (110, 140, 185)),
            (0, 0.5, 0.28, 0.09, (80, 80, 170)),
        ):
            inside = ((columns - x - dx * size) / (w * size)) ** 2 + ((rows - y - dy * size) / (h * size)) ** 2 < 1
            picture[inside] = colour
    return picture


def run(workshop: Workshop) -> None:
    """Write the FP32 and INT8 networks and the release folder."""
    settings = workshop.settings("quantise")
    widths, full = student_shape(workshop)
    student = Detector(widths, full)
    student.load_state_dict(torch.load(checkpoint(workshop), weights_only=True))
    source, target = float_path(workshop), workshop.work / "model.onnx"
    export(Deployed(student), torch.zeros(SHAPE, dtype=torch.uint8), source, inputs=["picture"], outputs=["maps"])
    names = [node.name for node in onnx.load(source).graph.node]
    kept = [name for name in names if any(f"/{layer}" in name for layer in settings["keep_float"])]
    # what joins the heads' maps must stay float too: boxes and logits share no range
    kept += [name for name in names if name.split("/")[-1].startswith(("Reshape", "Concat"))]
    samples, pieces = calibration(workshop, settings["pictures"])
    quantise_static(source, target, samples, method=settings["method"], keep_float=kept)
    take_bytes(target)
    # the threshold is chosen with the INT8 network itself, so the candidate is written before and after
    release(workshop, target, 0.5)
    chosen = settings.get("score_threshold") or score_threshold(workshop)
    record_samples(release(workshop, target, chosen), calibration=pieces)


def release(workshop: Workshop, target: Path, threshold: float) -> Path:
    """Write the candidate's folder with a score threshold."""
    return write_release(
        workshop,
        target,
        inputs=[
            {
                "name": "picture",
                "shape": SHAPE,
                "dtype": "uint8",
                "meaning": "letterboxed picture, rows x columns x BGR, 0..255; 320 x 240 with 8 black rows above and below",
            }
        ],
        outputs=[
            {
                "name": "maps",
                "shape": (1, CHANNELS, len(cells()[1])),
                "meaning": "per cell of strides 8, 16, 32: class and object logit, box centre x y and log width height "
                "in strides from the cell's corner, five points x y in strides from the cell's corner",
            }
        ],
        parameters={"score_threshold": threshold, "nms_iou": workshop.settings("quantise")["nms_iou"]},
        golden_inputs=golden_inputs(workshop.recipe.seed),
    )
