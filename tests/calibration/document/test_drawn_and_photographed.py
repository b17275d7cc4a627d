"""Drawn documents have right check digits; photographing them again is seeded and says where the zone went."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.document.damages import DAMAGES, shots
from calibration.document.drawn import FORMS, draw_document, make_lines
from calibration.document.rephotographed import Shot, photograph
from calibration.document.specimens import draw_specimens
from kiosk.identity.mrz.characters import line_of
from kiosk.identity.mrz.parsing import parse


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(FORMS)))
@settings(max_examples=40, deadline=None)
def test_drawn_zones_are_right(seed: int, kind: str) -> None:
    lines = make_lines(np.random.default_rng(seed), kind)
    parsed = parse(tuple(line_of(line) for line in lines), date(2026, 1, 1))
    assert parsed.kind == kind
    assert parsed.lines == lines
    assert parsed.passed


def test_a_page_without_a_zone_has_no_lines() -> None:
    page = draw_document(np.random.default_rng(1), "TD3", zone=False)
    assert page.lines == ()
    assert page.zone.shape == (0, 2)


@pytest.mark.parametrize(
    "shot", [Shot(scale=0.5), Shot(scale=0.5, quarter=1, skew=10, tilt=20), Shot(scale=0.5, bend=0.03)]
)
def test_points_go_where_their_pixels_go(shot: Shot) -> None:
    flat = np.full((200, 320, 3), 90, np.uint8)
    points = np.array([[60, 50], [250, 140]], np.float32)
    for x, y in points.astype(int):
        flat[y - 4 : y + 5, x - 4 : x + 5] = 255
    picture, placed = photograph(flat, points, shot, np.random.default_rng(3), np.zeros((10, 10, 3), np.uint8))
    for x, y in placed:
        seen = picture[max(0, round(y) - 8) : round(y) + 9, max(0, round(x) - 8) : round(x) + 9, 0].astype(float)
        at = np.argwhere(seen > 180).mean(0) - 8
        assert np.abs(at).max() < 1.5


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_shots_are_the_same_each_time_and_differ_from_each_other(damage: str) -> None:
    specimen = draw_specimens(1, 5)[0]
    once, again = (list(shots(specimen, damage, 2, seed=4)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert once[0].shape != once[1].shape or not np.array_equal(once[0], once[1])
