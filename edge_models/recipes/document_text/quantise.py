"""Export the student and write its INT8 candidate, calibrated on drawn lines."""

from __future__ import annotations

import logging

import numpy as np
import torch

from edge_models.recipes.document_text.distil import open_scenes
from edge_models.recipes.document_text.network import TextStudent
from edge_models.recipes.document_text.scenes import Scenes
from edge_models.recipes.evidence import record_samples
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.document_text import BLANK, CLASSES, HEIGHT, STEP, WINDOW, normalised

log = logging.getLogger("recipes")


def drawn(scenes: Scenes, seed: int, count: int) -> list[dict[str, Tensor]]:
    """Draw windows as the network's inputs."""
    generator = np.random.default_rng(seed)
    return [{"pixels": normalised(scenes.window(generator).picture)[None, None]} for _ in range(count)]


def run(workshop: Workshop) -> None:
    """Write the FP32 and INT8 networks and the candidate's folder."""
    settings, distil = workshop.settings("quantise"), workshop.settings("distil")
    torch.set_num_threads(workshop.threads)
    network = TextStudent(distil["widths"])
    network.load_state_dict(torch.load(workshop.work / "student.pt", weights_only=True))
    full, small = workshop.work / "fp32.onnx", workshop.work / "int8.onnx"
    export(network, torch.zeros(1, 1, HEIGHT, WINDOW), full, inputs=["pixels"], outputs=["logits"])
    scenes = open_scenes(workshop)
    seed = workshop.recipe.seed + 50
    quantise_static(full, small, drawn(scenes, seed, settings["calibration_windows"]), method=settings["method"])
    log.info("FP32 %d bytes, INT8 %d bytes", full.stat().st_size, small.stat().st_size)
    folder = write_release(
        workshop,
        small,
        inputs=[
            {
                "name": "pixels",
                "shape": [1, 1, HEIGHT, WINDOW],
                "meaning": "grey, a window of one line: mean 0, standard deviation 1, -4..4 (tasks.document_text.normalised)",
            }
        ],
        outputs=[
            {
                "name": "logits",
                "shape": [1, BLANK + 1, WINDOW // STEP],
                "meaning": "for each fourth column: characters in the order of the parameter classes, then none (CTC blank)",
            }
        ],
        parameters={"classes": CLASSES},
        golden_inputs=drawn(scenes, workshop.recipe.seed + 90, 3),
    )
    record_samples(folder, calibration=[f"drawn/{seed}/{number}" for number in range(settings["calibration_windows"])])
