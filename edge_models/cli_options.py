"""What the commands of ``edge-models`` share: options, where models come from, how answers are written."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_data_path

from edge_models.runtime.errors import ModelMissing
from edge_models.runtime.registry import Source, released_root
from edge_models.runtime.store import Store
from edge_models.runtime.trust import shipped_roots

Root = Annotated[
    Path | None,
    typer.Option(help="look at this folder of releases alone; default: shipped and installed ones"),
]
Data = Annotated[
    Path | None,
    typer.Option(envvar="GISHE_DATA", help="the kiosk's data folder; default: the user's data folder, gishe"),
]
Roots = Annotated[
    Path | None,
    typer.Option("--trust-roots", envvar="GISHE_TRUST_ROOTS", help="folder of further trust roots"),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def store_of(data: Path | None) -> Store:
    """Give the store of a data folder; the kiosk's setting ``data`` names the same one."""
    return Store((data or user_data_path("gishe", appauthor=False)) / "models")


def source_of(root: Path | None, data: Path | None, trust_roots: Path | None) -> Source:
    """Give where models come from. Raises ``ModelMissing`` (no such folder), ``TrustRootInvalid``."""
    folder = root or released_root()
    if not folder.is_dir():
        raise ModelMissing(f"there is no folder {folder}", hint="name the folder of releases with --root")
    store = store_of(data) if root is None else None
    return Source(folder, shipped_roots().with_more(trust_roots), store)


def clock() -> datetime:
    """Give this machine's time: the one place where the commands ask for it."""
    return datetime.now(UTC)


def warn(lines: list[str]) -> None:
    """Write warnings to stderr, a line each."""
    for line in lines:
        print(f"warning: {line}", file=sys.stderr)


def write_json(document: Any) -> None:
    """Write the one JSON document of a command."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
