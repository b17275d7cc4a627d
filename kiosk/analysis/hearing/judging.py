"""From what was heard and seen to one judgement of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.cues.speech import CUE, lip_timing, other_voice
from kiosk.analysis.heard import HeardDigits, SoundTrack, SpeechAsked, SpeechJudgement
from kiosk.analysis.hearing.recogniser import Recogniser
from kiosk.analysis.hearing.voice import spoken_within, voice_segments
from kiosk.sound.clip import Clip, Samples
from kiosk.sound.port import RATE

_ROUND = 0.2
"""seconds kept before and after what is taken for speech: a recogniser needs the soft beginnings"""


def judge_speech(
    asked: SpeechAsked, track: SoundTrack | None, clips: Sequence[Clip], recogniser: Recogniser | None
) -> SpeechJudgement:
    """Judge the speech of a session; ``clips`` are the sound from the showing of the digits on."""
    point = operating_point(CUE)
    segments = voice_segments(track) if track is not None else ()
    said = spoken_within(segments, asked.since, asked.until)
    before = [sample for sample in asked.lips if sample[0] < asked.since]
    earlier = spoken_within(segments, before[0][0], asked.since) if before else ()
    timing = None
    if track is not None and said:
        timing = lip_timing(asked.lips, track, asked.since, asked.until)
    heard = None
    if recogniser is not None and asked.language in recogniser.languages:
        heard = HeardDigits((), 0.0, "")
        if said:
            part = _between(clips, said[0].since - _ROUND, said[-1].until + _ROUND)
            heard = recogniser.recognise(part, len(asked.digits), asked.language)
            part.fill(0.0)
    return SpeechJudgement(
        voice_seconds=sum(segment.until - segment.since for segment in said),
        segments=len(said),
        onset=said[0].since - asked.since if said else None,
        timing=timing,
        threshold=point.threshold,
        rate=point.bpcer,
        heard=heard,
        listened=max(0.0, asked.since - max(before[0][0], track.start)) if before and track is not None else 0.0,
        other_voice=other_voice(before, earlier),
    )


def _between(clips: Sequence[Clip], since: float, until: float) -> Samples:
    """Give a copy of the sound between two moments."""
    parts = []
    for clip in clips:
        first, last = int(max(0.0, since - clip.time) * RATE), int(max(0.0, until - clip.time) * RATE)
        parts.append(clip.samples[first:last])
    return np.concatenate(parts) if parts else np.empty(0, np.float32)
