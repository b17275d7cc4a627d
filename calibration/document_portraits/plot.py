"""False non-matches over false matches as a plain SVG: a DET curve (ISO/IEC 19795-1) on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIDE = 800, 440, 76, 40, 340
_LOW_FMR, _LOW_FNMR = 1e-5, 2e-3
_TICKS_FMR = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_TICKS_FNMR = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_COLOURS = ("#1f5fa8", "#c2571a", "#2b8a4b", "#8a3fa0", "#b0273a", "#5a5a5a")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "", "6 3")
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
    lowest = max(_LOW_FMR, min(1.0, _ERRORS / len(falling)))
    curve = []
    for fmr in np.geomspace(lowest, 1.0, points):
        threshold = falling[min(len(falling) - 1, max(0, round(float(fmr) * len(falling)) - 1))]
        curve.append((float(fmr), float(np.searchsorted(rising, threshold, side="left") / len(rising))))
    return curve


def write_det(path: Path, title: str, lines: Sequence[Line]) -> None:
    """Write the curves."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for fmr in _TICKS_FMR:
        x = _across(fmr)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{fmr:g}</text>')
    for fnmr in _TICKS_FNMR:
        y = _down(fnmr)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_LEFT + _SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{100 * fnmr:g} %</text>')
    parts.append(f'<text x="{_LEFT + _SIDE / 2}" y="{_TOP + _SIDE + 36}" text-anchor="middle">FMR</text>')
    middle = _TOP + _SIDE / 2
    parts.append(f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">FNMR</text>')
    for number, line in enumerate(lines):
        style = (
            f'stroke="{_COLOURS[number % len(_COLOURS)]}" stroke-width="2" '
            f'stroke-dasharray="{_DASHES[number % len(_DASHES)]}" fill="none"'
        )
        way = " ".join(
            f"{'ML'[place > 0]}{_across(fmr):.1f} {_down(fnmr):.1f}" for place, (fmr, fnmr) in enumerate(det(line))
        )
        parts.append(f'<path d="{way}" {style}/>')
        y = _TOP + 14 + 36 * number
        parts.append(f'<path d="M{_LEFT + _SIDE + 24} {y - 4}h28" {style}/>')
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{y}">{escape(line.name)}</text>')
        counts = f"{len(line.mated):,} mated, {len(line.nonmated):,} non-mated pairs"
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{y + 14}" fill="#666">{counts}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


def _across(fmr: float) -> float:
    return _LEFT + _SIDE * (1 - log10(max(fmr, _LOW_FMR)) / log10(_LOW_FMR))


def _down(fnmr: float) -> float:
    return _TOP + _SIDE * log10(max(fnmr, _LOW_FNMR)) / log10(_LOW_FNMR)
