"""National numbers, card serials, passport numbers: what is right, and which character cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity import iran, turkey
from kiosk.identity.judgement import Judgement, Problem
from kiosk.identity.passport import judge_passport_number

NINE_DIGITS = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    "number",
    [
        "0012345679",
        "0183382390",
        "1234567891",
        "0001234560",
        "0499370899",
        "0790419904",
        "0084575948",
        "0963695398",
        "1000000011",
        "0123456789",
    ],
)
def test_published_iranian_numbers_are_whole(number: str) -> None:
    assert iran.judge_national_number(number) == Judgement(complete=True)


@pytest.mark.parametrize("number", ["0012345678", "4271427685", "0200203041", "1234567890"])
def test_an_iranian_number_with_a_wrong_check_digit_points_at_it(number: str) -> None:
    judgement = iran.judge_national_number(number)
    assert (judgement.complete, judgement.problem, judgement.bad_digit) == (False, Problem.CHECK_DIGIT, 9)


@pytest.mark.parametrize("digit", "123456789")
def test_ten_equal_digits_are_a_held_down_key(digit: str) -> None:
    assert iran.judge_national_number(digit * 10).problem is Problem.ALL_SAME


def test_six_zeros_after_the_place_are_never_issued_and_seen_at_the_ninth_digit() -> None:
    assert iran.judge_national_number("01200000") == Judgement()
    assert iran.judge_national_number("012000000") == Judgement(problem=Problem.NOT_ISSUED, bad_digit=8)
    assert not iran.judge_national_number("0000000000").complete


def test_an_iranian_number_is_judged_while_it_is_typed() -> None:
    assert iran.judge_national_number("00123") == Judgement()
    assert iran.judge_national_number("00a23") == Judgement(problem=Problem.WRONG_CHARACTER, bad_digit=2)
    assert iran.judge_national_number("00123456791") == Judgement(problem=Problem.TOO_LONG, bad_digit=10)


def test_left_out_zeros_are_put_back_for_eight_and_nine_digits_only() -> None:
    assert iran.with_leading_zeros("12345679") == "0012345679"
    assert iran.with_leading_zeros("183382390") == "0183382390"
    assert iran.with_leading_zeros("1234567") == "1234567"
    assert iran.with_leading_zeros("1234567891") == "1234567891"


@given(NINE_DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_iranian_digit_is_caught_unless_remainders_1_and_10_meet(first: str, place: int, change: int) -> None:
    wrong = first[:place] + str((int(first[place]) + change) % 10) + first[place + 1 :]
    remainders = {sum(int(d) * (10 - i) for i, d in enumerate(digits)) % 11 for digits in (first, wrong)}
    assert (iran.check_digit(first) != iran.check_digit(wrong)) or remainders == {1, 10}


@given(NINE_DIGITS, st.integers(1, 9))
def test_a_wrong_last_iranian_digit_is_always_caught(first: str, change: int) -> None:
    number = first + str((iran.check_digit(first) + change) % 10)
    assert not iran.judge_national_number(number).complete


@pytest.mark.parametrize("number", ["17291716060", "10000000146", "12345678950", "19000000088"])
def test_published_turkish_numbers_are_whole(number: str) -> None:
    assert turkey.judge_national_number(number) == Judgement(complete=True)


@pytest.mark.parametrize(
    ("number", "problem", "bad"),
    [
        ("17291716050", Problem.CHECK_DIGIT, 9),
        ("07291716092", Problem.FIRST_ZERO, 0),
        ("12345678902", Problem.CHECK_DIGIT, 9),
        ("17291716061", Problem.CHECK_DIGIT, 10),
        ("172917160600", Problem.TOO_LONG, 11),
        ("1729171606", Problem.NONE, None),
        ("1729171605", Problem.CHECK_DIGIT, 9),
        ("0", Problem.FIRST_ZERO, 0),
        ("17x", Problem.WRONG_CHARACTER, 2),
    ],
)
def test_the_first_turkish_digit_that_cannot_be_right(number: str, problem: Problem, bad: int | None) -> None:
    judgement = turkey.judge_national_number(number)
    assert (judgement.problem, judgement.bad_digit, judgement.complete) == (problem, bad, False)


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(1, 9), st.integers(0, 10), st.integers(1, 9))
def test_any_single_wrong_turkish_digit_is_caught(rest: str, head: int, place: int, change: int) -> None:
    first = f"{head}{rest}"
    tenth, eleventh = turkey.check_digits(first)
    number = f"{first}{tenth}{eleventh}"
    assert turkey.judge_national_number(number).complete
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not turkey.judge_national_number(wrong).complete


def test_turkish_serials_follow_their_pattern() -> None:
    assert turkey.judge_card_serial("A12B34567").complete
    assert turkey.judge_card_serial("A12B") == Judgement()
    assert turkey.judge_card_serial("112B34567").bad_digit == 0
    assert turkey.judge_card_serial("A1234").bad_digit == 3
    assert turkey.judge_card_serial("A12B345678").problem is Problem.TOO_LONG


def test_iranian_serials_are_ten_letters_or_digits() -> None:
    assert iran.judge_card_serial("1A2345678B").complete
    assert iran.judge_card_serial("1A234") == Judgement()
    assert iran.judge_card_serial("1A?34").bad_digit == 2
    assert iran.judge_card_serial("1A2345678BC").problem is Problem.TOO_LONG


@pytest.mark.parametrize("number", ["A12345678", "123456789", "U1234", "AB123"])
def test_passport_numbers(number: str) -> None:
    assert judge_passport_number(number).complete


@pytest.mark.parametrize("number", ["", "A123", "ABCDE"])
def test_passport_numbers_that_want_more(number: str) -> None:
    assert judge_passport_number(number) == Judgement()


def test_passport_numbers_that_cannot_be() -> None:
    assert judge_passport_number("A1<").bad_digit == 2
    assert judge_passport_number("A123456789").bad_digit == 9
    assert judge_passport_number("ABCDEFGHI").bad_digit == 8
