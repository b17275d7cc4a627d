"""Every word is there in every language, for every code that the house can show."""

from __future__ import annotations

import re

import pytest

from kiosk.decision.reasons import Reason
from kiosk.flow.answers import Outcome
from kiosk.flow.events import CameraState, Help
from kiosk.flow.state import Gesture, Guidance, Step
from kiosk.identity.judgement import Problem
from kiosk.profile.loading import load_profile, shipped_profiles
from kiosk.ui.catalogue import LANGUAGES, Catalogue

NEEDED = [
    *(f"guidance.{one}" for one in Guidance),
    *(f"gesture.{one}" for one in Gesture),
    *(f"reason.{one}" for one in Reason),
    *(f"operator.{one}" for one in Reason),
    *(f"camera.{one}" for one in CameraState),
    *(f"help.{one}" for one in Help),
    *(f"identity.{one}" for one in Problem if one),
    *(f"outcome.{one}.{part}" for one in Outcome for part in ("title", "text")),
    *(f"step.{one}.name" for one in Step),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    words = Catalogue(language).words
    assert [key for key in NEEDED if not words.get(key, "").strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_profiles_name_their_facts_with_known_words(language: str) -> None:
    words = Catalogue(language).words
    keys = {key for name in shipped_profiles() for fact in load_profile(name).transaction.facts for key in fact}
    assert {key for key in keys if key.startswith("transaction.")} <= words.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", shipped_profiles())
def test_answers_of_a_question_are_known_words_no_two_alike(name: str, language: str) -> None:
    profile, words = load_profile(name), Catalogue(language)
    for label, value in profile.transaction.facts:
        signs = [profile.awareness.duress[label]] if label in profile.awareness.duress else []
        answers = [value, *profile.awareness.distractors.get(label, ()), *signs]
        assert all(isinstance(one, str) for one in answers)
        keys = [one for one in answers if isinstance(one, str)]
        assert {key for key in keys if key.startswith("transaction.")} <= words.words.keys()
        assert len({words.value(key) for key in keys}) == len(keys)


def test_values_are_in_the_language_s_digits_but_beside_latin_letters() -> None:
    assert Catalogue("fa").value("24,500,000") == "۲۴,۵۰۰,۰۰۰"
    assert Catalogue("fa").value("A12") == "A12"
    assert Catalogue("tr").value("۱۲ TL") == "۱۲ TL"
    assert Catalogue("tr").value("۱۲") == "12"


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys_and_blanks(language: str) -> None:
    words, english = Catalogue(language).words, Catalogue("en").words
    assert words.keys() == english.keys()
    blanks = re.compile(r"\{(\w+)\}")
    different = [key for key in english if set(blanks.findall(words[key])) != set(blanks.findall(english[key]))]
    assert different == []


def test_persian_is_written_in_its_own_letters_and_digits() -> None:
    words = Catalogue("fa").words
    # The brand, codes and the like may be Latin elsewhere; here nothing is but the blanks.
    bare = {key: re.sub(r"\{\w+\}", "", text) for key, text in words.items()}
    assert {key: text for key, text in bare.items() if re.search(r"[0-9A-Za-z]", text)} == {}
    # Arabic yeh and kaf are other letters than the Persian ones.
    assert {key: text for key, text in words.items() if "\u064a" in text or "\u0643" in text} == {}


def test_numbers_are_filled_in_with_the_language_s_digits() -> None:
    assert "۱۲" in Catalogue("fa")("shell.time_left", seconds=12)
    assert "12" in Catalogue("tr")("shell.time_left", seconds=12)


def test_turkish_keeps_its_letters() -> None:
    text = " ".join(Catalogue("tr").words.values())
    assert all(letter in text for letter in "ıİşğçöü")
    assert "i\u0307" not in text


def test_an_unknown_key_shows_itself() -> None:
    assert Catalogue("en")("no.such.key") == "no.such.key"
