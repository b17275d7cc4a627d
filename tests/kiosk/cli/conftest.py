"""Commands run in this process, as the console script runs them."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from edge_models.runtime.registry import released_root
from kiosk.analysis.models import STUDENTS
from kiosk.cli import speech
from kiosk.cli.app import app as kiosk_app


@dataclass
class Said:
    """What a command did."""

    status: int
    out: str
    err: str

    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    def error(self, code: str) -> str:
        """The one line on stderr."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith(f"error[{code}]: ")
        assert self.out == ""
        return lines[0]


Kiosk = Callable[..., Said]


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Kiosk]:
    """Run ``kiosk`` with its data in a fresh folder."""
    for name in [name for name in os.environ if name.startswith("GISHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GISHE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GISHE_ENGINE", "onnx_runtime")
    monkeypatch.setenv("NO_COLOR", "1")
    level = logging.getLogger().level

    def run(*arguments: str, app: typer.Typer = kiosk_app) -> Said:
        capsys.readouterr()
        status = speech.run(app, list(arguments))
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    yield run
    logging.getLogger().setLevel(level)


@pytest.fixture
def models() -> None:
    """Skip where a released model is missing."""
    missing = [name for name in STUDENTS if not (released_root() / name / "card.toml").is_file()]
    if missing:
        pytest.skip(f"not released: {', '.join(missing)}")
