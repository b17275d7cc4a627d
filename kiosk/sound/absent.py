"""A kiosk without a microphone."""

from __future__ import annotations

from typing import NoReturn

from kiosk.errors import MicrophoneLost, MicrophoneMissing
from kiosk.sound.clip import SoundKind


class AbsentMicrophone:
    """Stands where there is none, and says so."""

    kind = SoundKind.ABSENT
    uri = "none:"

    def open(self) -> NoReturn:
        """Raise ``MicrophoneMissing``."""
        raise MicrophoneMissing("this kiosk has no microphone")

    def read(self) -> NoReturn:
        """Raise ``MicrophoneLost``."""
        raise MicrophoneLost("there is no microphone to read from")

    def close(self) -> None:
        """Do nothing."""
