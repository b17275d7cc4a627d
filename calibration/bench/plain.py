"""The FP32 network beside an INT8 one: given, or made by taking quantise/dequantise pairs out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_CALCULATES = frozenset({"Conv", "Gemm", "MatMul", "Add", "Sub", "ConvTranspose"})
"""can come out below 0, where a range that begins at 0 cut off: a ReLU that was folded into it"""


@dataclass(frozen=True)
class Plain:
    """An FP32 network and where it comes from."""

    content: bytes
    origin: str
    """``given`` or ``made``"""


def find_plain(folder: Path | None, model: str, quantised: bytes) -> Plain | None:
    """Give the FP32 network from a folder, else made from the INT8 one; None when neither is possible."""
    if folder is not None:
        for path in (folder / f"{model}.onnx", folder / model / "fp32.onnx", folder / model / "student.onnx"):
            if path.is_file():
                return Plain(path.read_bytes(), "given")
    try:
        return Plain(without_quantisation(quantised), "made")
    except (ImportError, ValueError, KeyError):
        return None


def without_quantisation(content: bytes) -> bytes:
    """Give an ONNX network in floats for a QDQ one: weights dequantised, activations' pairs gone, folded ReLUs back.

    It takes the time of the FP32 network and computes what the INT8 one approximates. Needs the package ``onnx``
    (``ImportError``). Raises ``ValueError`` when it is no ONNX or nothing is quantised.
    """
    import onnx
    from google.protobuf.message import DecodeError
    from onnx import helper, numpy_helper

    try:
        model = onnx.load_from_string(content)
    except DecodeError as error:
        raise ValueError("the network is not ONNX") from error
    graph = model.graph
    constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    if not any(node.op_type == "DequantizeLinear" for node in graph.node):
        raise ValueError("the network is not quantised")
    # A picture comes in as bytes: what is made of it stays bytes until it is dequantised.
    whole = {item.name for item in graph.input if item.type.tensor_type.elem_type == onnx.TensorProto.UINT8}
    renamed: dict[str, str] = {}
    kept: list[Any] = []
    for node in graph.node:
        if node.op_type == "QuantizeLinear":
            source, zero = renamed.get(node.input[0], node.input[0]), constants[node.input[2]]
            maker = makers.get(node.input[0])
            if int(zero.min()) == np.iinfo(zero.dtype).min and maker is not None and maker.op_type in _CALCULATES:
                kept.append(helper.make_node("Relu", [source], [f"{node.output[0]}/plain"]))
                source = f"{node.output[0]}/plain"
            renamed[node.output[0]] = source
        elif node.op_type == "DequantizeLinear" and node.input[0] in constants:
            graph.initializer.append(numpy_helper.from_array(_dequantised(node, constants), node.output[0]))
        elif node.op_type == "DequantizeLinear" and node.input[0] in whole:
            kept += _from_bytes(node, constants, graph)
        elif node.op_type == "DequantizeLinear":
            # A reshape or a pooling may stand between the two.
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
        else:
            for index, name in enumerate(node.input):
                node.input[index] = renamed.get(name, name)
            kept.append(node)
            if not whole.isdisjoint(node.input):
                whole.update(node.output)
    ends = [output.name for output in graph.output if output.name in renamed]
    kept += [helper.make_node("Identity", [renamed[name]], [name]) for name in ends]
    del graph.node[:], graph.value_info[:]
    graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    needed = [item for item in graph.initializer if item.name in used]
    del graph.initializer[:]
    graph.initializer.extend(needed)
    return bytes(model.SerializeToString())


def _from_bytes(node: Any, constants: dict[str, Any], graph: Any) -> list[Any]:
    """Give the nodes that turn bytes into what they stand for."""
    from onnx import TensorProto, helper, numpy_helper

    name = node.output[0]
    zero = constants[node.input[2]] if len(node.input) > 2 and node.input[2] else np.float32(0)
    for word, value in (("zero", zero), ("scale", constants[node.input[1]])):
        graph.initializer.append(numpy_helper.from_array(np.asarray(value, np.float32), f"{name}/{word}"))
    return [
        helper.make_node("Cast", [node.input[0]], [f"{name}/float"], to=TensorProto.FLOAT),
        helper.make_node("Sub", [f"{name}/float", f"{name}/zero"], [f"{name}/centred"]),
        helper.make_node("Mul", [f"{name}/centred", f"{name}/scale"], [name]),
    ]


def _dequantised(node: Any, constants: dict[str, Any]) -> Any:
    whole, scale = constants[node.input[0]].astype(np.float32), constants[node.input[1]].astype(np.float32)
    zero = constants[node.input[2]].astype(np.float32) if len(node.input) > 2 and node.input[2] else np.float32(0)
    if scale.ndim:
        axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
        shape = [1] * whole.ndim
        shape[axis] = -1
        scale = scale.reshape(shape)
        zero = zero.reshape(shape) if np.ndim(zero) else zero
    return ((whole - zero) * scale).astype(np.float32)
