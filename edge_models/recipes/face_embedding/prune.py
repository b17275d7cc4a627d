"""Structured pruning by reconstruction: channels go one by one, the projection is refitted by least squares.

Backward elimination in the way of the optimal brain surgeon (Hassibi & Stork 1993) on the inputs of a linear layer: with
the inverse Gram matrix P of the hidden activations, losing channel j costs |w_j|^2 / P_jj and the rest is corrected at
once. Block after block, with the activations of the network that is already pruned, so that errors do not add up.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from edge_models.recipes.face_embedding.network import Block, MobileFace

_POSITIONS = 60_000


@torch.no_grad()
def prune(network: MobileFace, crops: torch.Tensor, widths: Sequence[int], stem: int, seed: int) -> MobileFace:
    """Give a network with these hidden widths and this stem, fitted on the crops (n x 3 x 112 x 112)."""
    generator = torch.Generator().manual_seed(seed)
    student = MobileFace(widths, stem).eval()
    for name in ("head", "pool", "embed"):
        getattr(student, name).load_state_dict(getattr(network, name).state_dict())
    filtered = network.look(crops)
    kept, weight, bias = _eliminate(_rows(filtered), _rows(network.stem_mix(filtered)), stem, generator)
    for name in ("stem", "stem_filter"):
        _keep(getattr(network, name), getattr(student, name), kept)
    _fit(student.stem_mix, weight, bias)
    true, seen = network.begin(crops), student.begin(crops)
    for old, new in zip(network.blocks, student.blocks, strict=True):
        assert isinstance(old, Block)
        assert isinstance(new, Block)
        # The projection must give what the whole network's block gives, from what the pruned network sees.
        target = old(true) - (seen if old.residual else 0)
        hidden = old.hidden(seen)
        kept, weight, bias = _eliminate(_rows(hidden), _rows(target), new.widen.out_channels, generator)
        for name in ("widen", "filter"):
            _keep(getattr(old, name), getattr(new, name), kept)
        _fit(new.project, weight, bias)
        true, seen = old(true), new(seen)
    return student


def _rows(x: torch.Tensor) -> torch.Tensor:
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


def _keep(source: nn.Conv2d, sink: nn.Conv2d, kept: torch.Tensor) -> None:
    assert source.bias is not None
    assert sink.bias is not None
    sink.weight.copy_(source.weight[kept])
    sink.bias.copy_(source.bias[kept])


def _fit(sink: nn.Conv2d, weight: torch.Tensor, bias: torch.Tensor) -> None:
    assert sink.bias is not None
    sink.weight.copy_(weight[:, :, None, None])
    sink.bias.copy_(bias)
