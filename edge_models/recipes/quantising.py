"""Export to ONNX and static INT8 (QDQ), shared by every model's ``quantise`` step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
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
    network: nn.Module,
    example: torch.Tensor | tuple[torch.Tensor, ...],
    path: Path,
    *,
    inputs: list[str],
    outputs: list[str],
) -> None:
    """Write the network as FP32 ONNX of fixed batch 1 (opset 17), with the given names."""
    network = network.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload,unused-ignore]
    torch.onnx.export(
        network,
        example if isinstance(example, tuple) else (example,),
        str(path),
        input_names=inputs,
        output_names=outputs,
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(path))


def quantise_static(
    source: Path,
    target: Path,
    samples: Iterable[dict[str, Tensor]],
    *,
    method: str = "minmax",
    keep_float: list[str] | None = None,
    fuse: bool = True,
    per_channel: bool = True,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> None:
    """Write the INT8 QDQ form: per-channel weights (s8), asymmetric activations (u8), calibrated on ``samples``.

    ``ranges`` gives the lowest and highest value of tensors by name (from quantisation-aware training) instead of what
    the samples show; one sample is enough when all are given.

    ``fuse`` lets ONNX Runtime fuse operators first; without it products and sums stay apart (its quantiser fails on
    the per-channel bias of a fused ``Gemm``).
    """
    prepared = target.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_optimization=not fuse)
    quantize_static(
        str(prepared),
        str(target),
        _Reader(samples),
        quant_format=QuantFormat.QDQ,
        per_channel=per_channel,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=METHODS[method],
        nodes_to_exclude=keep_float or [],
        extra_options={
            "ActivationSymmetric": False,
            "WeightSymmetric": True,
            "TensorQuantOverrides": {
                name: [{"rmin": np.float32(low), "rmax": np.float32(high)}]
                for name, (low, high) in (ranges or {}).items()
            },
        },
    )
    prepared.unlink()
    _shorten_names(target)


def _shorten_names(path: Path) -> None:
    """Give inner values and nodes short names: in a small network long names are a fifth of the file."""
    model = onnx.load(path)
    graph = model.graph
    kept = {item.name for item in (*graph.input, *graph.output)}
    short: dict[str, str] = {"": ""}

    def named(name: str) -> str:
        if name in kept:
            return name
        return short.setdefault(name, f"v{len(short):x}")

    for item in graph.initializer:
        item.name = named(item.name)
    for index, node in enumerate(graph.node):
        node.name = f"n{index:x}"
        node.input[:] = [named(name) for name in node.input]
        node.output[:] = [named(name) for name in node.output]
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)
