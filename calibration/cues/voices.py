"""Simulated speakers: the sound of words made of syllables, and how the lips moved with it. Every draw from one source.

What a real mouth shares with its sound is drawn, not copied: how far it opens says only in part how loud a syllable is,
the lips lead by a time of their own, frames come late, landmarks scatter, people smile, swallow and mumble.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.heard import LipSample
from kiosk.sound.clip import Clip
from kiosk.sound.port import RATE

_Row = NDArray[np.float64]
_FORMANTS = ((700, 1220), (400, 2000), (300, 2300), (500, 900), (350, 800), (600, 1700))


@dataclass(frozen=True)
class Syllable:
    """One opening of the mouth."""

    begins: float
    seconds: float
    loudness: float
    opening: float
    formants: tuple[int, int]
    hiss: float
    """seconds of noise before the vowel (s, f, th)"""


@dataclass(frozen=True)
class Speaker:
    """How one person speaks and is seen."""

    pitch: float
    articulation: float
    """how far the mouth opens at its widest, 0..1"""
    lead: float
    """seconds by which the lips are ahead"""
    frame_rate: float
    scatter: float
    """of the measured opening"""


def draw_speaker(rng: np.random.Generator) -> Speaker:
    """Give a speaker: mumbling to clear, low to high voice, seen at 12 to 30 frames a second."""
    return Speaker(
        pitch=rng.uniform(90, 260),
        articulation=rng.uniform(0.12, 0.6),
        lead=rng.uniform(0.0, 0.16),
        frame_rate=rng.uniform(12, 30),
        scatter=rng.uniform(0.006, 0.02),
    )


def draw_words(rng: np.random.Generator, count: int, *, begins: float, pause: float) -> list[Syllable]:
    """Give words of one or two syllables, such as digits, with pauses about so long between them."""
    syllables, now = [], begins
    for _ in range(count):
        for _ in range(1 + int(rng.random() < 0.35)):
            opening = rng.uniform(0.35, 1.0)
            syllables.append(
                Syllable(
                    begins=now,
                    seconds=rng.uniform(0.14, 0.34),
                    loudness=float(np.clip(0.5 * opening + 0.5 * rng.uniform(0.35, 1.0), 0.2, 1.0)),
                    opening=opening,
                    formants=_FORMANTS[rng.integers(len(_FORMANTS))],
                    hiss=rng.uniform(0.05, 0.14) if rng.random() < 0.4 else 0.0,
                )
            )
            now += syllables[-1].seconds + syllables[-1].hiss + rng.uniform(0.02, 0.06)
        now += pause * rng.uniform(0.4, 1.8)
    return syllables


def shifted(syllables: list[Syllable], seconds: float) -> list[Syllable]:
    """Give the same words said later."""
    return [replace(syllable, begins=syllable.begins + seconds) for syllable in syllables]


def voice_of(syllables: list[Syllable], speaker: Speaker, seconds: float, rng: np.random.Generator) -> _Row:
    """Give the sound, loudest at about 0.3, without any noise round it."""
    sound = np.zeros(int(seconds * RATE))
    for syllable in syllables:
        vowel = _vowel(syllable, speaker, rng)
        start = int((syllable.begins + syllable.hiss) * RATE)
        if syllable.hiss:
            hiss = 0.05 * np.diff(rng.normal(size=int(syllable.hiss * RATE) + 1))
            _add(sound, hiss * np.hanning(len(hiss)), int(syllable.begins * RATE))
        _add(sound, 0.3 * syllable.loudness * vowel, start)
    return sound


def lips_of(
    syllables: list[Syllable], speaker: Speaker, seconds: float, rng: np.random.Generator
) -> tuple[LipSample, ...]:
    """Give the mouth's opening as frames show it: words, unrest between them, scatter."""
    count = int(seconds * speaker.frame_rate)
    times = np.sort((np.arange(count) + rng.uniform(-0.2, 0.2, count)) / speaker.frame_rate)
    opening = 0.03 + 0.02 * np.sin(2 * np.pi * times / rng.uniform(3, 8) + rng.uniform(0, 6))
    for syllable in syllables:
        lead = speaker.lead + rng.normal(0, 0.025)
        middle = syllable.begins + syllable.hiss + syllable.seconds / 2 - lead
        width = syllable.seconds / 2 + 0.07
        bump = np.cos(np.clip((times - middle) / width, -1, 1) * np.pi / 2) ** 2
        opening = np.maximum(opening, 0.03 + speaker.articulation * syllable.opening * rng.uniform(0.75, 1.1) * bump)
    if rng.random() < 0.4:
        # A swallow, a breath, a smile: a movement that no sound belongs to.
        middle, width = rng.uniform(0, seconds), rng.uniform(0.2, 0.6)
        bump = np.cos(np.clip((times - middle) / width, -1, 1) * np.pi / 2) ** 2
        opening = opening + 0.4 * speaker.articulation * bump
    measured = np.clip(opening + rng.normal(0, speaker.scatter, count), 0, 1)
    return tuple((float(time), float(value)) for time, value in zip(times, measured, strict=True))


def still_lips(speaker: Speaker, seconds: float, rng: np.random.Generator) -> tuple[LipSample, ...]:
    """Give the mouth of somebody who says nothing."""
    return lips_of([], speaker, seconds, rng)


def with_noise(sound: _Row, decibels: float, rng: np.random.Generator) -> _Row:
    """Add the noise of a hall (falling with frequency) so far below the voice's loudest tenth of a second."""
    noise = np.cumsum(rng.normal(size=len(sound)))
    noise -= np.convolve(np.pad(noise, 40, mode="edge"), np.ones(81) / 81, "valid")
    frames = sound[: len(sound) // 1600 * 1600].reshape(-1, 1600)
    loudest = float(np.sqrt((frames**2).mean(axis=1).max())) if len(frames) else 0.0
    level = max(loudest, 0.02) * 10 ** (-decibels / 20)
    return sound + noise * level / np.sqrt((noise**2).mean())


def clips_of(sound: _Row, time: float = 0.0) -> list[Clip]:
    """Give the sound as a microphone does, in clips of 40 ms that begin at a time."""
    samples = np.clip(sound, -1, 1).astype(np.float32)
    length = RATE // 25
    return [Clip(samples[at : at + length].copy(), RATE, time + at / RATE) for at in range(0, len(samples), length)]


def _vowel(syllable: Syllable, speaker: Speaker, rng: np.random.Generator) -> _Row:
    length = int(syllable.seconds * RATE)
    times = np.arange(length) / RATE
    pitch = speaker.pitch * (1 + 0.06 * np.cos(np.pi * times / syllable.seconds)) * rng.uniform(0.92, 1.08)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave = np.zeros(length)
    for harmonic in range(1, int(3500 / speaker.pitch)):
        frequency = harmonic * speaker.pitch
        gain = sum(1 / (1 + ((frequency - formant) / 120) ** 2) for formant in syllable.formants) + 0.02
        wave += gain / harmonic**0.5 * np.sin(harmonic * phase)
    envelope = np.minimum(1, np.minimum(times, syllable.seconds - times) / 0.05)
    return wave / max(1e-9, np.abs(wave).max()) * envelope


def _add(sound: _Row, part: _Row, start: int) -> None:
    end = min(len(sound), start + len(part))
    if 0 <= start < end:
        sound[start:end] += part[: end - start]
