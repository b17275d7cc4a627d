"""The student: plain 3 x 3 convolutions beside shortcuts, a short neck, seven numbers of 0..1."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from edge_models.tasks.face_quality import COMPONENTS


def _convolution(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class _Residual(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(features + self.second(self.first(features)))


class QualityStudent(nn.Module):
    """From B x 3 x 96 x 96 pixels to B x 7 components (logits while it trains, 0..1 when exported)."""

    def __init__(self, widths: list[int]) -> None:
        """Build with random weights."""
        super().__init__()
        first, second, third, fourth = widths
        self.body = nn.Sequential(
            _convolution(3, first, 2),
            _convolution(first, second, 2),
            _Residual(second),
            _convolution(second, third, 2),
            _Residual(third),
            _convolution(third, fourth, 2),
            _Residual(fourth),
            _convolution(fourth, 32, kernel=1),
        )
        # Where a thing lies matters (a hand before the mouth, a hand beside the cheek): the cells are kept apart.
        self.gather = nn.Sequential(nn.Linear(32 * 36, 64), nn.ReLU())
        self.components = nn.Linear(64, len(COMPONENTS))

    def start_from_landmarks(self, weights: dict[str, Tensor]) -> int:
        """Begin with the filters of a landmark student, the first residual block of each of its stages; give their number.

        Where eyes, nose and mouth are is half of what has to be known here, and it was learnt from 30,000 faces already.
        """
        places = {0: "stem", 7: "neck"}
        for stage in range(3):
            places |= {2 * stage + 1: f"stages.{stage}.0", 2 * stage + 2: f"stages.{stage}.1"}
        own = self.state_dict()
        taken = 0
        for place, name in places.items():
            for key, value in weights.items():
                mine = f"body.{place}{key[len(name) :]}"
                if key.startswith(f"{name}.") and mine in own and own[mine].shape == value.shape:
                    own[mine] = value
                    taken += 1
        self.load_state_dict(own)
        return taken

    def forward(self, pixels: Tensor) -> Tensor:
        """Give logits."""
        logits: Tensor = self.components(self.gather(self.body(pixels).flatten(1)))
        return logits


class Bounded(nn.Module):
    """The student as it is exported: components of 0..1."""

    def __init__(self, student: nn.Module) -> None:
        """Take a trained student."""
        super().__init__()
        self.student = student

    def forward(self, pixels: Tensor) -> Tensor:
        """Give components."""
        return torch.sigmoid(self.student(pixels))
