"""The student: plain 3 x 3 convolutions, a short neck, and points as a mixture of fixed face shapes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

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
    """Two 3 x 3 convolutions beside a shortcut; new ones add nothing, so that a grown network begins where it was."""

    def __init__(self, width: int) -> None:
        """Build the block for a number of channels."""
        super().__init__()
        self.first = _convolution(width, width)
        norm = nn.BatchNorm2d(width)
        nn.init.zeros_(norm.weight)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), norm)

    def forward(self, features: Tensor) -> Tensor:
        """Give features of the same size."""
        return torch.relu(features + self.second(self.first(features)))


class LandmarkStudent(nn.Module):
    """From B x 3 x P x P pixels to points (B x 478 x 2, unit square), pose (B x 3, degrees), state (B x 7)."""

    mean: Tensor
    basis: Tensor

    def __init__(self, pixels: int, widths: list[int], blocks: list[int], neck: int, features: int, modes: int) -> None:
        """Build with random weights; ``blocks`` counts the residual blocks of the three stages after the stem."""
        super().__init__()
        self.stem = _convolution(3, widths[0], 2)
        self.stages = nn.ModuleList(
            nn.Sequential(_convolution(before, width, 2), *(Residual(width) for _ in range(count)))
            for before, width, count in zip(widths[:-1], widths[1:], blocks, strict=True)
        )
        self.neck = _convolution(widths[-1], neck, kernel=1)
        self.cells = pixels // 16
        self.gather = nn.Sequential(nn.Linear(neck * self.cells**2, features), nn.ReLU())
        self.mixture = nn.Linear(features, modes)
        self.pose = nn.Linear(features, 3)
        self.state = nn.Linear(features, STATES)
        self.register_buffer("mean", torch.full((POINTS * 2,), 0.5))
        self.register_buffer("basis", torch.zeros(modes, POINTS * 2))

    @torch.no_grad()
    def start_from_shapes(self, mean: Tensor, modes: Tensor) -> None:
        """Fix the shapes (modes x 956, one deviation each): the principal components of the targets, in INT8 steps."""
        steps = modes.abs().amax(1, keepdim=True) / 127
        self.basis.copy_(torch.round(modes / steps) * steps)
        self.mean.copy_(mean)
        self.mixture.weight.mul_(0.3)
        self.mixture.bias.zero_()

    @torch.no_grad()
    def grow_from(self, smaller: LandmarkStudent) -> None:
        """Take a smaller network's weights: more blocks in a stage, more pixels, other shapes are allowed."""
        self.stem.load_state_dict(smaller.stem.state_dict())
        self.neck.load_state_dict(smaller.neck.state_dict())
        self.pose.load_state_dict(smaller.pose.state_dict())
        self.state.load_state_dict(smaller.state.state_dict())
        for mine, theirs in zip(self.stages, smaller.stages, strict=True):
            mine.load_state_dict(theirs.state_dict(), strict=False)
        gather, old = self.gather[0], smaller.gather[0]
        features, before = old.weight.shape[0], smaller.cells
        maps = old.weight.reshape(features, -1, before, before)
        maps = functional.interpolate(maps, size=(self.cells, self.cells), mode="bilinear", align_corners=True)
        # Cell i looks at pixel 16 i: the corners stay corners. More cells, as much less of each: the sum stays.
        gather.weight.copy_(maps.reshape(features, -1) * (before / self.cells) ** 2)
        gather.bias.copy_(old.bias)
        # The same points from other shapes, as nearly as they allow: least squares.
        back = torch.linalg.pinv(self.basis)
        self.mixture.weight.copy_((smaller.mixture.weight.T @ smaller.basis @ back).T)
        self.mixture.bias.copy_((smaller.mixture.bias @ smaller.basis + smaller.mean - self.mean) @ back)

    def maps(self, pixels: Tensor) -> Tensor:
        """Give what the first full layer reads."""
        maps = self.stem(pixels)
        for stage in self.stages:
            maps = stage(maps)
        return torch.flatten(self.neck(maps), 1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give points, pose and state."""
        features = self.gather(self.maps(pixels))
        # bfloat16 has steps of a third of a pixel here: the last layers stay in full precision while training.
        with torch.autocast("cpu", enabled=False):
            features = features.float()
            points = torch.addmm(self.mean, self.mixture(features), self.basis).reshape(-1, POINTS, 2)
            return points, self.pose(features) * POSE_UNIT, self.state(features)


class Mirrored(nn.Module):
    """The student asked twice, about the crop and about its mirror image: the answers' mean costs time but no bytes."""

    mirror: Tensor

    def __init__(self, student: LandmarkStudent, mirror: Tensor) -> None:
        """Take the student and which point of a face is which of its mirror image."""
        super().__init__()
        self.student = student
        self.register_buffer("mirror", mirror)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give points, pose and state."""
        points, pose, state = self.student(torch.cat([pixels, pixels.flip(3)]))
        (points, other), (pose, turned), (state, swapped) = (
            (value[: len(pixels)], value[len(pixels) :]) for value in (points, pose, state)
        )
        other = other[:, self.mirror] * torch.tensor([-1.0, 1.0]) + torch.tensor([1.0, 0.0])
        turned = turned * torch.tensor([-1.0, 1.0, -1.0])
        swapped = swapped[:, [1, 0, 2, 3, 4, 5, 6]] * torch.tensor([1.0, 1, 1, 1, -1, 1, 1])
        return (points + other) / 2, (pose + turned) / 2, (state + swapped) / 2
