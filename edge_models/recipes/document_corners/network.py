"""The student: plain 3 x 3 convolutions down to a sixteenth, and back up to a quarter with shortcuts."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def _convolution(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class _Residual(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut; ``reach`` spreads the first one."""

    def __init__(self, width: int, reach: int = 1) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, reach, dilation=reach, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(features + self.second(self.first(features)))


class CornersStudent(nn.Module):
    """From B x 3 x 160 x 224 pixels to B x 1 x 40 x 56: how surely the document covers each cell (logits)."""

    def __init__(self, widths: list[int]) -> None:
        """Build with random weights."""
        super().__init__()
        first, second, third, fourth = widths
        self.quarter = nn.Sequential(_convolution(3, first, 2), _convolution(first, second, 2), _Residual(second))
        self.eighth = nn.Sequential(_convolution(second, third, 2), _Residual(third))
        # A document may fill the picture: what is decided here must see all of it.
        self.sixteenth = nn.Sequential(_convolution(third, fourth, 2), _Residual(fourth, 2), _Residual(fourth, 3))
        self.to_eighth, self.to_quarter = _convolution(fourth, third, kernel=1), _convolution(third, second, kernel=1)
        self.join_eighth, self.join_quarter = _convolution(third, third), _convolution(second, second)
        self.cover = nn.Sequential(_convolution(second, second), nn.Conv2d(second, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Give logits."""
        quarter = self.quarter(pixels)
        eighth = self.eighth(quarter)
        up = functional.interpolate(self.to_eighth(self.sixteenth(eighth)), scale_factor=2.0)
        up = functional.interpolate(self.to_quarter(self.join_eighth(up + eighth)), scale_factor=2.0)
        logits: Tensor = self.cover(self.join_quarter(up + quarter))
        return logits


class Bounded(nn.Module):
    """The student as it is exported: shares of 0..1."""

    def __init__(self, student: nn.Module) -> None:
        """Take a trained student."""
        super().__init__()
        self.student = student

    def forward(self, pixels: Tensor) -> Tensor:
        """Give how surely each cell is covered."""
        return torch.sigmoid(self.student(pixels))
