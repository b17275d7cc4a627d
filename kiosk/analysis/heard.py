"""What analysis says of sound. Types only: no samples, no numpy, nothing that identifies a voice."""

from __future__ import annotations

from dataclasses import dataclass

LipSample = tuple[float, float]
"""a frame's moment in seconds, the mouth's opening 0..1"""


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """How loud it was, and how far it sounded like a voice, in steps of one length."""

    start: float
    """seconds on the session's clock, middle of the first step"""
    step: float
    levels: tuple[float, ...]
    """decibels of full scale within the band of speech"""
    periodic: tuple[float, ...]
    """0 noise .. 1 a tone of a voice's pitch"""

    @property
    def seconds(self) -> float:
        """Give how long it listened."""
        return len(self.levels) * self.step


@dataclass(frozen=True, slots=True)
class VoiceSegment:
    """A stretch of speech between two silences."""

    since: float
    until: float


@dataclass(frozen=True, slots=True)
class LipTiming:
    """How well lips and sound fit together in time."""

    score: float
    """correlation at the best lag that a person can have, less the best at any other shift of the same sound"""
    correlation: float
    """at the best lag that a person can have"""
    lag: float
    """that lag in seconds, positive when the sound follows the lips"""
    reached: float
    """share of the time-shifted surrogates that reach the correlation"""
    surrogates: int
    chance: float
    """how often the score of lips and sound that have nothing to do with each other is above 0"""


@dataclass(frozen=True, slots=True)
class HeardDigits:
    """What a recogniser took the sound for."""

    digits: tuple[int, ...]
    """empty: nothing that it takes for digits"""
    confidence: float
    """0..1"""
    recogniser: str
    """its name and version"""


@dataclass(frozen=True, slots=True)
class SpeechAsked:
    """What is to be judged: digits that were shown, and how the lips moved."""

    digits: tuple[int, ...]
    language: str
    since: float
    """seconds on the session's clock at which the digits were shown"""
    until: float
    lips: tuple[LipSample, ...]
    """over the whole time that was listened to, also before the digits were shown"""


@dataclass(frozen=True, slots=True)
class SpeechJudgement:
    """What lips and sound say together; numbers only."""

    voice_seconds: float
    """speech while the digits were on the screen"""
    segments: int
    """stretches of speech in that time: digits said one by one make as many"""
    onset: float | None
    """seconds from the showing of the digits to the first speech"""
    timing: LipTiming | None
    """None: too little was heard or seen to say it"""
    threshold: float
    rate: float
    """share of bona fide speakers whom the threshold refuses, as measured"""
    heard: HeardDigits | None
    """None: no recogniser for the language"""
    listened: float = 0.0
    """seconds before the digits were shown in which the lips were seen too"""
    other_voice: float = 0.0
    """seconds of speech in that time while the lips did not move: somebody else's voice, near or from a loudspeaker"""
