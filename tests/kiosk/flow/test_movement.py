"""Movements are changes from the person's own straight look; left is the person's left, the image's right."""

import pytest

from kiosk.flow.movement import is_neutral, shows, wrong_turn
from kiosk.flow.state import Gesture
from kiosk.profile.format import Liveness

RULES = Liveness()
TURNS = {
    Gesture.LOOK_LEFT: (20.0, 0.0),
    Gesture.LOOK_RIGHT: (-20.0, 0.0),
    Gesture.LOOK_UP: (0.0, 14.0),
    Gesture.LOOK_DOWN: (0.0, -14.0),
}


@pytest.mark.parametrize("neutral", [(0.0, 0.0), (8.0, -15.0), (-10.0, 12.0)])
@pytest.mark.parametrize("asked", TURNS)
@pytest.mark.parametrize("done", TURNS)
def test_each_turn_is_its_own_wherever_the_camera_sits(
    asked: Gesture, done: Gesture, neutral: tuple[float, float]
) -> None:
    pose = (neutral[0] + TURNS[done][0], neutral[1] + TURNS[done][1])
    assert shows(asked, pose, neutral, RULES) is (asked is done)
    wrong = wrong_turn(asked, pose, neutral, RULES)
    assert (wrong is None) if asked is done else (wrong is not None and wrong[0] is done)


def test_a_nod_while_turning_is_not_wrong() -> None:
    assert wrong_turn(Gesture.LOOK_LEFT, (10.0, 14.0), (0.0, 0.0), RULES) is None


def test_a_chin_that_drops_with_the_mouth_is_not_wrong() -> None:
    assert wrong_turn(Gesture.OPEN_MOUTH, (0.0, -20.0), (0.0, 0.0), RULES) is None
    assert wrong_turn(Gesture.OPEN_MOUTH, (25.0, 0.0), (0.0, 0.0), RULES) == (Gesture.LOOK_LEFT, False)


def test_pitch_is_judged_strictly_only_after_a_nod() -> None:
    lifted = (0.0, 10.0)
    assert is_neutral(lifted, (0.0, 0.0), RULES)
    assert is_neutral(lifted, (0.0, 0.0), RULES, Gesture.LOOK_LEFT)
    assert not is_neutral(lifted, (0.0, 0.0), RULES, Gesture.LOOK_UP)
    assert not is_neutral((0.0, 25.0), (0.0, 0.0), RULES, Gesture.LOOK_LEFT)


@pytest.mark.parametrize(("asked", "pose"), TURNS.items())
def test_a_finished_turn_is_not_neutral(asked: Gesture, pose: tuple[float, float]) -> None:
    assert not is_neutral(pose, (0.0, 0.0), RULES, asked)


def test_gestures_without_a_turn_are_never_shown_by_a_pose() -> None:
    assert not shows(Gesture.BLINK, (40.0, 40.0), (0.0, 0.0), RULES)
