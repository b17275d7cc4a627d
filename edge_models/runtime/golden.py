"""Golden vectors: synthetic inputs with the outputs that every engine must give again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from edge_models.runtime.errors import CardInvalid, ContractMismatch, ModelDrift, ModelMissing
from edge_models.runtime.port import Engine, Tensor

TOLERANCE = 0.2
"""mean deviation from the golden outputs, in parts of their spread, that INT8 rounding in another engine explains: up to
0.17 was seen on noise (templates of real faces agree to a cosine of 0.994); unrelated outputs are above 1. The one
tolerance of kiosk, commands and gate."""
_MAP = 256


@dataclass(frozen=True)
class Golden:
    """One input and the outputs of the engine that wrote the release."""

    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]


def write_golden(path: Path, vectors: list[Golden]) -> None:
    """Store the vectors in one compressed file."""
    arrays: dict[str, Tensor] = {}
    for index, vector in enumerate(vectors):
        arrays |= {f"{index}/in/{name}": value for name, value in vector.inputs.items()}
        arrays |= {f"{index}/out/{name}": value for name, value in vector.outputs.items()}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type,unused-ignore]


def read_golden(folder: Path) -> list[Golden]:
    """Read ``golden.npz`` of a folder that need not be signed. Raises ``ModelMissing``, ``CardInvalid``."""
    path = folder / "golden.npz"
    if not path.is_file():
        raise ModelMissing(f"{folder.name} lacks golden.npz")
    return parse_golden(path.read_bytes(), of=folder.name)


def parse_golden(content: bytes, *, of: str) -> list[Golden]:
    """Read the bytes of a ``golden.npz``. Raises ``CardInvalid``."""
    vectors: dict[int, Golden] = {}
    try:
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            for key in stored.files:
                index, side, name = key.split("/", 2)
                vector = vectors.setdefault(int(index), Golden({}, {}))
                (vector.inputs if side == "in" else vector.outputs)[name] = stored[key]
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise CardInvalid(f"golden.npz of {of} cannot be read") from error
    return [vectors[index] for index in sorted(vectors)]


def largest_difference(engine: Engine, vectors: list[Golden]) -> float:
    """Give the largest deviation from the golden outputs, relative to each output's own spread.

    Engines round INT8 in different places, so a few hundredths are normal and a wrong network is far above; results
    that are not numbers are infinitely far. A map (256 values or more in the last dimension) is judged row by row: a
    detector's small maps would drown in the large one. Raises ``ContractMismatch`` when an output has no vector of its shape.
    """
    worst = 0.0
    for vector in vectors:
        for name, value in engine.run(vector.inputs).items():
            if name not in vector.outputs or vector.outputs[name].shape != value.shape:
                raise ContractMismatch(f"no golden vector fits the output {name}")
            difference = _difference(value, vector.outputs[name].astype(np.float64))
            # NaN would be lost in a maximum.
            worst = max(worst, difference if math.isfinite(difference) else math.inf)
    return worst


def _difference(value: Tensor, golden: Tensor) -> float:
    off = np.abs(value - golden)
    if golden.shape and golden.shape[-1] >= _MAP:
        # A row that hardly varies must not make rounding look like a fault.
        least = max(0.05 * float(golden.std()), 1e-3)
        return float((off.mean(-1) / np.maximum(golden.std(-1), least)).max())
    return float(off.mean()) / max(float(golden.std()), 1e-3)


def require_golden(engine: Engine, vectors: list[Golden], *, of: str) -> float:
    """Give the largest deviation when it is within ``TOLERANCE``; ``of`` names the model for the message.

    Raises ``ModelDrift`` beyond it, ``ContractMismatch``.
    """
    difference = largest_difference(engine, vectors)
    if not difference <= TOLERANCE:
        raise ModelDrift(drift_line(of, engine.name, difference))
    return difference


def drift_line(model: str, engine: str, difference: float) -> str:
    """Say which model drifted, in which engine, and by how much."""
    return f"{model} drifted in {engine}: off by {difference:.3f} of the outputs' spread, {TOLERANCE:g} is allowed"
