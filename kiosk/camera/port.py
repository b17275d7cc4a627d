"""The port behind which every camera stands."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from kiosk.camera.frame import Frame, SourceKind


class Camera(Protocol):
    """A source of frames, used by one thread at a time."""

    @property
    def kind(self) -> SourceKind:
        """Say what stands behind the pictures."""
        ...

    @property
    def uri(self) -> str:
        """Give the address that it was made from, fit for a record or a log."""
        ...

    def open(self) -> None:
        """Start, also again after a loss. Raises ``CameraMissing``, ``CameraBusy``, ``CameraUnusable``."""
        ...

    def read(self) -> Frame | None:
        """Give the next frame, blocking about one frame time; None once a recording has ended.

        Raises ``CameraLost`` when it is gone, closed or was never opened.
        """
        ...

    def close(self) -> None:
        """Let go of the device; may be called at any time, twice too."""
        ...


@runtime_checkable
class Performer(Protocol):
    """A camera whose person can be told what to do (the demonstration)."""

    def perform(self, gesture: str | None) -> None:
        """Make the person start a gesture (``look_left``, ``blink`` ...), or return to neutral with None."""
        ...


@runtime_checkable
class Illuminated(Protocol):
    """A camera whose scene takes the light of the kiosk's screen from a command (the demonstration)."""

    def illuminate(self, red: float, green: float, blue: float) -> None:
        """Let the screen's light be this, each 0..1, linear; zeros put it out."""
        ...
