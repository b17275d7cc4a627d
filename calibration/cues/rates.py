"""Error rates of a cue with exact intervals, and the file in which operating points are kept."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import ceil, isfinite, log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kiosk.analysis.cues
from calibration.rates import rate
from kiosk.analysis.cues.operating_points import FILE, OperatingPoint, parse

POINTS = Path(kiosk.analysis.cues.__path__[0]) / FILE
_HEAD = "# Written by `python -m calibration.cues` and its neighbours, each cue its own table. Not by hand.\n"


def said(errors: int, of: int) -> str:
    """Say a rate in percent with its exact interval and count."""
    if not of:
        return "-"
    exact = rate(errors, of)
    return f"{100 * errors / of:.1f} ({100 * exact.low:.1f}-{100 * exact.high:.1f}) of {of}"


def threshold_at(bona_fide: NDArray[np.float64], bpcer: float) -> float:
    """Give the highest threshold that refuses no more than this share of bona fide scores (refused: below it)."""
    ordered = np.sort(bona_fide[np.isfinite(bona_fide)])
    allowed = int(bpcer * len(ordered))
    return float(ordered[min(allowed, len(ordered) - 1)])


def write_point(cue: str, point: OperatingPoint, path: Path = POINTS) -> None:
    """Put a cue's operating point into the file; the other cues' stay as they are."""
    points = parse(path.read_text("utf-8")) if path.is_file() else {}
    points[cue] = replace(
        point, threshold=_short(point.threshold), bpcer=_short(point.bpcer), apcer=_short(point.apcer)
    )
    tables = [f"[{name}]\n{_table(points[name])}" for name in sorted(points)]
    text = _HEAD + "\n" + "\n".join(tables)
    parse(text)
    path.write_text(text, "utf-8")


def _short(value: float) -> float:
    """Keep four digits; a threshold is rounded down, so that nobody more is refused than was measured."""
    if not isfinite(value) or value == 0:
        return value
    step = 10.0 ** (ceil(log10(abs(value))) - 4)
    return float(f"{np.floor(value / step) * step:.6g}")


def _table(point: OperatingPoint) -> str:
    lines = []
    for key, value in asdict(point).items():
        written = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else repr(value)
        lines.append(f"{key} = {written}\n")
    return "".join(lines)
