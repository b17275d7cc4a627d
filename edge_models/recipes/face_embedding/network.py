"""MobileFaceNet with free hidden widths (Chen et al. 2018), batch norms folded into the convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

# in, out, stride of each inverted residual
BLOCKS = (
    (64, 64, 2), *((64, 64, 1),) * 4, (64, 128, 2), *((128, 128, 1),) * 6, (128, 128, 2), *((128, 128, 1),) * 2,
)  # fmt: skip
TEACHER_STEM = 64
TEACHER_WIDTHS = (128,) * 5 + (256,) * 7 + (512, 256, 256)


class Block(nn.Module):
    """Inverted residual: widen, filter each channel, project; ``hidden`` channels in between."""

    def __init__(self, inside: int, outside: int, stride: int, hidden: int) -> None:
        """Make the three convolutions."""
        super().__init__()
        self.widen = nn.Conv2d(inside, hidden, 1)
        self.filter = nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden)
        self.project = nn.Conv2d(hidden, outside, 1)
        self.residual = stride == 1 and inside == outside

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        """Give what is projected."""
        return nn.functional.relu6(self.filter(nn.functional.relu6(self.widen(x))))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Filter and add."""
        y = self.project(self.hidden(x))
        return x + y if self.residual else y


class MobileFace(nn.Module):
    """B x 3 x 112 x 112 -> B x 128, not normalised."""

    def __init__(self, widths: Sequence[int] = TEACHER_WIDTHS, stem: int = TEACHER_STEM) -> None:
        """Take the hidden width of each block and the channels that look at the picture itself."""
        super().__init__()
        self.widths = tuple(widths)
        self.stem = nn.Conv2d(3, stem, 3, 2, 1)
        self.stem_filter = nn.Conv2d(stem, stem, 3, 1, 1, groups=stem)
        self.stem_mix = nn.Conv2d(stem, 64, 1)
        self.blocks = nn.ModuleList(
            Block(inside, outside, stride, hidden)
            for (inside, outside, stride), hidden in zip(BLOCKS, self.widths, strict=True)
        )
        self.head = nn.Conv2d(128, 512, 1)
        self.pool = nn.Conv2d(512, 512, 7, groups=512)
        self.embed = nn.Conv2d(512, 128, 1)

    def look(self, x: torch.Tensor) -> torch.Tensor:
        """Give the filtered picture, ``stem`` channels at half its size."""
        return nn.functional.relu(self.stem_filter(nn.functional.relu6(self.stem(x))))

    def begin(self, x: torch.Tensor) -> torch.Tensor:
        """Give what the first block sees."""
        return nn.functional.relu(self.stem_mix(self.look(x)))

    def streams(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Give the embedding and what flows after each block: of one shape whatever the hidden widths."""
        x = self.begin(x)
        flows = []
        for block in self.blocks:
            x = block(x)
            flows.append(x)
        return self.embed(self.pool(nn.functional.relu6(self.head(x)))).flatten(1), flows

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the embedding."""
        return self.streams(x)[0]


def from_teacher(path: Path) -> MobileFace:
    """Rebuild the teacher from its ONNX convolutions, in the order of its graph."""
    graph = onnx.load(path).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    network = MobileFace()
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    if len(nodes) != len(convolutions):
        raise ValueError(f"the teacher has {len(nodes)} convolutions, {len(convolutions)} were expected")
    with torch.no_grad():
        for node, convolution in zip(nodes, convolutions, strict=True):
            convolution.weight.copy_(torch.from_numpy(np.array(values[node.input[1]])))
            assert convolution.bias is not None
            convolution.bias.copy_(torch.from_numpy(np.array(values[node.input[2]])))
    return network.eval()
