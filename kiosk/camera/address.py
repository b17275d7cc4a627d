"""What a camera address says, as a value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kiosk.errors import SettingsInvalid

_HINT = "use v4l2:/dev/video0, gst:PIPELINE, replay:FILE-OR-FOLDER or demo:"
_CREDENTIALS = re.compile(r"://[^/@\s]+@")
_Word = TypeVar("_Word", bound=StrEnum)


class Pace(StrEnum):
    """How a recording gives its frames."""

    REAL = "real"
    """as a device would: waits for each frame's time, loses what comes too late"""
    FREE = "free"
    """as fast as they are read; times are still those of the recording"""


class Variant(StrEnum):
    """What the demonstration shows: a willing person, an attack, or a fault."""

    BONA_FIDE = "bona_fide"
    DOCUMENT = "document"
    """the willing person, who brings no portrait but a card"""
    PHOTO = "photo"
    SCREEN = "screen"
    WRONG_GESTURE = "wrong_gesture"
    SECOND_FACE = "second_face"
    LOOK_AWAY = "look_away"
    ABSENT = "absent"
    DARK = "dark"
    UNPLUGGED = "unplugged"
    FROZEN = "frozen"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """A capture device of the kernel; sizes in pixels, None where the camera may choose."""

    path: Path
    width: int | None = None
    height: int | None = None
    fps: float | None = None

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        return _join(f"v4l2:{self.path}", width=self.width, height=self.height, fps=self.fps)


@dataclass(frozen=True, slots=True)
class PipelineAddress:
    """A GStreamer pipeline in gst-launch notation."""

    pipeline: str

    @property
    def uri(self) -> str:
        """Give the address for a record or a log: passwords inside locations are blotted out."""
        return "gst:" + _CREDENTIALS.sub("://***@", self.pipeline)


@dataclass(frozen=True, slots=True)
class ReplayAddress:
    """A film, an animated picture, a folder of pictures or one picture."""

    path: Path
    fps: float | None = None
    """frames per second, against the recording's own times; None keeps those (pictures: 10)"""
    loop: bool = False
    mirror: bool = False
    """the recording was stored mirrored: turn it back"""
    pace: Pace | None = None
    """None leaves the choice to the program"""

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        text = _join(
            f"replay:{self.path}",
            fps=self.fps,
            loop=1 if self.loop else None,
            mirror=1 if self.mirror else None,
            pace=self.pace,
        )
        # A question mark inside the path needs another behind it, so that it does not begin the options.
        return text + "?" if "?" in str(self.path) and text == f"replay:{self.path}" else text


@dataclass(frozen=True, slots=True)
class DemoAddress:
    """The demonstration, which needs no camera."""

    variant: Variant = Variant.BONA_FIDE
    pace: Pace | None = None

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        return _join("demo:", variant=None if self.variant is Variant.BONA_FIDE else self.variant, pace=self.pace)


Address = DeviceAddress | PipelineAddress | ReplayAddress | DemoAddress


def parse_address(text: str) -> Address:
    """Read a camera address. Raises ``SettingsInvalid`` that names the part that cannot be used."""
    scheme, colon, rest = text.strip().partition(":")
    if not colon:
        raise SettingsInvalid(f"the camera address '{text}' names no kind of camera", hint=_HINT)
    if scheme == "gst":
        if not rest.strip():
            raise SettingsInvalid("the camera address 'gst:' has no pipeline", hint=_HINT)
        return PipelineAddress(rest.strip())
    if scheme not in ("v4l2", "replay", "demo"):
        raise SettingsInvalid(f"the camera address '{text}' begins with the unknown kind '{scheme}'", hint=_HINT)
    place, options = _split(scheme, rest)
    if "\0" in place:
        raise SettingsInvalid("the camera address holds a NUL character", hint=_HINT)
    if scheme == "demo":
        if place:
            raise SettingsInvalid(f"'demo:' takes no path, but '{place}' was given", hint="use demo:?variant=photo")
        demo = DemoAddress(
            variant=options.word("variant", Variant) or Variant.BONA_FIDE, pace=options.word("pace", Pace)
        )
        options.end()
        return demo
    if not place:
        raise SettingsInvalid(f"the camera address '{scheme}:' has no path", hint=_HINT)
    if scheme == "replay":
        replay = ReplayAddress(
            path=Path(place),
            fps=options.number("fps", 0.1, 240.0),
            loop=options.flag("loop"),
            mirror=options.flag("mirror"),
            pace=options.word("pace", Pace),
        )
        options.end()
        return replay
    if not place.startswith("/"):
        raise SettingsInvalid(f"'{place}' is no device path", hint="use v4l2:/dev/video0")
    device = DeviceAddress(
        path=Path(place),
        width=options.whole("width", 16, 8192),
        height=options.whole("height", 16, 8192),
        fps=options.number("fps", 1.0, 240.0),
    )
    if (device.width is None) != (device.height is None):
        raise SettingsInvalid("width and height of the camera go together", hint="give both or neither")
    options.end()
    return device


class _Options:
    """The part behind the question mark; every key is taken once, what is left over is refused."""

    def __init__(self, scheme: str, pairs: dict[str, str]) -> None:
        self._scheme = scheme
        self._pairs = pairs
        self._known: list[str] = []

    def _take(self, key: str) -> str | None:
        self._known.append(key)
        return self._pairs.pop(key, None)

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if value not in (None, "0", "1"):
            raise SettingsInvalid(f"{key}={value} of the camera address is neither 0 nor 1", hint=f"use {key}=1")
        return value == "1"

    def word(self, key: str, words: type[_Word]) -> _Word | None:
        value = self._take(key)
        if value is None:
            return None
        if value not in [word.value for word in words]:
            raise SettingsInvalid(
                f"{key}={value} of the camera address is unknown", hint=f"use one of {', '.join(words)}"
            )
        return words(value)

    def number(self, key: str, least: float, most: float) -> float | None:
        return self._between(key, least, most, float)

    def whole(self, key: str, least: int, most: int) -> int | None:
        value = self._between(key, least, most, int)
        return None if value is None else int(value)

    def _between(self, key: str, least: float, most: float, read: Callable[[str], float]) -> float | None:
        value = self._take(key)
        if value is None:
            return None
        try:
            number = read(value)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            raise SettingsInvalid(
                f"{key}={value} of the camera address cannot be used", hint=f"give {key} from {least:g} to {most:g}"
            )
        return number

    def end(self) -> None:
        if self._pairs:
            raise SettingsInvalid(
                f"the camera address has the unknown option '{next(iter(self._pairs))}'",
                hint=f"{self._scheme}: knows {', '.join(self._known)}",
            )


def _split(scheme: str, rest: str) -> tuple[str, _Options]:
    """Cut at the last question mark: a path may hold others."""
    place, mark, query = rest.rpartition("?")
    if not mark:
        place, query = rest, ""
    pairs: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise SettingsInvalid(
                f"'{part}' in the camera address is no option",
                hint="write option=value; a path that holds a '?' ends with another '?'",
            )
        if key in pairs:
            raise SettingsInvalid(f"the camera address gives '{key}' twice", hint="give each option once")
        pairs[key] = value
    return place, _Options(scheme, pairs)


def _join(start: str, **options: object) -> str:
    given = [f"{key}={_plain(value)}" for key, value in options.items() if value is not None]
    return f"{start}?{'&'.join(given)}" if given else start


def _plain(value: object) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
