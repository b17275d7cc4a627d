"""What the person of the demonstration does at a time: a pure function of commands and seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kiosk.camera.address import Variant
from kiosk.errors import SettingsInvalid


@dataclass(frozen=True, slots=True)
class Pose:
    """A head before the camera; angles in degrees, lengths in pixels of the picture."""

    yaw: float = 0.0
    """positive to the image's right, which is the person's left"""
    pitch: float = 0.0
    """positive up"""
    roll: float = 0.0
    """positive clockwise in the image"""
    across: float = 0.0
    down: float = 0.0
    size: float = 1.0
    """1 at the usual distance, more when closer"""
    blink: float = 0.0
    """0 open, 1 shut"""
    mouth: float = 0.0
    """0 shut, 1 wide open"""
    smile: float = 0.0


_NEUTRAL = Pose()
_TARGETS = {
    "look_left": Pose(yaw=35.0),
    "look_right": Pose(yaw=-40.0),
    "look_up": Pose(pitch=24.0),
    "look_down": Pose(pitch=-24.0),
    "open_mouth": Pose(mouth=1.0),
    "blink": Pose(blink=1.0),
    "smile": Pose(smile=1.0),
    "closer": Pose(size=1.35, down=8.0),
    "hold_still": Pose(),
}
GESTURES = frozenset(_TARGETS)

_OTHERS = {
    "look_left": "look_right",
    "look_right": "look_left",
    "look_up": "look_down",
    "look_down": "look_up",
    "open_mouth": "look_left",
    "blink": "open_mouth",
    "smile": "look_down",
    "closer": "look_right",
    "hold_still": "look_left",
}

_DELAY = 0.3
_RAMP = 0.5
_HOLD = 1.2
_LID_RAMP = 0.12
_LID_HOLD = 0.16
# Seconds between the blinks that nobody asked for; the sum is the period of the pattern.
_BLINK_GAPS = (3.1, 4.3, 2.7, 5.2)
_CHANNELS = ("yaw", "pitch", "roll", "across", "down", "size", "blink", "mouth", "smile")


class Actor:
    """Follows commands with a person's delay, or does what an attack of that kind does."""

    def __init__(self, variant: Variant) -> None:
        """Take what kind of person this is."""
        self._variant = variant
        self._obeys = variant not in (Variant.PHOTO, Variant.SCREEN, Variant.LOOK_AWAY)
        self._from = _NEUTRAL
        self._gesture: str | None = None
        self._told = -math.inf

    def told(self, gesture: str | None, now: float) -> None:
        """Start a gesture, or go back to neutral. Raises ``SettingsInvalid`` for an unknown one."""
        check_gesture(gesture)
        if not self._obeys:
            return
        if gesture is not None and self._variant is Variant.WRONG_GESTURE:
            gesture = _OTHERS[gesture]
        self._from = self._commanded(now)
        self._gesture, self._told = gesture, now

    def at(self, now: float) -> Pose:
        """Give the pose at a time in seconds, not before the last command."""
        pose = self._commanded(now)
        if self._variant is Variant.LOOK_AWAY:
            pose = replace(pose, yaw=-30.0, pitch=-8.0)
        if self._variant is Variant.PHOTO:
            return pose
        calm = 0.25 if self._gesture == "hold_still" and 0.0 <= now - self._told < 4.0 else 1.0
        return replace(
            pose,
            yaw=pose.yaw + calm * (1.4 * _wave(now, 5.3, 0.0) + 0.5 * _wave(now, 1.9, 0.4)),
            pitch=pose.pitch + calm * (0.9 * _wave(now, 4.1, 0.2) + 0.3 * _wave(now, 1.3, 0.7)),
            roll=pose.roll + calm * 0.8 * _wave(now, 6.7, 0.55),
            across=pose.across + calm * (3.0 * _wave(now, 7.9, 0.1) + 0.6 * _wave(now, 1.1, 0.3)),
            down=pose.down + calm * 1.6 * _wave(now, 3.7, 0.8),
            size=pose.size * (1.0 + calm * 0.008 * _wave(now, 8.3, 0.35)),
            blink=max(pose.blink, self._own_blink(now)),
        )

    def _commanded(self, now: float) -> Pose:
        since = now - self._told
        if self._gesture == "blink":
            ramp, hold = _LID_RAMP, _LID_HOLD
        else:
            ramp, hold = _RAMP, _HOLD
        leave = 1.0 - _smooth((since - _DELAY) / _RAMP)
        target = _NEUTRAL if self._gesture is None else _TARGETS[self._gesture]
        reach = _smooth((since - _DELAY) / ramp) - _smooth((since - _DELAY - ramp - hold) / ramp)
        values = {}
        for channel in _CHANNELS:
            rest = getattr(_NEUTRAL, channel)
            old, new = getattr(self._from, channel) - rest, getattr(target, channel) - rest
            values[channel] = rest + leave * old + reach * new
        return Pose(**values)

    def _own_blink(self, now: float) -> float:
        """Give the lids' own movement; none just after a command, so that it is not taken for an answer."""
        if self._variant is Variant.WRONG_GESTURE or -0.2 < now - self._told < 2.5:
            return 0.0
        phase = now % sum(_BLINK_GAPS)
        for gap in _BLINK_GAPS:
            phase -= gap
            if phase < 0.0:
                since = phase + 2 * _LID_RAMP + 0.04
                return _smooth(since / _LID_RAMP) - _smooth((since - _LID_RAMP - 0.04) / _LID_RAMP)
        return 0.0


def check_gesture(gesture: str | None) -> None:
    """Raise ``SettingsInvalid`` for a gesture that nobody can do."""
    if gesture is not None and gesture not in GESTURES:
        raise SettingsInvalid(
            f"the demonstration does not know the gesture '{gesture}'", hint=f"use {', '.join(sorted(GESTURES))}"
        )


def _wave(now: float, period: float, phase: float) -> float:
    return math.sin(2.0 * math.pi * (now / period + phase))


def _smooth(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)
