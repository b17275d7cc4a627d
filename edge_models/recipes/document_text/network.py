"""The student: 3 x 3 convolutions down to one row, wide convolutions along it, a class for every fourth column."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from edge_models.tasks.document_text import BLANK


def _convolution(inputs: int, outputs: int, stride: tuple[int, int] = (1, 1)) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class _Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, width: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        padding = kernel[0] // 2, kernel[1] // 2
        self.body = nn.Sequential(
            nn.Conv2d(width, width, kernel, 1, padding, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, kernel, 1, padding, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(features + self.body(features))


class TextStudent(nn.Module):
    """From B x 1 x 32 x W to B x classes x W/4 logits."""

    def __init__(self, widths: list[int]) -> None:
        """Build with random weights."""
        super().__init__()
        stem, first, second, third, last = widths
        self.body = nn.Sequential(
            _convolution(1, stem, (2, 2)),
            _convolution(stem, first),
            _convolution(first, second, (2, 2)),
            _Residual(second, (3, 3)),
            _convolution(second, third, (2, 1)),
            _Residual(third, (3, 3)),
            nn.Conv2d(third, last, (4, 3), (1, 1), (0, 1), bias=False),
            nn.BatchNorm2d(last),
            nn.ReLU(),
            _Residual(last, (1, 7)),
        )
        self.dropout = nn.Dropout(0.1)
        self.classes = nn.Conv2d(last, BLANK + 1, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Give logits, B x classes x columns."""
        logits: Tensor = self.classes(self.dropout(self.body(pixels)))
        return logits.squeeze(2)


class Exported(nn.Module):
    """The student as it is exported: log-probabilities are left to the task, columns come first."""

    def __init__(self, student: nn.Module) -> None:
        """Take a trained student."""
        super().__init__()
        self.student = student

    def forward(self, pixels: Tensor) -> Tensor:
        """Give logits, B x classes x columns."""
        logits: Tensor = self.student(pixels)
        return logits
