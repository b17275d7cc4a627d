"""The student: two pruned trunks, each with a head of four classes; their logits are averaged."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from edge_models.recipes.face_pad.graph import (
    GraphNetwork,
    Node,
    fold,
    join,
    prune,
    read_teacher,
    refit,
    split,
)

TEACHERS = ("MiniFASNetV2.onnx", "MiniFASNetV1SE.onnx")
"""of the near and the wide crop"""
# From the teachers' classes (0 flat attack, 1 live, 2 other attack) to bona fide, print, screen, mask.
_FROM_TEACHER = (1, 0, 2, 2)


class PadNetwork(nn.Module):
    """near, wide (B x 3 x 80 x 80, 0..255) -> B x 4 probabilities; ``shift`` puts the operating threshold at one half."""

    shift: torch.Tensor

    def __init__(self, near: GraphNetwork, wide: GraphNetwork, heads: list[torch.Tensor]) -> None:
        """Take the trunks and the heads' weights (128 x 4)."""
        super().__init__()
        self.near, self.wide = near, wide
        self.heads = nn.ModuleList(nn.Linear(128, 4) for _ in heads)
        self.register_buffer("shift", torch.zeros(4))
        with torch.no_grad():
            for layer, weight in zip(self.heads, heads, strict=True):
                assert isinstance(layer, nn.Linear)
                layer.weight.copy_(weight.T)
                layer.bias.zero_()

    def answers(self, near: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Give B x 4 logits and B x 256 features; takes what the trunks take (crops, or what their frozen part gives)."""
        features = self.near(near), self.wide(wide)
        parts = [head(feature) for feature, head in zip(features, self.heads, strict=True)]
        return (parts[0] + parts[1]) * 0.5 + self.shift, torch.cat(features, 1)

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
        """Give the probabilities."""
        return torch.softmax(self.answers(near, wide)[0], 1)


class FoldedNetwork(nn.Module):
    """What ships: the student with one layer for the last two of each trunk."""

    shift: torch.Tensor

    def __init__(self, student: PadNetwork) -> None:
        """Fold the student, which has ReLU already."""
        super().__init__()
        trunks, ends = [], []
        for trunk, head in zip((student.near, student.wide), student.heads, strict=True):
            assert isinstance(head, nn.Linear)
            folded, weight, bias = fold(trunk, head.weight)
            end = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
            with torch.no_grad():
                end.weight.copy_(weight[:, :, None, None])
                end.bias.copy_(bias + head.bias)  # type: ignore[union-attr]
            trunks.append(folded)
            ends.append(end)
        self.near, self.wide = trunks
        self.ends = nn.ModuleList(ends)
        self.register_buffer("shift", student.shift.clone())

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
        """Give B x 4 probabilities."""
        a, b = self.ends[0](self.near(near)).flatten(1), self.ends[1](self.wide(wide)).flatten(1)
        return torch.softmax((a + b) * 0.5 + self.shift, 1)


def from_teachers(folder: Path, near: torch.Tensor, wide: torch.Tensor, keep: float) -> PadNetwork:
    """Prune both teachers, put ReLU in the place of PReLU, and join them; linear layers are refitted on the crops."""
    trunks, heads = [], []
    for name, crops in zip(TEACHERS, (near, wide), strict=True):
        trunk, head = read_teacher(folder / name)
        trunks.append(refit(prune(trunk, crops, keep), crops))
        heads.append(head[:, list(_FROM_TEACHER)].clone())
    return PadNetwork(trunks[0], trunks[1], heads)


def halves(student: PadNetwork, size: int) -> tuple[list[GraphNetwork], PadNetwork]:
    """Part the trunks at their first linear layer of ``size`` x ``size``: early parts, and the student of the late ones."""
    parts = [split(trunk, size) for trunk in (student.near, student.wide)]
    late = PadNetwork(parts[0][1], parts[1][1], [torch.zeros(128, 4)] * 2)
    late.heads.load_state_dict(student.heads.state_dict())
    return [part[0] for part in parts], late


def whole(early: list[GraphNetwork], late: PadNetwork) -> PadNetwork:
    """Join what ``halves`` parted."""
    student = PadNetwork(join(early[0], late.near), join(early[1], late.wide), [torch.zeros(128, 4)] * 2)
    student.heads.load_state_dict(late.heads.state_dict())
    return student.eval()


def save(network: PadNetwork, path: Path) -> None:
    """Store nodes and weights."""
    torch.save({"near": _plain(network.near), "wide": _plain(network.wide), "state": network.state_dict()}, path)


def load(path: Path) -> PadNetwork:
    """Read a stored student."""
    stored = torch.load(path, weights_only=True)
    trunks = []
    for name in ("near", "wide"):
        prefix = f"{name}.weights."
        weights = {key[len(prefix) :]: value for key, value in stored["state"].items() if key.startswith(prefix)}
        trunks.append(GraphNetwork([_node(row) for row in stored[name]], weights))
    network = PadNetwork(trunks[0], trunks[1], [torch.zeros(128, 4)] * 2)
    network.load_state_dict(stored["state"])
    return network.eval()


def _plain(trunk: GraphNetwork) -> list[list[str | int | list[str]]]:
    return [[n.kind, list(n.inputs), n.output, n.stride, n.padding, n.groups] for n in trunk.nodes]


def _node(row: list[object]) -> Node:
    kind, inputs, output, stride, padding, groups = row
    return Node(str(kind), tuple(inputs), str(output), int(stride), int(padding), int(groups))  # type: ignore[arg-type,call-overload]
