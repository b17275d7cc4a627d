"""The detector's network: YuNet's layout with free widths, separable or full convolutions, and its weights from ONNX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

HEADS = (("cls", 1), ("bbox", 4), ("obj", 1), ("kps", 10))
"""The teacher's heads in the order of its file; ours are one head of 16 channels: cls, obj, bbox, kps."""


class Separable(nn.Module):
    """A pointwise and a depthwise 3x3 convolution without anything between them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """Make it with the given channels."""
        super().__init__()
        self.point = nn.Conv2d(inputs, outputs, 1)
        self.depth = nn.Conv2d(outputs, outputs, 3, padding=1, groups=outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply both."""
        return self.depth(self.point(x))  # type: ignore[no-any-return]


class Full(nn.Module):
    """A 3x3 convolution: what a ``Separable`` becomes when its two linear parts are multiplied out."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        """Make it with the given channels."""
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return self.conv(x)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Widths:
    """Channels after each layer; ``f8`` and ``f16`` also leave the neck, so laterals take their widths."""

    stem: int = 16
    s2: int = 16
    s4: tuple[int, int, int, int] = (16, 64, 64, 64)
    s8: tuple[int, int] = (64, 64)
    s16: tuple[int, int] = (64, 64)
    s32: tuple[int, int] = (64, 64)
    heads: tuple[int, int, int] = (64, 64, 64)


LAYERS = ("s2", "s4_0", "s4_1", "s4_2", "s4_3", "s8_0", "s8_1", "s16_0", "s16_1", "s32_0", "s32_1")
NECK = ("lateral32", "lateral16", "lateral8", "share8", "share16", "share32")
OUTPUTS = ("out8", "out16", "out32")


def channels(widths: Widths) -> dict[str, tuple[int, int]]:
    """Give (inputs, outputs) of each convolution unit after the stem."""
    backbone = [widths.stem, widths.s2, *widths.s4, *widths.s8, *widths.s16, *widths.s32]
    table = {name: (backbone[i], backbone[i + 1]) for i, name in enumerate(LAYERS)}
    f8, f16, f32 = widths.s8[1], widths.s16[1], widths.s32[1]
    table |= {"lateral32": (f32, f16), "lateral16": (f16, f8), "lateral8": (f8, f8)}
    table |= {f"share{s}": (i, o) for s, i, o in zip((8, 16, 32), (f8, f8, f16), widths.heads, strict=True)}
    table |= {f"out{s}": (o, 16) for s, o in zip((8, 16, 32), widths.heads, strict=True)}
    return table


class Detector(nn.Module):
    """YuNet's layout: stem, five stages, a top-down neck, one head of 16 maps per stride (8, 16, 32)."""

    def __init__(self, widths: Widths, full: frozenset[str]) -> None:
        """Make it; layers named in ``full`` are full convolutions, the others separable."""
        super().__init__()
        self.stem = nn.Conv2d(3, widths.stem, 3, stride=2, padding=1)
        for name, (inputs, outputs) in channels(widths).items():
            self.add_module(name, Full(inputs, outputs) if name in full else Separable(inputs, outputs))

    def layer(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """Apply one unit and its activation."""
        return torch.relu(self.get_submodule(name)(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take BGR 0..255 (n x 3 x h x w); give n x 16 x cells, strides 8, 16, 32 one after the other."""
        pool = nn.functional.max_pool2d
        x = torch.relu(self.stem(x))
        x = pool(self.layer("s2", x), 2)
        for name in LAYERS[1:5]:
            x = self.layer(name, x)
        f8 = self.layer("s8_1", self.layer("s8_0", pool(x, 2)))
        f16 = self.layer("s16_1", self.layer("s16_0", pool(f8, 2)))
        f32 = self.layer("s32_1", self.layer("s32_0", pool(f16, 2)))
        f32 = self.layer("lateral32", f32)
        f16 = self.layer("lateral16", f16 + nn.functional.interpolate(f32, scale_factor=2.0, mode="nearest"))
        f8 = self.layer("lateral8", f8 + nn.functional.interpolate(f16, scale_factor=2.0, mode="nearest"))
        shared = [self.layer(f"share{stride}", features) for stride, features in ((8, f8), (16, f16), (32, f32))]
        # bfloat16 has steps of half a pixel at the far ends of a large face: the heads compute in full precision
        with torch.autocast("cpu", enabled=False):
            maps = [
                self.get_submodule(f"out{s}")(x.float()).flatten(2) for s, x in zip((8, 16, 32), shared, strict=True)
            ]
        return torch.cat(maps, 2)


class Deployed(nn.Module):
    """What is exported: takes the letterboxed picture as it lies in memory (n x h x w x 3, BGR 0..255)."""

    def __init__(self, detector: Detector) -> None:
        """Wrap a detector."""
        super().__init__()
        self.detector = detector

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Give the detector's maps."""
        return self.detector(picture.permute(0, 3, 1, 2).float())  # type: ignore[no-any-return]


def read_yunet(path: Path) -> Detector:
    """Build the teacher from its ONNX file: its convolutions in order, its twelve heads joined into three."""
    weights = _convolutions(path)
    detector = Detector(Widths(), frozenset())
    _fill(detector.stem, next(weights))
    for name in (*LAYERS, *NECK):
        _fill_separable(detector.get_submodule(name), weights)
    parts: dict[str, list[list[tuple[torch.Tensor, torch.Tensor]]]] = {}
    for head, _ in HEADS:
        parts[head] = [[next(weights), next(weights)] for _ in OUTPUTS]
    for level, name in enumerate(OUTPUTS):
        unit = detector.get_submodule(name)
        heads = [parts[head][level] for head in ("cls", "obj", "bbox", "kps")]
        for position, conv in enumerate((unit.point, unit.depth)):
            _fill(conv, (torch.cat([h[position][0] for h in heads]), torch.cat([h[position][1] for h in heads])))
    return detector.eval()


def _convolutions(path: Path) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    graph = onnx.load(path).graph
    stored = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv":
            yield stored[node.input[1]], stored[node.input[2]]


def _fill_separable(unit: nn.Module, weights: Iterator[tuple[torch.Tensor, torch.Tensor]]) -> None:
    _fill(unit.get_submodule("point"), next(weights))
    _fill(unit.get_submodule("depth"), next(weights))


@torch.no_grad()
def _fill(conv: nn.Module, values: tuple[torch.Tensor, torch.Tensor]) -> None:
    for parameter, value in zip((conv.weight, conv.bias), values, strict=True):
        if not isinstance(parameter, torch.Tensor) or parameter.shape != value.shape:
            raise ValueError(f"the teacher's file is not the expected YuNet: {tuple(value.shape)}")
        parameter.copy_(value)


@torch.no_grad()
def multiplied_out(unit: Separable) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the weight and bias of the full convolution that equals a separable one (borders apart)."""
    depth = unit.depth.weight
    weight = depth * unit.point.weight
    assert unit.depth.bias is not None
    assert unit.point.bias is not None
    return weight, unit.depth.bias + depth.sum((1, 2, 3)) * unit.point.bias
