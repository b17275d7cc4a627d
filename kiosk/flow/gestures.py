"""How far a gesture is shown: 0 at the person's own neutral, 1 where it counts. With hysteresis: it ends below ``release``.

Every measure is taken against the same person's median while calm: narrow eyes, a mouth that stands a little open and a
face that smiles by nature are neutral.
"""

from __future__ import annotations

from math import nan

from kiosk.flow.measure import Measure, extremes
from kiosk.flow.movement import is_neutral, wrong_turn
from kiosk.flow.state import Gesture
from kiosk.profile.format import Liveness

FACIAL = (Gesture.OPEN_MOUTH, Gesture.SMILE, Gesture.BLINK)
# Of the smile that the own face has left; one that always smiles must still be able to smile more.
_ROOM = 0.6
_LEAST_SMILE = 0.12
# What counts against the person must be clearer than what would count for them.
_CLEAR = 1.3
# A gesture that is half there is being made, whatever else is seen.
_UNDER_WAY = 0.5


def amount(gesture: Gesture, now: Measure, neutral: Measure, rules: Liveness) -> float:
    """Give how far a gesture is shown, 1 where it counts; NaN where that was not measured. 0 for ``hold_still``."""
    match gesture:
        case Gesture.LOOK_LEFT:
            return (now.yaw - neutral.yaw) / rules.turn
        case Gesture.LOOK_RIGHT:
            return (neutral.yaw - now.yaw) / rules.turn
        case Gesture.LOOK_UP:
            return (now.pitch - neutral.pitch) / rules.up
        case Gesture.LOOK_DOWN:
            return (neutral.pitch - now.pitch) / rules.down
        case Gesture.OPEN_MOUTH:
            return (now.mouth - neutral.mouth) / rules.mouth
        case Gesture.SMILE:
            return (now.smile - neutral.smile) / max(_LEAST_SMILE, min(rules.smile, _ROOM * (1.0 - neutral.smile)))
        case Gesture.BLINK:
            return min(_shut(now.eye_left, neutral.eye_left), _shut(now.eye_right, neutral.eye_right)) / rules.blink
        case Gesture.CLOSER:
            return (now.size / neutral.size - 1.0) / rules.closer if neutral.size > 0 else nan
        case Gesture.HOLD_STILL:
            return 0.0


def is_still(seen: tuple[Measure, ...], rules: Liveness) -> bool:
    """Say whether the head moved no more than ``hold_still`` allows from the least to the greatest of what was seen."""
    least, most = extremes(seen)
    return (
        most.yaw - least.yaw <= rules.still_degrees
        and most.pitch - least.pitch <= rules.still_degrees
        and max(most.x - least.x, most.y - least.y) <= rules.still_share * least.size
    )


def is_rested(
    now: Measure, neutral: Measure, rules: Liveness, before: Gesture | None, after: Gesture | None
) -> tuple[bool, bool]:
    """Say whether the head is back at the straight look, and whether face and distance are calm.

    The face is judged for the gestures before and after only: people may talk and smile between turns.
    """
    straight = is_neutral((now.yaw, now.pitch), (neutral.yaw, neutral.pitch), rules, before)
    judged = {gesture for gesture in (before, after) if gesture in (*FACIAL, Gesture.CLOSER)}
    return straight, all(amount(gesture, now, neutral, rules) < rules.release for gesture in judged)


def wrong_gesture(
    asked: Gesture, now: Measure, neutral: Measure, rules: Liveness, *, turns_only: bool = False
) -> tuple[Gesture, bool] | None:
    """Give the gesture that is clearly shown in place of the asked one, and whether it is the opposite turn.

    ``turns_only``: in a film that no cue paced people talk and laugh while a turn is waited for.
    """
    shown = amount(asked, now, neutral, rules)
    if shown >= 1.0:
        return None
    turn = wrong_turn(asked, (now.yaw, now.pitch), (neutral.yaw, neutral.pitch), rules)
    if turn is not None:
        return turn
    if turns_only or shown >= _UNDER_WAY:
        return None
    for other in _rivals(asked):
        if amount(other, now, neutral, rules) >= _CLEAR:
            return other, False
    return None


def _rivals(asked: Gesture) -> tuple[Gesture, ...]:
    """Give what is no turn and cannot be part of the asked gesture: a wide mouth widens lips, a turn hides half a smile."""
    if asked is Gesture.OPEN_MOUTH:
        return Gesture.SMILE, Gesture.CLOSER
    if asked is Gesture.SMILE:
        return Gesture.OPEN_MOUTH, Gesture.CLOSER
    if asked is Gesture.CLOSER:
        return (Gesture.OPEN_MOUTH,)
    if asked is Gesture.HOLD_STILL:
        return Gesture.OPEN_MOUTH, Gesture.SMILE, Gesture.CLOSER
    return Gesture.OPEN_MOUTH, Gesture.CLOSER


def _shut(now: float, neutral: float) -> float:
    return 1.0 - now / neutral if neutral > 0 else nan
