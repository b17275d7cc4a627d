"""How commands end: statuses, one line of error, one document."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer

from kiosk import __version__
from kiosk.cli import speech
from kiosk.errors import BadInput, CameraBusy, GisheError, RecordInvalid, SettingsInvalid


def failing(error: BaseException) -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SettingsInvalid("a"), 2, "SETTINGS"),
        (BadInput("a"), 3, "INPUT"),
        (CameraBusy(), 4, "CAMERA_BUSY"),
        (RecordInvalid("a\nb"), 5, "RECORD"),
    ],
)
def test_a_known_error_is_one_line_with_its_status(kiosk: Any, error: GisheError, status: int, code: str) -> None:
    said = kiosk(app=failing(error))
    assert said.status == status
    said.error(code)


def test_a_defect_says_no_more_than_its_kind(kiosk: Any) -> None:
    said = kiosk(app=failing(ValueError("0499370899")))
    assert said.status == 70
    assert "ValueError" in said.error("DEFECT")
    assert "0499370899" not in said.err


def test_stopping_by_the_keyboard_is_130(kiosk: Any) -> None:
    assert kiosk(app=failing(KeyboardInterrupt())).status == 130


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["verify", "--colour", "red"],
        ["verify", "--seed", "x"],
        ["queue", "show"],
        ["face", "inspect"],
        ["--config"],
    ],
)
def test_usage_errors_are_2_and_one_line(kiosk: Any, arguments: list[str]) -> None:
    said = kiosk(*arguments)
    assert said.status == 2
    said.error("USAGE")


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--portrait", "a.jpg", "--document", "b.jpg"],
        ["verify", "--challenge", "dance"],
        ["verify", "--engine", "fast"],
        ["verify", "--camera", "tape:"],
        ["verify", "--language", "de"],
        ["--config", "gone.toml", "queue", "list"],
        ["face", "compare", "a.jpg"],
        ["face", "compare", "--pairs", "pairs.txt"],
    ],
)
def test_settings_that_cannot_be_used_are_2_and_one_line(kiosk: Any, arguments: list[str]) -> None:
    said = kiosk(*arguments)
    assert said.status == 2, said.err
    said.error("SETTINGS")


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"], ["queue", "--help"]])
def test_help_is_an_answer(kiosk: Any, arguments: list[str]) -> None:
    said = kiosk(*arguments)
    assert said.status == 0
    assert "Usage" in said.out


@pytest.mark.parametrize("arguments", [[], ["queue"], ["face"]])
def test_no_command_shows_help(kiosk: Any, arguments: list[str]) -> None:
    said = kiosk(*arguments)
    assert said.status in (0, 2)
    assert "Usage" in said.out + said.err
    assert "error[DEFECT]" not in said.err


def test_version(kiosk: Any) -> None:
    said = kiosk("--version")
    assert (said.status, said.out) == (0, f"gishe {__version__}\n")


def test_json_is_one_document_in_the_languages_of_people(capsys: pytest.CaptureFixture[str]) -> None:
    speech.write_json({"name": "گیشه"})
    text = capsys.readouterr().out
    assert "گیشه" in text
    assert json.loads(text) == {"name": "گیشه"}
    with pytest.raises(ValueError, match="JSON"):
        speech.write_json({"x": float("nan")})


def test_brackets_in_names_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    speech.out().print("a[bold]b[/x].jpg")
    speech.err().print("c[/red].jpg")
    captured = capsys.readouterr()
    assert captured.out == "a[bold]b[/x].jpg\n"
    assert captured.err == "c[/red].jpg\n"
