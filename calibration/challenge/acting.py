"""Faces made of numbers, after the students' readings of the demonstration's person: what an analyst says of a gesture."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.analysis.facts import Box, Components, FaceFacts, Pose, Quality
from kiosk.flow.state import Gesture

_QUALITY = Quality(0.8, 0.5, 0.2, 0.01, 0.01, 0.1, 90.0, 0.5)
_COMPONENTS = Components(0.05, 0.05, 0.02, 0.02, 0.02, 0.9, 0.9)
_CALM = {"yaw": 0.0, "pitch": 0.0, "mouth": 0.06, "smile": 0.1, "eyes": 0.92, "size": 1.0}
_SHOWN: dict[Gesture, dict[str, float]] = {
    Gesture.LOOK_LEFT: {"yaw": 24.0},
    Gesture.LOOK_RIGHT: {"yaw": -24.0},
    Gesture.LOOK_UP: {"pitch": 15.0},
    Gesture.LOOK_DOWN: {"pitch": -15.0},
    Gesture.OPEN_MOUTH: {"mouth": 0.5, "smile": 0.1},
    Gesture.SMILE: {"smile": 0.7, "mouth": 0.08},
    Gesture.BLINK: {"eyes": -0.9},
    Gesture.CLOSER: {"size": 0.3},
    Gesture.HOLD_STILL: {},
}
_NOISE = {"yaw": 0.8, "pitch": 0.8, "mouth": 0.02, "smile": 0.03, "eyes": 0.03, "size": 0.008}
_RAMP = 0.3
_LID_RAMP = 0.1


@dataclass(frozen=True)
class Played:
    """A gesture that is made from a moment on, seconds."""

    gesture: Gesture
    begins: float
    lasts: float

    @property
    def ends(self) -> float:
        """Give when the face is calm again."""
        return self.begins + self.lasts + 2 * _RAMP


def length_of(gesture: Gesture, dice: random.Random) -> float:
    """Give for how long a person makes a gesture, seconds at its full."""
    if gesture is Gesture.BLINK:
        return dice.uniform(0.12, 0.3)
    return dice.uniform(2.2, 2.8) if gesture is Gesture.HOLD_STILL else dice.uniform(0.4, 1.0)


def film_of(order: Sequence[Gesture], dice: random.Random, *, begins: float = 0.0) -> list[Played]:
    """Give a recording of gestures in this order with pauses of a person's pace between them."""
    played, now = [], begins
    for gesture in order:
        now += dice.uniform(0.4, 2.0)
        played.append(Played(gesture, now, length_of(gesture, dice)))
        now = played[-1].ends
    return played


def face_at(now: float, played: Iterator[Played] | Sequence[Played], dice: random.Random) -> FaceFacts:
    """Give the face at a moment: calm but for what is being played, with a student's noise."""
    value = dict(_CALM)
    for one in played:
        ramp = _LID_RAMP if one.gesture is Gesture.BLINK else _RAMP
        part = min((now - one.begins) / ramp, (one.begins + one.lasts + 2 * ramp - now) / ramp, 1.0)
        if part > 0:
            for name, change in _SHOWN[one.gesture].items():
                value[name] += change * _smooth(part)
    for name, spread in _NOISE.items():
        value[name] += dice.gauss(0.0, spread)
    half = 45.0 * value["size"] * math.cos(math.radians(value["yaw"]))
    x = 320.0 + 1.5 * value["yaw"] + dice.gauss(0.0, 0.8)
    y = 220.0 - 1.5 * value["pitch"] + dice.gauss(0.0, 0.8)
    width, height = 190.0 * value["size"], 250.0 * value["size"]
    eye, mouth, smile = (min(1.0, max(0.0, value[name])) for name in ("eyes", "mouth", "smile"))
    return FaceFacts(
        box=Box(x - width / 2, y - height / 3, width, height),
        points=((x - half, y), (x + half, y), (x, y + 50), (x - 35, y + 100), (x + 35, y + 100)),
        confidence=0.99,
        pose=Pose(value["yaw"], value["pitch"], 0.0),
        eyes_open=(eye, eye),
        mouth_open=mouth,
        smile=smile,
        quality=_QUALITY,
        components=_COMPONENTS,
        pad=0.9,
        same_as_probe=0.8,
    )


def _smooth(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)
