"""Fit a smaller trunk of ReLU to a teacher of PReLU, block by block, by least squares on unlabelled crops.

PReLU costs an INT8 engine as much as a convolution, and plain ReLU in its place breaks the teachers: a few channels
have slopes of a half. After a depthwise convolution PReLU is exactly two ReLU channels, one of them turned round, so
both are offered to the elimination, which keeps what the block's sum needs. Where the slope comes before the depthwise
convolution nothing exact is cheap: such layers stay PReLU when the recipe names them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import torch
from torch.nn import functional

from edge_models.recipes.face_pad.graph import GraphNetwork, Node, eliminate, key, linear_of, replaced

_ROWS = 3000
"""values taken of each group of crops"""
_GROUP = 32


@torch.no_grad()
def fitted(
    teacher: GraphNetwork,
    crops: torch.Tensor,
    count: Callable[[int], int],
    stay: Collection[int],
    seed: int = 0,
    least_slope: float = 0.0,
) -> GraphNetwork:
    """Give the smaller trunk.

    ``count`` gives a block's hidden channels from the teacher's; ``stay`` are the numbers (in order, from 0) of the PReLU
    layers that stay, less their slopes below ``least_slope``: each slope costs a channel in the end (``without_slopes``). Each block is fitted to the teacher's values with what the smaller trunk gives before it, so that
    later blocks mend what earlier ones miss.
    """
    student = GraphNetwork(list(teacher.nodes), {n: teacher.weight(n) for n in _weights(teacher)}).eval()
    slopes = [node.output for node in teacher.nodes if node.kind == "PRelu"]
    for start in range(len(student.nodes) - 3):
        wide, first, depth = student.nodes[start : start + 3]
        kinds = (wide.kind, depth.kind)
        if kinds != ("Conv", "Conv") or first.kind not in ("PRelu", "Relu") or wide.groups != 1 or depth.groups == 1:
            continue
        channels = student.weight(wide.inputs[1]).shape[0]
        if first.kind == "Relu" and count(channels) >= channels:
            continue
        if first.kind == "Relu":
            pass
        elif slopes.index(first.output) not in stay:
            student.nodes[start + 1] = Node("Relu", first.inputs[:1], first.output)
        else:
            slope = student.weight(first.inputs[1])
            replaced(student, first.inputs[1], torch.where(slope.abs() < least_slope, 0.0, slope))
        _fit(student, teacher, crops, start, count, seed + start)
    names = _weights(student)
    return GraphNetwork(student.nodes, {name: student.weight(name).detach() for name in names}).eval()


def _fit(
    student: GraphNetwork,
    teacher: GraphNetwork,
    crops: torch.Tensor,
    start: int,
    count: Callable[[int], int],
    seed: int,
) -> None:
    wide, first, depth, second = student.nodes[start : start + 4]
    linear = linear_of(student, start)
    sloped = second.kind == "PRelu"
    skip = _skip(student, linear)
    random = torch.Generator().manual_seed(seed)
    hidden, target = [], []
    for some in crops.split(_GROUP):
        mine, theirs = until(student, some, linear.output), until(teacher, some, skip[0] if skip else linear.output)
        wanted = theirs[skip[0]] - mine[skip[1]] if skip else theirs[linear.output]
        picked = torch.randperm(_flat(wanted).shape[0], generator=random)[:_ROWS]
        before = _flat(mine[depth.output])[picked]
        if sloped:
            before = torch.cat([before.relu(), (-before).relu()], 1)
        hidden.append(before.relu() if second.kind == "Relu" else before)
        target.append(_flat(wanted)[picked])
    given = torch.cat(hidden).double()
    channels = student.weight(wide.inputs[1]).shape[0]
    kept, weight, bias = eliminate(given, torch.cat(target).double(), min(count(channels), given.shape[1]))
    source, sign = kept % channels, torch.where(kept < channels, 1.0, -1.0)
    for name in (wide.inputs[1], wide.inputs[2], depth.inputs[1], depth.inputs[2]):
        value = student.weight(name)[source]
        if name in depth.inputs:
            value = value * sign.reshape(-1, *(1,) * (value.dim() - 1))
        replaced(student, name, value)
    if student.nodes[start + 1].kind == "PRelu":
        replaced(student, first.inputs[1], student.weight(first.inputs[1])[source])
    student.nodes[start + 2] = Node(depth.kind, depth.inputs, depth.output, depth.stride, depth.padding, len(kept))
    if sloped:
        student.nodes[start + 3] = Node("Relu", second.inputs[:1], second.output)
    if linear.kind == "Conv":
        replaced(student, linear.inputs[1], weight[:, :, None, None])
        replaced(student, linear.inputs[2], bias)
    else:
        replaced(student, linear.inputs[1], weight.T.contiguous())
        replaced(student, "bias", student.weight("bias") + bias)


@torch.no_grad()
def without_slopes(network: GraphNetwork) -> GraphNetwork:
    """Put ReLU for each PReLU before a depthwise convolution, exactly.

    A channel with a slope becomes two, one turned round; both go through the depthwise convolution, and a 1 x 1
    convolution adds them. Engines fuse ReLU into the convolution before it; PReLU costs them a pass and a reordering.
    """
    nodes: list[Node] = []
    weights = {name: network.weight(name).detach().clone() for name in _weights(network)}
    given = iter(enumerate(network.nodes))
    for place, node in given:
        if node.kind != "PRelu":
            nodes.append(node)
            continue
        wide, depth = nodes[-1], network.nodes[place + 1]
        next(given)
        slope = weights.pop(node.inputs[1]).flatten()
        turned = torch.nonzero(slope).flatten()
        channels, merge, bias = len(slope), f"{depth.output}_merge", f"{depth.output}_bias"
        for name in wide.inputs[1:3]:
            weights[name] = torch.cat([weights[name], -weights[name][turned]])
        kernel = weights[depth.inputs[1]]
        weights[depth.inputs[1]] = torch.cat([kernel, -slope[turned].reshape(-1, 1, 1, 1) * kernel[turned]])
        weights[bias] = weights[depth.inputs[2]]
        weights[depth.inputs[2]] = torch.zeros(channels + len(turned))
        weights[merge] = torch.cat([torch.eye(channels), torch.eye(channels)[:, turned]], 1)[:, :, None, None]
        nodes += [
            Node("Relu", node.inputs[:1], node.output),
            Node("Conv", depth.inputs, merge, depth.stride, depth.padding, channels + len(turned)),
            Node("Conv", (merge, f"{merge}_weight", bias), depth.output),
        ]
        weights[f"{merge}_weight"] = weights.pop(merge)
    return GraphNetwork(nodes, weights).eval()


def until(network: GraphNetwork, crops: torch.Tensor, last: str) -> dict[str, torch.Tensor]:
    """Give every value up to the named one."""
    values = {"input": crops.contiguous(memory_format=torch.channels_last)}
    for node in network.nodes:
        values[node.output] = network.step(node, values)
        if node.output == last:
            break
    return values


def _skip(network: GraphNetwork, linear: Node) -> tuple[str, str] | None:
    """Give the sum right after a linear layer, and what is added there, if there is one."""
    after = next((node for node in network.nodes if linear.output in node.inputs), None)
    if after is None or after.kind != "Add" or linear.kind != "Conv":
        return None
    other = next(name for name in after.inputs if name != linear.output)
    return after.output, other


def _flat(x: torch.Tensor) -> torch.Tensor:
    return x if x.dim() == 2 else x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _weights(network: GraphNetwork) -> list[str]:
    return sorted({name for node in network.nodes for name in node.inputs if key(name) in network.weights})


def enlarged(crops: torch.Tensor, side: int) -> torch.Tensor:
    """Give the crops at another side, as the student's own first layer does."""
    return functional.interpolate(crops, size=(side, side), mode="bilinear", align_corners=False)
