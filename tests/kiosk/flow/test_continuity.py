"""One face throughout: what a head cannot do, a cut, and another face are found; what heads and detectors do is not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.analysis.facts import Box, FaceFacts, FrameFacts
from kiosk.flow.continuity import follow_face
from kiosk.flow.state import Session

Face = Callable[..., FaceFacts]


@pytest.fixture
def session(script: Any) -> Session:
    fresh: Session = script().session
    return replace(fresh, liveness=replace(fresh.liveness, face_seen=fresh.now))


def follow(session: Session, *frames: FrameFacts) -> list[str]:
    """Let frames come and give what each says."""
    said = []
    for frame in frames:
        session = replace(session, now=100.0 + frame.time)
        session, code = follow_face(session, frame)
        said.append(code)
    return said


def frame(time: float, *faces: FaceFacts, change: float | None = 0.02) -> FrameFacts:
    return FrameFacts(time, 0, 640, 480, faces, change)


def test_a_head_that_moves_fast_is_one_head(session: Session, make_face: Face) -> None:
    frames = [frame(n / 15, make_face(box=Box(100 + 45 * n, 120 + 10 * n, 200, 240))) for n in range(8)]
    assert set(follow(session, *frames)) == {""}


@pytest.mark.parametrize("box", [Box(430, 60, 200, 240), Box(240, 140, 110, 130)])
def test_a_face_that_is_elsewhere_or_of_another_size_at_once_has_jumped(
    session: Session, make_face: Face, box: Box
) -> None:
    there = make_face(box=box)
    frames = [frame(0.0, make_face()), frame(0.03, there), frame(0.06, there)]
    assert follow(session, *frames) == ["", "", "face_jumped"]


def test_the_detectors_error_of_one_frame_is_no_jump(session: Session, make_face: Face) -> None:
    frames = [frame(0.0, make_face()), frame(0.03, make_face(box=Box(20, 20, 60, 60))), frame(0.06, make_face())]
    assert set(follow(session, *frames)) == {""}


def test_between_frames_that_lie_far_apart_a_head_goes_far(session: Session, make_face: Face) -> None:
    assert set(follow(session, frame(0.0, make_face()), frame(0.8, make_face(box=Box(20, 60, 230, 270))))) == {""}


def test_a_larger_face_that_comes_before_the_first_is_a_second_one(session: Session, make_face: Face) -> None:
    first, larger = make_face(), make_face(box=Box(10, 10, 330, 400))
    frames = [frame(0.0, first), frame(0.03, larger, first), frame(0.06, larger, first)]
    assert follow(session, *frames)[-1] == "second_face"


def test_another_scene_is_a_cut_even_without_a_face(session: Session, make_face: Face) -> None:
    assert follow(session, frame(0.0, make_face()), frame(0.03, make_face(), change=0.8))[-1] == "picture_cut"
    assert follow(session, frame(0.0, make_face()), frame(0.03, change=0.8))[-1] == "picture_cut"
    assert follow(session, frame(0.0, make_face()), frame(0.03, make_face(), change=None))[-1] == ""
    assert follow(session, frame(0.0, make_face()), frame(0.03, make_face(), change=float("nan")))[-1] == "picture_cut"


def test_another_face_in_the_same_place_is_found_within_two_frames(session: Session, make_face: Face) -> None:
    other = {"same_as_probe": 0.05}
    frames = [
        frame(0.0, make_face(same_as_last=0.9)),
        frame(0.03, make_face(same_as_last=0.02, **other)),
        frame(0.06, make_face(same_as_last=0.9, **other)),
    ]
    assert follow(session, *frames) == ["", "", "face_changed"]


def test_one_blurred_or_turned_frame_is_no_other_face(session: Session, make_face: Face) -> None:
    blurred = [frame(0.0, make_face(same_as_last=0.9)), frame(0.03, make_face(same_as_last=0.1))]
    assert set(follow(session, *blurred, frame(0.06, make_face(same_as_last=0.9)))) == {""}
    turned = [frame(n / 30, make_face(yaw=25.0, same_as_last=0.0, same_as_probe=0.0)) for n in range(5)]
    assert set(follow(session, *turned)) == {""}
