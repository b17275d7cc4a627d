"""Addresses of microphones."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import SettingsInvalid
from kiosk.sound.address import AlsaAddress, NoMicrophone, SoundFileAddress, parse_sound_address


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("alsa:default", AlsaAddress("default")),
        ("alsa:plughw:1,0", AlsaAddress("plughw:1,0")),
        ("replay:/films/a b.mp4", SoundFileAddress(Path("/films/a b.mp4"))),
        ("none:", NoMicrophone()),
    ],
)
def test_an_address_is_read_and_written(text: str, value: object) -> None:
    address = parse_sound_address(text)
    assert address == value
    assert address.uri == text


@pytest.mark.parametrize("text", ["", "default", "pulse:default", "alsa:", "replay:", "none:here", "alsa:a\0b"])
def test_what_cannot_be_used_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        parse_sound_address(text)
    assert "alsa:default" in refused.value.line()
