"""APCER over BPCER at every threshold, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calibration.curves import Axis, Curve, percent, write_curves
from calibration.rates import det_points

_LOW = 0.002
"""smallest rate that the axes show; a rate of zero is drawn there"""
_TICKS = (_LOW, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Line:
    """One curve: scores of bona fide presentations and of attacks, high is bona fide."""

    name: str
    bona_fide: Sequence[float]
    attacks: Sequence[float]


def write_roc(path: Path, title: str, lines: Sequence[Line]) -> None:
    """Write the curves."""
    across, up = (Axis(name, _TICKS, _words) for name in ("BPCER", "APCER"))
    write_curves(path, title, across, up, [_curve(line) for line in lines])


def _words(rate: float) -> str:
    return "0" if rate == _LOW else percent(rate)


def _curve(line: Line) -> Curve:
    points = [(bpcer, apcer) for _, bpcer, apcer in det_points(line.bona_fide, line.attacks)]
    return Curve(line.name, f"{len(line.bona_fide)} bona fide, {len(line.attacks)} attacks", points)
