from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs torch, which a kiosk does not have")

import torch

from edge_models.recipes import augmentation

Damage = Callable[..., Any]
ALL: list[Damage] = [
    augmentation.jitter,
    augmentation.blur,
    augmentation.light,
    augmentation.colour_cast,
    augmentation.sensor_noise,
    augmentation.compress,
]


def drawn(count: int = 24) -> Any:
    ramp = torch.linspace(40, 220, 32)
    picture = torch.stack([ramp[None].expand(32, 32), ramp[:, None].expand(32, 32), ramp.flip(0)[None].expand(32, 32)])
    stripes = 60 * (torch.arange(32) % 4 < 2).float()
    return (picture + stripes).clamp(0, 255)[None].repeat(count, 1, 1, 1)


def chance(seed: int = 1) -> Any:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("damage", ALL, ids=lambda damage: damage.__name__)
def test_damage_keeps_the_shape_is_finite_and_leaves_its_input_alone(damage: Damage) -> None:
    pictures = drawn()
    seen = damage(pictures, chance())
    assert seen.shape == pictures.shape
    assert torch.isfinite(seen).all()
    assert torch.equal(pictures, drawn())


@pytest.mark.parametrize("damage", ALL, ids=lambda damage: damage.__name__)
def test_the_same_seed_gives_the_same_damage_and_another_seed_another(damage: Damage) -> None:
    assert torch.equal(damage(drawn(), chance(4)), damage(drawn(), chance(4)))
    assert not torch.equal(damage(drawn(), chance(4)), damage(drawn(), chance(5)))


def test_blur_takes_detail_from_its_share_only() -> None:
    seen = augmentation.blur(drawn(400), chance(), share=0.25)
    detail = (seen[:, :, :, 1:] - seen[:, :, :, :-1]).abs().mean((1, 2, 3))
    whole = (drawn(1)[:, :, :, 1:] - drawn(1)[:, :, :, :-1]).abs().mean()
    blurred = detail < whole * 0.98
    assert float(blurred.float().mean()) == pytest.approx(0.25, abs=0.07)
    assert (detail[~blurred] - whole).abs().max() < 1e-3


def test_jitter_moves_no_further_than_it_says() -> None:
    dot = torch.zeros(64, 1, 65, 65)
    dot[:, :, 32, 32] = 255
    seen = augmentation.jitter(dot, chance(), turn=0, scale=0, shift=0.05, lean=0, flip=False)
    rows, columns = torch.meshgrid(torch.arange(65.0), torch.arange(65.0), indexing="ij")
    mass = seen[:, 0].sum((1, 2))
    middle = torch.stack([(seen[:, 0] * axis).sum((1, 2)) / mass for axis in (columns, rows)], 1)
    assert (middle - 32).abs().max() <= 0.05 * 65 + 0.5
    assert (middle - 32).abs().max() > 0.5


def test_low_light_darkens_more_pictures_the_larger_its_share() -> None:
    few, many = (augmentation.light(drawn(200), chance(), dark=share).mean() for share in (0.0, 0.9))
    assert many < few


def test_finish_brings_values_back_into_range() -> None:
    seen = augmentation.finish(augmentation.sensor_noise(drawn() * 2 - 100, chance(), most=80))
    assert float(seen.min()) >= 0
    assert float(seen.max()) <= 255
