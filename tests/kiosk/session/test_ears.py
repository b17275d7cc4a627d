"""The session's ears: what they answer, when they stop, and that no sound stays behind."""

from __future__ import annotations

import queue
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.analysis.heard import HeardDigits, SpeechAsked, SpeechJudgement
from kiosk.analysis.hearing.listener import Listener
from kiosk.errors import MicrophoneBusy, MicrophoneLost
from kiosk.flow.answers import ListeningFailed, ListeningStarted, SpeechFailed, SpeechJudged
from kiosk.flow.events import Event
from kiosk.session.ears import InlineEars, ThreadedEars
from kiosk.sound.clip import Clip, Samples, SoundKind
from kiosk.sound.opening import make_microphone
from kiosk.sound.port import RATE

SECONDS = 6.0


def _speech() -> np.ndarray:
    """Four tones with a voice's pitch in noise: at 2, 3, 4 and 5 seconds."""
    times = np.arange(int(SECONDS * RATE)) / RATE
    voice = sum(0.1 * np.sin(2 * np.pi * 140 * harmonic * times) for harmonic in range(1, 6))
    on = sum(((times > at) & (times < at + 0.4)).astype(float) for at in (2, 3, 4, 5))
    return np.asarray(voice * on + np.random.default_rng(1).normal(0, 1e-3, len(times)))


def _lips() -> tuple[tuple[float, float], ...]:
    times = np.arange(0, SECONDS, 1 / 25)
    on = sum(((times > at - 0.05) & (times < at + 0.35)).astype(float) for at in (2, 3, 4, 5))
    opening = 0.05 + 0.4 * on + np.random.default_rng(2).normal(0, 0.01, len(times))
    return tuple((float(time), float(value)) for time, value in zip(times, opening, strict=True))


ASKED = SpeechAsked((4, 0, 7, 1), "en", 1.5, SECONDS, _lips())


class Device:
    """A microphone that gives a sound, and then breaks or goes on in silence; remembers its clips."""

    kind = SoundKind.DEVICE
    uri = "alsa:test"

    def __init__(self, *, refuses: Exception | None = None, breaks_at: float = float("inf")) -> None:
        self.refuses, self.breaks_at = refuses, breaks_at
        self.given: list[Clip] = []
        self.opened = False
        self.at = 0

    def open(self) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.opened, self.at = True, 0

    def read(self) -> Clip | None:
        if not self.opened:
            raise MicrophoneLost("closed")
        time = self.at / RATE
        if time >= self.breaks_at:
            raise MicrophoneLost("gone")
        part = _SOUND[self.at : self.at + 640] if self.at < len(_SOUND) else np.full(640, 1e-3)
        self.at += 640
        self.given.append(Clip(part.astype(np.float32), RATE, time))
        return self.given[-1]

    def close(self) -> None:
        self.opened = False


_SOUND = _speech()


class Reader:
    """A recogniser that remembers what it was given."""

    languages = frozenset({"en"})

    def __init__(self) -> None:
        self.samples: Samples = np.empty(0, np.float32)
        self.seen = 0

    def recognise(self, samples: Samples, count: int, language: str) -> HeardDigits:
        self.samples, self.seen = samples, int(np.count_nonzero(samples))
        return HeardDigits((4, 0, 7, 1)[:count], 0.8, f"test {language}")


def _inline(listener: Listener) -> tuple[InlineEars, list[Event]]:
    ears, answers = InlineEars(listener), list[Event]()
    ears.post = answers.append
    return ears, answers


def _judged(answers: list[Event]) -> SpeechJudgement:
    (answer,) = (answer for answer in answers if isinstance(answer, SpeechJudged))
    return answer.judgement


def _led(ears: InlineEars) -> None:
    ears.start()
    ears.hear_until(1.5)
    ears.keep()
    ears.hear_until(SECONDS)
    ears.judge(ASKED)


def test_what_was_said_is_judged_in_time_and_read() -> None:
    ears, answers = _inline(Listener(Device(), Reader()))
    _led(ears)
    assert answers[0] == ListeningStarted()
    judgement = _judged(answers)
    assert judgement.segments == 4
    assert judgement.onset == pytest.approx(0.5, abs=0.1)
    assert judgement.timing is not None
    assert judgement.timing.score >= judgement.threshold
    assert judgement.heard == HeardDigits((4, 0, 7, 1), 0.8, "test en")
    assert judgement.listened == pytest.approx(1.5, abs=0.1)


def test_no_sound_stays_behind() -> None:
    device, reader = Device(), Reader()
    ears, _ = _inline(Listener(device, reader))
    ears.start()
    ears.hear_until(1.5)
    # Before the digits are shown nothing but numbers is kept.
    assert not any(clip.samples.any() for clip in device.given)
    ears.keep()
    ears.hear_until(SECONDS)
    assert any(clip.samples.any() for clip in device.given)
    ears.judge(ASKED)
    assert reader.seen > 0
    assert not reader.samples.any()
    assert not any(clip.samples.any() for clip in device.given)
    ears.stop()
    assert not device.opened


