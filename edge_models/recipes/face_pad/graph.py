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
    """One operator: its kind, inputs and output by name, its attributes."""

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
        self.weights = nn.ParameterDict({_key(name): nn.Parameter(value.clone()) for name, value in weights.items()})

    def weight(self, name: str) -> torch.Tensor:
        """Give a weight by its name in the graph."""
        value: torch.Tensor = self.weights[_key(name)]
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
            case "MatMul":
                return given[0] @ given[1]
            case _:
                raise ValueError(f"the operator {node.kind} is not known here")


def _key(name: str) -> str:
    return name.replace(".", "_").replace("::", "_").replace("/", "_")


def read_teacher(path: Path) -> tuple[GraphNetwork, torch.Tensor]:
    """Give the teacher without its last ``MatMul``, and that one's weights (128 x 3); the batch norm is folded."""
    graph = onnx.load(path).graph
    stored = {item.name: torch.from_numpy(np.array(numpy_helper.to_array(item))) for item in graph.initializer}
    nodes: list[Node] = []
    weights: dict[str, torch.Tensor] = {}
    for item in graph.node:
        attributes: dict[str, Any] = {a.name: onnx.helper.get_attribute_value(a) for a in item.attribute}
        if item.op_type == "BatchNormalization":
            gain, bias, mean, variance = (stored[name] for name in item.input[1:5])
            scale = gain / torch.sqrt(variance + attributes.get("epsilon", 1e-5))
            before = nodes[-1]
            weights[before.inputs[1]] = weights[before.inputs[1]] * scale
            weights["bias"] = (bias - mean * scale)[None]
            nodes.append(Node("Add", (before.output, "bias"), item.output[0]))
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


@torch.no_grad()
def prune(network: GraphNetwork, crops: torch.Tensor, keep: float, least: int = 48) -> GraphNetwork:
    """Take hidden channels out of every wide ``conv, prelu, depthwise, prelu, linear`` and refit the linear part."""
    for start in range(len(network.nodes) - 4):
        part = network.nodes[start : start + 5]
        kinds = [node.kind for node in part]
        wide, depth = part[0], part[2]
        if kinds[:3] != ["Conv", "PRelu", "Conv"] or depth.groups == 1 or wide.groups != 1:
            continue
        linear = part[4] if kinds[3] == "PRelu" else next(n for n in network.nodes[start:] if n.kind == "MatMul")
        hidden_name = part[3].output
        hidden_count = network.weight(wide.inputs[1]).shape[0]
        if hidden_count < least:
            continue
        count = max(8, round(hidden_count * keep / 8) * 8)
        if count < hidden_count:
            _cut(network, crops, (wide, part[1], depth, part[3], linear), hidden_name, count)
    return network


def _cut(network: GraphNetwork, crops: torch.Tensor, part: tuple[Node, ...], hidden_name: str, count: int) -> None:
    wide, first, depth, second, linear = part
    catch = {hidden_name: torch.empty(0), linear.output: torch.empty(0)}
    hidden, target = [], []
    for some in crops.split(32):
        network(some, catch)
        hidden.append(_rows(catch[hidden_name]))
        target.append(_rows(catch[linear.output]))
    kept, weight, bias = eliminate(torch.cat(hidden), torch.cat(target), count)
    names = [wide.inputs[1], wide.inputs[2], depth.inputs[1], depth.inputs[2]]
    names += [node.inputs[1] for node in (first, second) if node.kind == "PRelu"]
    for name in names:
        _replace(network, name, network.weight(name)[kept])
    if linear.kind == "Conv":
        _replace(network, linear.inputs[1], weight[:, :, None, None])
        _replace(network, linear.inputs[2], bias)
    else:
        _replace(network, linear.inputs[1], weight.T.contiguous())
        _replace(network, "bias", network.weight("bias") + bias)
    place = network.nodes.index(depth)
    network.nodes[place] = Node(depth.kind, depth.inputs, depth.output, depth.stride, depth.padding, count)


