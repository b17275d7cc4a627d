"""Measure the rows that stand: accuracy by OpenVINO, time in both runtimes, all rows in turn in one run."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from edge_models.recipes.compression.budget import Split, split
from edge_models.recipes.compression.counting import cost, zipped
from edge_models.recipes.compression.making import is_made
from edge_models.recipes.compression.rows import Row
from edge_models.recipes.compression.verification import verify
from edge_models.recipes.face_embedding import lfw
from edge_models.recipes.face_embedding.crops import Crops
from edge_models.runtime.card import Card
from edge_models.runtime.choice import blank_inputs
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import ENGINES, EngineName, open_engine
from edge_models.tasks.face_embedding import FaceEmbedding

log = logging.getLogger("recipes")
PRECISIONS = ("fp32", "int8")
_ROUNDS = 40
_BURST = 5


def measure(rows: list[Row], work: Path, crops: Crops, data: Path) -> None:
    """Write ``measured.json`` into each row's folder and ``times.json`` for all; a network is measured once."""
    rows = [row for row in rows if is_made(row, work / row.name)]
    aligned = _aligned(work, data)
    for row in rows:
        folder = work / row.name
        figures: dict[str, Any] = {"cost": vars(cost(onnx.load(folder / "fp32.onnx")))}
        for precision in PRECISIONS:
            content = (folder / f"{precision}.onnx").read_bytes()
            # Rows share networks: the ways to INT8 all start from one.
            known = work / "measured" / f"{hashlib.sha256(content).hexdigest()[:16]}-{row.seed}.json"
            if not known.exists():
                task = FaceEmbedding(card(), open_engine(card(), content, engine="open_vino"))
                found = {
                    "bytes": len(content),
                    "zipped": zipped(content),
                    **_accuracy(task, crops, split(crops, row.seed)),
                    "lfw": lfw.figures(data, aligned, task),
                }
                known.parent.mkdir(exist_ok=True)
                known.write_text(json.dumps(found, indent=1))
                log.info("%s %s: %s", row.name, precision, found)
            figures[precision] = json.loads(known.read_text())
        (folder / "measured.json").write_text(json.dumps(figures, indent=1))
    (work / "times.json").write_text(json.dumps(_times(rows, work), indent=1))


def card() -> Card:
    """Give the least card with which an engine opens: these networks are no release."""
    return Card.model_validate(
        {
            "name": "face_embedding", "version": "0", "task": "face_embedding", "summary": "a row", "sha256": "0" * 64,
            "bytes": 1, "licence": "none", "terms": "not released", "recipe": "", "recipe_sha256": "0" * 64, "seed": 0,
            "inputs": [{"name": "face", "shape": [1, 3, 112, 112], "meaning": "aligned face"}],
            "outputs": [{"name": "template", "shape": [1, 128], "meaning": "embedding"}],
            "data": [{"name": "-", "role": "training", "terms": "-"}],
        }
    )  # fmt: skip


def _accuracy(task: FaceEmbedding, crops: Crops, parts: Split) -> dict[str, float]:
    def templates(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.stack([task.of_aligned(np.asarray(crops.pictures[row])) for row in rows])

    apart = verify(templates(parts.apart), crops.person[parts.apart])
    targets = crops.targets[parts.watched].astype(np.float32)
    return {
        "apart_accuracy": apart.accuracy,
        "apart_tar": apart.tar_at_fmr_1e_3,
        "cosine": float((templates(parts.watched) * targets).sum(1).mean()),
    }


def _aligned(work: Path, data: Path) -> lfw.Aligned:
    path = work / "lfw_teacher_detector.npz"
    if not path.exists():
        found = lfw.align_all(data)["teacher_detector"]
        np.savez(path, names=np.array(list(found)), pictures=np.stack(list(found.values())))
    with np.load(path, allow_pickle=False) as stored:
        return dict(zip(stored["names"].tolist(), stored["pictures"], strict=True))


def _times(rows: list[Row], work: Path) -> dict[str, Any]:
    """Give milliseconds a run: short bursts of every network in random order, medians over all rounds."""
    engines: dict[tuple[str, str, EngineName], Engine] = {}
    for row in rows:
        for precision in PRECISIONS:
            content = (work / row.name / f"{precision}.onnx").read_bytes()
            for engine in ENGINES:
                engines[row.name, precision, engine] = open_engine(card(), content, engine=engine)
    inputs, order = blank_inputs(card()), list(engines)
    times: dict[tuple[str, str, EngineName], list[float]] = {key: [] for key in order}
    chance = random.Random(1)
    for _ in range(_ROUNDS):
        chance.shuffle(order)
        for key in order:
            engines[key].run(inputs)
            for _ in range(_BURST):
                begun = time.perf_counter()
                engines[key].run(inputs)
                times[key].append(1000 * (time.perf_counter() - begun))
    table: dict[str, Any] = {"cpu": _cpu(), "runs": _ROUNDS * _BURST, "rows": {}}
    for (named, precision, engine), values in times.items():
        quarters = statistics.quantiles(values, n=4)
        table["rows"].setdefault(named, {})[f"{precision}_{engine}"] = {
            "median": quarters[1],
            "quartiles": quarters[::2],
        }
    return table


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    vnni = "with" if any("vnni" in flag for flag in flags) else "without"
    return f"{model}, {sum(line.startswith('processor') for line in lines)} cores, {vnni} VNNI"
