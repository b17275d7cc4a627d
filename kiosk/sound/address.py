"""What a microphone's address says, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import SettingsInvalid

_HINT = "use alsa:default, alsa:hw:1,0, replay:FILE or none:"


@dataclass(frozen=True, slots=True)
class AlsaAddress:
    """A capture device of ALSA, such as ``default`` or ``hw:1,0``."""

    device: str

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        return f"alsa:{self.device}"


@dataclass(frozen=True, slots=True)
class SoundFileAddress:
    """A WAV file, or the sound track of a film."""

    path: Path

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        return f"replay:{self.path}"


@dataclass(frozen=True, slots=True)
class NoMicrophone:
    """No microphone, by choice."""

    @property
    def uri(self) -> str:
        """Give the address as text that parses to this value."""
        return "none:"


SoundAddress = AlsaAddress | SoundFileAddress | NoMicrophone


def parse_sound_address(text: str) -> SoundAddress:
    """Read a microphone's address. Raises ``SettingsInvalid`` that names the part that cannot be used."""
    scheme, colon, place = text.strip().partition(":")
    if not colon or scheme not in ("alsa", "replay", "none"):
        raise SettingsInvalid(f"the microphone address '{text}' names no known kind of microphone", hint=_HINT)
    if scheme == "none":
        if place:
            raise SettingsInvalid(f"'none:' takes nothing behind it, but '{place}' was given", hint=_HINT)
        return NoMicrophone()
    if not place or not place.isprintable():
        raise SettingsInvalid(f"the microphone address '{scheme}:' names nothing that can be opened", hint=_HINT)
    return AlsaAddress(place) if scheme == "alsa" else SoundFileAddress(Path(place))
