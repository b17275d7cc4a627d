"""Recordings in the place of a microphone: what cannot be played."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.errors import BadInput, MicrophoneMissing
from kiosk.sound.opening import make_microphone


def test_a_film_without_sound_is_no_microphone(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="bgr24")))
        container.mux(stream.encode(None))
    with pytest.raises(MicrophoneMissing, match="no sound"):
        make_microphone(f"replay:{path}").open()


@pytest.mark.parametrize("content", [b"", b"not a film at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises((BadInput, MicrophoneMissing)):
        make_microphone(f"replay:{path}").open()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.wav"):
        make_microphone(f"replay:{tmp_path / 'gone.wav'}").open()
