"""INT8 as a processor without dot-product instructions computes it in some engines: products are added up in pairs, in 16
bits that saturate (x86 ``vpmaddubsw``), before they come into 32. For tests; needs the package ``onnx``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.lib.stride_tricks import sliding_window_view
from onnx import helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from edge_models.runtime.port import Tensor


class PairwiseConv(OpRun):  # type: ignore[misc,unused-ignore]
    """A convolution of bytes with signed bytes, summed pair by pair; ``limit`` bounds each pair's sum."""

    op_domain = "test"

    def _run(
        self,
        x: Any,
        x_scale: Any,
        x_zero: Any,
        w: Any,
        w_scale: Any,
        bias: Any,
        limit: int = 0,
        pads: Any = (),
        strides: Any = (),
    ) -> tuple[Any]:
        one = [self._convolve(part, x_scale, x_zero, w, w_scale, bias, limit, pads, strides) for part in x]
        return (np.stack(one),)

    @staticmethod
    def _convolve(
        x: Any, x_scale: Any, x_zero: Any, w: Any, w_scale: Any, bias: Any, limit: int, pads: Any, strides: Any
    ) -> Any:
        down, right = strides
        padded = np.pad(x, ((0, 0), (pads[0], pads[2]), (pads[1], pads[3])), constant_values=x_zero)
        windows = sliding_window_view(padded, w.shape[2:], axis=(1, 2))[:, ::down, ::right]
        high, wide = windows.shape[1:3]
        columns = windows.transpose(1, 2, 3, 4, 0).reshape(high * wide, -1).astype(np.int32)
        rows = w.transpose(0, 2, 3, 1).reshape(len(w), -1).astype(np.int32)
        total = -int(x_zero) * rows.sum(axis=1) + np.zeros((len(columns), 1), np.int32)
        for k in range(0, rows.shape[1], 2):
            total = total + np.clip(columns[:, k : k + 2] @ rows[:, k : k + 2].T, -limit - 1, limit)
        scaled = total * (float(x_scale) * w_scale.reshape(-1)) + bias.reshape(-1)
        return scaled.T.reshape(len(w), high, wide).astype(np.float32)


class Quantise(OpRun):  # type: ignore[misc,unused-ignore]
    """``QuantizeLinear`` of the opset that the releases use, which the evaluator no longer has."""

    op_domain = "test"

    def _run(self, x: Any, scale: Any, zero: Any) -> tuple[Any]:
        kind = np.iinfo(zero.dtype)
        return (np.clip(np.rint(x / scale) + zero, kind.min, kind.max).astype(zero.dtype),)


class Dequantise(OpRun):  # type: ignore[misc,unused-ignore]
    """``DequantizeLinear``, likewise."""

    op_domain = "test"

    def _run(self, x: Any, scale: Any, zero: Any = None, axis: int = 1) -> tuple[Any]:
        shape = [1] * x.ndim
        if np.size(scale) > 1:
            shape[axis] = -1
        offset = 0 if zero is None else zero.reshape(shape)
        return (((x.astype(np.float32) - offset) * scale.reshape(shape)).astype(np.float32),)


class PairwiseEngine:
    """A QDQ network whose ordinary convolutions are computed pair by pair; the engine port, for golden vectors."""

    name = "pairwise"

    def __init__(self, content: bytes, *, saturating: bool) -> None:
        """Replace the convolutions."""
        model = onnx.load_from_string(content)
        makers = {output: node for node in model.graph.node for output in node.output}
        self.replaced = 0
        for node in model.graph.node:
            how = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
            if node.op_type != "Conv" or how.get("group", 1) != 1:
                continue  # a depthwise kernel adds up one channel at a time, in 32 bits
            picture, weights = (makers.get(name) for name in node.input[:2])
            # A layer that comes straight from float has no zero point, and no bytes either.
            if picture is None or weights is None or picture.op_type != "DequantizeLinear":
                continue
            inputs = [*picture.input, *weights.input[:2], node.input[2]]
            pads, strides = list(how.get("pads", [0] * 4)), list(how.get("strides", [1, 1]))
            limit = 2**15 - 1 if saturating else 2**30
            other = helper.make_node(
                "PairwiseConv", inputs, node.output, domain="test", pads=pads, strides=strides, limit=limit
            )
            node.CopyFrom(other)
            self.replaced += 1
        for node in model.graph.node:
            if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
                node.op_type = {"Q": "Quantise", "D": "Dequantise"}[node.op_type[0]]
                node.domain = "test"
        model.opset_import.append(helper.make_opsetid("test", 1))
        self._network = ReferenceEvaluator(model, new_ops=[PairwiseConv, Quantise, Dequantise])
        self._outputs = [output.name for output in model.graph.output]

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run once."""
        return dict(zip(self._outputs, self._network.run(None, dict(inputs)), strict=True))

    def close(self) -> None:
        """Nothing to free."""
