"""What was measured of documents: as JSON, and as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.table import Table

from calibration.document.measuring import Damaged, Row
from calibration.rates import Rate
from kiosk.cli.speech import out


@dataclass(frozen=True, slots=True)
class Measured:
    """One reader's results."""

    reader: str
    rows: list[Row]
    damaged: list[Damaged]


def document_of(measured: list[Measured], skipped: list[str]) -> dict[str, Any]:
    """Give everything as JSON has it. Lines as read are left out: specimens may be someone's."""
    return {"readers": [_reader(one) for one in measured], "skipped": skipped}


def _reader(one: Measured) -> dict[str, Any]:
    zones = [row for row in one.rows if row.kind]
    times = [row.ms for row in one.rows]
    return {
        "reader": one.reader,
        "exact": sum(row.exact for row in zones),
        "of": len(zones),
        "invented": sum(bool(row.answer.kind) for row in one.rows if not row.kind),
        "without_zone": len(one.rows) - len(zones),
        "wrong_behind_check": sum(row.wrong_behind_check for row in one.rows),
        "ms": {"median": float(np.median(times)) if times else None, "worst": max(times, default=None)},
        "cpu_ms": {
            "median": float(np.median([row.cpu_ms for row in one.rows])) if times else None,
            "worst": max((row.cpu_ms for row in one.rows), default=None),
        },
        "items": [_item(row) for row in one.rows],
        "damages": [_damage(damaged) for damaged in one.damaged],
    }


def _item(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind or None,
        "kind_read": row.answer.kind or None,
        "lines": list(row.lines),
        "exact": row.exact,
        "checks": row.checks,
        "portrait": row.portrait,
        "ms": round(row.ms, 1),
        "cpu_ms": round(row.cpu_ms, 1),
    }


def _damage(damaged: Damaged) -> dict[str, Any]:
    return {
        "damage": damaged.damage,
        "exact": _share(damaged.exact),
        "invented": _share(damaged.invented),
        "wrong_behind_check": damaged.wrong_behind_check,
        "ms": {"median": round(damaged.ms, 1), "worst": round(damaged.worst_ms, 1)},
        "cpu_ms": {"median": round(damaged.cpu_ms, 1)},
    }


def _share(one: Rate) -> dict[str, Any]:
    return {"count": one.errors, "of": one.of, "share": one.value, "low": one.low, "high": one.high}


def print_report(measured: list[Measured], skipped: list[str]) -> None:
    """Print the tables."""
    for one in measured:
        out().print(_specimens(one))
        if one.damaged:
            out().print(_damages(one))
    for words in skipped:
        out().print(f"left out: {words}", markup=False)


def _specimens(one: Measured) -> Table:
    whole = _reader(one)
    times = whole["ms"]
    title = f"{one.reader}: {whole['exact']} of {whole['of']} exact"
    if times["median"] is not None:
        title += f", median {times['median']:.0f} ms, worst {times['worst']:.0f} ms"
    table = Table(title=title, title_justify="left")
    for name in ("specimen", "kind", "read as", "lines", "checks", "portrait", "ms", "cpu ms"):
        table.add_column(name, justify="right" if name.endswith("ms") else "left")
    for row in one.rows:
        lines = " ".join("exact" if line else "wrong" for line in row.lines) or "none"
        right = [name for name, told in row.checks.items() if told]
        checks = f"{len(right)} of {len(row.checks)}" if row.checks else "-"
        portrait = "-" if row.portrait is None else "found" if row.portrait else "missed"
        table.add_row(
            row.name,
            row.kind or "-",
            row.answer.kind or "-",
            lines,
            checks,
            portrait,
            f"{row.ms:.0f}",
            f"{row.cpu_ms:.0f}",
        )
    return table


def _damages(one: Measured) -> Table:
    table = Table(title=f"{one.reader}: photographed again", title_justify="left")
    for name in (
        "damage",
        "exact",
        "share",
        "95 % interval",
        "invented",
        "wrong behind checks",
        "ms",
        "worst ms",
        "cpu ms",
    ):
        table.add_column(name, justify="left" if name == "damage" else "right")
    for row in one.damaged:
        share = "-" if row.exact.value is None else f"{100 * row.exact.value:.1f} %"
        table.add_row(
            row.damage,
            f"{row.exact.errors} of {row.exact.of}",
            share,
            f"{100 * row.exact.low:.1f} .. {100 * row.exact.high:.1f}",
            f"{row.invented.errors} of {row.invented.of}",
            str(row.wrong_behind_check),
            f"{row.ms:.0f}",
            f"{row.worst_ms:.0f}",
            f"{row.cpu_ms:.0f}",
        )
    return table
