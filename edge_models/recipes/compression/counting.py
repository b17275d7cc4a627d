"""What a network costs before it runs: parameters, multiplications, bytes however they are written."""

from __future__ import annotations

import heapq
import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper, shape_inference


@dataclass(frozen=True)
class Cost:
    """Counted on the FP32 graph: biases count as parameters, not as multiplications."""

    parameters: int
    nonzero: int
    macs: int


def cost(model: onnx.ModelProto) -> Cost:
    """Count the convolutions of a graph with a fixed input."""
    values = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    shapes = {
        item.name: [dimension.dim_value for dimension in item.type.tensor_type.shape.dim]
        for item in (*shape_inference.infer_shapes(model).graph.value_info, *model.graph.output)
    }
    parameters = nonzero = macs = 0
    for node in model.graph.node:
        if node.op_type != "Conv":
            continue
        for name in node.input[1:]:
            parameters += values[name].size
            nonzero += int(np.count_nonzero(values[name]))
        height, width = shapes[node.output[0]][2:]
        macs += values[node.input[1]].size * height * width
    return Cost(parameters, nonzero, macs)


def zipped(content: bytes) -> int:
    """Give the bytes after DEFLATE: what an update package would carry."""
    return len(zlib.compress(content, 9))


def huffman_bits(symbols: NDArray[np.integer]) -> int:
    """Give the bits of a Huffman code over the symbols' own frequencies (without its table)."""
    heap = list(Counter(symbols.ravel().tolist()).values())
    if len(heap) == 1:
        return int(symbols.size)
    heapq.heapify(heap)
    total = 0
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        total += both
        heapq.heappush(heap, both)
    return total


def sparse_bits(weights: NDArray[np.floating], *, value_bits: int = 8, gap_bits: int = 4) -> int:
    """Give the bits of a sparse code: each nonzero value after the gap to it; a gap too wide costs a zero between.

    Han et al. 2015: the relative index. With ``value_bits`` 8 the values are those of INT8.
    """
    places = np.flatnonzero(weights)
    gaps = np.diff(places, prepend=-1) - 1
    fillers = int((gaps // 2**gap_bits).sum())
    return (len(places) + fillers) * (value_bits + gap_bits)


def codebook_bits(indices: NDArray[np.integer], entries: int, *, huffman: bool = False) -> int:
    """Give the bits of a shared-weight layer: a table of FP32 values and an index for each weight."""
    packed = huffman_bits(indices) if huffman else indices.size * max(1, int(np.ceil(np.log2(entries))))
    return packed + 32 * entries
