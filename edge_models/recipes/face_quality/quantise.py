"""Export the student and write its INT8 candidate."""

from __future__ import annotations

import logging

import numpy as np
import torch

from edge_models.recipes.evidence import record_samples
from edge_models.recipes.face_quality.distil import predict
from edge_models.recipes.face_quality.network import Bounded, QualityStudent
from edge_models.recipes.face_quality.views import Views, read_views
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.face_quality import COMPONENTS, SIDE, prepare

log = logging.getLogger("recipes")
MEANING = (
    "0..1 each: eyes covered, mouth or nose covered, share of the face covered, dark glasses, glare in glasses, "
    "neutral expression, utility of the template"
)


def synthetic(seed: int) -> list[dict[str, Tensor]]:
    """Draw golden inputs that show nobody: a cartoon face, bare, masked, with dark glasses, in three lights."""
    generator = np.random.default_rng(seed)
    samples = []
    for number, light in enumerate((1.0, 0.6, 1.2)):
        y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
        cartoon = np.full((SIDE, SIDE, 3), 70.0)
        cartoon[(x / 0.34) ** 2 + (y / 0.45) ** 2 < 1] = (130, 160, 200)
        for side in (-1, 1):
            eye = x - side * 0.126
            cartoon[(eye / 0.06) ** 2 + ((y + 0.09) / 0.025) ** 2 < 1] = (240, 240, 240)
            cartoon[eye**2 + (y + 0.09) ** 2 < 0.022**2] = (30, 30, 30)
            if number == 2:
                cartoon[(eye / 0.1) ** 2 + ((y + 0.08) / 0.07) ** 2 < 1] = (20, 20, 20)
        cartoon[(x / 0.11) ** 2 + ((y - 0.2) / 0.03) ** 2 < 1] = (80, 80, 160)
        if number == 1:
            cartoon[((x / 0.32) ** 2 + ((y - 0.1) / 0.36) ** 2 < 1) & (y > 0.0)] = (225, 195, 150)
        drawing = np.clip(cartoon * light + generator.normal(0, 4, cartoon.shape), 0, 255)
        samples.append({"pixels": prepare(drawing.astype(np.uint8)[None])})
    return samples


def thresholds(views: Views, said: np.ndarray, workshop: Workshop) -> dict[str, float]:  # type: ignore[type-arg]
    """Choose operating thresholds on held-back faces with nothing before them: so few of them may be refused."""
    settings = workshop.settings("evaluate")
    kind, targets = views.kind[views.watched], views.targets[views.watched]
    bare = (kind == 0) & (targets[:, :4] == 0).all(1) & ~views.doubt[views.watched]
    share = settings["refused_unoccluded"]
    chosen = {}
    for name in ("eyes_covered", "mouth_nose_covered", "dark_glasses", "glare"):
        value = float(np.quantile(said[bare, COMPONENTS.index(name)], 1 - share))
        chosen[f"max_{name}"] = round(float(np.clip(value, 0.2, 0.9)), 3)
    utility = said[bare, COMPONENTS.index("utility")]
    chosen["min_utility"] = round(float(np.quantile(utility, settings["refused_by_utility"])), 3)
    return chosen


def run(workshop: Workshop) -> None:
    """Write the FP32 and INT8 networks and the candidate's folder."""
    settings, distil = workshop.settings("quantise"), workshop.settings("distil")
    torch.set_num_threads(workshop.threads)
    network = QualityStudent(distil["widths"])
    network.load_state_dict(torch.load(workshop.work / "student.pt", weights_only=True))
    network.eval()
    views = read_views(workshop)
    full, small = workshop.work / "fp32.onnx", workshop.work / "int8.onnx"
    export(Bounded(network), torch.zeros(1, 3, SIDE, SIDE), full, inputs=["pixels"], outputs=["components"])
    generator = np.random.default_rng(workshop.recipe.seed)
    rows = generator.choice(views.training, settings["calibration_crops"], replace=False)
    samples = [{"pixels": prepare(views.pictures[row][None])} for row in rows]
    quantise_static(full, small, samples, method=settings["method"])
    log.info("FP32 %d bytes, INT8 %d bytes", full.stat().st_size, small.stat().st_size)
    chosen = thresholds(views, predict(network, views.pictures[views.watched]), workshop)
    log.info("thresholds: %s", chosen)
    folder = write_release(
        workshop,
        small,
        inputs=[
            {
                "name": "pixels",
                "shape": [1, 3, SIDE, SIDE],
                "meaning": "BGR, (value - 127.5) / 128; five points at tasks.face_quality.VIEW",
            }
        ],
        outputs=[{"name": "components", "shape": [1, len(COMPONENTS)], "meaning": MEANING}],
        parameters=dict(chosen),
        golden_inputs=synthetic(workshop.recipe.seed),
    )
    # The operating points were chosen on the watched views: they count as calibration too.
    record_samples(folder, calibration=[views.identities[row] for row in (*rows, *views.watched)])
