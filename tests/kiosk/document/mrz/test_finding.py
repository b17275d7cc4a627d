"""A zone is among the candidates whichever way it lies; cuts of its lines are upright, straight and of one size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from calibration.document.rephotographed import Shot
from kiosk.document.mrz.cutting import SHARE, cut
from kiosk.document.mrz.finding import Candidate, find_candidates
from kiosk.document.mrz.strokes import grey_of, strokes
from kiosk.document.mrz.tracing import trace

Draw = Callable[..., Any]


def lies_in(candidate: Candidate, zone: np.ndarray) -> bool:
    """Whether the candidate's longest run lies within the zone and is about as long."""
    run = candidate.runs[0]
    length = float(np.linalg.norm(zone[1] - zone[0]))
    inside = cv2.pointPolygonTest(zone.reshape(-1, 1, 2), (float(run.middle[0]), float(run.middle[1])), True)
    return inside > -0.02 * length and 0.6 < run.length / length < 1.4


@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3"])
@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_found_at_every_turn_and_skew(draw: Draw, shoot: Draw, kind: str, quarter: int) -> None:
    skew = (-24.0, -9.0, 11.0, 23.0)[quarter]
    picture, zone = shoot(draw(kind, quarter), Shot(quarter=quarter, skew=skew, scale=0.6))
    assert any(lies_in(one, zone) for one in find_candidates(grey_of(picture)))


@pytest.mark.parametrize(
    "shot",
    [
        Shot(scale=0.3),
        Shot(scale=1.5),
        Shot(scale=0.6, tilt=28),
        Shot(scale=0.6, bend=0.03),
        Shot(scale=0.6, light=0.15, noise=3),
        Shot(scale=0.6, infrared=True),
        Shot(scale=0.6, blur=1.8),
    ],
)
def test_found_small_large_tilted_bent_dark_infrared_and_blurred(draw: Draw, shoot: Draw, shot: Shot) -> None:
    picture, zone = shoot(draw("TD3", 4), shot)
    assert any(lies_in(one, zone) for one in find_candidates(grey_of(picture)))


def test_nothing_is_found_in_an_empty_picture() -> None:
    assert find_candidates(np.full((300, 400), 200, np.uint8)) == []


def test_a_picture_of_a_few_pixels_is_no_error() -> None:
    assert find_candidates(np.zeros((3, 5), np.uint8)) == []


@pytest.mark.parametrize("shot", [Shot(scale=0.6, bend=0.03), Shot(scale=0.6, tilt=25, skew=-15), Shot(scale=1.3)])
def test_lines_are_cut_straight(draw: Draw, shoot: Draw, shot: Shot) -> None:
    document = draw("TD3", 5)
    picture, zone = shoot(document, shot)
    grey = grey_of(picture)
    blocks = [trace(grey, one) for one in find_candidates(grey) if lies_in(one, zone)]
    block = next(one for one in blocks if one is not None and len(one.lines) == 2)
    assert block.length == pytest.approx(44, abs=1.5)
    for line in block.lines:
        strip = cut(grey, block, line)
        ink = strokes(strip, strip.shape[0] // 3 | 1)
        rows = np.arange(strip.shape[0])[:, None]
        parts = np.array_split(ink[:, 20:-20], 6, axis=1)
        middles = [float((part * rows).sum() / part.sum()) for part in parts]
        # Letters and fillers have their ink at different heights: a tenth of a capital is straight.
        assert np.ptp(middles) < 0.2 * SHARE * strip.shape[0]
        assert abs(np.mean(middles) - strip.shape[0] / 2) < 0.1 * strip.shape[0]
