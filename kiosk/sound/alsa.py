"""A microphone of the Linux kernel's sound system (ALSA), by way of FFmpeg."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kiosk.errors import MicrophoneBusy, MicrophoneError, MicrophoneLost, MicrophoneMissing, MicrophoneUnusable
from kiosk.sound.address import AlsaAddress
from kiosk.sound.clip import Clip, Samples, SoundKind
from kiosk.sound.mono import Mixer
from kiosk.sound.port import RATE

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

_CLOCK_DRIFT = 2e-4
"""how much a sound card's seconds may differ from the computer's"""


class AlsaMicrophone:
    """Gives what a device hears, in clips of the packets that it sends (tens of milliseconds)."""

    def __init__(self, address: AlsaAddress, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the address and the clock whose seconds clips carry; nothing is opened yet."""
        self._address = address
        self._clock = clock
        self._container: InputContainer | None = None
        self._mixer: Mixer | None = None
        self._line = TimeLine()

    @property
    def kind(self) -> SoundKind:
        """Say that this is a device."""
        return SoundKind.DEVICE

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._address.uri

    def open(self) -> None:
        """Start listening. Raises ``MicrophoneMissing``, ``MicrophoneBusy`` or ``MicrophoneUnusable``."""
        import av

        self.close()
        _find_configuration()
        refusal: MicrophoneError | None = None
        for options in _WISHES:
            try:
                self._container = av.open(self._address.device, format="alsa", options=options)
            except (av.FFmpegError, OSError, ValueError) as error:
                refusal = explain(self._address.device, error)
                if not isinstance(refusal, MicrophoneUnusable):
                    break
            else:
                self._mixer, self._line = Mixer(), TimeLine()
                return
        raise refusal or MicrophoneUnusable(f"the microphone '{self._address.device}' cannot be opened")

    def read(self) -> Clip | None:
        """Give the next clip. Raises ``MicrophoneLost``."""
        import av

        parts: list[Samples] = []
        while self._container is not None and self._mixer is not None:
            try:
                packet: Packet[AudioStream] = next(self._container.demux(audio=0))
                frames = packet.decode()
            except (av.FFmpegError, OSError, StopIteration) as error:
                self.close()
                raise MicrophoneLost(f"the microphone '{self._address.device}' is gone") from error
            parts += [self._mixer.mix(frame) for frame in frames]
            length = sum(map(len, parts))
            if length >= _LEAST:
                return Clip(np.concatenate(parts), RATE, self._line.place(length / RATE, self._clock()))
        raise MicrophoneLost("the microphone is not open")

    def close(self) -> None:
        """Let go of the device."""
        container, self._container, self._mixer = self._container, None, None
        if container is not None:
            container.close()


_LEAST = RATE // 50
"""samples of a clip, at least: some devices send a few at a time"""
_WISHES: tuple[dict[str, str], ...] = ({"channels": "1", "sample_rate": str(RATE)}, {"channels": "2"}, {})
"""tried in this order: many cards give two channels only, at their own rate"""


class TimeLine:
    """Gives each clip its time: counted by samples, and tied to the clock by the clip that came with the least delay.

    A clip cannot arrive before its end; whatever it comes later is delay of buffers and threads, and changes. So the
    earliest arrival on the line of counted samples is the nearest to the truth, and jitter does not reach the times.
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._counted = 0.0
        self._offset: float | None = None

    def place(self, seconds: float, arrived: float) -> float:
        """Give when a clip of this length that arrived now began."""
        began = self._counted
        self._counted += seconds
        offset = arrived - self._counted
        if self._offset is None or offset < self._offset:
            self._offset = offset
        elif offset - self._offset > _LOST:
            # So much later than any buffer holds: sound was lost on the way, and the count starts anew.
            self._offset = offset
        else:
            self._offset += _CLOCK_DRIFT * seconds
        return began + self._offset


_LOST = 0.5


_CONFIGURATION = Path("/usr/share/alsa/alsa.conf")


def _find_configuration() -> None:
    """Show the library that came with FFmpeg where this system keeps the names of its devices."""
    if "ALSA_CONFIG_PATH" not in os.environ and _CONFIGURATION.is_file():
        os.environ["ALSA_CONFIG_PATH"] = str(_CONFIGURATION)


def explain(device: str, error: Exception) -> MicrophoneError:
    """Give the error of ours for what the system says when a device is opened."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return MicrophoneMissing(f"there is no microphone '{device}'")
    if number == errno.EBUSY:
        return MicrophoneBusy(f"another program holds the microphone '{device}'")
    if number in (errno.EACCES, errno.EPERM):
        return MicrophoneUnusable(
            f"the microphone '{device}' may not be used by this user",
            hint="add the user to the group 'audio', log in again",
        )
    if number == errno.EIO and not list_microphones():
        # The library gives this for whatever it cannot open; where the kernel knows no device, none is there.
        return MicrophoneMissing(f"there is no microphone '{device}'")
    return MicrophoneUnusable(
        f"the microphone '{device}' cannot be opened: {getattr(error, 'strerror', None) or type(error).__name__}"
    )


def list_microphones(cards: Path = Path("/proc/asound")) -> list[str]:
    """Give the addresses of the capture devices that the kernel knows, without opening any."""
    found = []
    for node in sorted(cards.glob("card[0-9]*/pcm[0-9]*c"), key=str):
        card = node.parent.name.removeprefix("card")
        device = node.name.removeprefix("pcm").removesuffix("c")
        if card.isdigit() and device.isdigit():
            found.append(f"alsa:plughw:{card},{device}")
    return found
