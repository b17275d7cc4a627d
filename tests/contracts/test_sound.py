"""What every microphone promises, run on each kind that this machine has."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.errors import MicrophoneBusy, MicrophoneLost, MicrophoneMissing, MicrophoneUnusable
from kiosk.sound.alsa import list_microphones
from kiosk.sound.clip import Clip, SoundKind
from kiosk.sound.opening import make_microphone
from kiosk.sound.port import RATE, Microphone

SECONDS = 1.5
ENDING = ["wav", "stereo_wav", "film"]
ENDLESS = ["alsa_file", "alsa_device"]


def _tone(rate: int, channels: int) -> np.ndarray:
    times = np.arange(int(SECONDS * rate)) / rate
    mono = np.rint(8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
    return np.repeat(mono[:, None], channels, axis=1)


def _write_wav(path: Path, rate: int, channels: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(_tone(rate, channels).tobytes())


def _write_film(path: Path) -> None:
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("aac", rate=44100)
        assert isinstance(audio, av.AudioStream)
        audio.layout = "stereo"
        for index in range(int(SECONDS * 10)):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="bgr24")
            picture.pts, picture.time_base = index, Fraction(1, 10)
            container.mux(video.encode(picture))
        sound = av.AudioFrame.from_ndarray(_tone(44100, 2).reshape(1, -1), format="s16", layout="stereo")
        sound.sample_rate = 44100
        container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
        container.mux(video.encode(None))


def _address(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = folder / f"{kind}.{'mp4' if kind == 'film' else 'wav'}"
    if kind == "film":
        _write_film(path)
    elif kind == "wav":
        _write_wav(path, RATE, 1)
    elif kind == "stereo_wav":
        _write_wav(path, 44100, 2)
    elif kind == "alsa_file":
        # The sound system's own device that plays a file to whoever listens: everything of ALSA but the sound card.
        raw, configuration = folder / "heard.raw", folder / "alsa.conf"
        raw.write_bytes(np.tile(_tone(48000, 2), (40, 1)).tobytes())
        configuration.write_text(
            "pcm.nothing { type null }\n"
            f'pcm.heard {{ type file slave.pcm nothing file "/dev/null" infile "{raw}" format "raw" }}\n'
            "pcm.tested { type plug slave { pcm heard rate 48000 format S16_LE channels 2 } }\n",
            encoding="ascii",
        )
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
        return "alsa:tested"
    else:
        found = list_microphones()
        if not found:
            pytest.skip("this machine has no microphone")
        return found[0]
    return f"replay:{path}"


def _opened(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Microphone:
    microphone = make_microphone(_address(kind, folder, monkeypatch))
    try:
        microphone.open()
    except (MicrophoneMissing, MicrophoneBusy, MicrophoneUnusable) as error:
        if kind == "alsa_device":
            pytest.skip(f"the microphone is not usable here: {error}")
        raise
    return microphone


@pytest.fixture(params=ENDING + ENDLESS)
def microphone(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microphone]:
    microphone = _opened(request.param, tmp_path, monkeypatch)
    yield microphone
    microphone.close()


@pytest.fixture(params=ENDING)
def recording(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microphone]:
    microphone = _opened(request.param, tmp_path, monkeypatch)
    yield microphone
    microphone.close()


def _read(microphone: Microphone, count: int) -> list[Clip]:
    clips = []
    for _ in range(count):
        clip = microphone.read()
        assert clip is not None
        clips.append(clip)
    return clips


class TestEveryMicrophone:
    def test_it_keeps_the_port(self, microphone: Microphone) -> None:
        assert microphone.kind in (SoundKind.DEVICE, SoundKind.REPLAY)
        assert make_microphone(microphone.uri).uri == microphone.uri

    def test_clips_are_mono_at_the_one_rate_and_within_range(self, microphone: Microphone) -> None:
        for clip in _read(microphone, 5):
            assert clip.samples.dtype == np.float32
            assert clip.samples.ndim == 1
            assert len(clip.samples) > 0
            assert clip.rate == RATE
            assert np.abs(clip.samples).max() <= 1.0

    def test_times_grow(self, microphone: Microphone) -> None:
        clips = _read(microphone, 8)
        assert all(later.time > earlier.time for earlier, later in itertools.pairwise(clips))
        assert all(clip.until > clip.time for clip in clips)

    def test_a_wiped_clip_is_silent(self, microphone: Microphone) -> None:
        clip = _read(microphone, 4)[-1]
        clip.wipe()
        assert not clip.samples.any()

    def test_reading_after_closing_tells_a_loss(self, microphone: Microphone) -> None:
        _read(microphone, 1)
        microphone.close()
        with pytest.raises(MicrophoneLost):
            microphone.read()

    def test_closing_twice_is_harmless(self, microphone: Microphone) -> None:
        microphone.close()
        microphone.close()

    def test_it_gives_sound_again_when_opened_again(self, microphone: Microphone) -> None:
        _read(microphone, 2)
        microphone.open()
        _read(microphone, 2)

    def test_reading_before_opening_tells_a_loss(self, microphone: Microphone) -> None:
        with pytest.raises(MicrophoneLost):
            make_microphone(microphone.uri).read()


class TestRecordings:
    def test_the_whole_sound_comes_and_then_none(self, recording: Microphone) -> None:
        clips = []
        while (clip := recording.read()) is not None:
            clips.append(clip)
        assert recording.read() is None
        heard = np.concatenate([clip.samples for clip in clips])
        assert len(heard) == pytest.approx(SECONDS * RATE, abs=0.1 * RATE)
        crossings = np.count_nonzero(np.diff(np.signbit(heard[RATE // 4 : RATE])))
        assert crossings / 2 / 0.75 == pytest.approx(440, rel=0.03)

    def test_its_times_are_those_of_the_film(self, recording: Microphone) -> None:
        first = recording.read()
        assert first is not None
        assert first.time == pytest.approx(0.0, abs=0.06)
        last = first
        while (clip := recording.read()) is not None:
            assert clip.time == pytest.approx(last.until, abs=1e-3)
            last = clip


def test_a_kiosk_without_a_microphone_says_so() -> None:
    microphone = make_microphone("none:")
    assert microphone.kind is SoundKind.ABSENT
    with pytest.raises(MicrophoneMissing):
        microphone.open()
    with pytest.raises(MicrophoneLost):
        microphone.read()
    microphone.close()