def test_stopping_at_any_time_forgets_and_closes() -> None:
    device = Device()
    ears, answers = _inline(Listener(device, None))
    ears.stop()
    ears.start()
    ears.keep()
    ears.hear_until(4.0)
    ears.stop()
    assert not device.opened
    assert not any(clip.samples.any() for clip in device.given)
    ears.hear_until(5.0)
    assert answers == [ListeningStarted()]


def test_a_recogniser_for_another_language_is_not_asked() -> None:
    reader = Reader()
    reader.languages = frozenset({"tr"})
    ears, answers = _inline(Listener(Device(), reader))
    _led(ears)
    assert _judged(answers).heard is None
    assert reader.seen == 0


def test_a_recogniser_that_breaks_is_an_answer_too() -> None:
    class Broken(Reader):
        def recognise(self, samples: Samples, count: int, language: str) -> HeardDigits:
            raise RuntimeError("inside")

    ears, answers = _inline(Listener(Device(), Broken()))
    _led(ears)
    assert answers == [ListeningStarted(), SpeechFailed("broken")]


@pytest.mark.parametrize(
    ("device", "answer"),
    [
        (Device(refuses=MicrophoneBusy("held")), ListeningFailed("unavailable")),
        (make_microphone("none:"), ListeningFailed("no_microphone")),
        (make_microphone("replay:/nowhere/film.mp4"), ListeningFailed("no_microphone")),
    ],
    ids=["busy", "none", "no_file"],
)
def test_what_cannot_be_opened_is_told(device: Device, answer: Event) -> None:
    ears, answers = _inline(Listener(device, None))
    ears.start()
    assert answers == [answer]


def test_a_microphone_that_is_lost_is_told_once() -> None:
    ears, answers = _inline(Listener(Device(breaks_at=3.0), None))
    ears.start()
    ears.hear_until(5.0)
    ears.hear_until(6.0)
    assert answers == [ListeningStarted(), ListeningFailed("unavailable")]


def test_a_recording_is_heard_as_far_as_its_film_has_come(tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(_SOUND, -1, 1) * 32767).astype(np.int16).tobytes())
    listener = Listener(make_microphone(f"replay:{path}"), None)
    ears, answers = _inline(listener)
    ears.start()
    ears.hear_until(1.5)
    assert listener.heard_until == pytest.approx(1.5, abs=0.05)
    ears.keep()
    # The film's sound ends before the digits' time does: it is judged to there.
    ears.judge(ASKED)
    assert _judged(answers).segments == 4


@pytest.fixture
def threaded() -> Iterator[Callable[[Callable[[], Listener]], tuple[ThreadedEars, queue.SimpleQueue[Event]]]]:
    running: list[ThreadedEars] = []

    def begin(make: Callable[[], Listener]) -> tuple[ThreadedEars, queue.SimpleQueue[Event]]:
        answers: queue.SimpleQueue[Event] = queue.SimpleQueue()
        ears = ThreadedEars(make, answers.put)
        ears.begin()
        running.append(ears)
        return ears, answers

    yield begin
    for ears in running:
        assert ears.end()


Begin = Callable[[Callable[[], Listener]], tuple[ThreadedEars, "queue.SimpleQueue[Event]"]]


class TestInAThread:
    def test_it_judges_what_comes_up_to_the_end_of_the_time(self, threaded: Begin) -> None:
        device = Device()
        ears, answers = threaded(lambda: Listener(device, Reader()))
        ears.start()
        assert answers.get(timeout=20) == ListeningStarted()
        ears.keep()
        ears.judge(ASKED)
        answer = answers.get(timeout=20)
        assert isinstance(answer, SpeechJudged)
        assert answer.judgement.heard is not None
        assert ears.end()
        assert not device.opened
        assert not any(clip.samples.any() for clip in device.given)

    def test_a_loss_is_told_and_the_next_session_is_served(self, threaded: Begin) -> None:
        device = Device(breaks_at=1.0)
        ears, answers = threaded(lambda: Listener(device, None))
        ears.start()
        assert answers.get(timeout=20) == ListeningStarted()
        assert answers.get(timeout=20) == ListeningFailed("unavailable")
        ears.stop()
        ears.start()
        assert answers.get(timeout=20) == ListeningStarted()

    def test_a_listener_that_cannot_be_made_leaves_a_kiosk_without_a_microphone(self, threaded: Begin) -> None:
        def broken() -> Listener:
            raise RuntimeError("no library")

        ears, answers = threaded(broken)
        assert answers.get(timeout=20) == ListeningFailed("unavailable")
        ears.start()
        assert answers.get(timeout=20) == ListeningFailed("unavailable")
