"""Digits in three scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.digits import Script, render, script_of, tidy, to_ascii


@given(st.text("0123456789", max_size=20), st.sampled_from(Script))
def test_digits_come_back_from_every_script(number: str, script: Script) -> None:
    assert to_ascii(render(number, script)) == number


@given(st.text(max_size=20), st.sampled_from(Script), st.sampled_from(Script))
def test_drawing_in_one_script_does_not_depend_on_the_one_before(text: str, one: Script, two: Script) -> None:
    assert render(render(text, one), two) == render(text, two)


def test_persian_and_arabic_digits_are_their_own() -> None:
    assert render("0459", Script.PERSIAN) == "۰۴۵۹"
    assert render("0459", Script.ARABIC) == "٠٤٥٩"
    assert to_ascii("۴۵۶٤٥٦") == "456456"


@pytest.mark.parametrize(("language", "script"), [("fa", Script.PERSIAN), ("tr", Script.ASCII), ("en", Script.ASCII)])
def test_each_language_has_its_script(language: str, script: Script) -> None:
    assert script_of(language) is script


def test_what_people_type_is_tidied() -> None:
    assert tidy(" ۰۰۱-۲۳۴۵ 679\u200f") == "0012345679"
    assert tidy("a12b34567") == "A12B34567"


def test_other_characters_stay_so_that_they_can_be_pointed_at() -> None:
    assert tidy("12x٣") == "12X3"
    assert tidy("1²") == "1²"
