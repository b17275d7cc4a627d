"""From an address to a microphone; what a kind of microphone needs is only loaded when it is named."""

from __future__ import annotations

from kiosk.sound.absent import AbsentMicrophone
from kiosk.sound.address import AlsaAddress, SoundAddress, SoundFileAddress, parse_sound_address
from kiosk.sound.port import Microphone


def make_microphone(address: SoundAddress | str) -> Microphone:
    """Give the microphone of an address, not opened yet. Raises ``SettingsInvalid``."""
    if isinstance(address, str):
        address = parse_sound_address(address)
    if isinstance(address, AlsaAddress):
        from kiosk.sound.alsa import AlsaMicrophone

        return AlsaMicrophone(address)
    if isinstance(address, SoundFileAddress):
        from kiosk.sound.replay import ReplayMicrophone

        return ReplayMicrophone(address)
    return AbsentMicrophone()
