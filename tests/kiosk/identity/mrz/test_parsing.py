"""Zones in every layout: made-up ones, the standard's own examples, and what is wrong with some."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mrz.checker.mrva import MRVACodeChecker
from mrz.checker.mrvb import MRVBCodeChecker
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.checker.td3 import TD3CodeChecker

from kiosk.identity.mrz.characters import Character, line_of
from kiosk.identity.mrz.check_digits import check_digit
from kiosk.identity.mrz.parsing import Parsed, parse
from tests.kiosk.identity.mrz import zones

TODAY = date(2026, 11, 24)
ORACLES = {
    "TD1": TD1CodeChecker,
    "TD2": TD2CodeChecker,
    "TD3": TD3CodeChecker,
    "MRV-A": MRVACodeChecker,
    "MRV-B": MRVBCodeChecker,
}
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def parsed(*lines: str, today: date = TODAY) -> Parsed:
    return parse(zones.read(lines), today)


def text(found: Parsed, name: str) -> str:
    field = found.field(name)
    assert field is not None, name
    return field.text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(zones.KINDS), st.integers(0, 10_000), st.booleans())
def test_every_made_zone_gives_back_its_fields(kind: str, seed: int, long_number: bool) -> None:
    zone = zones.made(kind, seed, long_number)
    found = parsed(*zone.lines)
    assert (found.kind, found.lines, found.passed, found.mended) == (kind, zone.lines, True, ())
    for name, wanted in zone.fields.items():
        field = found.field(name)
        assert field is not None
        raw = name in {"birth", "expiry", "number"}
        assert (field.raw.rstrip("<") if raw else field.text) == wanted
        assert field.doubtful == ()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(ORACLES)), st.integers(0, 10_000), st.data())
def test_check_digits_hold_where_an_independent_checker_says_so(kind: str, seed: int, data: st.DataObject) -> None:
    zone = zones.made(kind, seed)
    row = data.draw(st.integers(0, 1))
    column = data.draw(st.integers(0, len(zone.lines[row]) - 1))
    if zone.lines[row][column].isdigit():
        other = str((int(zone.lines[row][column]) + data.draw(st.integers(0, 9))) % 10)
        lines = list(zone.lines)
        lines[row] = lines[row][:column] + other + lines[row][column + 1 :]
    else:
        lines = list(zone.lines)
    found = parsed(*lines)
    oracle: Any = ORACLES[kind]("\n".join(lines))
    assert found.lines == tuple(lines)
    theirs = {"number": oracle.document_number_hash, "birth": oracle.birth_date_hash, "expiry": oracle.expiry_date_hash}
    if kind.startswith("TD"):
        theirs["composite"] = oracle.final_hash
    if kind == "TD3":
        theirs["personal"] = oracle.optional_data_hash
    assert dict(found.checks) == theirs


@pytest.mark.parametrize(
    ("kind", "lines", "number"),
    [
        ("TD3", TD3, "L898902C3"),
        (
            "TD1",
            ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
            "D23145890",
        ),
        ("TD2", ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"), "D23145890"),
        (
            "MRV-A",
            ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
            "L8988901C",
        ),
        ("MRV-B", ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"), "L8988901C"),
    ],
)
def test_the_standards_examples(kind: str, lines: tuple[str, ...], number: str) -> None:
    found = parsed(*lines)
    assert (found.kind, found.lines, found.passed) == (kind, lines, True)
    assert text(found, "number") == number
    assert (text(found, "surname"), text(found, "given_names")) == ("ERIKSSON", "ANNA MARIA")
    assert text(found, "sex") == "F"


def test_a_long_number_of_a_card_goes_on_in_the_optional_data() -> None:
    found = parsed("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
    assert (text(found, "number"), text(found, "optional"), found.passed) == ("D23145890734", "", True)


def test_the_old_french_card_is_not_taken_for_a_td2() -> None:
    found = parsed("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")
    assert (found.kind, found.passed) == ("FR-ID", True)
    assert (text(found, "number"), text(found, "surname"), text(found, "given_names")) == (
        "880692310285",
        "BERTHIER",
        "CORINNE",
    )


def test_a_turkish_card_has_the_national_number_in_its_optional_data() -> None:
    found = parsed("I<TURA12B345675<12345678950<<<", "7505227M2707200TUR<<<<<<<<<<<6", "ACAR<<HAKAN<<<<<<<<<<<<<<<<<<<")
    national = found.field("national_number")
    assert national is not None
    assert (national.text, national.check) == ("12345678950", True)
    assert text(found, "number") == "A12B34567"


def test_german_codes_are_one_letter() -> None:
    found = parsed("IDD<<T220001293<<<<<<<<<<<<<<<", "6408125<2010315D<<<<<<<<<<<<<4", "MUSTERMANN<<ERIKA<<<<<<<<<<<<<")
    assert (text(found, "issuer"), text(found, "nationality"), text(found, "sex")) == ("D", "D", "")
    assert not {"issuer_unknown", "nationality_unknown"} & set(found.problems)


@pytest.mark.parametrize("digit", ["<", "0"])
def test_an_empty_personal_number_may_leave_its_check_digit_out(digit: str) -> None:
    second = "C01YPTNHM1D<<6408125F2702283" + "<" * 14 + digit
    second += zones.digit(second[0:10] + second[13:20] + second[21:43])
    assert parsed("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", second).passed


def test_digits_that_are_printed_wrong_are_reported_not_mended() -> None:
    wrong = TD3[1].replace("L898902C36", "L898902C37")
    found = parsed(TD3[0], wrong)
    assert found.lines == (TD3[0], wrong)
    assert dict(found.checks) == {
        "number": False,
        "birth": True,
        "expiry": True,
        "personal": True,
        "composite": False,
    }
    assert found.mended == ()


def checked(second: str) -> str:
    """Give a TD3's second line with all check digits put right."""
    parts = zones.checked(second[:9]) + second[10:13] + zones.checked(second[13:19]) + second[20]
    parts += zones.checked(second[21:27]) + zones.checked(second[28:42])
    return parts + zones.digit(parts[0:10] + parts[13:20] + parts[21:43])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("740812", "110229", "birth_impossible"),
        ("740812", "741312", "birth_impossible"),
        ("740812", "<<<<<<", "birth_unknown"),
        ("120415", "129915", "expiry_impossible"),
        ("120415", "120415", "expired"),
        ("UTO", "COU", "nationality_unknown"),
        ("UTO", "OTU", "nationality_unknown"),
    ],
)
def test_what_cannot_be_is_said_though_every_check_digit_holds(old: str, new: str, problem: str) -> None:
    found = parsed(TD3[0], checked(TD3[1].replace(old, new)))
    assert found.passed
    assert problem in found.problems


