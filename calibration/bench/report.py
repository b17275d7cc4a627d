"""What was measured, as one JSON document and as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from calibration.bench.bench import Measured, Outcome
from calibration.bench.samples import Spread
from calibration.bench.turns import Competitor


def document_of(outcome: Outcome) -> dict[str, Any]:
    """Give the command's JSON document; milliseconds, MB of 2^20 bytes for memory, bytes for files."""
    return {
        "taken": outcome.taken.isoformat(timespec="seconds"),
        "machine": asdict(outcome.machine) | {"dot_product": outcome.machine.dot_product},
        "expectation": outcome.expectation,
        "goals": [asdict(goal) | {"met": goal.met} for goal in outcome.goals],
        "models": [_model(model) for model in outcome.models],
        "registry": {
            key: _spread(value) if isinstance(value, Spread) else value for key, value in outcome.registry.items()
        },
        "frames": [_competitor(one) for one in outcome.frames],
        "networks": [_competitor(one) for one in outcome.networks],
        "verification": outcome.verification,
        "written": outcome.written or None,
    }


def _model(model: Measured) -> dict[str, Any]:
    return {
        "name": model.card.name,
        "version": model.card.version,
        "bytes": model.card.bytes,
        "chosen": {str(threads): engine for threads, engine in sorted(model.chosen.items())},
        "cells": [_competitor(cell) for cell in model.cells],
    }


def _competitor(one: Competitor) -> dict[str, Any]:
    return {**one.label, "ms": _spread(one.spread), **_finite(one.told), "failed": one.failed or None}


def _finite(told: dict[str, Any]) -> dict[str, Any]:
    """Give infinity as None: JSON knows none."""
    return {key: None if isinstance(value, float) and value == float("inf") else value for key, value in told.items()}


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {"median": spread.median, "q1": spread.lower, "q3": spread.upper, "least": spread.least, "runs": spread.runs}


def print_report(outcome: Outcome, console: Console | None = None) -> None:
    """Print tables for people on stdout."""
    # A pipe has no width of its own: a table that is cut off helps nobody.
    out = console or Console(highlight=False, markup=False, soft_wrap=True)
    if console is None and not out.is_terminal:
        out = Console(highlight=False, markup=False, width=180)
    machine = outcome.machine
    out.print(f"{machine.processor}, {machine.cores} cores, {machine.architecture} {machine.board}".rstrip())
    out.print(f"extensions    {', '.join(machine.extensions) or 'unknown'}")
    out.print(f"memory        {machine.memory_mb / 1024:.1f} GB, copies {machine.bandwidth_gb:.1f} GB/s in one thread")
    out.print(f"accelerators  {'; '.join(machine.accelerators) or 'none'}; {', '.join(machine.providers)}")
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    out.print(f"software      {machine.system}; {versions}")
    for line in outcome.expectation:
        out.print(f"              {line}")
    out.print(_cells(outcome))
    out.print(_whole(outcome))
    for line in _lines(outcome):
        out.print(line)
    out.print(_goals(outcome))
    if outcome.written:
        out.print(f"chosen engines written to {outcome.written}")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index == 0 else "right", no_wrap=True)
    return table


def _cells(outcome: Outcome) -> Table:
    table = _table(
        "Networks: milliseconds of one run", "model", "engine", "precision", "threads", "median", "spread", "least", "load",
        "memory MB", "off golden", "",
    )  # fmt: skip
    for model in outcome.models:
        for cell in model.cells:
            label, told = cell.label, cell.told
            precision = label["precision"] + (" made" if label["origin"] == "made" else "")
            start = (model.card.name, label["engine"], precision, str(label["threads"]))
            if cell.failed:
                table.add_row(*start, "", "", "", "", "", "", cell.failed)
                continue
            chosen = label["origin"] == "released" and model.chosen.get(label["threads"]) == label["engine"]
            table.add_row(
                *start,
                *_times(cell.spread),
                f"{told['load_ms']:.0f}",
                f"{told.get('memory_mb', 0):.0f}",
                f"{told['difference']:.3f}" if "difference" in told else "",
                "chosen" if chosen else "",
            )
    return table


def _whole(outcome: Outcome) -> Table:
    table = _table("On one core, in turns", "what", "median", "spread", "least", "face found", "memory MB", "")
    for one in [*outcome.frames, *outcome.networks]:
        name = " ".join(str(one.label[key]) for key in ("name", "engine") if key in one.label)
        if one.failed:
            table.add_row(name, "", "", "", "", "", one.failed)
            continue
        found = one.told.get("found")
        table.add_row(
            name,
            *_times(one.spread),
            "" if found is None else f"{100 * found:.0f} %",
            f"{one.told.get('memory_mb', 0):.0f}",
            str(one.told.get("version", "")),
        )
    return table


def _lines(outcome: Outcome) -> list[str]:
    said = []
    stages = outcome.frames[0].told.get("stages", {})
    if stages:
        said.append("stages of our frame: " + ", ".join(f"{stage} {ms:.2f}" for stage, ms in stages.items()))
    registry, session = outcome.registry, outcome.verification
    if "failed" in registry:
        said.append(f"registry: {registry['failed']}")
    else:
        said.append(
            f"registry: {registry['models']} models, {registry['network_bytes'] / 1e6:.2f} MB of networks in "
            f"{registry['bytes'] / 1e6:.2f} MB; verified in {registry['verify_ms'].median:.0f} ms, loaded in "
            f"{registry['load_ms'].median:.0f} ms in the chosen engines"
            + (
                f" ({registry['load_onnx_runtime_ms'].median:.0f} ms all in ONNX Runtime)"
                if registry.get("load_onnx_runtime_ms")
                else ""
            )
        )
    if "failed" in session:
        said.append(f"verification: {session['failed']}")
    else:
        said.append(
            f"verification (demonstration, headless): {session['outcome']}, {session['frames']} frames in "
            f"{session['session_ms'] / 1000:.2f} s, with loading {session['total_ms'] / 1000:.2f} s, "
            f"peak {session['memory_mb']:.0f} MB"
        )
    return said


def _goals(outcome: Outcome) -> Table:
    table = _table("Goals", "goal", "at most", "measured", "")
    for goal in outcome.goals:
        digits = 0 if goal.goal >= 50 else 2
        measured = "" if goal.value is None else f"{goal.value:.{digits}f} {goal.unit}"
        word = {True: "met", False: "MISSED", None: "not measured"}[goal.met]
        table.add_row(goal.name, f"{goal.goal:g} {goal.unit}", measured, word)
    return table


def _times(spread: Spread | None) -> tuple[str, str, str]:
    return (
        ("", "", "")
        if spread is None
        else (f"{spread.median:.2f}", f"{spread.lower:.2f}-{spread.upper:.2f}", f"{spread.least:.2f}")
    )
