"""Where speech is, and what only sounds loud."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.cues.voices import Speaker, Syllable, clips_of, voice_of, with_noise
from kiosk.analysis.heard import SoundTrack, VoiceSegment
from kiosk.analysis.hearing.loudness import Loudness
from kiosk.analysis.hearing.voice import spoken_within, voice_segments
from kiosk.sound.port import RATE

SPEAKER = Speaker(pitch=140, articulation=0.5, lead=0.05, frame_rate=25, scatter=0.01)
DIGITS = [Syllable(at, 0.3, 0.9, 0.8, (700, 1220), 0.0) for at in (1.0, 2.0, 3.0, 4.0)]


def _track(sound: np.ndarray) -> SoundTrack:
    loudness = Loudness()
    for clip in clips_of(sound):
        loudness.hear(clip)
    track = loudness.track()
    assert track is not None
    return track


@pytest.mark.parametrize("decibels", [10, 20, 40])
def test_four_digits_are_four_stretches_at_their_times(decibels: float) -> None:
    rng = np.random.default_rng(3)
    segments = voice_segments(_track(with_noise(voice_of(DIGITS, SPEAKER, 6.0, rng), decibels, rng)))
    assert len(segments) == 4
    for segment, digit in zip(segments, DIGITS, strict=True):
        assert segment.since == pytest.approx(digit.begins, abs=0.08)
        assert segment.until == pytest.approx(digit.begins + digit.seconds, abs=0.08)


def test_noise_knocks_and_silence_are_no_speech() -> None:
    rng = np.random.default_rng(4)
    assert voice_segments(_track(rng.normal(0, 0.05, 5 * RATE))) == ()
    assert voice_segments(_track(np.zeros(5 * RATE))) == ()
    knocks = rng.normal(0, 0.002, 5 * RATE)
    for at in (1, 2, 3):
        knocks[at * RATE : at * RATE + RATE // 5] += rng.normal(0, 0.3, RATE // 5)
    assert voice_segments(_track(knocks)) == ()


def test_a_whisper_far_away_is_not_said_to_this_kiosk() -> None:
    rng = np.random.default_rng(5)
    quiet = 0.001 * voice_of(DIGITS, SPEAKER, 6.0, rng)
    assert voice_segments(_track(quiet)) == ()


def test_stretches_are_cut_at_the_ends_of_a_time() -> None:
    segments = (VoiceSegment(0.0, 1.0), VoiceSegment(2.0, 3.0), VoiceSegment(5.0, 6.0))
    assert spoken_within(segments, 0.5, 2.5) == (VoiceSegment(0.5, 1.0), VoiceSegment(2.0, 2.5))
    assert spoken_within(segments, 3.5, 4.5) == ()
