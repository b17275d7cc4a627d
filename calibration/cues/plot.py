"""Error rates as a plain SVG: APCER over BPCER at every threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path

from calibration.rates import det_points

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIDE = 760, 430, 70, 40, 330
_LOW = 0.002
"""smallest rate that the axes show; a rate of zero is drawn there"""
_COLOURS = ("#1f5fa8", "#c2571a", "#2b8a4b", "#8a3fa0", "#b0273a", "#5a5a5a")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "", "6 3")


@dataclass(frozen=True)
class Line:
    """One curve: scores of bona fide presentations and of attacks, high is bona fide."""

    name: str
    bona_fide: Sequence[float]
    attacks: Sequence[float]


def write_roc(path: Path, title: str, lines: Sequence[Line]) -> None:
    """Write the curves; axes are logarithmic."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for rate in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        x, y = _at(rate), _TOP + _SIDE - _at(rate) + _LEFT
        words = "0" if rate == _LOW else f"{100 * rate:g} %"
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _SIDE}M{_LEFT} {y:.1f}H{_LEFT + _SIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{words}</text>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{words}</text>')
    parts.append(f'<text x="{_LEFT + _SIDE / 2}" y="{_TOP + _SIDE + 36}" text-anchor="middle">BPCER</text>')
    middle = _TOP + _SIDE / 2
    parts.append(f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">APCER</text>')
    for number, line in enumerate(lines):
        colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
        way = " ".join(
            f"{'ML'[place > 0]}{_at(bpcer):.1f} {_TOP + _SIDE - _at(apcer) + _LEFT:.1f}"
            for place, (_, bpcer, apcer) in enumerate(det_points(line.bona_fide, line.attacks))
        )
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
        parts.append(f'<path d="{way}" {style}/>')
        y = _TOP + 14 + 34 * number
        parts.append(f'<path d="M{_LEFT + _SIDE + 24} {y - 4}h28" {style}/>')
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{y}">{escape(line.name)}</text>')
        counts = f"{len(line.bona_fide)} bona fide, {len(line.attacks)} attacks"
        parts.append(f'<text x="{_LEFT + _SIDE + 58}" y="{y + 14}" fill="#666">{counts}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


def _at(rate: float) -> float:
    return _LEFT + _SIDE * (1 - log10(max(rate, _LOW)) / log10(_LOW))
