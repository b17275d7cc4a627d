"""Weight sharing: each layer has few distinct values, found by clustering and trained as such (Han et al. 2016)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils import parametrize


def cluster(
    values: NDArray[np.floating], count: int, *, rounds: int = 40
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the centres (ascending) and each value's centre: k-means on a line, started evenly over the range."""
    flat = np.asarray(values, np.float64).ravel()
    centres = np.linspace(flat.min(), flat.max(), count)
    for _ in range(rounds):
        index = np.searchsorted((centres[1:] + centres[:-1]) / 2, flat)
        members = np.bincount(index, minlength=count)
        sums = np.bincount(index, flat, minlength=count)
        moved = np.where(members > 0, sums / np.maximum(members, 1), centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-9):
            break
        centres = np.sort(moved)
    return centres, np.searchsorted((centres[1:] + centres[:-1]) / 2, flat).reshape(np.shape(values))


class Codebook(nn.Module):
    """Stands for a weight: its values are looked up, so that training moves the table."""

    def __init__(self, weight: torch.Tensor, count: int) -> None:
        """Cluster the weight."""
        super().__init__()
        centres, index = cluster(weight.detach().numpy(), count)
        self.values = nn.Parameter(torch.from_numpy(centres).float())
        self.register_buffer("index", torch.from_numpy(index))

    def forward(self, _weight: torch.Tensor) -> torch.Tensor:
        """Look the weights up."""
        return self.values[self.index]


def with_codebooks(network: nn.Module, count: int) -> nn.Module:
    """Share the weights of each 1 x 1 convolution among ``count`` values, in place."""
    for module in list(network.modules()):
        if isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1):
            parametrize.register_parametrization(module, "weight", Codebook(module.weight, count))
            # What the codebook replaced is no parameter any more: no decay, no averaging of what nobody reads.
            module.parametrizations.weight.original.requires_grad_(requires_grad=False)  # type: ignore[union-attr,unused-ignore]
    return network
