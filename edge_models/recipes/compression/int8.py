"""Ways from a float network to INT8, as a row names them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from edge_models.recipes.compression.fake_quant import Ranges, rounded_tensors
from edge_models.recipes.quantising import quantise_static
from edge_models.runtime.port import Tensor

_RANKING = 60
"""crops on which nncf ranks the layers: each layer costs one pass over them"""


def write(
    plain: Path,
    target: Path,
    settings: dict[str, Any],
    *,
    samples: list[Tensor],
    ranges: Ranges | None,
    watched: list[Tensor],
    watched_targets: NDArray[np.float32],
) -> None:
    """Write the INT8 form of ``plain``; samples calibrate, watched crops steer accuracy control (never kept-apart persons)."""
    feed = [{"face": sample} for sample in samples]
    if settings["way"] == "accuracy_control":
        _controlled(plain, target, samples, watched, watched_targets, float(settings["max_drop"]))
        return
    names = rounded_tensors(onnx.load(plain))
    if settings["way"] == "trained_ranges" and (ranges is None or len(names) != len(ranges)):
        raise ValueError("training gave no range for each rounded tensor")
    chosen = dict(zip(names, ranges, strict=True)) if ranges and settings["way"] == "trained_ranges" else None
    quantise_static(
        plain,
        target,
        feed[:1] if chosen else feed,
        method=settings.get("method", "minmax"),
        keep_float=settings.get("keep_float"),
        per_channel=settings.get("per_channel", True),
        ranges=chosen,
    )


def _controlled(
    plain: Path,
    target: Path,
    samples: list[Tensor],
    watched: list[Tensor],
    targets: NDArray[np.float32],
    max_drop: float,
) -> None:
    """Let nncf return layers to float until the cosine to the teacher on watched crops falls by no more than ``max_drop``."""
    import nncf  # slow to import, and one row needs it

    def cosine(model: Any, indices: Iterable[Any]) -> tuple[float, list[float]]:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        each = []
        for index in indices:
            given = session.run(None, {"face": watched[index]})[0][0]
            each.append(float(given @ targets[index] / np.linalg.norm(given)))
        return float(np.mean(each)), each

    controlled = nncf.quantize_with_accuracy_control(
        onnx.load(plain),
        nncf.Dataset(samples, lambda sample: {"face": sample}),
        nncf.Dataset(list(range(len(watched)))),
        cosine,
        max_drop=max_drop,
        drop_type=nncf.DropType.ABSOLUTE,
        subset_size=len(samples),
        advanced_accuracy_restorer_parameters=nncf.AdvancedAccuracyRestorerParameters(ranking_subset_size=_RANKING),
    )
    onnx.save(controlled, target)
