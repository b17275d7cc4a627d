"""The student: plain 3 x 3 convolutions, a short neck, and points as a learnt mixture of face shapes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

POINTS = 478
STATES = 7
"""Eyes open (2), mouth open, smile, gaze (2), presence (a logit)."""
POSE_UNIT = 30.0
"""Degrees per unit inside the network."""


def _convolution(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class Residual(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        """Build the block for a number of channels."""
        super().__init__()
        self.first = _convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, features: Tensor) -> Tensor:
        """Give features of the same size."""
        return torch.relu(features + self.second(self.first(features)))


class LandmarkStudent(nn.Module):
    """From B x 3 x P x P pixels to points (B x 478 x 2, unit square), pose (B x 3, degrees), state (B x 7)."""

    def __init__(self, pixels: int, widths: list[int], neck: int, features: int, modes: int) -> None:
        """Build with random weights; ``start_from_shapes`` gives the points their first mean and modes."""
        super().__init__()
        first, second, third, fourth = widths
        self.body = nn.Sequential(
            _convolution(3, first, 2),
            _convolution(first, second, 2),
            Residual(second),
            _convolution(second, third, 2),
            Residual(third),
            Residual(third),
            _convolution(third, fourth, 2),
            Residual(fourth),
            _convolution(fourth, neck, kernel=1),
        )
        cells = (pixels // 16) ** 2
        self.gather = nn.Sequential(nn.Linear(neck * cells, features), nn.ReLU())
        self.mixture = nn.Linear(features, modes)
        self.shapes = nn.Linear(modes, POINTS * 2)
        self.pose = nn.Linear(features, 3)
        self.state = nn.Linear(features, STATES)

    @torch.no_grad()
    def start_from_shapes(self, mean: Tensor, modes: Tensor) -> None:
        """Let the last layer begin as the principal components (modes x 956, one deviation each) of the targets."""
        self.shapes.weight.copy_(modes.T)
        self.shapes.bias.copy_(mean)
        self.mixture.weight.mul_(0.3)
        self.mixture.bias.zero_()

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give points, pose and state."""
        features = self.gather(self.body(pixels).flatten(1))
        # bfloat16 has steps of a third of a pixel here: the last layers stay in full precision while training.
        with torch.autocast("cpu", enabled=False):
            features = features.float()
            points = self.shapes(self.mixture(features)).reshape(-1, POINTS, 2)
            return points, self.pose(features) * POSE_UNIT, self.state(features)
