"""Structured pruning by reconstruction: channels go one by one, the projection is refitted by least squares.

Backward elimination in the way of the optimal brain surgeon (Hassibi & Stork 1993) on the inputs of a linear layer: with
the inverse Gram matrix P of the hidden activations, losing channel j costs |w_j|^2 / P_jj and the rest is corrected at
once. Block after block, with the activations of the network that is already pruned, so that errors do not add up.
"""

from __future__ import annotations

import torch
from torch import nn

from edge_models.recipes.face_embedding.network import Block, MobileFace

_POSITIONS = 60_000


@torch.no_grad()
def prune(network: MobileFace, crops: torch.Tensor, keep: float, seed: int) -> MobileFace:
    """Give a network with this share of each block's hidden channels (multiples of 8), fitted on the crops."""
    generator = torch.Generator().manual_seed(seed)
    widths = [max(8, round(width * keep / 8) * 8) for width in network.widths]
    student = MobileFace(widths).eval()
    for name in ("stem", "stem_filter", "stem_mix", "head", "pool", "embed"):
        getattr(student, name).load_state_dict(getattr(network, name).state_dict())
    true = seen = network.begin(crops)
    for old, new in zip(network.blocks, student.blocks, strict=True):
        assert isinstance(old, Block)
        assert isinstance(new, Block)
        # The projection must give what the whole network's block gives, from what the pruned network sees.
        target = old(true) - (seen if old.residual else 0)
        hidden = old.hidden(seen)
        kept, weight, bias = _eliminate(
            _rows(hidden, generator), _rows(target, generator), new.widen.out_channels, generator
        )
        _copy(old, new, kept)
        new.project.weight.copy_(weight[:, :, None, None])
        assert new.project.bias is not None
        new.project.bias.copy_(bias)
        true, seen = old(true), new(seen)
    return student


def _rows(x: torch.Tensor, _generator: torch.Generator) -> torch.Tensor:
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).double()


def _eliminate(
    hidden: torch.Tensor, target: torch.Tensor, count: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Give the kept channels, the refitted weights (out x count) and bias."""
    if len(hidden) > _POSITIONS:
        chosen = torch.randperm(len(hidden), generator=generator)[:_POSITIONS]
        hidden, target = hidden[chosen], target[chosen]
    mean_h, mean_t = hidden.mean(0), target.mean(0)
    h, t = hidden - mean_h, target - mean_t
    gram = h.T @ h
    gram += torch.eye(len(gram), dtype=gram.dtype) * (1e-5 * float(gram.diagonal().mean()) + 1e-9)
    inverse = torch.linalg.inv(gram)
    weight = t.T @ h @ inverse
    left = torch.arange(h.shape[1])
    while len(left) > count:
        cost = (weight**2).sum(0) / inverse.diagonal()
        worst = int(torch.argmin(cost))
        column = inverse[:, worst].clone()
        pivot = float(column[worst])
        weight -= weight[:, worst : worst + 1] @ column[None] / pivot
        inverse -= torch.outer(column, column) / pivot
        rest = torch.arange(len(left)) != worst
        left, weight, inverse = left[rest], weight[:, rest], inverse[rest][:, rest]
    return left, weight.float(), (mean_t - weight @ mean_h[left]).float()


def _copy(old: Block, new: Block, kept: torch.Tensor) -> None:
    for name in ("widen", "filter"):
        source, sink = getattr(old, name), getattr(new, name)
        assert isinstance(source, nn.Conv2d)
        sink.weight.copy_(source.weight[kept])
        sink.bias.copy_(source.bias[kept])
