"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.settings import Settings, load_settings

Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
Engine = Annotated[str | None, typer.Option(help="inference engine: auto, open_vino or onnx_runtime")]


def settings_of(context: typer.Context, **given: object) -> Settings:
    """Parse the settings of a command; ``given`` are its own options. Raises ``SettingsInvalid``."""
    config = context.find_root().obj
    return load_settings(config if isinstance(config, Path) else None, **given)
