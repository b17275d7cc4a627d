"""What is a zone and what is not; O and 0 by what is usual and by check digits."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.document.mrz.judging import Judged, judge
from kiosk.document.mrz.twins import as_zeros
from kiosk.identity.mrz.characters import Character, Line, line_of, text_of
from kiosk.identity.mrz.parsing import parse

TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def judged(*texts: str, confidence: float = 0.95) -> Judged:
    lines = tuple(line_of(text, confidence) for text in texts)
    return judge(lines, parse(lines, date(2026, 1, 1)))


def test_a_zone_is_one_and_is_finished() -> None:
    assert judged(*TD3).zone
    assert judged(*TD3).finished


def test_a_line_above_the_zone_is_left_out() -> None:
    one = judged("SIGNATUREOFBEARERXX", *TD3)
    assert one.parsed.lines == TD3
    assert [text_of(line) for line in one.lines] == list(TD3)


@pytest.mark.parametrize(
    "lines",
    [
        ("1234567890" * 4 + "1234",) * 2,
        ("X" * 30,) * 3,
        ("A0" * 22, "0A" * 22),
        ("THEQUICKBROWNFOXJUMPSOVERTHELAZYDOGX", "PACKMYBOXWITHFIVEDOZENLIQUORJUGSABCD"),
        ("5412751234123456", "1223LEEMCARDHOLDER"),
    ],
)
def test_other_print_is_no_zone_however_sure(lines: tuple[str, ...]) -> None:
    assert not judged(*lines, confidence=0.99).zone


def test_what_was_hardly_read_is_no_zone() -> None:
    assert not judged(*TD3, confidence=0.4).zone


def test_fillers_in_lines_of_a_zones_length_are_one_though_no_form_fits() -> None:
    one = judged("Q<UTO" + "<" * 20 + "7W7W7", "??0708<<<<<<<<<<<<<<<<<<<<<<5K", "AB<<CD<<<<<<<<<<<<<<<<<<<<9999")
    assert one.parsed.kind == "unknown"
    assert one.zone
    assert not one.finished


def test_the_better_supported_of_two_readings_is_worth_more() -> None:
    broken = (TD3[0], TD3[1].replace("8902", "8952"))
    assert judged(*TD3).worth > judged(*broken).worth
    assert judged(*TD3, confidence=0.99).worth > judged(*TD3, confidence=0.9).worth


def unsure(text: str, which: int) -> Line:
    line = list(line_of(text, 0.99))
    line[which] = Character(text[which], 0.6, (("0" if text[which] == "O" else "O", 0.35),))
    return tuple(line)


def test_an_unsure_o_in_a_number_is_a_zero() -> None:
    lines = (line_of(TD3[0]), unsure("L8989O2C36" + TD3[1][10:], 5))
    assert text_of(as_zeros("TD3", lines)[1]) == TD3[1]


def test_a_sure_o_a_names_o_and_a_words_o_stay() -> None:
    sure = (line_of(TD3[0]), line_of("L8989O2C36" + TD3[1][10:], 0.99))
    assert as_zeros("TD3", sure) == sure
    named = (unsure(TD3[0], 10), line_of(TD3[1]))
    assert as_zeros("TD3", named) == named
    word = (line_of(TD3[0]), unsure(TD3[1][:28] + "JOHNSON<<<<<<<" + TD3[1][42:], 29))
    assert as_zeros("TD3", word) == word
    assert text_of(as_zeros("TD3", word, in_words=True)[1])[29] == "0"


def test_lines_of_no_form_or_another_width_are_left() -> None:
    lines = (unsure("OOOO", 1),)
    assert as_zeros("unknown", lines) == lines
    assert as_zeros("TD3", (lines[0], lines[0])) == (lines[0], lines[0])
