"""The techniques by the name that a row gives them: what is done before training, and what after."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize

from edge_models.recipes.compression import fake_quant, lowrank, networks, pruning, sharing
from edge_models.recipes.compression.counting import codebook_bits, sparse_bits
from edge_models.recipes.compression.rows import Row
from edge_models.recipes.face_embedding.network import MobileFace
from edge_models.recipes.face_embedding.prune import prune

_CHANNEL_BITS = 64
"""a channel's scale and bias; what a technique leaves alone counts as INT8"""


@dataclass(frozen=True)
class Done:
    """A finished network, in float."""

    network: nn.Module
    ranges: fake_quant.Ranges | None = None
    """activation ranges, where training chose them"""
    coded: dict[str, int] = field(default_factory=dict)
    """bytes in the technique's own code, which no runtime here reads"""


@dataclass(frozen=True)
class Begun:
    """A network ready to train, and how to finish it afterwards."""

    network: nn.Module
    finish: Callable[[nn.Module], Done] = Done


def begin(row: Row, start: nn.Module | None, crops: torch.Tensor) -> Begun:
    """Apply the row's technique; ``crops`` are clean training inputs. Raises ``KeyError`` for an unknown technique."""
    return TECHNIQUES[row.technique](row, start, crops)


def _as_it_is(_row: Row, start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    return Begun(copy.deepcopy(_given(start)))


def _from_nothing(row: Row, _start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    torch.manual_seed(row.seed)
    shape = row.settings["shape"]
    made = MobileFace(row.settings["widths"], row.settings["stem"]) if shape == "mobile_face" else _SHAPES[shape]()
    return Begun(networks.with_norms(made), lambda network: Done(networks.without_norms(network)))


def _reconstruction(row: Row, start: nn.Module | None, crops: torch.Tensor) -> Begun:
    teacher = _given(start)
    assert isinstance(teacher, MobileFace)
    return Begun(prune(teacher, crops, row.settings["widths"], row.settings["stem"], row.seed))


def _fewer_channels(row: Row, start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    network = _given(start)
    return Begun(pruning.fewer_channels(network, float(row.settings["keep_macs"]), never=[_last(network)]))


def _low_rank(row: Row, start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    return Begun(lowrank.factorised(_given(start), float(row.settings["keep_macs"])))


def _magnitude(row: Row, start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    def finish(network: nn.Module) -> Done:
        dense = pruning.settled(network)
        bits = 0
        for module in _convolutions(dense):
            weights = module.weight.detach().numpy()
            bits += sparse_bits(weights) if _is_sparse(weights) else 8 * weights.size
            bits += _CHANNEL_BITS * len(weights)
        return Done(dense, coded={"sparse": bits // 8})

    return Begun(pruning.with_masks(copy.deepcopy(_given(start)), float(row.settings["quality"])), finish)


def _sharing(row: Row, start: nn.Module | None, _crops: torch.Tensor) -> Begun:
    count = int(row.settings["values"])

    def finish(network: nn.Module) -> Done:
        packed = huffman = 0
        for module in _convolutions(network):
            rest = _CHANNEL_BITS * module.out_channels
            if parametrize.is_parametrized(module):
                index = module.parametrizations.weight[0].index.numpy()  # type: ignore[union-attr,index,unused-ignore]
                packed += codebook_bits(index, count) + rest
                huffman += codebook_bits(index, count, huffman=True) + rest
            else:
                packed, huffman = (bits + 8 * module.weight.numel() + rest for bits in (packed, huffman))
        return Done(pruning.settled(network), coded={"codebook": packed // 8, "codebook_huffman": huffman // 8})

    return Begun(sharing.with_codebooks(copy.deepcopy(_given(start)), count), finish)


def _rounding(_row: Row, start: nn.Module | None, crops: torch.Tensor) -> Begun:
    plain = _given(start)
    rounded = fake_quant.with_rounding(plain)
    fake_quant.calibrate(rounded, crops.split(64))

    def finish(network: nn.Module) -> Done:
        return Done(fake_quant.in_float(network, plain), ranges=fake_quant.ranges_of(network))

    return Begun(rounded, finish)


def _given(start: nn.Module | None) -> nn.Module:
    if start is None:
        raise ValueError("this technique needs a network to start from")
    return start


def _convolutions(network: nn.Module) -> list[nn.Conv2d]:
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


def _last(network: nn.Module) -> nn.Module:
    return _convolutions(network)[-1]


def _is_sparse(weights: Any) -> bool:
    return bool(np.mean(weights == 0) > 0.3)


_SHAPES: dict[str, Callable[[], nn.Module]] = {
    "fire": networks.fire,
    "plain": networks.plain,
    "separable": networks.separable,
}
TECHNIQUES: dict[str, Callable[[Row, nn.Module | None, torch.Tensor], Begun]] = {
    "as_it_is": _as_it_is,
    "from_nothing": _from_nothing,
    "reconstruction": _reconstruction,
    "fewer_channels": _fewer_channels,
    "low_rank": _low_rank,
    "magnitude": _magnitude,
    "sharing": _sharing,
    "rounding": _rounding,
}
