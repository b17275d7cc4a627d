"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk import __version__
from kiosk.settings import Settings, load_settings

Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
Engine = Annotated[str | None, typer.Option(help="inference engine: auto, open_vino or onnx_runtime")]


def settings_of(context: typer.Context, **given: object) -> Settings:
    """Parse the settings of a command; ``given`` are its own options. Raises ``SettingsInvalid``."""
    config = context.find_root().obj
    return load_settings(config if isinstance(config, Path) else None, **given)


def root_app(name: str, help: str) -> typer.Typer:
    """Make an application with ``--version`` and ``--config``; the settings file's path is the context's object."""
    app = typer.Typer(
        name=name,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def _options(
        context: typer.Context,
        config: Annotated[
            Path | None, typer.Option(help="settings file (TOML); GISHE_* variables come after it")
        ] = None,
        _shown: Annotated[
            bool, typer.Option("--version", help="print the version and leave", callback=_version, is_eager=True)
        ] = False,
    ) -> None:
        context.obj = config

    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gishe {__version__}")
        raise typer.Exit
