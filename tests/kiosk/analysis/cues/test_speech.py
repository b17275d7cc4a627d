"""Lips and sound in time: both sides simulated, and what cannot be judged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.cues import speech as measuring
from calibration.cues.voices import (
    Speaker,
    Syllable,
    clips_of,
    draw_speaker,
    draw_words,
    lips_of,
    still_lips,
    voice_of,
    with_noise,
)
from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.cues.speech import CUE, EARLIEST, LATEST, lip_timing, other_voice
from kiosk.analysis.heard import SoundTrack, VoiceSegment
from kiosk.analysis.hearing.loudness import Loudness
from kiosk.analysis.hearing.voice import voice_segments
from kiosk.sound.clip import Clip

MANY = 15
SPEAKER = Speaker(pitch=130, articulation=0.4, lead=0.08, frame_rate=25, scatter=0.01)


def _track(clips: list[Clip]) -> SoundTrack:
    loudness = Loudness()
    for clip in clips:
        loudness.hear(clip)
    track = loudness.track()
    assert track is not None
    return track


def _passed(make: Callable[[np.random.Generator], measuring.Presentation]) -> float:
    return float((measuring.scores(make, MANY, seed=7) >= operating_point(CUE).threshold).mean())


def test_speaking_people_pass() -> None:
    assert _passed(measuring.bona_fide) >= 0.8


@pytest.mark.parametrize("species", sorted(set(measuring.ATTACKS) - {"dub_+200"}))
def test_what_is_not_said_by_these_lips_does_not_pass(species: str) -> None:
    assert _passed(measuring.ATTACKS[species]) <= 0.1


def test_the_lag_is_found() -> None:
    rng = np.random.default_rng(1)
    words = draw_words(rng, 5, begins=1.0, pause=0.3)
    lips = lips_of(words, SPEAKER, 8.0, rng)
    track = _track(clips_of(with_noise(voice_of(words, SPEAKER, 8.0, rng), 30, rng)))
    timing = lip_timing(lips, track, 0.1, 7.9)
    assert timing is not None
    assert timing.lag == pytest.approx(SPEAKER.lead, abs=0.08)
    assert timing.reached == 0.0
    assert timing.correlation > 0.5


def test_chance_is_the_share_of_shifts_that_people_have() -> None:
    rng = np.random.default_rng(2)
    words = draw_words(rng, 4, begins=1.0, pause=0.3)
    track = _track(clips_of(voice_of(words, SPEAKER, 9.0, rng)))
    timing = lip_timing(lips_of(words, SPEAKER, 9.0, rng), track, 0.0, 9.0)
    assert timing is not None
    assert timing.chance == pytest.approx((LATEST - EARLIEST) / 9.0, abs=0.01)
    # And so it comes out: of sounds that have nothing to do with the lips few fit best within those shifts.
    scores = measuring.scores(measuring.other_sound, 40, seed=3)
    assert (scores > 0).mean() <= 5 * timing.chance


@pytest.mark.parametrize(
    "lips",
    [
        (),
        ((1.0, 0.1),),
        tuple((0.25 * step, 0.1) for step in range(32)),
        tuple((0.04 * step, 0.1) for step in range(40)),
        tuple((0.04 * step, float("nan")) for step in range(200)),
    ],
    ids=["none", "one", "four_a_second", "gone_after_1.6_s", "not_numbers"],
)
def test_lips_that_were_hardly_seen_are_not_judged(lips: tuple[tuple[float, float], ...]) -> None:
    rng = np.random.default_rng(4)
    words = draw_words(rng, 4, begins=1.0, pause=0.3)
    assert lip_timing(lips, _track(clips_of(voice_of(words, SPEAKER, 8.0, rng))), 0.0, 8.0) is None


def test_a_time_too_short_is_not_judged() -> None:
    rng = np.random.default_rng(5)
    words = draw_words(rng, 2, begins=0.2, pause=0.1)
    track = _track(clips_of(voice_of(words, SPEAKER, 2.0, rng)))
    assert lip_timing(lips_of(words, SPEAKER, 2.0, rng), track, 0.0, 2.0) is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=20),
    st.lists(st.floats(-100, 0, allow_nan=False), min_size=1, max_size=20),
)
def test_whatever_is_measured_the_score_is_a_number(opening: list[float], levels: list[float]) -> None:
    lips = tuple((0.04 * step, opening[step * 7 % len(opening)]) for step in range(200))
    track = SoundTrack(0.0, 0.01, tuple(levels[step // 11 % len(levels)] for step in range(820)), (0.0,) * 820)
    timing = lip_timing(lips, track, 0.0, 7.9)
    assert timing is not None
    assert -2.0 <= timing.score <= 1.0 + 1e-9
    assert 0.0 <= timing.reached <= 1.0
    assert EARLIEST - 1e-6 <= timing.lag <= LATEST + 1e-6


def test_a_voice_of_another_is_heard_while_the_lips_are_still() -> None:
    rng = np.random.default_rng(6)
    words = draw_words(rng, 5, begins=1.0, pause=0.3)
    segments = voice_segments(_track(clips_of(with_noise(voice_of(words, SPEAKER, 8.0, rng), 30, rng))))
    spoken = sum(segment.until - segment.since for segment in segments)
    assert other_voice(still_lips(SPEAKER, 8.0, rng), segments) > 0.8 * spoken
    assert other_voice(lips_of(words, SPEAKER, 8.0, rng), segments) < 0.25 * spoken


def test_where_the_lips_were_not_seen_nobody_else_is_named() -> None:
    assert other_voice((), [VoiceSegment(1.0, 4.0)]) == 0.0
    away = tuple((10.0 + 0.04 * step, 0.1) for step in range(100))
    assert other_voice(away, [VoiceSegment(1.0, 4.0)]) == 0.0


def test_other_voices_over_many_speakers() -> None:
    rng = np.random.default_rng(8)
    own, foreign = [], []
    for _ in range(12):
        speaker = draw_speaker(rng)
        words = draw_words(rng, 5, begins=1.0, pause=0.3)
        segments = voice_segments(_track(clips_of(with_noise(voice_of(words, speaker, 8.0, rng), 25, rng))))
        own.append(other_voice(lips_of(words, speaker, 8.0, rng), segments))
        foreign.append(other_voice(still_lips(speaker, 8.0, rng), segments))
    assert np.median(own) < 0.2
    assert np.median(foreign) > 0.8


def test_the_simulation_is_the_same_each_time() -> None:
    first, second = (measuring.bona_fide(np.random.default_rng(9)) for _ in range(2))
    assert first[0] == second[0]
    assert all((a.samples == b.samples).all() for a, b in zip(first[1], second[1], strict=True))


def test_a_syllable_opens_the_mouth_before_it_is_heard() -> None:
    rng = np.random.default_rng(10)
    syllable = Syllable(2.0, 0.3, 1.0, 1.0, (700, 1220), 0.0)
    lips = lips_of([syllable], SPEAKER, 4.0, rng)
    widest = max(lips, key=lambda sample: sample[1])[0]
    assert 1.95 < widest < 2.2
