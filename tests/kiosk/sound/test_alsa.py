"""The device's time line, and what the system's refusals mean."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import MicrophoneBusy, MicrophoneMissing, MicrophoneUnusable
from kiosk.sound import alsa
from kiosk.sound.alsa import TimeLine, explain, list_microphones


@given(st.lists(st.floats(0.0, 0.2), min_size=20, max_size=200))
def test_clips_are_placed_within_their_least_delay(delays: list[float]) -> None:
    line, length, began = TimeLine(), 0.02, 100.0
    errors = []
    for index, delay in enumerate(delays):
        true = began + index * length
        errors.append(line.place(length, true + length + delay) - true)
    # Never before it was heard (but for what drift allows), and once a prompt clip came, no later than that delay.
    allowance = 2e-4 * length * len(delays) + 1e-6
    assert errors[-1] >= min(delays) - 1e-6
    assert errors[-1] <= min(delays) + allowance


def test_lost_sound_moves_the_line() -> None:
    line = TimeLine()
    for index in range(10):
        line.place(0.1, 0.1 * (index + 1))
    # Two seconds of sound never came.
    assert line.place(0.1, 3.1) == pytest.approx(3.0)
    assert line.place(0.1, 3.2) == pytest.approx(3.1, abs=1e-3)


def test_refusals_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(explain("hw:1", OSError(errno.EBUSY, "busy")), MicrophoneBusy)
    assert isinstance(explain("hw:1", OSError(errno.ENOENT, "none")), MicrophoneMissing)
    assert isinstance(explain("hw:1", PermissionError(errno.EACCES, "no")), MicrophoneUnusable)
    monkeypatch.setattr(alsa, "list_microphones", list)
    assert isinstance(explain("hw:1", OSError(errno.EIO, "error")), MicrophoneMissing)
    monkeypatch.setattr(alsa, "list_microphones", lambda: ["alsa:plughw:1,0"])
    assert isinstance(explain("hw:1", OSError(errno.EIO, "error")), MicrophoneUnusable)


def test_capture_devices_are_found_by_their_nodes(tmp_path: Path) -> None:
    for node in ("card0/pcm0p", "card1/pcm0c", "card1/pcm2c", "cards"):
        (tmp_path / node).mkdir(parents=True)
    assert list_microphones(tmp_path) == ["alsa:plughw:1,0", "alsa:plughw:1,2"]
    assert list_microphones(tmp_path / "nowhere") == []
