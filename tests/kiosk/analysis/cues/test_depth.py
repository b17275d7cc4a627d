"""Depth from parallax on drawn points: the mean head turned, and the same points on a sheet that is moved by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.analysis.cues import depth
from kiosk.analysis.cues.depth import POINTS, Parallax, judge_depth, mean_head, parallax
from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.facts import Gathered, ShapeSample

_PIXELS = 60.0
TURNS = [(0.0, 0.0)] * 6 + [(s * yaw, 0.0) for s in (1, -1) for yaw in (12, 20, 28, 30, 20)]
TURNS += [(0.0, s * pitch) for s in (1, -1) for pitch in (10, 16, 20, 14)]


def turned(points: np.ndarray, yaw: float, pitch: float, camera: float) -> np.ndarray:
    seen = points @ depth._turns(np.array([[yaw, pitch]]))[0].T
    return np.asarray(seen[:, :2] * camera / (camera + seen[:, 2:]))


def session(points: np.ndarray, camera: float = 8.0, noise: float = 0.6, seed: int = 0) -> tuple[ShapeSample, ...]:
    """Turn points (eye distances) as a head turns, or a sheet is turned; ``noise`` in pixels of each landmark."""
    rng = np.random.default_rng(seed)
    samples = []
    for index, (yaw, pitch) in enumerate(TURNS):
        flat = turned(points, yaw, pitch, camera) * _PIXELS + 200 + rng.normal(0, noise, (len(points), 2))
        samples.append(ShapeSample(index / 10, yaw, pitch, tuple((float(x), float(y)) for x, y in flat)))
    return tuple(samples)


def person(seed: int) -> np.ndarray:
    """A head that is not the mean one: other proportions, other depth."""
    rng = np.random.default_rng(seed)
    stretched = mean_head() * np.array([rng.uniform(0.93, 1.07), rng.uniform(0.93, 1.07), rng.uniform(0.8, 1.25)])
    return np.asarray(stretched + rng.normal(0, 0.015, stretched.shape))


def sheet(seed: int, bend: float = 0.0) -> np.ndarray:
    """The same person's picture: its points on a plane, or on a cylinder with this bend (radians to an eye distance)."""
    flat = person(seed)[:, :2]
    away = bend * flat[:, 0] ** 2 / 2
    return np.column_stack([flat, away])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(5, 12))
def test_a_head_that_turns_is_better_explained_as_a_head(seed: int, camera: float) -> None:
    found = parallax(session(person(seed), camera, seed=seed))
    assert found is not None
    assert found.share > 0.5
    assert found.low <= found.share <= found.high


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(3, 12), st.floats(0, 0.4))
def test_a_sheet_flat_or_bent_is_better_explained_as_a_sheet(seed: int, camera: float, bend: float) -> None:
    tilted = tuple(
        replace(s, points=t.points)
        for s, t in zip(session(sheet(seed, bend), camera), wide(seed, bend, camera), strict=True)
    )
    found = parallax(tilted)
    assert found is None or found.share < 0.4


def wide(seed: int, bend: float, camera: float) -> tuple[ShapeSample, ...]:
    """Tilt a sheet twice as far as a head turns: less would hardly change the shape."""
    rng = np.random.default_rng(seed)
    points, samples = sheet(seed, bend), []
    for index, (yaw, pitch) in enumerate(TURNS):
        flat = turned(points, 2 * yaw, 2 * pitch, camera) * _PIXELS + 200 + rng.normal(0, 0.6, (len(points), 2))
        samples.append(ShapeSample(index / 10, yaw, pitch, tuple((float(x), float(y)) for x, y in flat)))
    return tuple(samples)


def test_a_far_tilted_sheet_is_judged_and_not_only_left_out() -> None:
    found = parallax(wide(3, 0.0, 6.0))
    assert found is not None
    assert found.share < 0.3


def test_a_head_that_hardly_turned_says_nothing() -> None:
    still = tuple(replace(s, points=session(person(1))[0].points) for s in session(person(1)))
    assert parallax(still) is None
    judged = judge_depth(Gathered(shapes=still))
    assert (judged.code, judged.score) == ("too_few", None)


def test_without_shapes_nothing_is_judged() -> None:
    assert judge_depth(Gathered()).code == "too_few"


def test_it_does_not_matter_where_and_how_large_the_face_is_nor_how_the_camera_is_rolled() -> None:
    first = session(person(4))
    angle = math.radians(20)
    spin = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])

    def moved(sample: ShapeSample) -> ShapeSample:
        points = np.array(sample.points) @ spin.T * 1.7 + (90, -40)
        return replace(sample, points=tuple((float(x), float(y)) for x, y in points))

    one, other = parallax(first), parallax(tuple(map(moved, first)))
    assert one is not None
    assert other is not None
    assert one.share == pytest.approx(other.share, abs=0.02)


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_shapes_with_values_that_are_no_numbers_do_not_count(broken: float) -> None:
    whole = session(person(2))
    hurt = tuple(replace(s, points=((broken, 0.0), *s.points[1:])) for s in whole)
    assert parallax(hurt) is None
    assert parallax((*whole, *hurt)) == parallax(whole)


def test_points_that_fall_together_are_no_face() -> None:
    collapsed = tuple(replace(s, points=((1.0, 1.0),) * len(POINTS)) for s in session(person(2)))
    assert parallax(collapsed) is None


def test_shapes_of_another_number_of_points_do_not_count() -> None:
    assert parallax(tuple(replace(s, points=s.points[:5]) for s in session(person(2)))) is None


def test_a_long_session_is_thinned_and_judged_alike() -> None:
    short = parallax(session(person(5)))
    long = parallax(tuple(sample for seed in range(20) for sample in session(person(5), seed=seed)))
    assert short is not None
    assert long is not None
    assert long.frames <= depth._MOST_FRAMES
    assert long.share == pytest.approx(short.share, abs=0.1)


@pytest.mark.parametrize(("turn", "code"), [(4.0, "unsure"), (9.9, "unsure"), (10.0, ""), (30.0, "")])
def test_a_flat_change_of_shape_speaks_against_somebody_only_with_a_turn(
    monkeypatch: pytest.MonkeyPatch, turn: float, code: str
) -> None:
    below = operating_point("depth").threshold - 0.05
    monkeypatch.setattr(depth, "parallax", lambda _: Parallax(below, below - 0.01, below + 0.01, 17, turn))
    judged = judge_depth(Gathered())
    assert (judged.code, judged.score) == (code, below)


def test_a_grimace_without_a_turn_is_seen_to_be_none() -> None:
    rng = np.random.default_rng(4)
    points, samples = person(4), []
    low = [POINTS.index(point) for point in (61, 291, 0, 152)]
    for index in range(40):
        moved, far = points.copy(), max(0.0, math.sin(max(0, index - 12) / 4))
        moved[low, 1] += 0.3 * far
        flat = turned(moved, 0.0, 0.0, 8.0) * _PIXELS + 200 + rng.normal(0, 0.4, (len(points), 2))
        samples.append(ShapeSample(index / 10, 0.0, 0.0, tuple((float(x), float(y)) for x, y in flat)))
    found = parallax(tuple(samples))
    assert found is not None
    assert found.turn < 10
