"""``calibrate attack-bench``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from calibration.attack.report.document import document_of
from calibration.attack.report.pdf import write_pdf
from calibration.attack.report.text import print_report
from calibration.attack.running import Wanted, run_bench
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.errors import BadInput, SettingsInvalid

_STOPPED = 130
"""exit status of what a person stopped"""
_PROGRESS = "attack-bench.progress.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="attack-bench")(attack_bench)


def attack_bench(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="folders of films, films, packs of labelled pictures, decks (TOML); default: the deck 'demo'"
        ),
    ] = None,
    left_out: Annotated[
        Path | None, typer.Option(help="scores of students that never saw a source (.npz), held against floor and goal")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="write the report here: FILE.pdf, and FILE.json beside it")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on where a bench that was stopped has been")] = False,
    only: Annotated[str, typer.Option(help="present only what has this in its name")] = "",
    seed: Annotated[int, typer.Option(help="seed of made attacks and of random challenges")] = 1,
    profile: Annotated[str | None, typer.Option(help="profile: a shipped name or a file")] = None,
    engine: Engine = None,
    as_json: Json = False,
) -> int:
    """Present bona fide and attack films, pictures and made attacks; give APCER, BPCER and RIAPAR; keeps no record.

    Exit 0 when everything was measured, whatever the figures; 3 when a film or pack could not be read.
    """
    if report is not None and report.suffix.lower() != ".pdf":
        raise SettingsInvalid(f"--report {report}: the report is a PDF", hint="name a file that ends with .pdf")
    if report is not None and not report.parent.is_dir():
        raise BadInput(f"--report {report}: there is no folder {report.parent}", hint="make the folder first")
    settings = settings_of(context, profile=profile, engine=engine)
    progress = report.with_suffix(".progress.jsonl") if report is not None else settings.data / _PROGRESS
    wanted = Wanted(settings, paths or [Path("demo")], seed, left_out, progress, resume, only)
    outcome = run_bench(wanted, err(), datetime.now(UTC))
    document = document_of(outcome)
    if report is not None:
        write_pdf(outcome, report)
        beside = report.with_suffix(".json")
        beside.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        err().print(f"written: {report} and {beside}")
    if as_json:
        write_json(document)
    else:
        print_report(outcome, out())
    if len(outcome.results) < outcome.wanted:
        return _STOPPED
    progress.unlink(missing_ok=True)
    return BadInput.exit_status if outcome.errors or outcome.unreadable else 0
