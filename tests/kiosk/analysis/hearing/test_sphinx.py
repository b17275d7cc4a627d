"""The recogniser of English digits, on synthesised speech where this machine has a synthesiser."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

import numpy as np
import pytest

from kiosk.analysis.hearing.words import SYLLABLES, WORDS
from kiosk.sound.clip import Samples
from kiosk.sound.port import RATE

pytest.importorskip("pocketsphinx")

from kiosk.analysis.hearing.recogniser import find_recogniser
from kiosk.analysis.hearing.sphinx import SphinxRecogniser

needs_speech = pytest.mark.skipif(shutil.which("flite") is None, reason="flite, which speaks the digits, is not here")


@pytest.fixture(scope="module")
def recogniser() -> SphinxRecogniser:
    return SphinxRecogniser()


def _spoken(digits: tuple[int, ...], voice: str) -> Samples:
    text = ", ".join(WORDS["en"][digit] for digit in digits)
    sound = subprocess.run(
        ["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"], capture_output=True, check=True
    ).stdout
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getframerate() == RATE
        return (np.frombuffer(file.readframes(10**7), np.int16) / 32768).astype(np.float32)


def test_there_is_a_word_and_its_syllables_for_each_digit_in_each_language() -> None:
    assert WORDS.keys() == SYLLABLES.keys() == {"en", "tr", "fa"}
    for language, words in WORDS.items():
        assert len(set(words)) == len(words) == len(SYLLABLES[language]) == 10


def test_it_is_the_one_that_is_found() -> None:
    found = find_recogniser()
    assert found is not None
    assert found.languages == {"en"}


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(RATE)], ids=["nothing", "silence"])
def test_where_nothing_is_said_nothing_is_read(recogniser: SphinxRecogniser, samples: np.ndarray) -> None:
    heard = recogniser.recognise(samples.astype(np.float32), 4, "en")
    assert (heard.digits, heard.confidence) == ((), 0.0)


def test_another_language_is_not_guessed_at(recogniser: SphinxRecogniser) -> None:
    assert recogniser.recognise(np.ones(RATE, np.float32), 4, "fa").digits == ()


@needs_speech
@pytest.mark.parametrize("voice", ["awb", "rms"])
def test_digits_are_read_and_others_are_not(recogniser: SphinxRecogniser, voice: str) -> None:
    right = 0
    for digits in ((4, 0, 7, 1), (9, 2, 3, 8), (5, 6, 0, 2)):
        heard = recogniser.recognise(_spoken(digits, voice), 4, "en")
        assert len(heard.digits) in (0, 4)
        assert 0.0 <= heard.confidence <= 1.0
        right += heard.digits == digits
    assert right >= 2
