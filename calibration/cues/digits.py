"""Measures the recogniser of spoken digits on synthesised voices in noise: ``python -m calibration.cues.digits``.

Needs Debian's ``flite`` and ``espeak-ng``. The recogniser's few settings (grammar, silence, beams) were chosen by
looking at other sequences of the same voices; no real person, kiosk, microphone or crowd has been tried.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import wave
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calibration.cues.rates import said
from calibration.cues.voices import clips_of, with_noise
from kiosk.analysis.hearing.loudness import Loudness
from kiosk.analysis.hearing.recogniser import find_recogniser
from kiosk.analysis.hearing.voice import voice_segments
from kiosk.analysis.hearing.words import WORDS
from kiosk.sound.port import RATE

Sound = NDArray[np.float64]
COUNT = 4
FLITE = ("kal16", "awb", "rms", "slt")
ESPEAK = ("en-us", "en-gb", "en-us+f3", "en-us+m3")
NOISES = (40.0, 20.0, 15.0, 10.0, 5.0)


def flite(text: str, voice: str, rng: np.random.Generator) -> Sound:
    """Say a text by Flite, a little slower or faster each time."""
    stretch = f"duration_stretch={rng.uniform(0.9, 1.2):.2f}"
    return _run(["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", "/dev/stdout"])


def espeak(text: str, voice: str, rng: np.random.Generator) -> Sound:
    """Say a text by eSpeak, at a speed and pitch of its own each time."""
    manner = ["-s", str(rng.integers(110, 160)), "-p", str(rng.integers(30, 70)), "-g", "8"]
    return _run(["espeak-ng", "-v", voice, *manner, "--stdout", text])


def _run(command: list[str]) -> Sound:
    sound = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(sound)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(10**8), np.int16) / 32768
    length = int(len(samples) * RATE / rate)
    return np.interp(np.arange(length) * rate / RATE, np.arange(len(samples)), samples)


def measure(
    say: Callable[[str, str, np.random.Generator], Sound], voices: tuple[str, ...], each: int, decibels: float
) -> tuple[list[int], int, int]:
    """Give for each voice how often all digits were read, how many single digits were, and how many were said."""
    recogniser = find_recogniser()
    if recogniser is None:
        raise SystemExit("no recogniser is installed: pip install 'gishe[speech]'")
    rng = np.random.default_rng(17)
    whole, single = [0] * len(voices), 0
    for place, voice in enumerate(voices):
        for _ in range(each):
            digits = tuple(int(digit) for digit in rng.integers(0, 10, COUNT))
            text = ", ".join(WORDS["en"][digit] for digit in digits)
            sound = np.pad(say(text, voice, rng), RATE // 4)
            sound = with_noise(0.3 * sound / np.abs(sound).max(), decibels, rng)
            heard = recogniser.recognise(np.clip(sound, -1, 1).astype(np.float32), COUNT, "en").digits
            whole[place] += heard == digits
            single += sum(a == b for a, b in zip(heard, digits, strict=False))
    return whole, single, each * len(voices) * COUNT


def counted(language: str, each: int, decibels: float) -> int:
    """Give how often digits said one by one made as many stretches of speech: evidence that needs no recogniser."""
    rng = np.random.default_rng(18)
    matched = 0
    for _ in range(each):
        text = ", ".join(WORDS[language][digit] for digit in rng.integers(0, 10, COUNT))
        sound = np.pad(espeak(text, language, rng), RATE // 2)
        sound = with_noise(0.3 * sound / np.abs(sound).max(), decibels, rng)
        loudness = Loudness()
        for clip in clips_of(sound):
            loudness.hear(clip)
        track = loudness.track()
        matched += track is not None and len(voice_segments(track)) == COUNT
    return matched


def main() -> None:
    """Print a row for each synthesiser and noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=25, help="sequences of each voice")
    each = parser.parse_args().each
    for name, say, voices in (("flite", flite, FLITE), ("espeak-ng", espeak, ESPEAK)):
        if shutil.which(name) is None:
            print(f"{name}: not installed")
            continue
        for decibels in NOISES:
            whole, single, of = measure(say, voices, each, decibels)
            by_voice = ", ".join(f"{voice} {right}" for voice, right in zip(voices, whole, strict=True))
            print(f"{name:9} {decibels:4.0f} dB  all four right {said(sum(whole), each * len(voices))} ({by_voice})")
            print(f"{'':18}single digits {said(single, of)}", flush=True)
    for language in sorted(WORDS) if shutil.which("espeak-ng") else ():
        for decibels in (40.0, 15.0):
            share = said(counted(language, each, decibels), each)
            print(f"{language}  {decibels:4.0f} dB  as many stretches of speech as digits {share}", flush=True)


if __name__ == "__main__":
    main()
