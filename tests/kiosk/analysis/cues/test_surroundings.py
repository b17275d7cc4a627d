"""Lines round a face: those of the room stay when the face moves, those of what is held move with it."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.analysis.cues.surroundings import EVERY, SurroundingsWatch, judge_surroundings
from kiosk.analysis.facts import Gathered

_SIZE = (480, 640)
_PATH = [(8 * np.sin(step / 2.0), 10 * np.sin(step / 3.0 + 1)) for step in range(24)]


def room() -> np.ndarray:
    """A wall with a door's frame and a shelf: long straight edges near the face."""
    view = np.full((*_SIZE, 3), 170, np.uint8)
    for x in (170, 470):
        cv2.rectangle(view, (x, 20), (x + 14, 470), (60, 60, 70), -1)
    cv2.rectangle(view, (0, 60), (640, 72), (90, 80, 60), -1)
    return view


def face_at(view: np.ndarray, x: float, y: float, width: float = 120.0) -> tuple[float, float, float, float]:
    middle = (round(x), round(y))
    cv2.ellipse(view, middle, (round(width / 2), round(0.65 * width)), 0, 0, 360, (140, 160, 200), -1, cv2.LINE_AA)
    return x - width / 2, y - 0.65 * width, width, 1.3 * width


def scores(*, held: bool, move: float = 3.0) -> list[float]:
    watch, found = SurroundingsWatch(), []
    for right, down in _PATH:
        for frame in range(EVERY):
            view = room()
            x, y = 320 + move * right, 250 + move * down
            if held:
                corner, far = (round(x - 140), round(y - 170)), (round(x + 140), round(y + 190))
                cv2.rectangle(view, corner, far, (20, 20, 20), -1)
                cv2.rectangle(view, (corner[0] + 14, corner[1] + 14), (far[0] - 14, far[1] - 14), (190, 180, 170), -1)
            score = watch.see(view, face_at(view, x, y))
            assert (score is None) == (frame != 0)
            if score is not None:
                found.append(score)
    return found


def test_the_edges_of_a_room_do_not_count_when_the_person_moves() -> None:
    assert np.mean(scores(held=False)[6:]) > 0.9


def test_edges_that_move_with_the_face_are_a_frame() -> None:
    assert np.mean(scores(held=True)[6:]) < 0.4


def test_while_nothing_moves_a_frame_counts_little() -> None:
    assert np.mean(scores(held=True, move=0.0)) > 0.3


def test_what_was_seen_is_forgotten() -> None:
    watch = SurroundingsWatch()
    view = room()
    box = face_at(view, 320, 250)
    first = watch.see(view, box)
    watch.wipe()
    assert watch.see(view, box) == first
    assert not watch.__dict__["_looks"] or len(watch.__dict__["_looks"]) == 1


def test_without_scores_there_is_no_judgement() -> None:
    assert judge_surroundings(Gathered()).code == "unavailable"
