from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.tasks.document_text import ReadCharacter, ReadLine
from kiosk.document.printed.forms import day_in, expiry_in, may_be_day, number_in
from kiosk.document.printed.signs import Script, Signs, signs_of
from kiosk.identity.calendars import month_days, persian_day
from kiosk.identity.digits import Script as Drawn
from kiosk.identity.digits import render

DIGITS = st.text("0123456789", min_size=4, max_size=16)


def read(text: str, **others: tuple[tuple[str, float], ...]) -> Signs:
    """``others`` by index: ``_3=...``."""
    return signs_of(
        ReadLine(
            tuple(
                ReadCharacter(one, 0.9, others.get(f"_{at}", ()), (at + 0.5) / len(text)) for at, one in enumerate(text)
            )
        )
    )


@given(DIGITS, st.sampled_from([Drawn.PERSIAN, Drawn.ASCII]))
def test_digits_of_one_script_are_read_as_they_are(digits: str, script: Drawn) -> None:
    signs = read(render(digits, script))
    assert signs.text == digits
    assert signs.script is (Script.EASTERN if script is Drawn.PERSIAN else Script.LATIN)
    assert signs.least == 0.9


def test_a_digit_of_the_other_script_is_what_its_shape_means_here() -> None:
    # a Persian five is a Latin nought's shape
    signs = read("۱۲۳۴0۶۷۸", _4=(("O", 0.3), ("۵", 0.2)))
    assert signs.text == "12345678"
    assert signs.items[4].confidence == 0.2


def test_a_digit_of_the_other_script_without_a_likeness_is_hardly_certain() -> None:
    signs = read("۱۲۳۴0۶۷۸")
    assert signs.text == "12340678"
    assert signs.least < 0.5


def test_a_one_is_the_same_in_both_scripts() -> None:
    assert read("۱۲۳۴1۶۷۸").items[4].confidence == 0.9


@given(st.text("0123456789", min_size=10, max_size=10), st.sampled_from(["", " ", "-"]))
def test_a_number_may_be_printed_in_groups(digits: str, mark: str) -> None:
    number = number_in(read(mark.join([digits[:3], digits[3:9], digits[9:]])), 10)
    assert number is not None
    assert number.text == digits
    assert number_in(read(digits + "1"), 10) is None
    assert number_in(read(digits[:-1]), 10) is None


def test_letters_make_a_line_no_number() -> None:
    assert number_in(read("12345A67890"), 10) is None


@given(st.integers(1300, 1420), st.integers(1, 12), st.integers(1, 31), st.sampled_from(["/", "-", ".", ""]))
def test_persian_days_are_read_or_are_none(year: int, month: int, day: int, mark: str) -> None:
    seen = day_in(read(render(f"{year}{mark}{month:02d}{mark}{day:02d}", Drawn.PERSIAN)))
    if day > month_days(year, month):
        assert seen is None
    else:
        assert seen is not None
        assert seen.persian
        assert seen.day == persian_day(year, month, day)


@given(st.dates(date(1930, 1, 1), date(2060, 1, 1)), st.sampled_from([".", "/", "-", ""]))
def test_days_with_the_year_behind_are_gregorian(day: date, mark: str) -> None:
    seen = day_in(read(day.strftime(f"%d{mark}%m{mark}%Y")))
    assert seen is not None
    assert not seen.persian
    assert seen.day == day


@pytest.mark.parametrize("text", ["۱۳۶۵/۰۶/۱", "۱۳۶۵/۱۳/۰۱", "۱۳۶۵/۰۶/۱۱۲", "31.02.2001", "22.05.75", "1365/06/11", ""])
def test_what_is_no_whole_day_is_none(text: str) -> None:
    assert day_in(read(text)) is None


def test_a_day_whose_slashes_look_like_ones_is_told_from_a_number() -> None:
    assert may_be_day("1357111122")
    assert not may_be_day("0123456789")


@pytest.mark.parametrize(
    ("text", "iranian", "expiry"),
    [
        ("12/23", False, "2023-12"),
        ("01/2031", False, "2031-01"),
        ("13/23", False, None),
        ("12/23", True, None),
        ("05/03", True, "2026-06-21"),
        ("99/12", True, "2021-03-20"),
        ("۱۴۰۵/۰۳", False, "2026-06-21"),
        ("۱۴۰۳/۱۲", False, "2025-03-20"),
        ("1223", False, None),
        ("۱۳۰۷/۰۹", False, None),
    ],
)
def test_expiry_of_bank_cards(text: str, iranian: bool, expiry: str | None) -> None:
    assert expiry_in(read(text), iranian=iranian) == expiry
