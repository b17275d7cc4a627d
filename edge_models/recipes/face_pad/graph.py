"""A small network taken from ONNX, trainable: enough operators for the teachers, and pruning by reconstruction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional


@dataclass(frozen=True)
class Node:
    """One operator: its kind, inputs and output by name, its attributes; a ``Resize`` has its side as stride."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    stride: int = 1
    padding: int = 0
    groups: int = 1


class GraphNetwork(nn.Module):
    """Runs nodes in order; weights are parameters. Gives what feeds the last ``MatMul``, the teacher's features."""

    def __init__(self, nodes: list[Node], weights: dict[str, torch.Tensor]) -> None:
        """Take the nodes and the weights by name."""
        super().__init__()
        self.nodes = nodes
        self.weights = nn.ParameterDict({key(name): nn.Parameter(value.clone()) for name, value in weights.items()})

    def weight(self, name: str) -> torch.Tensor:
        """Give a weight by its name in the graph."""
        value: torch.Tensor = self.weights[key(name)]
        return value

    def forward(self, x: torch.Tensor, catch: dict[str, torch.Tensor] | None = None) -> torch.Tensor:
        """Run; ``catch`` is filled with the values that it has keys for."""
        values = {"input": x}
        y = x
        for node in self.nodes:
            y = self.step(node, values)
            values[node.output] = y
            if catch is not None and node.output in catch:
                catch[node.output] = y
        return y

    def step(self, node: Node, values: dict[str, torch.Tensor]) -> torch.Tensor:
        """Run one node on the values so far."""
        given = [values[name] if name in values else self.weight(name) for name in node.inputs]
        match node.kind:
            case "Conv":
                return functional.conv2d(given[0], given[1], given[2], node.stride, node.padding, groups=node.groups)
            case "PRelu":
                return functional.prelu(given[0], given[1].flatten())
            case "Add":
                return given[0] + given[1]
            case "Mul":
                return given[0] * given[1]
            case "Relu":
                return torch.relu(given[0])
            case "Sigmoid":
                return torch.sigmoid(given[0])
            case "GlobalAveragePool":
                return given[0].mean((2, 3), keepdim=True)
            case "Flatten":
                return given[0].flatten(1)
            case "Resize":
                return functional.interpolate(given[0], size=(node.stride,) * 2, mode="bilinear", align_corners=False)
            case "MatMul":
                return given[0] @ given[1]
            case _:
                raise ValueError(f"the operator {node.kind} is not known here")


def key(name: str) -> str:
    """Give the name under which a weight is kept."""
    return name.replace(".", "_").replace("::", "_").replace("/", "_")


_OF_SHAPES = ("Shape", "Constant", "Gather", "Unsqueeze", "Concat")


def read_teacher(path: Path) -> tuple[GraphNetwork, torch.Tensor]:
    """Give the teacher without its last ``MatMul``, and that one's weights (128 x 3); the batch norm is folded."""
    graph = onnx.load(path).graph
    stored = {item.name: torch.from_numpy(np.array(numpy_helper.to_array(item))) for item in graph.initializer}
    nodes: list[Node] = []
    weights: dict[str, torch.Tensor] = {}
    for item in graph.node:
        if item.op_type in _OF_SHAPES:
            continue
        attributes: dict[str, Any] = {a.name: onnx.helper.get_attribute_value(a) for a in item.attribute}
        if item.op_type == "BatchNormalization":
            gain, bias, mean, variance = (stored[name] for name in item.input[1:5])
            scale = gain / torch.sqrt(variance + attributes.get("epsilon", 1e-5))
            before = nodes[-1]
            weights[before.inputs[1]] = weights[before.inputs[1]] * scale
            weights["bias"] = (bias - mean * scale)[None]
            nodes.append(Node("Add", (before.output, "bias"), item.output[0]))
            continue
        if item.op_type == "Reshape":
            nodes.append(Node("Flatten", (item.input[0],), item.output[0]))
            continue
        for name in item.input:
            if name in stored:
                weights[name] = stored[name]
        nodes.append(
            Node(
                item.op_type,
                tuple(item.input),
                item.output[0],
                stride=int(attributes.get("strides", [1])[0]),
                padding=int(attributes.get("pads", [0])[0]),
                groups=int(attributes.get("group", 1)),
            )
        )
    last = nodes.pop()
    head = weights.pop(last.inputs[1])
    return GraphNetwork(nodes, weights).eval(), head


