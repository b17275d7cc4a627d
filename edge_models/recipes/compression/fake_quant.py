"""Quantisation-aware training by straight-through rounding, on the very grid that ``quantise_static`` writes.

Weights: s8, symmetric, one scale an output channel (127 = the channel's largest magnitude). Activations: u8, asymmetric,
one scale a tensor, ranges from calibration and then fixed. ONNX Runtime folds ReLU and ReLU6 into the rounding of what
follows, so a tensor is rounded after its ReLU, and else after each convolution, sum and at the input. Jacob et al. 2018.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import fx, nn
from torch.nn import functional

from edge_models.recipes.quantising import export, quantise_static
from edge_models.recipes.training import train
from edge_models.runtime.port import Tensor

Ranges = list[tuple[float, float]]
"""Lowest and highest value of each rounded tensor, in the order of execution; zero lies inside."""
_RELU_FUNCTIONS = (functional.relu, functional.relu6, torch.relu)
_ADD_FUNCTIONS = (operator.add, torch.add)


class RoundedConv(nn.Conv2d):
    """A convolution whose weights are rounded to s8 per output channel in the forward pass."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve with the rounded weights; gradients pass straight through."""
        largest = self.weight.detach().abs().amax((1, 2, 3)).double()
        scale = torch.where(largest > 0, largest / 127, 1.0).float()
        weight = torch.fake_quantize_per_channel_affine(
            self.weight, scale, torch.zeros(len(scale), dtype=torch.int32), 0, -127, 127
        )
        return self._conv_forward(x, weight, self.bias)


class Rounding(nn.Module):
    """Rounds one tensor to u8 between ``low`` and ``high``; watches instead while ``watching``."""

    low: torch.Tensor
    high: torch.Tensor

    def __init__(self) -> None:
        """Start without a range."""
        super().__init__()
        self.register_buffer("low", torch.zeros((), dtype=torch.float64))
        self.register_buffer("high", torch.zeros((), dtype=torch.float64))
        self.watching = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Round, or widen the range to hold the tensor."""
        if self.watching:
            self.low = torch.minimum(self.low, x.detach().min().double())
            self.high = torch.maximum(self.high, x.detach().max().double())
            return x
        spread = self.high - self.low
        scale = torch.where(spread > 0, spread / 255, 1.0)
        zero = torch.round(-self.low / scale).to(torch.int32)
        return torch.fake_quantize_per_tensor_affine(x, scale.float(), zero, 0, 255)


class Rounded(nn.Module):
    """A network that rounds as INT8 does; where the plain one has ``streams``, so has this one."""

    def __init__(self, traced: fx.GraphModule, *, streaming: bool) -> None:
        """Take the traced network, whose output is the streams' if ``streaming``."""
        super().__init__()
        self.inner = traced
        self._streaming = streaming

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the network's output."""
        return self.inner(x)[0] if self._streaming else self.inner(x)

    def streams(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Give the output and the rounded tensors that flow inside."""
        return self.inner(x)


def with_rounding(network: nn.Module) -> Rounded:
    """Give a copy that rounds as INT8 does: convolutions, ReLU and ReLU6, sums."""
    copied, tracer = copy.deepcopy(network).eval(), fx.Tracer()
    streaming = hasattr(copied, "streams")
    tracer.traced_func_name = "streams" if streaming else "forward"
    traced = fx.GraphModule(copied, tracer.trace(copied))
    for name, module in list(traced.named_modules()):
        if type(module) is nn.Conv2d:
            rounded = RoundedConv.__new__(RoundedConv)
            rounded.__dict__.update(module.__dict__)
            traced.set_submodule(name, rounded)
    for index, node in enumerate([node for node in traced.graph.nodes if _is_rounded(traced, node)]):
        traced.add_submodule(f"rounding_{index}", Rounding())
        with traced.graph.inserting_after(node):
            after = traced.graph.call_module(f"rounding_{index}", (node,))
        node.replace_all_uses_with(after)
        after.args = (node,)
    traced.recompile()
    return Rounded(traced, streaming=streaming)


def roundings(network: nn.Module) -> list[Rounding]:
    """List the rounded tensors in the order of execution."""
    return [module for module in network.modules() if isinstance(module, Rounding)]


@torch.no_grad()
def calibrate(network: nn.Module, pictures: Iterable[torch.Tensor]) -> Ranges:
    """Set the ranges to what the pictures show (MinMax; weights rounded, activations not yet); give them."""
    for rounding in roundings(network):
        rounding.low.zero_()
        rounding.high.zero_()
        rounding.watching = True
    for batch in pictures:
        network.eval()(batch)
    for rounding in roundings(network):
        rounding.watching = False
    return ranges_of(network)


def ranges_of(network: nn.Module) -> Ranges:
    """Give the ranges as they stand."""
    return [(float(rounding.low), float(rounding.high)) for rounding in roundings(network)]


def fine_tune(
    network: nn.Module,
    calibration: Iterable[torch.Tensor],
    batches: Iterator[Any],
    loss_of: Callable[[nn.Module, Any], torch.Tensor],
    *,
    minutes: float,
    learning_rate: float,
    checkpoint: Path,
    threads: int,
    **more: Any,
) -> tuple[nn.Module, Ranges]:
    """Train a network's last minutes under rounding; give it back in float with the ranges of its INT8 form.

    ``calibration``: batches of clean inputs (training data); ``more`` goes to ``train``. bfloat16 stays off, since its
    own rounding is as coarse as INT8's. Write the result by ``write_int8``: any other ranges are another network.
    """
    rounded = with_rounding(network)
    calibrate(rounded, calibration)
    trained = train(
        rounded,
        batches,
        loss_of,
        minutes=minutes,
        learning_rate=learning_rate,
        checkpoint=checkpoint,
        threads=threads,
        bfloat16=False,
        **more,
    )
    return in_float(trained, network), ranges_of(trained)


def in_float(rounded: nn.Module, like: nn.Module) -> nn.Module:
    """Give the rounded network's weights in a copy of the plain one."""
    plain = copy.deepcopy(like)
    weights = {key.removeprefix("inner."): value for key, value in rounded.state_dict().items()}
    plain.load_state_dict({key: value for key, value in weights.items() if not key.startswith("rounding_")})
    return plain.to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload,unused-ignore]


