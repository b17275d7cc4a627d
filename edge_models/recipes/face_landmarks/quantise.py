"""Export the student and write its INT8 release; the last layers stay in float: points need every bit."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from edge_models.recipes.evidence import record_samples
from edge_models.recipes.face_landmarks.distil import student_of
from edge_models.recipes.face_landmarks.identities import identities
from edge_models.recipes.face_landmarks.mouth_readout import refit_mouth
from edge_models.recipes.face_landmarks.network import LandmarkStudent, Mirrored
from edge_models.recipes.face_landmarks.samples import Taught, any_movement, place, read_taught, weights_of
from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_release
from edge_models.runtime.port import Tensor
from edge_models.tasks.face_landmarks import normalise

log = logging.getLogger("recipes")
INT8_PARTS = ("/stem/", "/stages.", "/neck/", "/gather/", "/Flatten")
"""Parts of the names of what is quantised. All later values stay in float: 8 bits would clip the pose and round the points."""
LEAST_WEIGHTS = 8192
"""Float weights of more values than this are kept in INT8 and widened when the network runs."""


def calibration(
    taught: Taught, settings: dict[str, Any], pixels: int, seed: int
) -> tuple[list[dict[str, Tensor]], list[int]]:
    """Draw moved training crops, the rare ones more, for the ranges of the activations; and say which they are."""
    generator = np.random.default_rng(seed)
    chosen = generator.choice(taught.training, settings["calibration_crops"], p=weights_of(taught))
    crops = [place(taught, int(index), any_movement(generator), pixels)[0] for index in chosen]
    dark = [np.clip(crop * generator.uniform(0.2, 1.6), 0, 255).astype(np.uint8) for crop in crops[::4]]
    return [{"pixels": normalise(crop[None])} for crop in crops + dark], chosen.tolist()


def synthetic(pixels: int, seed: int) -> list[dict[str, Tensor]]:
    """Draw golden inputs that show nobody: cartoon faces of ellipses in three places and lights, with noise."""
    generator = np.random.default_rng(seed)
    drawings = []
    for shift, light in ((-0.06, 1.0), (0.0, 0.5), (0.06, 1.2)):
        y, x = np.mgrid[0:pixels, 0:pixels] / pixels - 0.5
        cartoon = np.full((pixels, pixels, 3), 60.0)
        cartoon[(x / 0.36) ** 2 + (y / 0.46) ** 2 < 1] = (130, 160, 200)
        for side in (-1, 1):
            eye = x - side * 0.15 - shift
            cartoon[np.abs(eye) < 0.08 * np.exp(-(((y + 0.2) / 0.02) ** 2))] = (40, 50, 60)
            cartoon[(eye / 0.07) ** 2 + ((y + 0.1) / 0.03) ** 2 < 1] = (240, 240, 240)
            cartoon[eye**2 + (y + 0.1) ** 2 < 0.028**2] = (30, 30, 30)
        cartoon[((x - 1.6 * shift) / 0.05) ** 2 + ((y - 0.08) / 0.04) ** 2 < 1] = (110, 135, 175)
        cartoon[((x - shift) / 0.13) ** 2 + ((y - 0.24) / 0.04) ** 2 < 1] = (80, 80, 160)
        drawings.append(cartoon * light + generator.normal(0, 4, cartoon.shape))
    return [{"pixels": normalise(np.clip(drawing, 0, 255).astype(np.uint8)[None])} for drawing in drawings]


@torch.no_grad()
def level(network: LandmarkStudent) -> None:
    """Give all shapes the same largest value, so that one scale holds them exactly; the mixture takes up the difference."""
    largest = network.basis.abs().amax(1)
    ratio = largest / largest.max()
    network.basis /= ratio[:, None]
    network.mixture.weight *= ratio[:, None]
    network.mixture.bias *= ratio


def shrink_weights(path: Path) -> int:
    """Keep the float layers' large weights in INT8, widened when the network runs; gives how many layers.

    A layer that stores its outputs as rows (``transB``) gets a scale for each; the shapes get one scale. (OpenVINO
    2026.4 stops with a division by zero when two such layers with a scale per channel follow each other.)
    """
    model = onnx.load(path)
    graph = model.graph
    weights = {item.name: item for item in graph.initializer if item.data_type == onnx.TensorProto.FLOAT}
    shrunk = 0
    for node in list(graph.node):
        if node.op_type != "Gemm" or node.input[1] not in weights:
            continue
        item = weights[node.input[1]]
        values = numpy_helper.to_array(item)
        if values.size < LEAST_WEIGHTS:
            continue
        by_row = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
        largest = np.abs(values).max(1, keepdims=True) if by_row else np.abs(values).max(keepdims=True)
        scale = np.maximum(largest / 127, 1e-12).astype(np.float32)
        steps = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        name = item.name
        graph.initializer.remove(item)
        stored = scale.ravel() if by_row else np.float32(scale.item())
        graph.initializer.extend(
            [numpy_helper.from_array(steps, f"{name}_q"), numpy_helper.from_array(np.asarray(stored), f"{name}_s")]
        )
        axis = {"axis": 0} if by_row else {}
        widen = onnx.helper.make_node("DequantizeLinear", [f"{name}_q", f"{name}_s"], [name], f"{name}_w", **axis)
        graph.node.insert(0, widen)
        shrunk += 1
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return shrunk


def run(workshop: Workshop) -> None:
    """Write the FP32 and INT8 networks and the candidate."""
    settings, distil = workshop.settings("quantise"), workshop.settings("distil")
    pixels, seed = distil["stages"][-1]["pixels"], workshop.recipe.seed
    network = student_of(distil)
    network.load_state_dict(torch.load(workshop.work / "student.pt", weights_only=True))
    taught = read_taught(workshop)
    refit_mouth(network, taught, seed)
    level(network)
    full, small = workshop.work / "student.onnx", workshop.work / "student_int8.onnx"
    names = ["points", "pose", "state"]
    twice = Mirrored(network, torch.from_numpy(taught.shape.mirror)) if settings["mirrored"] else network
    export(twice, torch.zeros(1, 3, pixels, pixels), full, inputs=["pixels"], outputs=names)
    nodes = [
        node.name
        for node in onnx.load(full).graph.node
        if node.name and not any(part in node.name for part in INT8_PARTS)
    ]
    samples, chosen = calibration(taught, settings, pixels, seed)
    quantise_static(full, small, samples, method=settings["method"], keep_float=nodes)
    log.info("%d large float weights kept in INT8", shrink_weights(small))
    log.info("%d float nodes; FP32 %d bytes, INT8 %d bytes", len(nodes), full.stat().st_size, small.stat().st_size)
    meaning = "478 points x, y: 0..1 over the crop's pixel centres, MediaPipe's numbering"
    folder = write_release(
        workshop,
        small,
        inputs=[{"name": "pixels", "shape": [1, 3, pixels, pixels], "meaning": "BGR face crop, (value - 127.5) / 128"}],
        outputs=[
            {"name": "points", "shape": [1, 478, 2], "meaning": meaning},
            {
                "name": "pose",
                "shape": [1, 3],
                "meaning": "degrees in the crop: yaw (image's right +), pitch (up +), roll left over (clockwise +)",
            },
            {
                "name": "state",
                "shape": [1, 7],
                "meaning": "eyes open (image's left, right), mouth open, smile, gaze x (image's right +), gaze y (up +), "
                "presence logit",
            },
        ],
        parameters={key: workshop.settings("teach")[key] for key in ("crop_scale", "crop_drop")},
        golden_inputs=synthetic(pixels, seed),
    )
    names = identities(workshop)
    record_samples(folder, calibration=(names[index] for index in chosen))
    log.info("a candidate lies in %s", folder)
