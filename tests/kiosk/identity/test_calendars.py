"""Days of the Persian calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.calendars import is_leap, month_days, persian_day

MONTHS = st.tuples(st.integers(1178, 1633), st.integers(1, 12))


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [
        ((1300, 1, 1), date(1921, 3, 21)),
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1375, 12, 30), date(1997, 3, 20)),
        ((1376, 1, 1), date(1997, 3, 21)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1408, 12, 30), date(2030, 3, 20)),
    ],
)
def test_days_of_the_official_calendar(persian: tuple[int, int, int], gregorian: date) -> None:
    assert persian_day(*persian) == gregorian


@pytest.mark.parametrize(
    "day", [(1404, 12, 30), (1400, 7, 31), (1400, 0, 1), (1400, 13, 1), (1400, 1, 0), (1000, 1, 1)]
)
def test_a_day_that_is_not_there_is_none(day: tuple[int, int, int]) -> None:
    assert persian_day(*day) is None


@given(MONTHS)
def test_each_month_begins_the_day_after_the_last_one_ended(month: tuple[int, int]) -> None:
    year, number = month
    after = (year, number + 1) if number < 12 else (year + 1, 1)
    last, first = persian_day(year, number, month_days(year, number)), persian_day(*after, 1)
    if after[0] > 1633:
        assert first is None
    else:
        assert last is not None
        assert first == last + timedelta(days=1)


def test_eight_leap_years_in_thirty_three() -> None:
    assert sum(is_leap(year) for year in range(1370, 1370 + 33)) == 8