def linear_of(network: GraphNetwork, start: int) -> Node:
    """Give the linear layer that ends the block which begins at a node: a 1 x 1 convolution, or the last product."""
    if network.nodes[start + 3].kind in ("PRelu", "Relu"):
        return network.nodes[start + 4]
    return next(node for node in network.nodes[start:] if node.kind == "MatMul")


def replaced(network: GraphNetwork, name: str, value: torch.Tensor) -> None:
    """Put another value in a weight's place."""
    network.weights[key(name)] = nn.Parameter(value.float().clone())


def eliminate(
    hidden: torch.Tensor, target: torch.Tensor, count: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Drop, one by one, the channel that least squares misses least; give kept channels, weights (out x kept), bias."""
    mean_h, mean_t = hidden.mean(0), target.mean(0)
    h, t = hidden - mean_h, target - mean_t
    gram = h.T @ h
    gram += torch.eye(len(gram), dtype=gram.dtype) * (1e-4 * float(gram.diagonal().mean()) + 1e-9)
    inverse = torch.linalg.inv(gram)
    weight = t.T @ h @ inverse
    left = torch.arange(h.shape[1])
    while len(left) > count:
        worst = int(torch.argmin((weight**2).sum(0) / inverse.diagonal()))
        column = inverse[:, worst].clone()
        pivot = float(column[worst])
        weight -= weight[:, worst : worst + 1] @ column[None] / pivot
        inverse -= torch.outer(column, column) / pivot
        rest = torch.arange(len(left)) != worst
        left, weight, inverse = left[rest], weight[:, rest], inverse[rest][:, rest]
    return left, weight, mean_t - weight @ mean_h[left]


@torch.no_grad()
def fold(network: GraphNetwork, head: torch.Tensor) -> tuple[GraphNetwork, torch.Tensor, torch.Tensor]:
    """Give the trunk up to its last convolution, and the two linear layers after it as one: weights (K x C), bias (K).

    ``head`` is K x 128. A ``Resize`` at the start is left to whoever gives the crop.
    """
    place = next(index for index, node in enumerate(network.nodes) if node.kind == "Flatten")
    product = next(node for node in network.nodes if node.kind == "MatMul")
    nodes = network.nodes[:place]
    if nodes[0].kind == "Resize":
        nodes = [_renamed(node, nodes[0].output, "input") for node in nodes[1:]]
    weights = {name: network.weight(name) for n in nodes for name in n.inputs if key(name) in network.weights}
    weight, bias = head @ network.weight(product.inputs[1]).T, head @ network.weight("bias")[0]
    return GraphNetwork(nodes, weights).eval(), weight, bias


def enlarging(network: GraphNetwork, side: int) -> GraphNetwork:
    """Give the trunk with a first layer that brings what it takes to ``side`` x ``side``."""
    nodes = [Node("Resize", ("input",), "enlarged", stride=side)]
    nodes += [_renamed(node, "input", "enlarged") for node in network.nodes]
    return _part(network, nodes)


def split(network: GraphNetwork, size: int, side: int = 80) -> tuple[GraphNetwork, GraphNetwork]:
    """Part a trunk after its first linear convolution that gives ``size`` x ``size`` values.

    The second part takes what the first gives. Raises ``ValueError`` when no such layer is there.
    """
    values = {"input": torch.zeros(1, 3, side, side)}
    for place, node in enumerate(network.nodes[:-1]):
        y = values[node.output] = network.step(node, values)
        linear = node.kind == "Conv" and node.groups == 1 and network.nodes[place + 1].kind not in ("Relu", "PRelu")
        if linear and y.shape[-1] == size:
            rest = [_renamed(later, node.output, "input") for later in network.nodes[place + 1 :]]
            return _part(network, network.nodes[: place + 1]), _part(network, rest)
    raise ValueError(f"no linear layer of {size} x {size}")


def join(first: GraphNetwork, second: GraphNetwork) -> GraphNetwork:
    """Put together what ``split`` parted."""
    nodes = first.nodes + [_renamed(node, "input", first.nodes[-1].output) for node in second.nodes]
    given = [(first, first.nodes), (second, second.nodes)]
    weights = {
        name: part.weight(name).detach()
        for part, of in given
        for node in of
        for name in node.inputs
        if key(name) in part.weights
    }
    return GraphNetwork(nodes, weights).eval()


def _renamed(node: Node, old: str, new: str) -> Node:
    return replace(node, inputs=tuple(new if name == old else name for name in node.inputs))


def _part(network: GraphNetwork, nodes: list[Node]) -> GraphNetwork:
    names = {name for node in nodes for name in node.inputs if key(name) in network.weights}
    return GraphNetwork(nodes, {name: network.weight(name).detach() for name in names}).eval()
