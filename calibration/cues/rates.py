"""Error rates of a cue with exact intervals, and the file in which operating points are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from math import ceil, exp, isfinite, lgamma, log, log1p, log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kiosk.analysis.cues
from kiosk.analysis.cues.operating_points import FILE, OperatingPoint, parse

POINTS = Path(kiosk.analysis.cues.__path__[0]) / FILE
_HEAD = "# Written by `python -m calibration.cues` and its neighbours, each cue its own table. Not by hand.\n"


def exact_interval(errors: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the interval of a rate after Clopper and Pearson (1934). Raises ``ValueError`` for counts that cannot be."""
    if of < 1 or not 0 <= errors <= of:
        raise ValueError(f"{errors} errors of {of}")
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else _solve(lambda p: 1 - _at_most(errors - 1, of, p), tail)
    high = 1.0 if errors == of else _solve(lambda p: 1 - _at_most(errors, of, p), 1 - tail)
    return low, high


def _at_most(errors: int, of: int, rate: float) -> float:
    """Give the chance of at most so many errors at this rate."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 1.0 if errors >= of else 0.0
    terms = (
        exp(lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * log(rate) + (of - k) * log1p(-rate))
        for k in range(errors + 1)
    )
    return min(1.0, sum(terms))


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def said(errors: int, of: int) -> str:
    """Say a rate in percent with its exact interval and count."""
    if not of:
        return "-"
    low, high = exact_interval(errors, of)
    return f"{100 * errors / of:.1f} ({100 * low:.1f}-{100 * high:.1f}) of {of}"


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
