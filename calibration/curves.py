"""Two error rates against each other as a plain SVG: a DET or ROC curve (ISO/IEC 19795-1) on logarithmic axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIDE = 800, 440, 76, 40, 340
_COLOURS = ("#1f5fa8", "#c2571a", "#2b8a4b", "#8a3fa0", "#b0273a", "#5a5a5a")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "", "6 3")


@dataclass(frozen=True)
class Axis:
    """A rate along one side of the picture."""

    name: str
    ticks: tuple[float, ...]
    """rising; smaller rates are drawn at the first one"""
    words: Callable[[float], str]
    """what stands at a tick"""

    def share(self, rate: float) -> float:
        """Give how far along the axis a rate lies, 0..1."""
        low = self.ticks[0]
        return 1 - log10(max(rate, low)) / log10(low)


@dataclass(frozen=True)
class Curve:
    """One curve: points as (rate across, rate up)."""

    name: str
    counts: str
    """what it was measured on"""
    points: Sequence[tuple[float, float]]


def percent(rate: float) -> str:
    """Say a rate at a tick."""
    return f"{100 * rate:g} %"


def write_curves(path: Path, title: str, across: Axis, up: Axis, curves: Sequence[Curve]) -> None:
    """Write the curves with a legend beside them."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for rate in across.ticks:
        x = _x(across, rate)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{across.words(rate)}</text>')
    for rate in up.ticks:
        y = _y(up, rate)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_LEFT + _SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{up.words(rate)}</text>')
    parts.append(f'<text x="{_LEFT + _SIDE / 2}" y="{_TOP + _SIDE + 36}" text-anchor="middle">{across.name}</text>')
    middle = _TOP + _SIDE / 2
    parts.append(f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{up.name}</text>')
    for number, curve in enumerate(curves):
        colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
        way = " ".join(
            f"{'ML'[place > 0]}{_x(across, one):.1f} {_y(up, other):.1f}"
            for place, (one, other) in enumerate(curve.points)
        )
        parts.append(f'<path d="{way}" {style}/>')
        row = _TOP + 14 + 36 * number
        parts.append(f'<path d="M{_LEFT + _SIDE + 24} {row - 4}h28" {style}/>')
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{row}">{escape(curve.name)}</text>')
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{row + 14}" fill="#666">{curve.counts}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


def _x(axis: Axis, rate: float) -> float:
    return _LEFT + _SIDE * axis.share(rate)


def _y(axis: Axis, rate: float) -> float:
    return _TOP + _SIDE * (1 - axis.share(rate))