def _rows(x: torch.Tensor) -> torch.Tensor:
    if x.dim() == 4:
        x = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
    return x[:: max(1, len(x) // 4000)].double()


def _replace(network: GraphNetwork, name: str, value: torch.Tensor) -> None:
    network.weights[_key(name)] = nn.Parameter(value.float().clone())


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


def with_relu(network: GraphNetwork) -> GraphNetwork:
    """Put plain ReLU in place of PReLU: the slopes are near zero, and engines fuse only ReLU into INT8 convolutions."""
    nodes = [Node("Relu", node.inputs[:1], node.output) if node.kind == "PRelu" else node for node in network.nodes]
    names = {name for node in nodes for name in node.inputs if _key(name) in network.weights}
    return GraphNetwork(nodes, {name: network.weight(name).detach() for name in names}).eval()


@torch.no_grad()
def refit(original: GraphNetwork, crops: torch.Tensor) -> GraphNetwork:
    """Give the network with ReLU, each linear layer refitted, first to last, to what the original's gives."""
    network = with_relu(original)
    for start, wide in enumerate(network.nodes):
        part = network.nodes[start : start + 5]
        if [node.kind for node in part[:3]] != ["Conv", "Relu", "Conv"] or wide.groups != 1 or part[2].groups == 1:
            continue
        last = part[3]
        linear = part[4] if last.kind == "Relu" else next(n for n in network.nodes[start:] if n.kind == "MatMul")
        caught, wanted = {last.output: torch.empty(0)}, {linear.output: torch.empty(0)}
        hidden, target = [], []
        for some in torch.split(crops, 32):
            network(some, caught)
            original(some, wanted)
            hidden.append(_rows(caught[last.output]))
            target.append(_rows(wanted[linear.output]))
        given = torch.cat(hidden)
        _, weight, bias = eliminate(given, torch.cat(target), given.shape[1])
        if linear.kind == "Conv":
            _replace(network, linear.inputs[1], weight[:, :, None, None])
            _replace(network, linear.inputs[2], bias)
        else:
            # a product without a sum of its own: what is left over goes into the sum after it
            _replace(network, linear.inputs[1], weight.T.contiguous())
            _replace(network, "bias", network.weight("bias") + bias)
    return network


@torch.no_grad()
def fold(network: GraphNetwork, head: torch.Tensor) -> tuple[GraphNetwork, torch.Tensor, torch.Tensor]:
    """Give the trunk up to its last convolution, and the two linear layers after it as one: weights (K x C), bias (K).

    ``head`` is K x 128.
    """
    place = next(index for index, node in enumerate(network.nodes) if node.kind == "Flatten")
    product = next(node for node in network.nodes if node.kind == "MatMul")
    nodes = network.nodes[:place]
    weights = {name: network.weight(name) for n in nodes for name in n.inputs if _key(name) in network.weights}
    weight, bias = head @ network.weight(product.inputs[1]).T, head @ network.weight("bias")[0]
    return GraphNetwork(nodes, weights).eval(), weight, bias


def split(network: GraphNetwork, size: int, side: int = 80) -> tuple[GraphNetwork, GraphNetwork]:
    """Part a trunk with ReLU after its first linear convolution that gives ``size`` x ``size`` values.

    The second part takes what the first gives. Raises ``ValueError`` when no such layer is there.
    """
    values = {"input": torch.zeros(1, 3, side, side)}
    for place, node in enumerate(network.nodes[:-1]):
        y = values[node.output] = network.step(node, values)
        linear = node.kind == "Conv" and node.groups == 1 and network.nodes[place + 1].kind != "Relu"
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
        if _key(name) in part.weights
    }
    return GraphNetwork(nodes, weights).eval()


def _renamed(node: Node, old: str, new: str) -> Node:
    return replace(node, inputs=tuple(new if name == old else name for name in node.inputs))


def _part(network: GraphNetwork, nodes: list[Node]) -> GraphNetwork:
    names = {name for node in nodes for name in node.inputs if _key(name) in network.weights}
    return GraphNetwork(nodes, {name: network.weight(name).detach() for name in names}).eval()
