"""Answers are held against what is printed; rates count what they say."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from calibration.cli import app
from calibration.document.damages import DAMAGES
from calibration.document.measuring import judged, measure, measure_damaged
from calibration.document.readers import Answer
from calibration.document.report import Measured, document_of, print_report
from calibration.document.specimens import Picture, Specimen, draw_specimens, load_specimens
from kiosk.errors import BadInput

LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
WRONG = (LINES[0], LINES[1].replace("ZE18", "ZE81"))
BLANK = np.full((40, 60, 3), 200, np.uint8)
PASSPORT = Specimen("one", BLANK, "TD3", LINES, {"number": True, "birth": False}, portrait=True)
CARD = Specimen("none", BLANK, "", (), portrait=False)


def test_an_exact_answer_is_exact() -> None:
    row = judged(PASSPORT, Answer("TD3", LINES, (("number", True), ("birth", True)), portrait=False), 5.0, 4.0)
    assert row.exact
    assert row.lines == (True, True)
    assert row.checks == {"number": True, "birth": False}
    assert row.portrait is False
    assert not row.wrong_behind_check


def test_a_wrong_line_behind_passed_checks_is_counted() -> None:
    row = judged(PASSPORT, Answer("TD3", WRONG, (("number", True),)), 5.0, 4.0)
    assert not row.exact
    assert row.lines == (True, False)
    assert row.checks == {"number": True, "birth": None}
    assert row.portrait is None
    assert row.wrong_behind_check


def test_nothing_told_is_no_error_behind_a_check() -> None:
    row = judged(PASSPORT, Answer(), 5.0, 4.0)
    assert not row.exact
    assert not row.wrong_behind_check


def test_rates_count_zones_and_inventions_apart() -> None:
    def ask(picture: Picture) -> Answer:
        return Answer("TD3", LINES)

    found = measure_damaged([PASSPORT, CARD], ask, 3, 0, lambda _: None)
    assert [one.damage for one in found] == list(DAMAGES)
    for one in found:
        assert (one.exact.errors, one.exact.of) == (3, 3)
        assert (one.invented.errors, one.invented.of) == (3, 3)


def test_the_report_says_what_was_measured_and_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    rows = measure([PASSPORT, CARD], lambda _: Answer("TD3", LINES), said.append)
    measured = [Measured("ours", rows, [])]
    document = document_of(measured, ["nobody else is installed"])
    (reader,) = document["readers"]
    assert (reader["exact"], reader["of"], reader["invented"], reader["without_zone"]) == (1, 1, 1, 1)
    text = json.dumps(document) + " ".join(said)
    print_report(measured, document["skipped"])
    shown = capsys.readouterr().out
    assert "1 of 1 exact" in shown
    assert "nobody else is installed" in shown
    assert not any(line in text + shown for line in LINES)


def test_specimens_are_read_from_their_list(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), BLANK)
    entry = {"file": "a.png", "kind": "MRVA", "lines": list(LINES), "checks": {"number": True}, "face_visible": True}
    (tmp_path / "truth.json").write_text(json.dumps({"a": entry}))
    (one,) = load_specimens(tmp_path / "truth.json")
    assert (one.name, one.kind, one.lines, one.portrait) == ("a", "MRV-A", LINES, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no list"),
        ("[]", "no list"),
        ("{}", "no specimen"),
        ('{"a": {"kind": "TD3"}}', "a.file: Field required"),
        ('{"a": {"file": "a.png", "kind": "TD3", "lines": "P<UTO"}}', "a.lines"),
        ('{"a": {"file": "a.png", "kind": "TD9", "lines": []}}', "TD9"),
        ('{"a": {"file": "no.png", "kind": "TD3", "lines": []}}', "there is no file"),
    ],
)
def test_a_list_that_is_none_is_bad_input(tmp_path: Path, text: str, said: str) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), BLANK)
    (tmp_path / "truth.json").write_text(text)
    with pytest.raises(BadInput, match=said):
        load_specimens(tmp_path / "truth.json")


def test_a_list_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load_specimens(tmp_path / "truth.json")


def test_drawn_specimens_hold_every_kind_and_a_page_without() -> None:
    kinds = [one.kind for one in draw_specimens(6, 1)]
    assert sorted(kinds) == ["", "MRV-A", "MRV-B", "TD1", "TD2", "TD3"]


def test_the_command_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["documents", "--text", str(tmp_path / "none")])
    assert isinstance(result.exception, BadInput)


@pytest.mark.parametrize("given", [["--drawn", "0"], ["--seed", "-1"], ["--variants", "65"]])
def test_the_command_refuses_numbers_it_cannot_draw_by(given: list[str]) -> None:
    assert CliRunner().invoke(app, ["documents", *given]).exit_code == 2
