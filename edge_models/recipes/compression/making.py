"""Make one row: technique, training, FP32 and INT8 networks."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from edge_models.recipes.compression import int8
from edge_models.recipes.compression.budget import split, tensor, train_row
from edge_models.recipes.compression.rows import Row
from edge_models.recipes.compression.techniques import begin
from edge_models.recipes.face_embedding.crops import Crops
from edge_models.recipes.face_embedding.distil import load_student, save_student
from edge_models.recipes.face_embedding.network import MobileFace, from_teacher
from edge_models.recipes.quantising import export
from edge_models.recipes.training import seed_everything

log = logging.getLogger("recipes")
TEACHER = "mobilefacenet_foamliu.onnx"
_SAMPLES = 192
"""clean training crops: for pruning and for calibration"""
_STEERING = 200
"""watched crops that steer accuracy control"""


def is_made(row: Row, folder: Path) -> bool:
    """Say whether this very row stands already."""
    facts = folder / "made.json"
    return facts.exists() and json.loads(facts.read_text())["row_sha256"] == row.sha256


def make(row: Row, folder: Path, starts: Path, crops: Crops, data: Path) -> None:
    """Write ``fp32.onnx``, ``int8.onnx``, ``made.json`` and, of a MobileFace, ``network.pt``; a killed training goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    seed_everything(row.seed)
    parts = split(crops, row.seed)
    clean = np.sort(parts.training[:_SAMPLES])
    facts: dict[str, Any] = {"row_sha256": row.sha256, "minutes": 0.0, "pictures": 0}
    begun = begin(row, _start(row, starts, data), tensor(crops, clean))
    network = begun.network
    if row.training:
        network, seen = train_row(network, row, crops, parts.training, folder / f"{row.sha256[:8]}.pt")
        facts |= {"minutes": row.training["minutes"], "pictures": seen}
    done = begun.finish(network)
    if isinstance(done.network, MobileFace):
        save_student(done.network, folder / "network.pt")
    export(done.network, torch.zeros(1, 3, 112, 112), folder / "fp32.onnx", inputs=["face"], outputs=["template"])
    steering = parts.watched[:_STEERING]
    started = time.monotonic()
    int8.write(
        folder / "fp32.onnx",
        folder / "int8.onnx",
        row.int8,
        samples=[tensor(crops, clean[index : index + 1]).numpy() for index in range(len(clean))],
        ranges=done.ranges,
        watched=[tensor(crops, steering[index : index + 1]).numpy() for index in range(len(steering))],
        watched_targets=crops.targets[steering].astype(np.float32),
    )
    facts |= {"coded": done.coded, "int8_seconds": round(time.monotonic() - started, 1)}
    (folder / "made.json").write_text(json.dumps(facts, indent=1))
    log.info("%s stands: %s", row.name, facts)


def _start(row: Row, starts: Path, data: Path) -> nn.Module | None:
    if row.start == "nothing":
        return from_teacher(data / "teachers" / TEACHER) if row.settings.get("teacher") else None
    return load_student(starts / row.start / "network.pt")
