"""Turns of the head, seen as changes from the person's own straight look. Angles in degrees."""

from __future__ import annotations

from kiosk.flow.state import Gesture
from kiosk.profile.format import Liveness

YawPitch = tuple[float, float]

VERTICAL = frozenset({Gesture.LOOK_UP, Gesture.LOOK_DOWN})
"""the nods"""
# A movement counts against the person only when it is clearer than what would count for them.
_CLEAR = 1.3
# Heads nod a little while they turn.
_NOD_WHILE_TURNING = 1.5
_LOOSE_PITCH = 2.0


def is_neutral(pose: YawPitch, neutral: YawPitch, rules: Liveness, before: Gesture | None = None) -> bool:
    """Say whether a pose is back at the straight look after the gesture before.

    Pitch is judged strictly after a nod only: heads come back from a turn a little higher or lower than they left.
    """
    allowed_pitch = rules.neutral_pitch * (1.0 if before in VERTICAL else _LOOSE_PITCH)
    return abs(pose[0] - neutral[0]) <= rules.neutral_yaw and abs(pose[1] - neutral[1]) <= allowed_pitch


def shows(asked: Gesture, pose: YawPitch, neutral: YawPitch, rules: Liveness) -> bool:
    """Say whether a pose is the turn that was asked for; False for gestures that are not turns."""
    yaw, pitch = pose[0] - neutral[0], pose[1] - neutral[1]
    match asked:
        case Gesture.LOOK_LEFT:
            return yaw >= rules.turn
        case Gesture.LOOK_RIGHT:
            return -yaw >= rules.turn
        case Gesture.LOOK_UP:
            return pitch >= rules.up
        case Gesture.LOOK_DOWN:
            return -pitch >= rules.down
        case _:
            return False


def wrong_turn(asked: Gesture, pose: YawPitch, neutral: YawPitch, rules: Liveness) -> tuple[Gesture, bool] | None:
    """Give the turn that is clearly shown in place of the asked gesture, and whether it is the opposite one."""
    if shows(asked, pose, neutral, rules):
        return None
    yaw, pitch = pose[0] - neutral[0], pose[1] - neutral[1]
    side = Gesture.LOOK_LEFT if yaw > 0 else Gesture.LOOK_RIGHT
    nod = Gesture.LOOK_UP if pitch > 0 else Gesture.LOOK_DOWN
    nod_degrees = rules.up if pitch > 0 else rules.down
    if asked in (Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT):
        if abs(yaw) >= rules.turn:
            return side, True
        if abs(pitch) >= _NOD_WHILE_TURNING * nod_degrees and abs(yaw) < rules.turn / 2:
            return nod, False
        return None
    if abs(yaw) >= _CLEAR * rules.turn:
        return side, False
    # A mouth that opens moves the chin: nods are judged only where a nod was asked for.
    if asked in VERTICAL and abs(pitch) >= _CLEAR * nod_degrees:
        return nod, True
    return None
