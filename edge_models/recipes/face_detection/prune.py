"""Cut channels from the teacher by reconstruction, then multiply separable layers out into full convolutions.

Each place where features are read (a group of layers with the same inputs) keeps the channels from which its readers'
outputs can be rebuilt best by least squares; the readers get the solved weights. Places are treated from the picture
to the heads, each on the features that the already cut network gives.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import nn

from edge_models.recipes.face_detection.network import (
    LAYERS,
    NECK,
    OUTPUTS,
    Detector,
    Full,
    Separable,
    Widths,
    multiplied_out,
)

log = logging.getLogger("recipes")

# place -> the layers that write its channels, and the layers that read them
PLACES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("stem", ("stem",), ("s2",)),
    ("s2", ("s2",), ("s4_0",)),
    ("s4_0", ("s4_0",), ("s4_1",)),
    ("s4_1", ("s4_1",), ("s4_2",)),
    ("s4_2", ("s4_2",), ("s4_3",)),
    ("s4_3", ("s4_3",), ("s8_0",)),
    ("s8_0", ("s8_0",), ("s8_1",)),
    ("f8", ("s8_1", "lateral16"), ("s16_0", "lateral8", "share16")),
    ("s16_0", ("s16_0",), ("s16_1",)),
    ("f16", ("s16_1", "lateral32"), ("s32_0", "lateral16", "share32")),
    ("s32_0", ("s32_0",), ("s32_1",)),
    ("f32", ("s32_1",), ("lateral32",)),
    ("lateral8", ("lateral8",), ("share8",)),
    ("share8", ("share8",), ("out8",)),
    ("share16", ("share16",), ("out16",)),
    ("share32", ("share32",), ("out32",)),
)


def kept_counts(widths: Widths) -> dict[str, int]:
    """Give how many channels each place keeps."""
    s4 = {f"s4_{i}": count for i, count in enumerate(widths.s4)}
    heads = dict(zip(("share8", "share16", "share32"), widths.heads, strict=True))
    return {
        "stem": widths.stem,
        "s2": widths.s2,
        **s4,
        "s8_0": widths.s8[0],
        "f8": widths.s8[1],
        "s16_0": widths.s16[0],
        "f16": widths.s16[1],
        "s32_0": widths.s32[0],
        "f32": widths.s32[1],
        "lateral8": widths.s8[1],
        **heads,
    }


@torch.no_grad()
def prune(teacher: Detector, widths: Widths, full: frozenset[str], pictures: torch.Tensor) -> Detector:
    """Give the cut network; ``pictures`` (n x 3 x h x w) are what it is fitted on."""
    wanted = {name: _point_outputs(teacher, name, pictures) for _, _, readers in PLACES for name in readers}
    cut = _copy(teacher)
    outputs: dict[str, torch.Tensor] = {}
    for place, writers, readers in PLACES:
        counts = kept_counts(widths)
        inputs = {name: _point_inputs(cut, name, pictures) for name in readers}
        targets = {name: wanted[name][:, outputs[name]] if name in outputs else wanted[name] for name in readers}
        keep = _choose({name: (inputs[name], targets[name]) for name in readers}, counts[place])
        for name in readers:
            weight, bias, error = _solve(inputs[name][:, keep], targets[name])
            unit = cut.get_submodule(name)
            unit.point = _pointwise(weight, bias)
            log.info(
                "%s -> %s keeps %d of %d, relative error %.4f", place, name, len(keep), inputs[name].shape[1], error
            )
        for name in writers:
            _keep_outputs(cut, name, keep)
            outputs[name] = keep
    student = Detector(widths, full)
    _fill(student.stem, cut.stem.weight, cut.stem.bias)
    for name in (*LAYERS, *NECK, *OUTPUTS):
        mine, theirs = student.get_submodule(name), cut.get_submodule(name)
        assert isinstance(theirs, Separable)
        if isinstance(mine, Full):
            _fill(mine.conv, *multiplied_out(theirs))
        else:
            mine.load_state_dict(theirs.state_dict())
    return student


def _copy(teacher: Detector) -> Detector:
    cut = Detector(Widths(), frozenset())
    cut.load_state_dict(teacher.state_dict())
    return cut.eval()


def _watch(
    detector: Detector, name: str, pictures: torch.Tensor, pick: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """Run the network on the pictures and gather a seeded sample of positions at the pointwise layer of ``name``."""
    caught: list[torch.Tensor] = []
    generator = torch.Generator().manual_seed(7)
    positions: list[torch.Tensor] = []

    def hook(_: nn.Module, arguments: tuple[torch.Tensor], output: torch.Tensor) -> None:
        values = pick(arguments[0], output).permute(0, 2, 3, 1).flatten(0, 2)
        positions.append(torch.randint(len(values), (min(len(values), 6000),), generator=generator))
        caught.append(values[positions[-1]])

    handle = detector.get_submodule(name).get_submodule("point").register_forward_hook(hook)
    for group in pictures.split(8):
        detector(group)
    handle.remove()
    return torch.cat(caught).double()


def _point_outputs(detector: Detector, name: str, pictures: torch.Tensor) -> torch.Tensor:
    return _watch(detector, name, pictures, lambda _, output: output)


def _point_inputs(detector: Detector, name: str, pictures: torch.Tensor) -> torch.Tensor:
    return _watch(detector, name, pictures, lambda given, _: given)


def _choose(tasks: dict[str, tuple[torch.Tensor, torch.Tensor]], count: int) -> torch.Tensor:
    """Backward elimination: drop, one by one, the channel whose loss costs all readers least."""
    grams = []
    for inputs, outputs in tasks.values():
        x = torch.cat([inputs, torch.ones(len(inputs), 1, dtype=inputs.dtype)], 1)
        scale = (outputs - outputs.mean(0)).square().sum()
        gram = x.T @ x / scale
        grams.append(
            (gram + 1e-9 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype), x.T @ outputs / scale)
        )
    keep = list(range(grams[0][0].shape[0] - 1))
    while len(keep) > count:
        rows = torch.tensor([*keep, -1])
        cost = torch.zeros(len(keep), dtype=torch.float64)
        for gram, cross in grams:
            # dropping channel i from a least squares fit costs |w_i|^2 / (G^-1)_ii
            inverse = torch.linalg.inv(gram[rows][:, rows])
            solved = inverse @ cross[rows]
            cost += (solved.square().sum(1) / inverse.diagonal())[:-1]
        del keep[int(cost.argmin())]
    return torch.tensor(keep)


def _solve(inputs: torch.Tensor, outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, float]:
    x = torch.cat([inputs, torch.ones(len(inputs), 1, dtype=inputs.dtype)], 1)
    gram = x.T @ x
    gram += 1e-6 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    solved = torch.linalg.solve(gram, x.T @ outputs)
    error = (x @ solved - outputs).square().sum() / (outputs - outputs.mean(0)).square().sum()
    return solved[:-1].T.float(), solved[-1].float(), float(error)


def _pointwise(weight: torch.Tensor, bias: torch.Tensor) -> nn.Conv2d:
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
    _fill(conv, weight[:, :, None, None], bias)
    return conv


def _fill(conv: nn.Conv2d, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
    assert conv.bias is not None
    assert bias is not None
    conv.weight.copy_(weight)
    conv.bias.copy_(bias)


def _keep_outputs(cut: Detector, name: str, keep: torch.Tensor) -> None:
    """Leave only some outputs of a layer (readers are already fitted to them)."""
    if name == "stem":
        stem = nn.Conv2d(3, len(keep), 3, stride=2, padding=1)
        assert cut.stem.bias is not None
        _fill(stem, cut.stem.weight[keep], cut.stem.bias[keep])
        cut.stem = stem
        return
    unit = cut.get_submodule(name)
    assert isinstance(unit, Separable)
    assert unit.point.bias is not None
    point = _pointwise(unit.point.weight[keep, :, 0, 0], unit.point.bias[keep])
    depth = nn.Conv2d(len(keep), len(keep), 3, padding=1, groups=len(keep))
    _fill(depth, unit.depth.weight[keep], unit.depth.bias[keep] if unit.depth.bias is not None else None)
    unit.point, unit.depth = point, depth
