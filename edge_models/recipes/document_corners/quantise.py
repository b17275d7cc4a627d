"""Export the student and write its INT8 candidate."""

from __future__ import annotations

import logging

import cv2
import numpy as np
import torch

from edge_models.recipes.document_corners.distil import fares, predict, read_scenes
from edge_models.recipes.document_corners.drawing import words
from edge_models.recipes.document_corners.network import Bounded, CornersStudent
from edge_models.recipes.evidence import record_samples
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.document_corners import CELL, HEIGHT, WIDTH, prepare

log = logging.getLogger("recipes")


def synthetic(seed: int) -> list[dict[str, Tensor]]:
    """Draw golden inputs: a card askew on three grounds, and a ground alone."""
    chance = np.random.default_rng(seed)
    samples = []
    for number in range(4):
        canvas = np.full((HEIGHT, WIDTH, 3), (60, 90, 40 + 50 * number), np.uint8)
        if number < 3:
            box = cv2.boxPoints(((100 + 12 * number, 80), (120, 76), 14.0 * number))
            cv2.fillConvexPoly(canvas, box.astype(np.int32), (230, 215, 235), cv2.LINE_AA)
            words(canvas, chance, (80, 62, 70, 40), 5, (40, 40, 40))
        seen = np.clip(canvas + chance.normal(0, 4, canvas.shape), 0, 255).astype(np.uint8)
        samples.append({"pixels": prepare(seen)})
    return samples


def run(workshop: Workshop) -> None:
    """Write the FP32 and INT8 networks and the candidate's folder."""
    settings, distil = workshop.settings("quantise"), workshop.settings("distil")
    torch.set_num_threads(workshop.threads)
    network = CornersStudent(distil["widths"])
    network.load_state_dict(torch.load(workshop.work / "student.pt", weights_only=True))
    network.eval()
    scenes = read_scenes(workshop)
    full, small = workshop.work / "fp32.onnx", workshop.work / "int8.onnx"
    export(Bounded(network), torch.zeros(1, 3, HEIGHT, WIDTH), full, inputs=["pixels"], outputs=["cover"])
    chance = np.random.default_rng(workshop.recipe.seed)
    rows = chance.choice(scenes.training, settings["calibration_scenes"], replace=False)
    samples = [{"pixels": prepare(np.asarray(scenes.pictures[row]))} for row in rows]
    quantise_static(full, small, samples, method=settings["method"])
    log.info("FP32 %d bytes, INT8 %d bytes", full.stat().st_size, small.stat().st_size)
    overlaps, false = fares(scenes, scenes.watched, predict(network, np.asarray(scenes.pictures[scenes.watched])))
    threshold = float(np.clip(np.quantile(false, 1 - settings["false_outlines"]), 0.3, 0.9))
    log.info(
        "watched: overlap %.3f; %d of %d scenes without a document above %.3f",
        float(np.mean(overlaps)),
        int((np.array(false) > threshold).sum()),
        len(false),
        threshold,
    )
    folder = write_release(
        workshop,
        small,
        inputs=[
            {
                "name": "pixels",
                "shape": [1, 3, HEIGHT, WIDTH],
                "meaning": "BGR, (value - 127.5) / 128, the whole picture stretched; an upright one turned left",
            }
        ],
        outputs=[
            {
                "name": "cover",
                "shape": [1, 1, HEIGHT // CELL, WIDTH // CELL],
                "meaning": "0..1: how surely a document covers the cell, under fingers too",
            }
        ],
        parameters={"min_confidence": round(threshold, 3)},
        golden_inputs=synthetic(workshop.recipe.seed),
    )
    # The threshold was chosen on the watched scenes: they count as calibration too.
    record_samples(folder, calibration=[f"scenes.npy/{row}" for row in (*rows, *scenes.watched)])
