"""A camera whose pictures are changed on their way: how an attack that is made by software looks to the kiosk."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.port import Camera, Performer
from kiosk.errors import CameraLost

Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]
"""red, green, blue, each 0..1"""


class Change(Protocol):
    """What an attack does to each picture. One value serves one opening of one camera."""

    def __call__(self, image: Picture, time: float) -> Picture:
        """Give the picture that the kiosk's camera sees instead; ``image`` is not written to."""
        ...


@runtime_checkable
class Obeying(Protocol):
    """A change that follows the gestures that are asked."""

    def told(self, gesture: str | None) -> None:
        """Start a gesture, or return to rest with None."""
        ...


@runtime_checkable
class Lit(Protocol):
    """A change that answers the light of the kiosk's screen, as paper does."""

    def lit(self, colour: Colour) -> None:
        """Take the colour that the screen shows from now on."""
        ...


class MadeCamera:
    """An attack: the base camera's frames, each changed. It answers the kiosk's light only where the change does.

    That ``illuminate`` is always there makes it a camera that stands before a lit screen: what shows nothing of that
    light is a replay.
    """

    def __init__(self, base: Camera, change: Change, name: str) -> None:
        """Take the bona fide camera, what is done to its pictures, and the attack's name for the record."""
        self._base = base
        self._change = change
        self._name = name

    @property
    def kind(self) -> SourceKind:
        """Say that no device stands behind it."""
        return SourceKind.REPLAY

    @property
    def uri(self) -> str:
        """Give the attack's name."""
        return f"made:{self._name}"

    def perform(self, gesture: str | None) -> None:
        """Pass the gesture on to whoever can make it: the attack, or the person of the demonstration behind it."""
        if isinstance(self._change, Obeying):
            self._change.told(gesture)
        elif isinstance(self._base, Performer):
            self._base.perform(gesture)

    def illuminate(self, red: float, green: float, blue: float) -> None:
        """Take the screen's light; most attacks cannot answer it."""
        if isinstance(self._change, Lit):
            self._change.lit((red, green, blue))

    def open(self) -> None:
        """Open the base camera. Raises what that raises."""
        self._base.open()

    def read(self) -> Frame | None:
        """Give the next changed frame. Raises ``CameraLost``."""
        frame = self._base.read()
        if frame is None:
            return None
        image = self._change(frame.image, frame.time)
        image.setflags(write=False)
        return Frame(image, frame.time, frame.index)

    def close(self) -> None:
        """Close the base camera."""
        self._base.close()


class HeldPicture:
    """A camera that sees one picture again and again: the material of attacks with a still photo."""

    RATE = 15.0

    def __init__(self, image: Picture, seconds: float) -> None:
        """Take the picture and how long it is held."""
        self._image = image
        self._frames = int(seconds * self.RATE)
        self._next: int | None = None

    @property
    def kind(self) -> SourceKind:
        """Say that no device stands behind it."""
        return SourceKind.REPLAY

    @property
    def uri(self) -> str:
        """Give a name."""
        return "made:held_picture"

    def open(self) -> None:
        """Begin at the first frame."""
        self._next = 0

    def read(self) -> Frame | None:
        """Give the picture at the next moment, None after the last. Raises ``CameraLost`` when closed."""
        if self._next is None:
            raise CameraLost("the held picture is not open")
        index, self._next = self._next, self._next + 1
        return Frame(self._image, index / self.RATE, index) if index < self._frames else None

    def close(self) -> None:
        """Stop."""
        self._next = None
