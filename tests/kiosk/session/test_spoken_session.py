"""A whole session with a microphone: a person who says the digits, a dub, a mute one, and none at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from kiosk.analysis.facts import FaceFacts
from kiosk.analysis.heard import HeardDigits
from kiosk.analysis.hearing.listener import Listener
from kiosk.analysis.hearing.recogniser import Recogniser
from kiosk.analysis.pipeline import Analyst
from kiosk.errors import MicrophoneLost
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.state import Session, Step
from kiosk.session.headless import HeadlessResult, run_headless
from kiosk.sound.clip import Clip, Samples, SoundKind
from kiosk.sound.opening import make_microphone
from kiosk.sound.port import RATE, Microphone

WORDS = ((1.0, 0.4), (2.1, 0.3), (2.9, 0.45), (4.2, 0.35))
"""when each digit begins after they are shown, and how long it takes"""


class Speaker:
    """Says four digits once they are shown; the sound comes ``later`` than the lips."""

    kind = SoundKind.DEVICE
    uri = "alsa:test"

    def __init__(self, later: float = 0.06, *, lips: bool = True, voice: bool = True) -> None:
        self.later, self.lips, self.voice = later, lips, voice
        self.shown: float | None = None
        self.digits: tuple[int, ...] = ()
        self.opened, self.at = False, 0
        self.clips: list[Clip] = []
        self.opened_in: list[Step] = []
        self.step = Step.WELCOME
        self._noise = np.random.default_rng(5)

    def saw(self, session: Session) -> None:
        self.step = session.step
        if session.spoken.phase == "say":
            self.shown, self.digits = session.spoken.phase_since, session.spoken.digits

    def speaks(self, moment: np.ndarray | float, later: float) -> Any:
        since = np.inf if self.shown is None else self.shown
        return sum(((moment >= since + at + later) & (moment < since + at + later + long)) * 1.0 for at, long in WORDS)

    def mouth(self, moment: float) -> float:
        still = 0.05 + float(self._noise.normal(0, 0.008))
        return max(0.0, still + (0.4 * float(self.speaks(np.float64(moment), 0.0)) if self.lips else 0.0))

    def open(self) -> None:
        self.opened = True
        self.opened_in.append(self.step)

    def read(self) -> Clip | None:
        if not self.opened:
            raise MicrophoneLost("closed")
        times = (self.at + np.arange(640)) / RATE
        self.at += 640
        tone = sum(0.08 * np.sin(2 * np.pi * 130 * harmonic * times) for harmonic in range(1, 6))
        sound = tone * self.speaks(times, self.later) if self.voice else np.zeros(640)
        clip = Clip((sound + self._noise.normal(0, 1e-3, 640)).astype(np.float32), RATE, float(times[0]))
        self.clips.append(clip)
        return clip

    def close(self) -> None:
        self.opened = False


class Reader:
    """Reads what it is told to; None: the very digits that were shown."""

    languages = frozenset({"en"})

    def __init__(self, speaker: Speaker, digits: tuple[int, ...] | None = None) -> None:
        self.speaker, self.digits = speaker, digits

    def recognise(self, samples: Samples, count: int, language: str) -> HeardDigits:
        assert len(samples) > RATE
        return HeardDigits(self.speaker.digits if self.digits is None else self.digits, 0.9, f"test {language} {count}")


def led(world: Any, speaker: Speaker, recogniser: Recogniser | None, microphone: Microphone) -> HeadlessResult:
    plain = world.person.face

    def face() -> FaceFacts:
        facts: FaceFacts = plain()
        speaking = speaker.shown is not None and speaker.step is Step.AWARENESS
        return replace(facts, mouth_open=speaker.mouth(world.person.now)) if speaking else facts

    world.analyst.face = face
    return run_headless(
        world.order(),
        cast("Analyst", world.analyst),
        world.camera,
        world.registrar,
        new_id=lambda: "session-1",
        new_seed=lambda: 7,
        cue=world.person.cue,
        watch=speaker.saw,
        listener=Listener(microphone, recogniser),
    )


def spoken(result: HeadlessResult) -> Finding:
    found = result.before_wipe.evidence.of(Check.SPOKEN)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("speaker", "read", "code"),
    [
        (Speaker(), None, "said"),
        (Speaker(), (9, 9, 9, 9), "spoken_wrong_digits"),
        (Speaker(later=0.8), None, "spoken_out_of_time"),
        (Speaker(lips=False), None, "spoken_out_of_time"),
        (Speaker(voice=False), None, "spoken_not_heard"),
    ],
    ids=["said", "other_digits", "dubbed", "lips_still", "mute"],
)
def test_each_way_of_speaking_has_its_finding(
    world: Any, speaker: Speaker, read: tuple[int, ...] | None, code: str
) -> None:
    result = led(world, speaker, Reader(speaker, read), speaker)
    assert spoken(result).code == code
    # Whatever is found, what the session leads to hangs on the rest.
    assert result.session.step is Step.RESULT
    assert not [reason for reason in result.session.reasons if reason.startswith("spoken")]
    # The microphone was opened for awareness alone, and nothing of it stays.
    assert len(speaker.opened_in) == 1
    assert not speaker.opened
    assert not any(clip.samples.any() for clip in speaker.clips)


def test_without_a_recogniser_lips_and_sound_are_still_judged(world: Any) -> None:
    speaker = Speaker()
    finding = spoken(led(world, speaker, None, speaker))
    assert finding.code == "spoken_no_recogniser"
    assert finding.score is not None
    assert finding.threshold is not None
    assert finding.score >= finding.threshold


def test_without_a_microphone_the_session_is_as_ever(world: Any) -> None:
    speaker = Speaker()
    result = led(world, speaker, None, make_microphone("none:"))
    assert spoken(result).code == "spoken_no_microphone"
    assert speaker.shown is None
    assert result.session.step is Step.RESULT
