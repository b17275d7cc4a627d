"""Bank cards, the Persian calendar, ages and expiry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from kiosk.identity import calendars, luhn
from kiosk.identity.ages import age_on, age_range, days_of
from kiosk.identity.calendars import is_leap, printed_date, to_gregorian, to_persian
from kiosk.identity.digits import Script, render
from kiosk.identity.expiry import Expiry, Validity, expiry_on
from kiosk.identity.judgement import Judgement, Problem

DAYS = st.dates(date(1921, 3, 21), date(2100, 12, 31))


def with_luhn(digits: str) -> str:
    return next(digits + last for last in "0123456789" if luhn.holds(digits + last))


@pytest.mark.parametrize("number", ["4111111111111111", "5500005555555559", "79927398713"])
def test_published_luhn_numbers_hold(number: str) -> None:
    assert luhn.holds(number)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 15), st.integers(1, 9))
def test_any_wrong_digit_of_a_bank_card_is_caught(digits: str, place: int, change: int) -> None:
    number = with_luhn(digits)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not luhn.judge_card_number(wrong).complete


def test_bank_cards_are_judged_while_they_are_typed() -> None:
    assert luhn.judge_card_number("4111111111111111") == Judgement(complete=True)
    assert luhn.judge_card_number("411111111111") == Judgement()
    assert luhn.judge_card_number("4111x") == Judgement(problem=Problem.WRONG_CHARACTER, bad_digit=4)
    assert luhn.judge_card_number("41111111111111111").problem is Problem.TOO_LONG
    assert luhn.judge_card_number("0" * 16).problem is Problem.ALL_SAME
    assert luhn.judge_card_number("4111111111111112").problem is Problem.CHECK_DIGIT
    assert not luhn.holds("")


@given(DAYS)
def test_the_persian_calendar_agrees_with_an_independent_one(day: date) -> None:
    other = JalaliDate(day)
    assert to_persian(day) == (other.year, other.month, other.day)


@given(st.dates(date(1800, 1, 1), date(2254, 12, 31)))
def test_days_come_back_from_the_persian_calendar(day: date) -> None:
    assert to_gregorian(*to_persian(day)) == day


def test_leap_years_of_two_centuries_agree_with_an_independent_calendar() -> None:
    assert [is_leap(year) for year in range(1300, 1500)] == [JalaliDate.is_leap(year) for year in range(1300, 1500)]


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [((1300, 1, 1), date(1921, 3, 21)), ((1357, 11, 22), date(1979, 2, 11)), ((1403, 12, 30), date(2025, 3, 20))],
)
def test_known_days(persian: tuple[int, int, int], gregorian: date) -> None:
    assert to_gregorian(*persian) == gregorian


@pytest.mark.parametrize("wrong", [(1402, 12, 30), (1400, 7, 31), (1400, 13, 1), (1400, 0, 1), (1100, 1, 1)])
def test_days_that_are_not_in_the_calendar(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"day|year"):
        to_gregorian(*wrong)
    with pytest.raises(ValueError, match="1800"):
        calendars.to_persian(date(1700, 1, 1))


@given(DAYS, st.sampled_from(Script), st.sampled_from("/.-"))
def test_printed_dates_in_three_scripts_and_two_calendars(day: date, script: Script, between: str) -> None:
    year, month, number = to_persian(day)
    assert printed_date(render(f"{year}{between}{month:02d}{between}{number:02d}", script)) == day
    assert printed_date(render(f"{day:%d}{between}{day:%m}{between}{day.year}", script)) == day
    assert printed_date(day.isoformat()) == day


@pytest.mark.parametrize("text", ["", "1360", "1360/13/01", "30.02.2001", "12/08/74", "0044/01/01x", "1402/12/30"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert printed_date(text) is None


def test_american_dates_have_the_month_first_when_told() -> None:
    assert printed_date("08/12/1974", month_first=True) == date(1974, 8, 12)


def test_age_changes_on_the_birthday() -> None:
    birth = date(2008, 11, 24)
    assert [age_on(birth, date(2026, 11, day)) for day in (23, 24, 25)] == [17, 18, 18]
    leap = date(2008, 2, 29)
    assert [age_on(leap, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]
    with pytest.raises(ValueError, match="born"):
        age_on(date(2027, 1, 1), date(2026, 1, 1))


@given(DAYS, st.integers(0, 36_000))
def test_age_never_falls(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


def test_a_birth_without_a_day_gives_a_range() -> None:
    day = date(2026, 11, 24)
    assert age_range("2008", day) == (17, 18)
    assert age_range("2008-10", day) == (18, 18)
    assert age_range("1974-08-12", day) == (52, 52)
    assert age_range("2026", day) == (0, 0)
    assert age_range("110229", day) is None
    assert age_range("2027-01-01", day) is None
    assert age_range("", day) is None


def test_days_of_a_month_and_of_a_year() -> None:
    assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of("2024") == (date(2024, 1, 1), date(2024, 12, 31))
    assert days_of("2024-13") is None
    assert days_of("2024-02-30") is None
    assert days_of("2024-2-3") is None


def test_the_last_day_still_counts() -> None:
    day = date(2026, 11, 24)
    assert expiry_on("2026-11-24", day) == Expiry(Validity.VALID, 0)
    assert expiry_on("2026-11-23", day) == Expiry(Validity.EXPIRED, -1)
    assert expiry_on("2026-11", day).validity is Validity.VALID
    assert expiry_on("", day) == Expiry(Validity.UNKNOWN)
    assert expiry_on("2026-11-24", None) == Expiry(Validity.UNKNOWN)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 15), st.integers(1, 9))
def test_luhn_finds_one_wrong_digit(body: str, at: int, off: int) -> None:
    number = next(body + str(last) for last in range(10) if luhn.holds(body + str(last)))
    wrong = number[:at] + str((int(number[at]) + off) % 10) + number[at + 1 :]
    assert not luhn.holds(wrong)


def test_luhn_of_a_published_example() -> None:
    assert luhn.holds("4111111111111111")
    assert not luhn.holds("5412751234123456")
