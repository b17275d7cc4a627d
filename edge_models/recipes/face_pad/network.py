"""The student: two fitted trunks, each with a head of four classes; their logits are averaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from edge_models.recipes.face_pad.fitting import enlarged, fitted, without_slopes
from edge_models.recipes.face_pad.graph import GraphNetwork, Node, enlarging, fold, join, read_teacher, split

TEACHERS = ("MiniFASNetV2.onnx", "MiniFASNetV1SE.onnx")
"""the pair that is reported beside the student: of the near and the wide crop"""
WIDE_TEACHER = "MiniFASNetV1SE.onnx"
"""of the wide crop; the near trunk comes from the third teacher, which the recipe names"""
THIRD_SIDE = 128
"""side of the third teacher's crop"""
# From the teachers' classes to bona fide, print, screen, mask.
_FROM_THIRD, _FROM_WIDE = (0, 1, 2, 2), (1, 0, 2, 2)


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
        """Fold the student."""
        super().__init__()
        trunks, ends = [], []
        for trunk, head in zip((student.near, student.wide), student.heads, strict=True):
            assert isinstance(head, nn.Linear)
            folded, weight, bias = fold(without_slopes(trunk), head.weight)
            end = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
            with torch.no_grad():
                end.weight.copy_(weight[:, :, None, None])
                end.bias.copy_(bias + head.bias)  # type: ignore[union-attr]
            trunks.append(folded)
            ends.append(end)
        self.near, self.wide = trunks
        self.ends = nn.ModuleList(ends)
        self.register_buffer("shift", student.shift.clone())

    def forward(self, near: torch.Tensor, wide: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Give B x 4 probabilities, and B x 2 of bona fide by each scale alone; the near crop comes enlarged."""
        a, b = self.ends[0](self.near(near)).flatten(1), self.ends[1](self.wide(wide)).flatten(1)
        alone = [torch.softmax(part + self.shift, 1)[:, :1] for part in (a, b)]
        return torch.softmax((a + b) * 0.5 + self.shift, 1), torch.cat(alone, 1)


def from_teachers(
    third: Path, wide: Path, crops: tuple[torch.Tensor, torch.Tensor], settings: dict[str, Any], seed: int
) -> PadNetwork:
    """Fit a trunk to each teacher on crops (near, wide) and join them under the teachers' own heads."""
    near_teacher, near_head = read_teacher(third)
    wide_teacher, wide_head = read_teacher(wide)
    near, trunk = (
        fitted(teacher, given, _count(table["keep"]), table["prelu"], seed, float(table["least_slope"]))
        for teacher, given, table in (
            (near_teacher, enlarged(crops[0], THIRD_SIDE), settings["near"]),
            (wide_teacher, crops[1], settings["wide"]),
        )
    )
    heads = [near_head[:, list(_FROM_THIRD)].clone(), wide_head[:, list(_FROM_WIDE)].clone()]
    return PadNetwork(enlarging(near, THIRD_SIDE), trunk, heads).eval()


def leaner(
    student: PadNetwork, crops: tuple[torch.Tensor, torch.Tensor], settings: dict[str, Any], seed: int
) -> PadNetwork:
    """Fit the student's early blocks once more with fewer channels, to what they give now."""
    near, wide = (
        fitted(trunk, given, _count(table["keep"]), [0], seed, float(table["least_slope"]))
        for trunk, given, table in (
            (student.near, crops[0], settings["near"]),
            (student.wide, crops[1], settings["wide"]),
        )
    )
    made = PadNetwork(near, wide, [torch.zeros(128, 4)] * 2)
    made.heads.load_state_dict(student.heads.state_dict())
    return made.eval()


def _count(table: dict[str, int]) -> Callable[[int], int]:
    """Read a recipe's table of hidden channels; a block that it does not name keeps its own."""
    keep = {int(channels): int(left) for channels, left in table.items()}
    return lambda channels: keep.get(channels, channels)


def teachers_whole(third: Path, wide: Path) -> PadNetwork:
    """Join the two teachers as they are, as the student joins what was fitted to them."""
    (near, near_head), (trunk, wide_head) = read_teacher(third), read_teacher(wide)
    heads = [near_head[:, list(_FROM_THIRD)].clone(), wide_head[:, list(_FROM_WIDE)].clone()]
    return PadNetwork(enlarging(near, THIRD_SIDE), trunk, heads).eval()


def halves(student: PadNetwork, sizes: tuple[int, int]) -> tuple[list[GraphNetwork], PadNetwork]:
    """Part each trunk at its first linear layer of such a side: early parts, and the student of the late ones."""
    parts = [split(trunk, size) for trunk, size in zip((student.near, student.wide), sizes, strict=True)]
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
