"""Amounts: 0 at the person's own neutral, 1 where it counts, whoever the person is."""

from math import isnan, nan

import pytest

from kiosk.flow.gestures import amount, is_rested, is_still, wrong_gesture
from kiosk.flow.measure import Measure, median_measure
from kiosk.flow.state import Gesture
from kiosk.profile.format import Liveness

RULES = Liveness()
PEOPLE = {
    "plain": Measure(0.0, 0.0, 0.05, 0.05, 0.9, 0.9, 80.0, 320.0, 200.0),
    "narrow eyes, camera low": Measure(-4.0, 14.0, 0.05, 0.05, 0.2, 0.22, 60.0, 320.0, 200.0),
    "smiles by nature, mouth a little open": Measure(6.0, -10.0, 0.2, 0.65, 0.8, 0.8, 120.0, 300.0, 220.0),
}


def made(gesture: Gesture, calm: Measure, part: float = 1.0) -> Measure:
    """How a person shows a gesture, or a part of it."""
    full = {
        Gesture.LOOK_LEFT: calm._replace(yaw=calm.yaw + 22),
        Gesture.LOOK_RIGHT: calm._replace(yaw=calm.yaw - 22),
        Gesture.LOOK_UP: calm._replace(pitch=calm.pitch + 14),
        Gesture.LOOK_DOWN: calm._replace(pitch=calm.pitch - 14),
        Gesture.OPEN_MOUTH: calm._replace(mouth=calm.mouth + 0.4),
        Gesture.SMILE: calm._replace(smile=calm.smile + 0.9 * (1 - calm.smile)),
        Gesture.BLINK: calm._replace(eye_left=0.05 * calm.eye_left, eye_right=0.1 * calm.eye_right),
        Gesture.CLOSER: calm._replace(size=calm.size * 1.3),
    }[gesture]
    return Measure(*(rest + part * (there - rest) for rest, there in zip(calm, full, strict=True)))


@pytest.mark.parametrize("calm", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("gesture", [gesture for gesture in Gesture if gesture is not Gesture.HOLD_STILL])
def test_each_gesture_is_its_own_for_everybody(gesture: Gesture, calm: Measure) -> None:
    assert amount(gesture, calm, calm, RULES) == pytest.approx(0.0)
    assert amount(gesture, made(gesture, calm), calm, RULES) >= 1.0
    assert amount(gesture, made(gesture, calm, 0.2), calm, RULES) < RULES.release
    others = [other for other in Gesture if other is not gesture]
    assert all(not amount(other, made(gesture, calm), calm, RULES) >= 1.0 for other in others)


def test_one_eye_is_no_blink() -> None:
    calm = PEOPLE["plain"]
    assert amount(Gesture.BLINK, calm._replace(eye_left=0.02), calm, RULES) < 0.1


def test_what_was_not_measured_is_not_shown_and_not_calm() -> None:
    calm = PEOPLE["plain"]
    blind = calm._replace(smile=nan, mouth=nan, size=nan)
    for gesture in (Gesture.SMILE, Gesture.OPEN_MOUTH, Gesture.CLOSER):
        assert isnan(amount(gesture, blind, calm, RULES))
        assert is_rested(blind, calm, RULES, None, gesture) == (True, False)


def test_a_wrong_gesture_must_be_clear_and_no_part_of_the_asked_one() -> None:
    calm = PEOPLE["plain"]
    wide = made(Gesture.OPEN_MOUTH, calm)
    assert wrong_gesture(Gesture.LOOK_LEFT, wide, calm, RULES) == (Gesture.OPEN_MOUTH, False)
    assert wrong_gesture(Gesture.LOOK_LEFT, wide, calm, RULES, turns_only=True) is None
    assert wrong_gesture(Gesture.LOOK_LEFT, made(Gesture.SMILE, calm), calm, RULES) is None
    assert wrong_gesture(Gesture.SMILE, made(Gesture.LOOK_UP, calm), calm, RULES) is None
    assert wrong_gesture(Gesture.SMILE, made(Gesture.LOOK_LEFT, calm), calm, RULES) == (Gesture.LOOK_LEFT, False)
    under_way = wide._replace(yaw=10.0)
    assert wrong_gesture(Gesture.LOOK_LEFT, under_way, calm, RULES) is None
    assert wrong_gesture(Gesture.LOOK_LEFT, made(Gesture.LOOK_RIGHT, calm), calm, RULES) == (Gesture.LOOK_RIGHT, True)


def test_still_is_still() -> None:
    calm = PEOPLE["plain"]
    assert is_still((calm, calm._replace(yaw=3.0, x=324.0)), RULES)
    assert not is_still((calm, calm._replace(yaw=8.0)), RULES)
    assert not is_still((calm, calm._replace(x=340.0)), RULES)
    assert not is_still((calm, calm._replace(size=nan)), RULES)


def test_a_median_leaves_out_what_is_missing_and_one_frames_error() -> None:
    calm = PEOPLE["plain"]
    seen = median_measure([calm, calm._replace(yaw=80.0, mouth=nan), calm._replace(yaw=1.0)])
    assert (seen.yaw, seen.mouth) == (1.0, 0.05)
    assert isnan(median_measure([calm._replace(smile=nan)]).smile)
