"""Listens through a session's last minutes: numbers all the time, the sound itself only while digits are said."""

from __future__ import annotations

from kiosk.analysis.heard import SpeechAsked, SpeechJudgement
from kiosk.analysis.hearing.judging import judge_speech
from kiosk.analysis.hearing.loudness import Loudness
from kiosk.analysis.hearing.recogniser import Recogniser
from kiosk.sound.clip import Clip
from kiosk.sound.port import Microphone

_MOST_KEPT = 60.0
"""seconds of sound that are held at once; speaking digits takes far less"""
_MOST_HEARD = 300.0


class Listener:
    """Owns the microphone and what was heard; used by one thread. Sound is overwritten as soon as it is done with."""

    def __init__(self, microphone: Microphone, recogniser: Recogniser | None) -> None:
        """Take both; nothing is opened yet."""
        self._microphone = microphone
        self._recogniser = recogniser
        self._loudness = Loudness()
        self._kept: list[Clip] = []
        self._keeping = False
        self._ended = True
        self.heard_until = float("-inf")
        """session seconds up to which sound was heard"""

    @property
    def listening(self) -> bool:
        """Tell whether more can be heard."""
        return not self._ended

    def open(self) -> None:
        """Begin. Raises ``MicrophoneError`` branches and, for a recording, ``BadInput``."""
        self.stop()
        self._microphone.open()
        self._ended = False

    def hear(self) -> None:
        """Hear one clip. Raises ``MicrophoneLost``."""
        if self._ended:
            return
        clip = self._microphone.read()
        if clip is None:
            self._ended = True
            return
        self.heard_until = clip.until
        held = sum(len(kept.samples) for kept in self._kept) / clip.rate
        track = self._loudness.track()
        if track is None or track.seconds < _MOST_HEARD:
            self._loudness.hear(clip)
        if self._keeping and held < _MOST_KEPT:
            self._kept.append(clip)
        else:
            clip.wipe()

    def keep(self) -> None:
        """Hold the sound itself from now on: the digits are on the screen."""
        self._keeping = True

    def judge(self, asked: SpeechAsked) -> SpeechJudgement:
        """Judge what was said, and let go of the sound."""
        judgement = judge_speech(asked, self._loudness.track(), self._kept, self._recogniser)
        self._let_go()
        return judgement

    def stop(self) -> None:
        """Let go of microphone, sound and numbers; may be called at any time."""
        self._microphone.close()
        self._ended = True
        self._let_go()
        self._loudness.wipe()
        self.heard_until = float("-inf")

    def _let_go(self) -> None:
        self._keeping = False
        for clip in self._kept:
            clip.wipe()
        self._kept.clear()
