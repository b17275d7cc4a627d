"""Grain goes, edges and what was clean stay."""

from __future__ import annotations

import numpy as np

from kiosk.document.portrait.enhancing import enhanced, even_light


def halves() -> np.ndarray:
    picture = np.full((80, 80, 3), 90, np.uint8)
    picture[:, 40:] = 190
    return picture


def test_grain_is_smoothed_and_the_edge_stays() -> None:
    grain = np.random.default_rng(1).normal(0, 8, (80, 80, 1))
    grainy = np.clip(halves() + grain, 0, 255).astype(np.uint8)
    smooth = enhanced(grainy)
    assert smooth[10:70, 5:35].std() < 0.7 * grainy[10:70, 5:35].std()
    step = smooth[10:70, 40].mean() - smooth[10:70, 39].mean()
    assert step > 80


def test_a_clean_picture_is_left_as_it_is() -> None:
    assert np.abs(enhanced(halves()).astype(int) - halves()).max() <= 1


def test_the_given_picture_is_not_written_to() -> None:
    picture = halves()
    enhanced(picture)
    even_light(picture)
    assert np.array_equal(picture, halves())


def test_even_light_brings_out_what_lies_in_the_dark() -> None:
    dark = (halves() * 0.15).astype(np.uint8)
    dark[::4, ::4] += 6
    assert even_light(dark).std() > 1.2 * dark.std()
