"""Uncertain characters are mended where check digits prove them, and only there."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity.mrz.characters import Character
from kiosk.identity.mrz.confusions import CONFUSIONS
from kiosk.identity.mrz.correction import TRUST, Mend
from kiosk.identity.mrz.parsing import Parsed, parse
from tests.kiosk.identity.mrz import zones

TODAY = date(2026, 11, 24)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def with_read(column: int, character: Character, row: int = 1, lines: tuple[str, ...] = TD3) -> Parsed:
    return parse(zones.with_character(zones.read(lines), row, column, character), TODAY)


def test_an_uncertain_character_is_mended_when_two_check_digits_prove_it() -> None:
    found = with_read(1, Character("B", 0.6, (("8", 0.35),)))
    assert (found.lines, found.passed) == (TD3, True)
    assert found.mended == (Mend(1, 1, "B", "8", "check"),)


def test_a_sure_character_is_never_changed_by_a_check_digit() -> None:
    found = with_read(1, Character("B", 0.97, (("8", 0.02),)))
    assert found.lines[1][1] == "B"
    assert (dict(found.checks)["number"], found.mended) == (False, ())


def test_the_character_that_may_be_wrong_is_named() -> None:
    field = with_read(1, Character("B", 0.97, (("8", 0.02),))).field("number")
    assert field is not None
    assert (field.check, field.doubtful) == (False, (1,))


def test_two_candidates_as_likely_as_each_other_are_left() -> None:
    # 6 and G have the same weight to a check digit, so nothing tells which it is.
    lines = (TD3[0], "L896902C3" + zones.digit("L896902C3") + "UTO7408122F1204159" + "<" * 15)
    lines = (lines[0], lines[1] + zones.digit(lines[1][0:10] + lines[1][13:20] + lines[1][21:43]))
    found = with_read(3, Character("C", 0.4, (("6", 0.3), ("G", 0.3))), lines=lines)
    assert found.lines[1][3] == "C"
    assert dict(found.checks)["number"] is False


def test_what_no_check_digit_can_see_is_doubtful_behind_one_that_holds() -> None:
    field = with_read(6, Character("2", 0.6, (("M", 0.3),))).field("number")
    assert field is not None
    assert (field.check, field.doubtful) == (True, (6,))


@pytest.mark.parametrize(
    ("row", "column", "read", "right"),
    [(1, 13, "T", "7"), (1, 15, "O", "0"), (1, 9, "G", "6"), (1, 16, "B", "8")],
)
def test_position_decides_between_twins_of_different_class(row: int, column: int, read: str, right: str) -> None:
    found = with_read(column, Character(read, 0.99), row)
    assert found.lines[row][column] == right
    assert found.mended == (Mend(row, column, read, right, "position"),)


def test_position_says_nothing_between_letters() -> None:
    found = with_read(2, Character("V", 0.5), row=0)
    assert found.lines[0][2] == "V"
    assert "issuer_unknown" in found.problems


def test_a_zero_in_a_name_is_a_letter_and_a_lone_letter_among_fillers_is_a_filler() -> None:
    lines = (TD3[0].replace("ERIKSSON", "ERIKSS0N"), TD3[1])
    assert parse(zones.read(lines), TODAY).lines == TD3
    assert with_read(35, Character("K", 0.7, (("<", 0.25),)), row=0).lines == TD3
    assert with_read(35, Character("K", 0.99), row=0).lines[0][35] == "K"


def test_the_filler_between_the_names_comes_back() -> None:
    column = TD3[0].index("<<ANNA") + 1
    assert with_read(column, Character("K", 0.6, (("<", 0.3),)), row=0).lines == TD3


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(zones.KINDS), st.integers(0, 10_000), st.data())
def test_a_confident_wrong_character_is_reported_or_cannot_be_seen(kind: str, seed: int, data: st.DataObject) -> None:
    zone = zones.made(kind, seed)
    number = zone.fields["number"]
    row, start = next((row, line.index(number)) for row, line in enumerate(zone.lines) if number in line)
    index = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    lines = zones.with_character(zones.read(zone.lines), row, start + index, Character(other, 0.99))
    found = parse(lines, TODAY)
    field = found.field("number")
    assert field is not None
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    seen = (values.index(other) - values.index(number[index])) % 10 != 0
    by_check = [mend for mend in found.mended if mend.by == "check"]
    assert by_check == []
    if seen and field.text != number:
        assert field.check is False


def test_mends_are_wrong_no_more_often_than_they_say() -> None:
    # A reader whose probabilities are true: what it says with 0.7 is so seven times in ten.
    random = Random(11)

    def read(true: str) -> Character:
        alike = sorted(CONFUSIONS.get(true, {}))
        if not alike or random.random() > 0.1:
            return Character(true, 0.995)
        chosen = random.sample(alike, min(2, len(alike)))
        shares = [random.uniform(0.3, 1.0), *(random.uniform(0.02, 0.5) for _ in chosen)]
        shares = [share / sum(shares) for share in shares]
        own = random.choices(range(len(shares)), shares)[0]
        shares[0], shares[own] = shares[own], shares[0]
        order = sorted(zip((true, *chosen), shares, strict=True), key=lambda pair: -pair[1])
        return Character(order[0][0], order[0][1], tuple(order[1:]))

    wrong = mends = behind = 0
    for seed in range(360):
        zone = zones.made(zones.KINDS[seed % len(zones.KINDS)], seed)
        found = parse(tuple(tuple(read(c) for c in line) for line in zone.lines), TODAY)
        if found.kind != zone.kind:
            continue
        mended = [mend for mend in found.mended if mend.by == "check"]
        mends += bool(mended)
        wrong += any(zone.lines[mend.line][mend.column] != mend.mended for mend in mended)
        for name in ("number", "birth", "expiry"):
            field = found.field(name)
            if field is not None and field.check and field.raw.rstrip("<") != zone.fields[name] and not field.doubtful:
                behind += 1
    assert mends > 20
    assert wrong <= max(2.0, 2 * (1 - TRUST) * mends)
    assert behind <= 4


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(zones.KINDS), st.integers(0, 10_000), st.integers(1, 2), st.data())
def test_lost_fillers_come_back_or_the_length_is_reported(kind: str, seed: int, lost: int, data: st.DataObject) -> None:
    zone = zones.made(kind, seed)
    row = data.draw(st.integers(0, len(zone.lines) - 1))
    at = zone.lines[row].find("<" * 5)
    if at < 0:
        return
    lines = list(zones.read(zone.lines))
    lines[row] = lines[row][:at] + lines[row][at + lost :]
    found = parse(tuple(lines), TODAY)
    assert found.lines == zone.lines or "wrong_length" in found.problems


def test_a_speck_before_a_line_is_left_out() -> None:
    speck = (Character("I", 0.4), *zones.read(TD3)[1])
    assert parse((zones.read(TD3)[0], speck), TODAY).lines == TD3
