"""What cameras and rooms do to a face, on batches: B x 3 x H x W float tensors, values 0..255, any channel order.

Every function draws from the generator it is given, one draw a picture, and leaves the values inside 0..255 to ``finish``.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.nn import functional


def uniform(generator: torch.Generator, count: int, low: float, high: float, *shape: int) -> torch.Tensor:
    """Give ``count`` x ``shape`` numbers between ``low`` and ``high``."""
    return torch.rand(count, *shape, generator=generator) * (high - low) + low


def jitter(
    pictures: torch.Tensor,
    generator: torch.Generator,
    *,
    turn: float = 0.1,
    scale: float = 0.08,
    shift: float = 0.04,
    lean: float = 0.05,
    flip: bool = True,
) -> torch.Tensor:
    """Move each picture as a detector's points would: turn (radians), scale, shift (parts of the side), shear; mirror half."""
    count = len(pictures)
    angle, size = uniform(generator, count, -turn, turn), uniform(generator, count, 1 - scale, 1 + scale)
    mirror = torch.where(uniform(generator, count, 0, 1) < (0.5 if flip else 0.0), -1.0, 1.0)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = size * torch.cos(angle) * mirror, -size * torch.sin(angle)
    matrix[:, 1, 0], matrix[:, 1, 1] = size * torch.sin(angle) * mirror, size * torch.cos(angle)
    # A turned head is narrower: shear and squeeze stand for the small poses between two crops of one person.
    matrix[:, 0, :2] = matrix[:, 0, :2] * uniform(generator, count, 1 - lean, 1 + lean, 1)
    matrix[:, 0, 1] += uniform(generator, count, -lean, lean)
    matrix[:, :, 2] = uniform(generator, count, -2 * shift, 2 * shift, 2)
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def blur(pictures: torch.Tensor, generator: torch.Generator, share: float = 0.2, most: float = 2.2) -> torch.Tensor:
    """Blur a share of the pictures: out of focus, or along a line as by a moving head (radius in pixels up to ``most``)."""
    count, channels, height, width = pictures.shape
    chosen = torch.nonzero(uniform(generator, count, 0, 1) < share).flatten()
    if not len(chosen):
        return pictures
    reach = int(2 * most) + 1
    axis = torch.arange(-reach, reach + 1, dtype=torch.float32)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    angle = uniform(generator, len(chosen), 0, np.pi, 1, 1)
    along = uniform(generator, len(chosen), 0.4, most, 1, 1)
    # half of them round, half a line
    across = torch.where(uniform(generator, len(chosen), 0, 1, 1, 1) < 0.5, along, torch.full_like(along, 0.35))
    u, v = x * torch.cos(angle) + y * torch.sin(angle), -x * torch.sin(angle) + y * torch.cos(angle)
    kernel = torch.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2))
    kernel = (kernel / kernel.sum((1, 2), keepdim=True)).repeat_interleave(channels, 0)[:, None]
    part = pictures[chosen].reshape(1, -1, height, width)
    part = functional.conv2d(functional.pad(part, [reach] * 4, mode="replicate"), kernel, groups=kernel.shape[0])
    result = pictures.clone()
    result[chosen] = part.reshape(len(chosen), channels, height, width)
    return result


def light(pictures: torch.Tensor, generator: torch.Generator, dark: float = 0.15) -> torch.Tensor:
    """Gain and offset for all, a fall of light from one side for a third, low light (gamma) for a share ``dark``."""
    count, _, height, width = pictures.shape
    gain, offset = uniform(generator, count, 0.65, 1.25, 1, 1, 1), uniform(generator, count, -25, 20, 1, 1, 1)
    slope = uniform(generator, count, -0.5, 0.5, 2, 1, 1) * (uniform(generator, count, 0, 1, 1, 1, 1) < 0.33)
    y = torch.linspace(-1, 1, height)[None, :, None]
    x = torch.linspace(-1, 1, width)[None, None, :]
    side = (1 + slope[:, 0] * y + slope[:, 1] * x).clamp_min(0.1)[:, None]
    lit = (pictures * gain * side + offset).clamp(0, 255)
    gamma = uniform(generator, count, 1.5, 2.6, 1, 1, 1)
    low = 255 * (lit / 255) ** gamma
    return torch.where(uniform(generator, count, 0, 1, 1, 1, 1) < dark, low, lit)


def colour_cast(pictures: torch.Tensor, generator: torch.Generator, most: float = 0.12) -> torch.Tensor:
    """Tint by a gain for each channel; one in twelve pictures becomes grey (infrared, old prints)."""
    count = len(pictures)
    tinted = pictures * uniform(generator, count, 1 - most, 1 + most, 3, 1, 1)
    grey = tinted.mean(1, keepdim=True).expand_as(tinted)
    return torch.where(uniform(generator, count, 0, 1, 1, 1, 1) < 1 / 12, grey, tinted)


def sensor_noise(pictures: torch.Tensor, generator: torch.Generator, most: float = 12.0) -> torch.Tensor:
    """Add read noise and shot noise (variance grows with the signal); deviation up to ``most`` grey values."""
    strength = uniform(generator, len(pictures), 0, 1, 1, 1, 1) ** 2 * most
    deviation = strength * (0.4 + 0.6 * (pictures.clamp(0, 255) / 255).sqrt())
    return pictures + torch.randn(pictures.shape, generator=generator) * deviation


def compress(pictures: torch.Tensor, generator: torch.Generator, share: float = 0.2) -> torch.Tensor:
    """Send a share of the pictures through JPEG of quality 20 to 85."""
    result = pictures
    for index in torch.nonzero(uniform(generator, len(pictures), 0, 1) < share).flatten().tolist():
        quality = int(torch.randint(20, 86, (1,), generator=generator))
        plain = pictures[index].clamp(0, 255).permute(1, 2, 0).to(torch.uint8).contiguous().numpy()
        _, packed = cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, quality])
        unpacked = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        if result is pictures:
            result = pictures.clone()
        result[index] = torch.from_numpy(unpacked).permute(2, 0, 1).float()
    return result


def finish(pictures: torch.Tensor) -> torch.Tensor:
    """Bring values back to 0..255."""
    return pictures.clamp(0, 255)
