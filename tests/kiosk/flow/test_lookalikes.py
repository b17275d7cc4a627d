"""Wrong values look like the right one: the same form and length, and no way to pick the right one out unseen."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.lookalikes import has_lookalikes, lookalikes

SEEDS = st.integers(0, 2**32)
FORMS = (
    *("24,500,000", "10", "1.250,50 TL", "IRR 9,000,000", "250000", "12.50"),
    *("0912 345 6789", "+98 912 345 6789", "IR12 0570 0000 0000 1234", "4402163871", "A12345678", "00042"),
    *("1404/07/15", "2026-11-30", "31.12.2026"),
)


def drawing(seed: int) -> Callable[[int], int]:
    return random.Random(seed).randrange


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize(
    "value",
    FORMS,
)
@given(seed=SEEDS)
def test_a_value_has_five_others_of_its_form(value: str, seed: int) -> None:
    assert has_lookalikes(value)
    others = lookalikes(value, 5, drawing(seed))
    assert len({value, *others}) == 6
    form = re.sub(r"\d", "0", value)
    assert {re.sub(r"\d", "0", other) for other in others} == {form}


@pytest.mark.parametrize(
    "value", ["Opening an account", "1", "4 GB", "2 × 500,000", "1404/7/5", "1404/07/15 10:30", ""]
)
def test_words_and_forms_that_are_not_known_have_none(value: str) -> None:
    assert not has_lookalikes(value)
    assert lookalikes(value, 3, drawing(1)) == ()


@given(SEEDS)
def test_persian_digits_have_the_same_others(seed: int) -> None:
    assert lookalikes("۲۴٬۵۰۰٬۰۰۰", 3, drawing(seed)) == lookalikes("24٬500٬000", 3, drawing(seed))


@given(st.integers(10, 10**12), SEEDS)
def test_an_amount_s_others_are_as_round_and_never_begin_with_zero(amount: int, seed: int) -> None:
    written = f"{amount:,}"
    zeros = len(digits(written)) - len(digits(written).rstrip("0"))
    for other in lookalikes(written, 3, drawing(seed)):
        assert not other.startswith("0")
        assert len(digits(other)) - len(digits(other).rstrip("0")) == zeros
        assert (digits(other).rstrip("0")[-1] == "5") == (
            digits(written).rstrip("0")[-1] == "5"
        ) or amount < 10 * 10**zeros


@given(st.dates(), st.booleans(), SEEDS)
def test_a_date_s_others_are_days_that_exist_in_the_same_year(day: date, year_first: bool, seed: int) -> None:
    written = (
        f"{day.year:04}-{day.month:02}-{day.day:02}" if year_first else f"{day.day:02}.{day.month:02}.{day.year:04}"
    )
    if day.year < 1700:
        return  # taken for a Jalali year, whose months are longer in spring
    for other in lookalikes(written, 3, drawing(seed)):
        parts = [int(part) for part in re.split(r"\D", other)]
        year, month, number = parts if year_first else parts[::-1]
        assert date(year, month, number).year == day.year


@pytest.mark.parametrize("value", ["1404/01/31", "1404/12/29", "1404/06/30"])
@given(seed=SEEDS)
def test_a_jalali_day_past_the_28th_stays_one_that_exists(value: str, seed: int) -> None:
    for other in lookalikes(value, 3, drawing(seed)):
        month, day = (int(part) for part in other.split("/")[1:])
        assert day > 28
        assert day <= (31 if month <= 6 else 30 if month <= 11 else 29)


@given(SEEDS)
def test_a_telephone_number_keeps_its_network(seed: int) -> None:
    assert all(other.startswith("0912 345 ") for other in lookalikes("0912 345 6789", 3, drawing(seed)))


def benford(source: random.Random, significant: int, zeros: int) -> int:
    """An amount as they come about: the logarithm of what it begins with is even."""
    begins = int(10.0 ** (source.random() + significant - 1))
    return begins * int(10**zeros)


STRATEGIES: dict[str, Callable[[list[int]], int]] = {
    "smallest": min,
    "largest": max,
    "middle": median_low,
    "nearest to all others": lambda row: min(row, key=lambda one: sum(abs(one - other) for other in row)),
    "roundest": lambda row: max(row, key=lambda one: (len(str(one)) - len(str(one).rstrip("0")), -one)),
    "smallest first digit": lambda row: min(row, key=lambda one: str(one)[0]),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("significant", "most"), [(1, 0.38), (2, 0.315), (3, 0.30)])
def test_who_saw_nothing_hardly_does_better_than_by_chance(strategy: str, significant: int, most: float) -> None:
    # By chance 25 %. Of amounts with one digit before the zeros 30 % begin with 1: nothing can hide that.
    source, hits, rounds = random.Random(5), 0, 3000
    for _ in range(rounds):
        right = benford(source, significant, 5)
        row = [right, *(int(other) for other in lookalikes(str(right), 3, source.randrange))]
        assert len(row) == 4
        source.shuffle(row)
        hits += STRATEGIES[strategy](row) == right
    assert hits / rounds < most, hits / rounds
