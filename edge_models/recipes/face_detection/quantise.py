"""Export the student with the picture's own bytes as input, make it INT8, and release it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch

from edge_models.recipes.face_detection.distil import checkpoint, student_shape, training_scenes
from edge_models.recipes.face_detection.network import Deployed, Detector
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.face_detection import CHANNELS, INPUT_HEIGHT, INPUT_WIDTH, cells

SHAPE = (1, INPUT_HEIGHT, INPUT_WIDTH, 3)


def float_path(workshop: Workshop) -> Path:
    """Where the FP32 network lies."""
    return workshop.work / "student.onnx"


def calibration(workshop: Workshop, count: int) -> list[dict[str, Tensor]]:
    """Give composed training pictures."""
    scenes, rng = training_scenes(workshop), np.random.default_rng(workshop.recipe.seed + 3)
    return [{"picture": scenes.draw(rng).canvas[None]} for _ in range(count)]


def golden_inputs(seed: int) -> list[dict[str, Tensor]]:
    """Give synthetic pictures: noise, a gradient, and drawn heads."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, SHAPE, dtype=np.uint8)
    rows, columns = np.mgrid[0:INPUT_HEIGHT, 0:INPUT_WIDTH]
    gradient = np.stack([rows * 255 // INPUT_HEIGHT, columns * 255 // INPUT_WIDTH, (rows + columns) % 256], 2)
    return [{"picture": noise}, {"picture": gradient.astype(np.uint8)[None]}, {"picture": drawn_heads()[None]}]


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
    quantise_static(source, target, calibration(workshop, settings["pictures"]), method=settings["method"], keep_float=kept)
    write_release(
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
        parameters={"score_threshold": settings["score_threshold"], "nms_iou": settings["nms_iou"]},
        golden_inputs=golden_inputs(workshop.recipe.seed),
    )
