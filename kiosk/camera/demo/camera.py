"""The demonstration as a camera."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kiosk.camera.address import DemoAddress, Pace, Variant
from kiosk.camera.demo.acting import Actor, check_gesture
from kiosk.camera.demo.portrait import load_portrait
from kiosk.camera.demo.stage import Stage
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.pacing import Pacer
from kiosk.errors import CameraLost

RATE = 25.0
FAULT_SECONDS = 3.0
SHOW_CARD = "show_card"


class DemoCamera:
    """Shows a person who follows the challenge, or an attack, or a fault, always the same for the same commands.

    Faults (``unplugged``, ``frozen``) begin after three seconds; an unplugged one works again when it is opened anew.
    """

    def __init__(
        self,
        address: DemoAddress,
        *,
        pace: Pace = Pace.FREE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the pace for an address that names none."""
        self._address = address
        self._pacer = Pacer(address.pace or pace, clock, sleep)
        self._actor = Actor(address.variant)
        self._stage: Stage | None = None
        self._open = False
        self._index = 0
        # Counts on when it is opened again, so that times grow over a loss too.
        self._ticks = 0
        self._was_unplugged = False
        self._frozen: NDArray[np.uint8] | None = None
        # Written by the thread that commands, read by the one that reads frames: one whole value each time.
        self._command: tuple[int, str | None] = (0, None)
        self._obeyed = 0
        self._card = False
        self._light: tuple[float, ...] = (0.0, 0.0, 0.0)

    @property
    def kind(self) -> SourceKind:
        """Say that this is the demonstration."""
        return SourceKind.DEMO

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._address.uri

    def perform(self, gesture: str | None) -> None:
        """Tell the person what to do; from any thread. Raises ``SettingsInvalid`` for an unknown gesture.

        Beside the gestures there is ``show_card``, until the next command.
        """
        self._card = gesture == SHOW_CARD
        if self._card:
            return
        check_gesture(gesture)
        self._command = (self._command[0] + 1, gesture)

    def illuminate(self, red: float, green: float, blue: float) -> None:
        """Tell what light the kiosk's screen gives, each 0..1; from any thread. Zeros put it out.

        The face answers as a head does; a tablet's film does not answer, a print answers as a plane.
        """
        self._light = tuple(min(max(part, 0.0), 1.0) for part in (blue, green, red))

    def open(self) -> None:
        """Raise the curtain. Raises ``CameraUnusable`` where the portrait is not installed."""
        if self._stage is None:
            self._stage = Stage(load_portrait(), self._address.variant)
        self._open, self._index = True, 0
        self._pacer.reset()

    def read(self) -> Frame | None:
        """Give the next picture; never None. Raises ``CameraLost`` when closed or, once, when unplugged."""
        if not self._open or self._stage is None:
            raise CameraLost("the demonstration is not open")
        now = self._ticks / RATE
        if self._address.variant is Variant.UNPLUGGED and not self._was_unplugged and now >= FAULT_SECONDS:
            self._was_unplugged = True
            self.close()
            raise CameraLost("the demonstration's cable was pulled")
        while self._pacer.late((self._ticks + 1) / RATE):
            self._ticks, self._index = self._ticks + 1, self._index + 1
        now = self._ticks / RATE
        self._pacer.wait(now)
        image = self._picture(self._stage, now)
        image.setflags(write=False)
        frame = Frame(image, now, self._index)
        self._ticks, self._index = self._ticks + 1, self._index + 1
        return frame

    def close(self) -> None:
        """Drop the curtain."""
        self._open = False

    def _picture(self, stage: Stage, now: float) -> NDArray[np.uint8]:
        if self._frozen is not None:
            return self._frozen
        number, gesture = self._command
        if number != self._obeyed:
            self._obeyed = number
            self._actor.told(gesture, now)
        blue, green, red = self._light
        image = stage.draw(self._actor.at(now), now, self._ticks, (blue, green, red), card=self._card)
        if self._address.variant is Variant.FROZEN and now >= FAULT_SECONDS:
            self._frozen = image
        return image
