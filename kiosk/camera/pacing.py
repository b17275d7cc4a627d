"""Giving a recording's frames at the speed of a device, or as fast as they are read."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.camera.address import Pace


class Pacer:
    """Ties the time of a recording to a clock."""

    def __init__(self, pace: Pace, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        """Take the clock (seconds, steady) and what waits on it."""
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._start: float | None = None

    def reset(self) -> None:
        """Begin anew: the next frame is due at once."""
        self._start = None

    def late(self, until: float) -> bool:
        """Tell whether a frame that is over at ``until`` is past already, so that a device would have lost it."""
        return self._pace is Pace.REAL and self._start is not None and self._clock() - self._start > until

    def wait(self, time: float) -> None:
        """Block until ``time`` of the recording."""
        if self._pace is Pace.FREE:
            return
        now = self._clock()
        if self._start is None:
            self._start = now - time
        if (left := self._start + time - now) > 0:
            self._sleep(left)
