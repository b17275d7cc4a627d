"""Export to ONNX and static INT8 (QDQ), shared by every model's ``quantise`` step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from edge_models.runtime.port import Tensor

METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "entropy": CalibrationMethod.Entropy,
    "percentile": CalibrationMethod.Percentile,
}


class _Reader(CalibrationDataReader):  # type: ignore[misc,unused-ignore]
    def __init__(self, samples: Iterable[dict[str, Tensor]]) -> None:
        self._samples: Iterator[dict[str, Tensor]] = iter(samples)

    def get_next(self) -> Any:
        return next(self._samples, None)


def export(
    network: nn.Module, example: torch.Tensor | tuple[torch.Tensor, ...], path: Path, *, inputs: list[str], outputs: list[str]) -> None:
    """Write the network as FP32 ONNX of fixed batch 1 (opset 17), with the given names."""
    network = network.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload,unused-ignore]
    torch.onnx.export(
        network, example if isinstance(example, tuple) else (example,), str(path), input_names=inputs, output_names=outputs, opset_version=17, dynamo=False
    )
    onnx.checker.check_model(onnx.load(path))


def quantise_static(
    source: Path,
    target: Path,
    samples: Iterable[dict[str, Tensor]],
    *,
    method: str = "minmax",
    keep_float: list[str] | None = None,
) -> None:
    """Write the INT8 QDQ form: per-channel weights (s8), asymmetric activations (u8), calibrated on ``samples``."""
    prepared = target.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared))
    quantize_static(
        str(prepared),
        str(target),
        _Reader(samples),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=METHODS[method],
        nodes_to_exclude=keep_float or [],
        extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
    )
    prepared.unlink()
