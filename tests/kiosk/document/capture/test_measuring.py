"""Frame quality rises and falls with what it stands for."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.document.capture.measuring import LONG_SIDE, glare, measure, spread_of_edges, uneven_light

Pixels = NDArray[np.uint8]


def printed(seed: int = 1, width: int = LONG_SIDE) -> Pixels:
    """A pale card with small print, drawn large and brought to size."""
    chance = np.random.default_rng(seed)
    canvas = np.full((972, 1540, 3), (215, 220, 205), np.uint8)
    for row in range(9):
        text = "".join(chance.choice(list("ABCDEFGHKLMNPRSTUVWX0123456789<"), 30))
        cv2.putText(canvas, text, (60, 130 + 95 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (40, 40, 50), 4, cv2.LINE_AA)
    size = (width, round(width / 1.585))
    return np.asarray(
        cv2.resize(cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY), size, interpolation=cv2.INTER_AREA), np.uint8
    )


def moved(picture: Pixels, reach: int, across: bool) -> Pixels:
    return np.asarray(cv2.blur(picture, (reach, 1) if across else (1, reach)), np.uint8)


def test_blur_takes_sharpness_away_step_by_step() -> None:
    card = printed()
    steps = [
        measure(cv2.GaussianBlur(card, (0, 0), sigma).astype(np.uint8)).sharpness for sigma in (0.3, 0.8, 1.3, 2, 3)
    ]
    assert all(before - after > 0.05 for before, after in pairwise(steps))
    assert steps[0] > 0.75
    assert steps[-1] < 0.15


@pytest.mark.parametrize("across", [True, False])
def test_movement_in_one_direction_is_enough(across: bool) -> None:
    card = printed()
    steps = [measure(moved(card, reach, across)).sharpness for reach in (1, 4, 7, 11)]
    assert all(before > after for before, after in pairwise(steps))
    assert steps[-1] < 0.45 * steps[0]


def test_fewer_pixels_are_less_sharp() -> None:
    steps = [measure(printed(width=width)).sharpness for width in (LONG_SIDE, 360, 240, 160)]
    assert all(before > after for before, after in pairwise(steps))


@pytest.mark.parametrize("gain", [0.25, 0.6, 1.1])
def test_light_and_grain_change_sharpness_little(gain: float) -> None:
    card = printed()
    grain = np.random.default_rng(2).normal(0, 4, card.shape)
    other = np.clip(card * gain + grain, 0, 255).astype(np.uint8)
    assert measure(other).sharpness == pytest.approx(measure(card).sharpness, abs=0.12)


def test_an_empty_sheet_has_no_edges_to_judge() -> None:
    blank = np.full((323, LONG_SIDE), 200, np.uint8)
    assert spread_of_edges(blank) is None
    assert measure(blank).sharpness == 0


def test_glare_is_the_share_that_is_washed_out() -> None:
    card, before = printed(), -1.0
    for reach in (0, 20, 45, 80):
        lit = card.copy()
        if reach:
            cv2.circle(lit, (256, 160), reach, 255, -1)
        share = glare(lit)
        true = np.pi * reach**2 / (lit.shape[0] * lit.shape[1])
        assert share == pytest.approx(true, abs=0.02)
        assert share > before
        before = share


def test_bright_paper_with_print_on_it_is_no_glare() -> None:
    card = printed()
    card[card > 150] = 255
    lit = measure(card)
    assert lit.glare < 0.35
    assert lit.sharpness > 0.5


def test_light_from_one_side_is_uneven() -> None:
    card = printed()
    fall = np.linspace(1, 0, card.shape[1])[None]
    steps = [uneven_light((card * (1 - depth * fall)).astype(np.uint8)) for depth in (0, 0.2, 0.4, 0.7)]
    assert all(before < after for before, after in pairwise(steps))
    assert steps[0] < 0.1
    assert steps[-1] > 0.4


def test_luminance_is_the_mean() -> None:
    assert measure(np.full((323, 512), 51, np.uint8)).luminance == pytest.approx(0.2, abs=0.01)
