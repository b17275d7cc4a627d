"""Loading profiles: shipped ones by name, others by path, errors in one line."""

from pathlib import Path

import pytest

from kiosk.errors import ProfileInvalid
from kiosk.profile.loading import (
    duration_in_words,
    load_profile,
    read_profile,
    shipped_consent_text,
    shipped_profiles,
)


def test_the_shipped_profiles_are_found_and_sound() -> None:
    assert {"demo", "bank_account", "sim_card"} <= set(shipped_profiles())
    for name in shipped_profiles():
        profile = load_profile(name)
        assert profile.name == name
        assert profile.production is (name != "demo")
        assert [text.language for text in profile.consent_texts] == list(profile.languages)


def test_only_the_demonstration_names_a_silent_sign_in_public() -> None:
    signs = {name for name in shipped_profiles() if load_profile(name).awareness.duress}
    assert signs == {"demo"}


def test_the_default_is_for_trying_out() -> None:
    assert load_profile().name == "demo"
    assert not load_profile().production


def test_a_bank_asks_for_a_tenth_of_the_demonstrations_false_matches() -> None:
    assert load_profile("bank_account").match_fmr == pytest.approx(load_profile("demo").match_fmr / 10)


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_consent_texts_say_how_long_and_name_the_clerk(language: str) -> None:
    shipped = shipped_consent_text(language)
    assert sum("{retention}" in line for line in shipped.paragraphs) == 1
    filled = load_profile("bank_account").consent_text(language)
    assert filled is not None
    whole = " ".join(filled.paragraphs)
    assert "{" not in whole
    assert duration_in_words(3650, language) in whole
    assert {"fa": "متصدی", "tr": "görevli", "en": "clerk"}[language] in whole


def test_the_same_text_with_another_time_of_keeping_has_another_hash() -> None:
    bank, sim = (load_profile(name).consent_text("fa") for name in ("bank_account", "sim_card"))
    assert bank is not None
    assert sim is not None
    assert bank.sha256 != sim.sha256


@pytest.mark.parametrize(
    ("days", "language", "words"),
    [(365, "en", "1 year"), (1825, "fa", "۵ سال"), (30, "tr", "30 gün"), (1, "en", "1 day"), (0, "en", "0 days")],
)
def test_times_of_keeping_are_said_in_words(days: int, language: str, words: str) -> None:
    assert duration_in_words(days, language) == words


def test_a_profile_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nlanguages = ["tr"]\ndefault_language = "tr"\n', encoding="utf-8")
    assert load_profile(str(path)).languages == ("tr",)


def test_an_organisation_can_bring_its_own_consent_text() -> None:
    own = '[[consent_texts]]\nlanguage = "en"\nversion = "7"\ntitle = "T"\nparagraphs = ["kept for {retention}"]\n'
    profile = read_profile(f'name = "own"\n{own}', "own.toml")
    english, persian = profile.consent_text("en"), profile.consent_text("fa")
    assert english is not None
    assert english.paragraphs == ("kept for 5 years",)
    assert persian is not None
    assert persian.version == shipped_consent_text("fa").version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "own.toml is not TOML"),
        ('name = "own"\n[capture]\nmin_sharpnes = 1', "own.toml: capture.min_sharpnes: Extra inputs"),
        ('name = "own"\nmatch_fmr = 2', "own.toml: match_fmr: Input should be less than"),
        ('name = "own"\nsteps = ["welcome"]', "own.toml: steps: face, liveness, result cannot be left out"),
        ('match_fmr = 2\nname = "Own"', "own.toml: name: .*and 1 more"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(ProfileInvalid, match=said) as caught:
        read_profile(text, "own.toml")
    assert "\n" not in str(caught.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ProfileInvalid, match="bank_account, demo"):
        load_profile("no_such_profile")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileInvalid, match="cannot be read"):
        load_profile(str(path))
