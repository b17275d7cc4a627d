"""The generated table and the plot of ``docs/compression.md``: nothing in them is typed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_models.recipes.compression.rows import Row

log = logging.getLogger("recipes")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


class PageInvalid(Exception):
    """The page has no place for the table."""


@dataclass(frozen=True)
class Standing:
    """A row with what was measured of it."""

    row: Row
    made: dict[str, Any]
    measured: dict[str, Any]
    times: dict[str, Any]

    @property
    def number(self) -> str:
        """Give the two digits that the plot shows."""
        return self.row.name[:2]


def read_standings(rows: list[Row], work: Path) -> tuple[list[Standing], dict[str, Any]]:
    """Give the rows that were made and measured, and the circumstances of the times."""
    times = json.loads((work / "times.json").read_text())
    found = []
    for row in rows:
        folder = work / row.name
        if row.name in times["rows"] and (folder / "measured.json").exists():
            made = json.loads((folder / "made.json").read_text())
            measured = json.loads((folder / "measured.json").read_text())
            found.append(Standing(row, made, measured, times["rows"][row.name]))
        else:
            log.warning("%s was not measured and is left out", row.name)
    return found, times


def write_page(rows: list[Row], work: Path, docs: Path) -> None:
    """Put the table between the page's markers and draw ``compression.png``. Raises ``PageInvalid``."""
    standings, circumstances = read_standings(rows, work)
    path = docs / "compression.md"
    path.write_text(placed(path.read_text(encoding="utf-8"), tables(standings, circumstances)), encoding="utf-8")
    from edge_models.recipes.compression.plot import draw

    draw(standings, docs / "compression.png")


def placed(page: str, table: str) -> str:
    """Give the page with this table. Raises ``PageInvalid``."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PageInvalid(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def tables(standings: list[Standing], circumstances: dict[str, Any]) -> str:
    """Give both tables as Markdown."""
    head = "| | row | training | kept apart, accuracy % | kept apart, TAR % | cosine | LFW, accuracy % | LFW, TAR % | M parameters | MMACs | kB | ms OpenVINO | ms ONNX Runtime |"
    lines = [
        f"Two figures: FP32 / INT8. Times: {circumstances['cpu']}; one thread, medians of {circumstances['runs']} runs, all networks in turn.",
        "",
        head,
        "|" + "---|" * (head.count("|") - 1),
        *(_line(standing) for standing in standings),
        "",
        "| | row | coded as | kB so coded | kB INT8 | kB INT8, zipped |",
        "|---|---|---|---|---|---|",
    ]
    for standing in standings:
        for code, size in standing.made["coded"].items():
            int8 = standing.measured["int8"]
            cells = (standing.number, standing.row.title, code.replace("_", ", "), *(f"{n / 1000:.0f}" for n in (size, int8["bytes"], int8["zipped"])))  # fmt: skip
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _line(standing: Standing) -> str:
    measured, cost = standing.measured, standing.measured["cost"]

    def both(find: Callable[[dict[str, Any]], float], form: str) -> str:
        return " / ".join(format(find(measured[precision]), form) for precision in ("fp32", "int8"))

    def time(engine: str) -> str:
        return " / ".join(f"{standing.times[f'{precision}_{engine}']['median']:.2f}" for precision in ("fp32", "int8"))

    trained = (
        f"{standing.made['minutes']:g} min, {standing.made['pictures']:,} crops" if standing.made["minutes"] else "none"
    )
    parameters = f"{cost['parameters'] / 1e6:.2f}"
    if cost["nonzero"] < 0.98 * cost["parameters"]:
        parameters += f" ({cost['nonzero'] / 1e6:.2f} not zero)"
    cells = (
        standing.number,
        standing.row.title,
        trained,
        both(lambda of: 100 * of["apart_accuracy"], ".2f"),
        both(lambda of: 100 * of["apart_tar"], ".1f"),
        both(lambda of: of["cosine"], ".4f"),
        both(lambda of: 100 * of["lfw"]["accuracy"], ".2f"),
        both(lambda of: 100 * of["lfw"]["tar_at_far_0.001"], ".1f"),
        parameters,
        f"{cost['macs'] / 1e6:.0f}",
        both(lambda of: of["bytes"] / 1000, ".0f"),
        time("open_vino"),
        time("onnx_runtime"),
    )
    return "| " + " | ".join(cells) + " |"


def front(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give the points that no other beats in both (less is better), by the first figure."""
    best: list[tuple[float, float]] = []
    for point in sorted(set(points)):
        if not best or point[1] < best[-1][1]:
            best.append(point)
    return best
