"""A person who says beforehand which gestures they will not make, without a screen."""

from typing import Any

from kiosk.flow.events import Continued, GestureDeclined
from kiosk.flow.machine import start
from kiosk.flow.state import Gesture, Session, Transaction
from kiosk.profile.loading import load_profile
from kiosk.session.headless import Willing


def _welcome() -> Session:
    return start(
        id="s",
        profile=load_profile("demo"),
        source="device",
        transaction=Transaction("T"),
        now=0.0,
        language="en",
        reference_given=False,
    ).session


def test_gestures_are_declined_before_anything_else_is_touched() -> None:
    person = Willing(declined=(Gesture.SMILE, Gesture.BLINK))
    taps = person.taps(_welcome())
    assert taps == [GestureDeclined("smile"), GestureDeclined("blink"), Continued()]
    assert person.taps(_welcome()) == []


def test_a_probe_from_within_the_challenge_is_asked_of_the_analyst(world: Any) -> None:
    world.run()
    assert world.analyst.probes_within >= 1
