"""False non-matches over false matches, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.curves import Axis, Curve, percent, write_curves

_FMR = Axis("FMR", (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0), "{:g}".format)
_FNMR = Axis("FNMR", (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), percent)
_ERRORS = 30
"""false matches behind the smallest FMR that is drawn (rule of 30)"""


@dataclass(frozen=True)
class Line:
    """One curve: scores of mated and of non-mated pairs."""

    name: str
    mated: NDArray[np.floating]
    nonmated: NDArray[np.floating]


def det(line: Line, points: int = 80) -> list[tuple[float, float]]:
    """Give (FMR, FNMR) from the smallest FMR that the pairs can show to 1."""
    falling, rising = np.sort(line.nonmated)[::-1], np.sort(line.mated)
    lowest = max(_FMR.ticks[0], min(1.0, _ERRORS / len(falling)))
    curve = []
    for fmr in np.geomspace(lowest, 1.0, points):
        threshold = falling[min(len(falling) - 1, max(0, round(float(fmr) * len(falling)) - 1))]
        curve.append((float(fmr), float(np.searchsorted(rising, threshold, side="left") / len(rising))))
    return curve


def write_det(path: Path, title: str, lines: Sequence[Line]) -> None:
    """Write the curves."""
    write_curves(path, title, _FMR, _FNMR, [_curve(line) for line in lines])


def _curve(line: Line) -> Curve:
    return Curve(line.name, f"{len(line.mated):,} mated, {len(line.nonmated):,} non-mated pairs", det(line))
