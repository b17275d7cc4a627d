"""Loudness and pitch of a stretch of sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.analysis.hearing.loudness import STEP, Loudness
from kiosk.sound.clip import Clip
from kiosk.sound.port import RATE


def _heard(samples: np.ndarray, lengths: list[int], start: float = 5.0) -> Loudness:
    loudness, at = Loudness(), 0
    for length in lengths:
        loudness.hear(Clip(samples[at : at + length].astype(np.float32), RATE, start + at / RATE))
        at += length
    return loudness


def _tone(frequency: float, amplitude: float, seconds: float = 1.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def test_a_full_tone_is_three_decibels_below_full_scale() -> None:
    track = _heard(_tone(1000, 1.0), [RATE]).track()
    assert track is not None
    assert np.median(track.levels) == pytest.approx(-3.0, abs=0.3)
    quieter = _heard(_tone(1000, 0.1), [RATE]).track()
    assert quieter is not None
    assert np.median(quieter.levels) == pytest.approx(-23.0, abs=0.3)


@pytest.mark.parametrize("frequency", [50, 7000])
def test_hum_and_hiss_outside_speech_hardly_count(frequency: float) -> None:
    track = _heard(_tone(frequency, 1.0), [RATE]).track()
    assert track is not None
    assert np.median(track.levels) < -25


@pytest.mark.parametrize("pitch", [85, 120, 220, 350])
def test_a_voice_s_pitch_is_told_from_noise(pitch: float) -> None:
    voice = sum(_tone(pitch * harmonic, 0.2 / harmonic) for harmonic in range(1, 8))
    sung = _heard(np.asarray(voice), [RATE]).track()
    noise = _heard(np.random.default_rng(1).normal(0, 0.1, RATE), [RATE]).track()
    assert sung is not None
    assert noise is not None
    assert np.median(sung.periodic) > 0.8
    assert np.median(noise.periodic) < 0.4


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20))
def test_how_sound_is_cut_into_clips_changes_nothing(lengths: list[int]) -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, sum(lengths))
    cut, whole = _heard(samples, lengths).track(), _heard(samples, [sum(lengths)]).track()
    if whole is None:
        assert cut is None
        return
    assert cut is not None
    assert cut.start == whole.start
    assert cut.levels == pytest.approx(whole.levels, abs=1e-6)


def test_sound_that_was_lost_keeps_its_place_in_time() -> None:
    loudness = Loudness()
    tone = _tone(500, 0.5).astype(np.float32)
    loudness.hear(Clip(tone, RATE, 10.0))
    loudness.hear(Clip(tone, RATE, 13.0))
    track = loudness.track()
    assert track is not None
    assert len(track.levels) * STEP == pytest.approx(4.0, abs=0.1)
    assert track.levels[200] == -100.0
    assert track.levels[350] > -20


def test_wiped_it_has_heard_nothing() -> None:
    loudness = _heard(_tone(500, 0.5), [RATE])
    loudness.wipe()
    assert loudness.track() is None
