"""``kiosk document chip``: what it prints, and with which status it leaves."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import typer

from kiosk.cli import document_chip
from kiosk.cli.options import root_app
from kiosk.cli.speech import run
from kiosk.errors import ChipReaderMissing
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.issuing import certificate, portrait_group, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

STATE = issuing.state()
MRZ = "/".join(issuing.ZONE)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    monkeypatch.delenv("GISHE_CONFIG", raising=False)
    folder = tmp_path / "csca"
    folder.mkdir()
    (folder / "de.cer").write_bytes(certificate(STATE.authority, STATE.authority))
    app = root_app("kiosk", "Test.")
    group = typer.Typer(help="Documents.")
    document_chip.register(group)
    app.add_typer(group, name="document")

    @group.command()
    def other() -> None:
        """Stand beside it, so that the group stays one."""

    return app


def lay(card: SoftwareCard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_chip, "PcscPort", lambda reader: card)


def test_a_genuine_chip_is_told_in_json(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(STATE.card(pace=(4, 13)), monkeypatch)
    assert run(app, ["document", "chip", "--mrz", MRZ, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["lines"] == list(issuing.ZONE)
    assert told["fields"]["surname"] == "ERIKSSON"
    assert told["portrait"] == {"mime": "image/jpeg", "bytes": len(issuing.PICTURE), "standard": "19794-5"}
    assert (told["authentic"], told["code"], told["access"]) == ("passed", "", "PACE")
    assert told["clone_detection"] == "none"
    assert told["store"] == {"authorities": 1, "skipped": []}


def test_a_genuine_chip_is_told_in_lines(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(STATE.card(), monkeypatch)
    assert run(app, ["document", "chip", "--mrz", "L898902C3,740812,320415"]) == 0
    told = capsys.readouterr().out
    assert "authentic: passed" in told
    assert "copies found by: none" in told


def test_what_is_not_proven_leaves_with_another_status(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(STATE.card(hide=frozenset({0x011D})), monkeypatch)
    assert run(app, ["document", "chip", "--mrz", MRZ, "--json"]) == 10


def test_what_is_wrong_leaves_with_yet_another(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    card = STATE.card({1: zone_group(issuing.ZONE), 2: portrait_group()})
    card.files[0x0102] = portrait_group(issuing.PICTURE + b"x")
    lay(card, monkeypatch)
    assert run(app, ["document", "chip", "--mrz", MRZ, "--json"]) == 11


def test_the_key_may_come_by_stdin_so_that_no_list_of_processes_shows_it(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(STATE.card(pace=(2, 13)), monkeypatch)
    monkeypatch.setattr("sys.stdin", io.StringIO("123456\n"))
    assert run(app, ["document", "chip", "--can", "-", "--json"]) == 0


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ([], 2, "SETTINGS"),
        (["--mrz", MRZ, "--can", "123456"], 2, "SETTINGS"),
        (["--mrz", "HELLO"], 3, "INPUT"),
        (["--mrz", "L898902C3,12-08-74,320415"], 3, "INPUT"),
        (["--can", "12x456"], 3, "INPUT"),
        (["--mrz", "L898902C4,740812,320415"], 3, "CHIP_REFUSED"),
    ],
)
def test_a_key_that_cannot_open_is_one_line(
    app: typer.Typer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    code: str,
) -> None:
    lay(STATE.card(), monkeypatch)
    assert run(app, ["document", "chip", *arguments]) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert f"error[{code}]" in told.err
    assert "L898902C" not in told.err


def test_without_a_reader_it_is_one_line_and_status_4(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class NoReader(SoftwareCard):
        def connect(self) -> bool:
            raise ChipReaderMissing("no reader is plugged in")

    lay(NoReader({}), monkeypatch)
    assert run(app, ["document", "chip", "--mrz", MRZ]) == 4
    assert "error[CHIP_READER_MISSING]: no reader is plugged in" in capsys.readouterr().err


def test_the_machine_as_it_is_answers_with_a_line_or_a_reading(app: typer.Typer) -> None:
    assert run(app, ["document", "chip", "--reader", "no reader is called like this", "--mrz", MRZ]) == 4