def test_an_impossible_date_stays_as_printed() -> None:
    found = parsed(TD3[0], checked(TD3[1].replace("740812", "110229")))
    assert text(found, "birth") == "110229"


def test_a_date_of_which_the_day_is_unknown() -> None:
    assert text(parsed(TD3[0], checked(TD3[1].replace("740812", "7408<<"))), "birth") == "1974-08"
    assert text(parsed(TD3[0], checked(TD3[1].replace("740812", "74<<<<"))), "birth") == "1974"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), "empty"),
        (("SAMPLE BANK", "4000 1234 5678 9010", "CARDHOLDER NAME"), "not_recognised"),
        (("A" * 44, "B" * 44), "not_recognised"),
        (("0" * 30, "0" * 30, "0" * 30), "not_recognised"),
        (("<" * 44,), "not_recognised"),
        (("NOTICE" * 6, "PLEASE" * 6), "not_recognised"),
    ],
)
def test_lines_that_are_no_zone_give_no_fields(lines: tuple[str, ...], problem: str) -> None:
    found = parsed(*lines)
    assert (found.kind, found.fields, found.checks, found.problems) == ("unknown", (), (), (problem,))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=28, max_size=46), min_size=1, max_size=4))
def test_random_letters_and_digits_never_pass(lines: list[str]) -> None:
    assert not parsed(*lines).passed


def test_lines_around_the_zone_are_left_out() -> None:
    found = parse(zones.read(("SPECIMEN OF A PASSPORT", *TD3)), TODAY)
    assert (found.kind, found.lines, found.first_line) == ("TD3", TD3, 1)


def test_a_name_that_fills_its_field_may_be_cut_and_a_single_name_is_the_surname() -> None:
    full = "P<UTO" + "VERYLONGNAME<<" + "A" * 25
    assert "names_truncated" in parsed(full, TD3[1]).problems
    single = parsed("P<UTOSUHARTO".ljust(44, "<"), TD3[1])
    assert (text(single, "surname"), text(single, "given_names")) == ("SUHARTO", "")
    assert "names_truncated" not in single.problems


def test_a_letter_of_no_zone_is_reported() -> None:
    found = parsed("P<ESPESPAÑOLA<<CARMEN".ljust(44, "<"), TD3[1])
    assert "character_impossible" in found.problems
    assert text(found, "surname") == "ESPAÑOLA"


def test_a_check_digit_that_agrees_with_a_character_nobody_could_read_does_not_hold() -> None:
    """``C`` and ``2`` are the same to a check digit: ten and two weigh alike modulo ten."""
    first = line_of("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0.99)
    second = line_of("C898902C36UTO7408122F1204159ZE184226B<<<<<10", 0.99)
    text = "C898902C3"
    digit = check_digit(text)
    assert digit is not None
    assert check_digit("2" + text[1:]) == digit
    guessed = (Character("2", 0.3, (("<", 0.1), ("P", 0.1))), *second[1:9], Character(digit, 0.99, ()), *second[10:])
    parsed = parse((first, guessed), TODAY)
    checks = dict(parsed.checks)
    assert not checks["number"]
    assert not checks["composite"]
    assert not parsed.passed
    number = parsed.field("number")
    assert number is not None
    assert number.check is False
    assert 0 in number.doubtful
    assert "character_unread" in parsed.problems
