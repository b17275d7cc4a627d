"""The student: two pruned trunks, each with a head of four classes; their probabilities are averaged."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from edge_models.recipes.face_pad.graph import GraphNetwork, Node, fold, prune, read_teacher, refit

# From the teachers' classes (0 flat attack, 1 live, 2 other attack) to bona fide, print, screen, mask.
_FROM_TEACHER = (1, 0, 2, 2)


class PadNetwork(nn.Module):
    """near, wide (B x 3 x 80 x 80, 0..255) -> B x 4 probabilities; ``logits`` gives those of both heads."""

    def __init__(self, near: GraphNetwork, wide: GraphNetwork, heads: list[torch.Tensor]) -> None:
        """Take the trunks and the heads' weights (128 x 4)."""
        super().__init__()
        self.near, self.wide = near, wide
        self.heads = nn.ModuleList(nn.Linear(128, 4) for _ in heads)
        with torch.no_grad():
            for layer, weight in zip(self.heads, heads, strict=True):
                assert isinstance(layer, nn.Linear)
                layer.weight.copy_(weight.T)
                layer.bias.zero_()

    def logits(self, near: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Give each head's logits."""
        # Written as a product and a sum: the quantiser trips over the fused form's per-channel bias.
        a, b = (
            trunk(crop) @ head.weight.T + head.bias
            for trunk, crop, head in zip((self.near, self.wide), (near, wide), self.heads, strict=True)
        )
        return a, b

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
        """Give the mean of both heads' probabilities."""
        a, b = self.logits(near, wide)
        return (torch.softmax(a, 1) + torch.softmax(b, 1)) / 2


class FusedNetwork(nn.Module):
    """What ships: the student with ReLU and one layer for its last two; the heads' logits are averaged and shifted."""

    shift: torch.Tensor

    def __init__(self, student: PadNetwork, near: torch.Tensor, wide: torch.Tensor) -> None:
        """Refit the student on training crops of both scales."""
        super().__init__()
        trunks, ends = [], []
        for trunk, crops, head in zip((student.near, student.wide), (near, wide), student.heads, strict=True):
            assert isinstance(head, nn.Linear)
            fused, weight, bias = fold(refit(trunk, crops), head.weight)
            end = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
            with torch.no_grad():
                end.weight.copy_(weight[:, :, None, None])
                end.bias.copy_(bias + head.bias)  # type: ignore[union-attr]
            trunks.append(fused)
            ends.append(end)
        self.near, self.wide = trunks
        self.ends = nn.ModuleList(ends)
        self.register_buffer("shift", torch.zeros(4))

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> torch.Tensor:
        """Give B x 4 probabilities; ``shift`` puts the operating threshold at one half."""
        a, b = self.ends[0](self.near(near)).flatten(1), self.ends[1](self.wide(wide)).flatten(1)
        return torch.softmax((a + b) * 0.5 + self.shift, 1)


def from_teachers(folder: Path, near: torch.Tensor, wide: torch.Tensor, keep: float) -> PadNetwork:
    """Prune both teachers on their crops and join them."""
    (first, head_near), (second, head_wide) = (
        read_teacher(folder / name) for name in ("MiniFASNetV2.onnx", "MiniFASNetV1SE.onnx")
    )
    choice = list(_FROM_TEACHER)
    heads = [head[:, choice].clone() for head in (head_near, head_wide)]
    return PadNetwork(prune(first, near, keep), prune(second, wide, keep), heads)


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
