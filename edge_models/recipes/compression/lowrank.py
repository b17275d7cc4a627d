"""Low-rank factors: one 1 x 1 convolution becomes two narrow ones, by its singular values."""

from __future__ import annotations

import copy

import torch
from torch import nn

from edge_models.recipes.compression.networks import macs


def factorised(network: nn.Module, keep_macs: float) -> nn.Module:
    """Give a copy whose 1 x 1 convolutions have the highest common share of their rank that meets the goal."""
    goal = keep_macs * macs(network)
    for percent in range(98, 2, -2):
        thin = copy.deepcopy(network).eval()
        for name, module in list(thin.named_modules()):
            if isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1):
                inside, outside = module.in_channels, module.out_channels
                rank = max(8, int(min(inside, outside) * percent / 100) // 8 * 8)
                if rank * (inside + outside) < inside * outside:
                    thin.set_submodule(name, factors(module, rank))
        if macs(thin) <= goal:
            return thin
    raise ValueError(f"no rank leaves {keep_macs:.0%} of the multiplications")


@torch.no_grad()
def factors(convolution: nn.Conv2d, rank: int) -> nn.Sequential:
    """Split a 1 x 1 convolution in two with ``rank`` channels between: the nearest such product (Eckart & Young)."""
    left, values, right = torch.linalg.svd(convolution.weight[:, :, 0, 0].double(), full_matrices=False)
    root = values[:rank].sqrt()
    narrow = nn.Conv2d(convolution.in_channels, rank, 1, bias=False)
    wide = nn.Conv2d(rank, convolution.out_channels, 1)
    narrow.weight.copy_((root[:, None] * right[:rank])[:, :, None, None])
    wide.weight.copy_((left[:, :rank] * root)[:, :, None, None])
    assert convolution.bias is not None
    assert wide.bias is not None
    wide.bias.copy_(convolution.bias)
    return nn.Sequential(narrow, wide)
