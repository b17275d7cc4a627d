"""The same field from several places, the same name in several spellings, and the digit that is doubtful."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.identity import iran, turkey
from kiosk.identity.cross_check import Value, agree, differing
from kiosk.identity.doubt import MOST_NAMED, doubtful, slips
from kiosk.identity.names import same_name, spellings

DIGITS = st.text("0123456789", min_size=9, max_size=9)


def turkish(first: str) -> str:
    tenth, eleventh = turkey.check_digits(first)
    return f"{first}{tenth}{eleventh}"


def test_places_that_say_the_same_agree() -> None:
    found = agree(
        "national_number", (Value("typed", "0012345679"), Value("print", "۰۰۱۲۳۴۵۶۷۹"), Value("mrz", "12345679"))
    )
    assert found.agree
    assert found.compared == 3


def test_one_place_alone_agrees_with_nothing() -> None:
    assert not agree("number", (Value("mrz", "A12"), Value("print", ""))).agree
    assert agree("number", ()).best == ""


def test_the_digits_that_differ_are_named_in_the_text_that_is_less_proven() -> None:
    found = agree("number", (Value("mrz", "A12B34567", proven=True), Value("typed", "A12B84567")))
    assert not found.agree
    (difference,) = found.differences
    assert (difference.one, difference.other, difference.doubtful) == ("mrz", "typed", (4,))
    assert found.best == "A12B34567"
    turned = agree("number", (Value("typed", "A12B84567"), Value("mrz", "A12B34567", proven=True)))
    assert turned.differences[0].other == "typed"


def test_a_digit_that_is_missing_or_too_many_is_where_the_texts_part() -> None:
    assert differing("12345", "1345") == (1,)
    assert differing("1345", "12345") == (1,)
    assert differing("1234", "123") == ()
    assert differing("123", "1234") == (3,)
    assert differing("123", "129") == (2,)


@given(st.text("0123456789", max_size=12), st.text("0123456789", max_size=12))
def test_differing_names_places_of_the_second_text_only(one: str, other: str) -> None:
    places = differing(one, other)
    assert all(0 <= place < len(other) for place in places)
    assert len(one) != len(other) or (places == ()) == (one == other)


def test_dates_agree_in_either_calendar_and_where_the_day_is_not_known() -> None:
    assert agree("birth", (Value("mrz", "1974-08-12"), Value("print", "۱۳۵۳/۰۵/۲۱"))).agree
    assert agree("birth", (Value("mrz", "1974-08"), Value("print", "12.08.1974"))).agree
    assert not agree("birth", (Value("mrz", "1974-08-12"), Value("print", "13.08.1974"))).agree
    assert not agree("birth", (Value("mrz", "110229"), Value("print", "1911-02-28"))).agree


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MUELLER"),
        ("Müller", "MULLER"),
        ("Müller", "MUXXLLER"),
        ("ÖZGÜR", "OEZGUER"),
        ("Özgür", "OZGUR"),
        ("Işık", "ISIK"),
        ("İnci Çağ", "INCI CAG"),
        ("Groß", "GROSS"),
        ("Ångström", "AANGSTROEM"),
        ("Núñez", "NUNEZ"),
        ("Núñez", "NUNXXEZ"),
        ("O'Brien", "OBRIEN"),
        ("Anna-Maria", "ANNA MARIA"),
        ("محمود", "MXHMWD"),
        ("محمود عبدالرحيم", "MXHMWD EBDALRXHYM"),
        ("Papandropoulous Konstantinos", "PAPANDROPOULOUS KONST"),
        ("ACAR", "acar"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("ACAR", "ACAN"), ("Müller", "MILLER"), ("ANNA", "ANN"), ("", ""), ("A", "")]
)
def test_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_arabic_letters_at_the_end_of_a_word_and_doubled() -> None:
    assert spellings("فاطمة") == {"FAXTTMXAH"}
    assert spellings("محمّد") == {"MXHMMD"}


@given(st.text("ÄÖÜÑÅ", min_size=1, max_size=30))
def test_a_name_of_many_such_letters_has_few_enough_spellings(name: str) -> None:
    assert 1 <= len(spellings(name)) <= 256


@given(DIGITS.filter(lambda first: first[0] != "0"), st.integers(0, 10), st.integers(1, 9))
def test_the_wrong_turkish_digit_is_among_the_slips(first: str, place: int, change: int) -> None:
    number = turkish(first)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    found = slips(wrong, turkey.holds)
    assert any(slip.indices == (place,) and slip.instead == number for slip in found)
    assert all(turkey.holds(slip.instead) for slip in found)


@given(DIGITS, st.integers(0, 8))
def test_swapped_neighbours_are_among_the_slips(first: str, place: int) -> None:
    number = first + str(iran.check_digit(first))
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(iran.holds(number) and not iran.holds(wrong))
    found = slips(wrong, iran.holds)
    assert any(slip.indices == (place, place + 1) and slip.instead == number for slip in found)
    named = doubtful(wrong, iran.holds)
    assert named == () or {place, place + 1} <= set(named)
    assert len(named) <= MOST_NAMED


def test_the_least_certain_digit_of_a_number_that_was_read_is_named() -> None:
    number = turkish("172917160")
    wrong = number[:4] + "8" + number[5:]
    assert number[4] != "8"
    sure = tuple(0.99 if place != 4 else 0.5 for place in range(11))
    assert doubtful(wrong, turkey.holds, sure) == (4,)


def test_a_number_that_holds_is_not_doubted() -> None:
    assert slips("0012345679", iran.holds) == ()
    assert doubtful("0012345679", iran.holds) == ()
