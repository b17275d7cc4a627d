"""A row of the compression table is data: one TOML each, read once."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAYS = ("static", "trained_ranges", "accuracy_control")
OBJECTIVES = ("distil", "identities")


class RowInvalid(Exception):
    """A row's file cannot be used."""


@dataclass(frozen=True)
class Row:
    """What is done to which network, how long it trains and how it becomes INT8."""

    name: str
    """the file's name: two digits, then words"""
    title: str
    family: str
    """what the plot colours alike"""
    technique: str
    start: str
    """``nothing`` or the name of another row"""
    seed: int
    settings: dict[str, Any]
    training: dict[str, Any]
    """empty, or minutes, learning_rate and objective"""
    int8: dict[str, Any]
    sha256: str


def read_row(path: Path) -> Row:
    """Read a row. Raises ``RowInvalid``."""
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
        row = Row(
            name=path.stem,
            title=table["title"],
            family=table["family"],
            technique=table["technique"],
            start=table["start"],
            seed=table["seed"],
            settings=table.get("settings", {}),
            training=table.get("training", {}),
            int8=table["int8"],
            sha256=hashlib.sha256(content).hexdigest(),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RowInvalid(f"{path} cannot be read ({error})") from error
    except KeyError as error:
        raise RowInvalid(f"{path} lacks {error}") from error
    if row.int8.get("way") not in WAYS:
        raise RowInvalid(f"{path}: int8.way is one of {', '.join(WAYS)}")
    if row.training and row.training.get("objective") not in OBJECTIVES:
        raise RowInvalid(f"{path}: training.objective is one of {', '.join(OBJECTIVES)}")
    return row


def read_rows(folder: Path) -> list[Row]:
    """Read all rows of a folder; a row comes after the one that it starts from. Raises ``RowInvalid``."""
    rows = [read_row(path) for path in sorted(folder.glob("*.toml"))]
    known = {"nothing"}
    for row in rows:
        if row.start not in known:
            raise RowInvalid(f"{row.name} starts from {row.start}, which is no earlier row")
        known.add(row.name)
    return rows
