"""Fewer channels by a dependency graph (torch-pruning), and zeros by a threshold on each layer's own deviation."""

from __future__ import annotations

import copy

import torch
import torch_pruning
from torch import nn
from torch.nn.utils import parametrize

from edge_models.recipes.compression.networks import macs


def fewer_channels(network: nn.Module, keep_macs: float, *, never: list[nn.Module]) -> nn.Module:
    """Prune whole channels, trunk included, by the L2 norm of each coupled group, to this share of multiplications.

    One share of channels for all layers (multiples of 8), the least that reaches the goal (Fang et al. 2023).
    """
    names = {id(module): name for name, module in network.named_modules()}
    goal = keep_macs * macs(network)
    for percent in range(2, 90, 2):
        pruned = copy.deepcopy(network).eval()
        torch_pruning.pruner.BasePruner(
            pruned,
            torch.zeros(1, 3, 112, 112),
            importance=torch_pruning.importance.GroupMagnitudeImportance(p=2),
            pruning_ratio=percent / 100,
            ignored_layers=[pruned.get_submodule(names[id(module)]) for module in never],
            round_to=8,
        ).step()
        if macs(pruned) <= goal:
            return pruned
    raise ValueError(f"no share of channels leaves {keep_macs:.0%} of the multiplications")


class _Mask(nn.Module):
    def __init__(self, mask: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight * self.mask


def with_masks(network: nn.Module, quality: float) -> nn.Module:
    """Hold at zero what is below ``quality`` times its layer's standard deviation, in place (Han et al. 2015).

    1 x 1 convolutions only: they hold nine tenths of the weights, and a depthwise filter has nine in all.
    """
    for module in list(network.modules()):
        if isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1):
            weight = module.weight.detach()
            mask = (weight.abs() >= quality * weight.std()).to(weight.dtype)
            parametrize.register_parametrization(module, "weight", _Mask(mask))
    return network


def settled(network: nn.Module) -> nn.Module:
    """Make what masks or codebooks give the weights themselves, in place."""
    for module in list(network.modules()):
        if isinstance(module, nn.Conv2d) and parametrize.is_parametrized(module):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
    return network
