"""The port behind which every microphone stands."""

from __future__ import annotations

from typing import Protocol

from kiosk.sound.clip import Clip, SoundKind

RATE = 16_000
"""samples a second that every microphone gives: speech needs no more, and recognisers expect it"""


class Microphone(Protocol):
    """A source of clips, used by one thread at a time. Nothing that it hears is ever written to a disk."""

    @property
    def kind(self) -> SoundKind:
        """Say what stands behind the sound."""
        ...

    @property
    def uri(self) -> str:
        """Give the address that it was made from, fit for a record or a log."""
        ...

    def open(self) -> None:
        """Start, also again after a loss. Raises ``MicrophoneMissing``, ``MicrophoneBusy``, ``MicrophoneUnusable``."""
        ...

    def read(self) -> Clip | None:
        """Give the next clip of ``RATE``, blocking at most about a tenth of a second; None once a recording has ended.

        Raises ``MicrophoneLost`` when it is gone, closed or was never opened.
        """
        ...

    def close(self) -> None:
        """Let go of the device; may be called at any time, twice too."""
        ...