def write_int8(
    network: nn.Module,
    ranges: Ranges,
    sample: Tensor,
    target: Path,
    *,
    inputs: list[str],
    outputs: list[str],
) -> None:
    """Write ``fp32.onnx`` beside ``target`` and the INT8 form on exactly these ranges.

    Raises ``ValueError`` when the graph has another number of rounded tensors than ranges are given.
    """
    plain = target.with_name("fp32.onnx")
    export(network, torch.from_numpy(sample), plain, inputs=inputs, outputs=outputs)
    names = rounded_tensors(onnx.load(plain))
    if len(names) != len(ranges):
        raise ValueError(f"{len(names)} tensors are rounded, {len(ranges)} ranges were given")
    quantise_static(plain, target, [{inputs[0]: sample}], ranges=dict(zip(names, ranges, strict=True)))


def rounded_tensors(model: onnx.ModelProto) -> list[str]:
    """Name the tensors of an ONNX graph that static quantisation rounds, in the order of execution."""
    users: dict[str, list[str]] = {}
    for node in model.graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node.op_type)
    names = [model.graph.input[0].name]
    for node in model.graph.node:
        folded = node.op_type == "Conv" and users.get(node.output[0]) in (["Relu"], ["Clip"])
        if node.op_type in {"Conv", "Relu", "Clip", "Add"} and not folded:
            names.append(node.output[0])
    return names


def _is_rounded(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "placeholder" or _is_relu(traced, node):
        return True
    if node.op == "call_function":
        return node.target in _ADD_FUNCTIONS
    if node.op == "call_module" and isinstance(traced.get_submodule(str(node.target)), nn.Conv2d):
        return not (len(node.users) == 1 and _is_relu(traced, next(iter(node.users))))
    return False


def _is_relu(traced: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        return isinstance(traced.get_submodule(str(node.target)), nn.ReLU | nn.ReLU6)
    return node.op == "call_function" and node.target in _RELU_FUNCTIONS
