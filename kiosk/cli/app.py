"""All commands of ``kiosk``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk import __version__
from kiosk.cli import face, pad, queue_commands, run_command, selftest, verify
from kiosk.cli.speech import entry

app = typer.Typer(
    name="kiosk",
    help="Verify, offline, that the person before the camera is who they say they are, and is alive.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gishe {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="settings file (TOML); GISHE_* variables come after it")] = None,
    _shown: Annotated[
        bool, typer.Option("--version", help="print the version and leave", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = config


run_command.register(app)
verify.register(app)
app.add_typer(face.app, name="face")
app.add_typer(pad.app, name="pad")
app.add_typer(queue_commands.app, name="queue")
selftest.register(app)

main = entry(app)
