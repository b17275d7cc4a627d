"""A document over frames: steady corners, how it stands, what is forgotten."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.document.capture.finding import Outline
from kiosk.document.capture.viewing import DocumentWatch, perspective_of, skew_of
from kiosk.document.facts import Quad

WIDTH, HEIGHT = 640, 360


def card(x: float, y: float, wide: float = 300, degrees: float = 0) -> Quad:
    angle = np.deg2rad(degrees)
    half = np.array([(-wide, -wide / 1.585), (wide, -wide / 1.585), (wide, wide / 1.585), (-wide, wide / 1.585)]) / 2
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    first, second, third, fourth = ((float(a), float(b)) for a, b in half @ turn + (x, y))
    return first, second, third, fourth


def frame(corners: Quad) -> NDArray[np.uint8]:
    canvas = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    cv2.fillConvexPoly(canvas, np.array(corners).astype(np.int32), (210, 210, 210))
    x, y = np.array(corners).mean(0)
    for row in range(-4, 5):
        place = (int(x) - 110, int(y) + 16 * row)
        cv2.putText(canvas, "NAME 0123456789", place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30), 1, cv2.LINE_AA)
    return canvas


class Told:
    """A finder that gives what the test says, frame by frame, and keeps the hints."""

    def __init__(self, *outlines: Outline | None) -> None:
        self.outlines = list(outlines)
        self.hints: list[Quad | None] = []

    def find(self, picture_bgr: NDArray[np.uint8], near: Quad | None = None) -> Outline | None:
        self.hints.append(near)
        return self.outlines.pop(0)


def outline(corners: Quad, seen: tuple[bool, bool, bool, bool] = (True,) * 4) -> Outline:
    return Outline(corners, 0.9, seen)


def test_a_view_says_how_the_document_stands() -> None:
    corners = card(320, 180, degrees=10)
    view = DocumentWatch(Told(outline(corners))).see(frame(corners), 0.0)
    assert view is not None
    assert view.complete
    assert view.share == pytest.approx(300 * 300 / 1.585 / (WIDTH * HEIGHT), rel=0.01)
    assert view.skew == pytest.approx(10, abs=0.1)
    assert view.perspective == pytest.approx(0, abs=0.01)
    assert view.confidence == 0.9
    assert view.sharpness > 0.3
    assert view.luminance == pytest.approx(0.78, abs=0.12)
    assert view.glare == 0


def test_what_lies_outside_is_not_counted_and_not_complete() -> None:
    corners = card(0, 180)
    view = DocumentWatch(Told(outline(corners))).see(frame(corners), 0.0)
    assert view is not None
    assert not view.complete
    assert view.share == pytest.approx(150 * 300 / 1.585 / (WIDTH * HEIGHT), rel=0.02)


def test_a_side_that_was_not_seen_is_not_complete() -> None:
    corners = card(320, 180)
    view = DocumentWatch(Told(outline(corners, (True, True, True, False)))).see(frame(corners), 0.0)
    assert view is not None
    assert not view.complete


def test_trembling_corners_are_steadied() -> None:
    chance = np.random.default_rng(4)
    true = np.array(card(320, 180))
    shaken = [true + chance.normal(0, 1.0, (4, 2)) for _ in range(30)]
    watch = DocumentWatch(Told(*(outline(tuple(map(tuple, one))) for one in shaken)))  # type: ignore[arg-type]
    picture = frame(card(320, 180))
    given_back = [watch.see(picture, number / 30) for number in range(30)]
    steady = np.array([view.corners for view in given_back[5:] if view is not None])
    raw = np.array(shaken[5:])
    assert np.abs(np.diff(steady, axis=0)).mean() < 0.7 * np.abs(np.diff(raw, axis=0)).mean()


def test_a_document_that_moves_is_followed_without_lag() -> None:
    places = [card(200 + 12 * number, 180) for number in range(8)]
    watch = DocumentWatch(Told(*map(outline, places)))
    for number, place in enumerate(places):
        view = watch.see(frame(place), number / 30)
        assert view is not None
        assert np.abs(np.array(view.corners) - np.array(place)).max() < 1


def test_the_first_corner_stays_the_first() -> None:
    """A finder that starts at another corner must not turn the document."""
    corners = card(320, 180, degrees=44)
    turned: Quad = (corners[1], corners[2], corners[3], corners[0])
    watch = DocumentWatch(Told(outline(corners), outline(turned)))
    picture = frame(corners)
    watch.see(picture, 0.0)
    view = watch.see(picture, 0.03)
    assert view is not None
    assert np.allclose(view.corners, corners, atol=0.5)


def test_a_gap_is_bridged_for_a_moment_only() -> None:
    corners = card(320, 180)
    near, far = outline(corners), outline(card(324, 180))
    watch = DocumentWatch(Told(near, None, far, far))
    picture = frame(corners)
    watch.see(picture, 0.0)
    assert watch.see(picture, 0.1) is None
    bridged = watch.see(picture, 0.2)
    assert bridged is not None
    assert 0 < bridged.corners[0][0] - corners[0][0] < 4
    late = watch.see(picture, 5.0)
    assert late is not None
    assert late.corners == far.corners


def test_forgetting_starts_anew() -> None:
    first, second = outline(card(320, 180)), outline(card(323, 180))
    finder = Told(first, second)
    watch = DocumentWatch(finder)
    picture = frame(card(320, 180))
    watch.see(picture, 0.0)
    watch.forget()
    view = watch.see(picture, 0.03)
    assert view is not None
    assert view.corners == second.corners
    assert finder.hints == [None, None]


def test_it_is_sought_afresh_now_and_then() -> None:
    still = outline(card(320, 180))
    finder = Told(*[still] * 20)
    watch = DocumentWatch(finder)
    picture = frame(card(320, 180))
    for number in range(20):
        watch.see(picture, number / 30)
    afresh = [number for number, hint in enumerate(finder.hints) if hint is None]
    assert afresh == [0, 8, 16]


@given(st.floats(-180, 180))
def test_skew_is_the_way_to_the_nearest_axis(degrees: float) -> None:
    expected = abs((degrees + 45) % 90 - 45)
    assert skew_of(card(320, 180, degrees=degrees)) == pytest.approx(expected, abs=1e-6)


def test_perspective_grows_as_opposite_sides_differ() -> None:
    found = [perspective_of(((0, 0), (300, 0), (300 - less, 190), (less, 190))) for less in (0, 20, 60)]
    assert found[0] == pytest.approx(0)
    assert found[0] < found[1] < found[2] < 1
