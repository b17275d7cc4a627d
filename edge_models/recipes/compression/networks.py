"""Other shapes of the student, and batch norms for what is trained from nothing."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class _Convolutions(nn.Module):
    """B x 3 x 112 x 112 -> B x 128: a trunk that ends at 7 x 7, one weight for each place, a projection."""

    def __init__(self, trunk: nn.Module, width: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.pool = nn.Conv2d(width, width, 7, groups=width)
        self.embed = nn.Conv2d(width, 128, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the embedding, not normalised."""
        return self.embed(self.pool(self.trunk(x))).flatten(1)


class Fire(nn.Module):
    """Squeeze by 1 x 1, expand by 1 x 1 beside 3 x 3, add the input where shapes agree (Iandola et al. 2016)."""

    def __init__(self, inside: int, squeeze: int, expand: int) -> None:
        """Give ``2 * expand`` channels."""
        super().__init__()
        self.squeeze = nn.Conv2d(inside, squeeze, 1)
        self.one = nn.Conv2d(squeeze, expand, 1)
        self.three = nn.Conv2d(squeeze, expand, 3, 1, 1)
        self.residual = inside == 2 * expand

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Squeeze and expand."""
        squeezed = torch.relu(self.squeeze(x))
        y = torch.cat([self.one(squeezed), self.three(squeezed)], 1)
        return torch.relu(x + y if self.residual else y)


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, 1, 1)
        self.second = nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


def fire() -> nn.Module:
    """SqueezeNet's modules with bypass: 0.5 M parameters."""
    return _Convolutions(
        nn.Sequential(
            nn.Conv2d(3, 64, 3, 2, 1), nn.ReLU(), Fire(64, 16, 64), nn.MaxPool2d(2),
            *(Fire(128, 32, 64) for _ in range(3)), nn.MaxPool2d(2),
            Fire(128, 48, 128), *(Fire(256, 48, 128) for _ in range(3)), nn.MaxPool2d(2),
            *(Fire(256, 64, 128) for _ in range(2)),
        ), 256,
    )  # fmt: skip


def plain() -> nn.Module:
    """3 x 3 convolutions with residuals, nothing depthwise but the pool."""
    return _Convolutions(
        nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(), _Residual(64),
            nn.Conv2d(64, 128, 3, 2, 1), nn.ReLU(), _Residual(128),
            nn.Conv2d(128, 128, 3, 2, 1), nn.ReLU(), _Residual(128), nn.Conv2d(128, 256, 1), nn.ReLU(),
        ), 256,
    )  # fmt: skip


def separable() -> nn.Module:
    """Depthwise and pointwise in turn, no residuals (Howard et al. 2017)."""
    layers: list[nn.Module] = [nn.Conv2d(3, 32, 3, 2, 1), nn.ReLU()]
    inside = 32
    for outside, stride in ((64, 1), (128, 2), (128, 1), (256, 2), *((256, 1),) * 5, (512, 2), (512, 1)):
        layers += [nn.Conv2d(inside, inside, 3, stride, 1, groups=inside), nn.ReLU()]
        layers += [nn.Conv2d(inside, outside, 1), nn.ReLU()]
        inside = outside
    return _Convolutions(nn.Sequential(*layers), inside)


def with_norms(network: nn.Module) -> nn.Module:
    """Put a batch norm behind each convolution, in place: from nothing no deep network trains without."""
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d):
            network.set_submodule(name, nn.Sequential(module, nn.BatchNorm2d(module.out_channels)))
    return network


def without_norms(network: nn.Module) -> nn.Module:
    """Fold each batch norm into its convolution, in place."""
    network.eval()
    for name, module in list(network.named_modules()):
        pair = list(module.children()) if isinstance(module, nn.Sequential) else []
        if len(pair) == 2 and isinstance(pair[0], nn.Conv2d) and isinstance(pair[1], nn.BatchNorm2d):
            network.set_submodule(name, fuse_conv_bn_eval(pair[0], pair[1]))
    return network


def macs(network: nn.Module, side: int = 112) -> int:
    """Count the multiplications of the convolutions for one picture."""
    total = 0

    def count(module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        nonlocal total
        total += module.weight.numel() * output.shape[2] * output.shape[3]  # type: ignore[union-attr,operator,unused-ignore]

    hooks = [module.register_forward_hook(count) for module in network.modules() if isinstance(module, nn.Conv2d)]
    with torch.no_grad():
        network.eval()(torch.zeros(1, 3, side, side))
    for hook in hooks:
        hook.remove()
    return total
