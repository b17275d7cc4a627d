"""The rate over time as a picture (SVG): each morning with its exact interval, and all so far together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from calibration.attack.morning.history import Morning
from calibration.rates import rate
from kiosk.errors import StoreUnusable

_WIDE, _HIGH, _LEFT, _GAP = 720, 190, 60, 66
_MOST = 60
"""mornings shown, the latest"""
_INK, _LINE, _PALE = "#0b6e6e", "#b4532a", "#dddddd"


def write_plot(path: Path, mornings: Sequence[Morning]) -> None:
    """Write the plot of mornings (of one kind of camera, oldest first). Raises ``StoreUnusable``."""
    try:
        path.write_text(plot_of(mornings), encoding="utf-8")
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be written ({error.strerror})") from error


def plot_of(mornings: Sequence[Morning]) -> str:
    """Give the plot as SVG: attacks accepted above, bona fide refused below."""
    shown = list(mornings[-_MOST:])
    kind = "trial, no camera of the site" if shown and shown[-1].trial else "site camera"
    parts = [_panel(0, f"Attacks accepted ({kind}), %", shown, Morning.attacks)]
    parts.append(_panel(1, f"Bona fide refused ({kind}), %", shown, Morning.bona_fide))
    width, height = _LEFT + _WIDE + 20, 2 * (_HIGH + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _panel(row: int, title: str, mornings: Sequence[Morning], counts: Callable[[Morning], tuple[int, int]]) -> str:
    top = 30 + row * (_HIGH + _GAP)
    parts = [f'<text x="{_LEFT}" y="{top - 12}" font-weight="bold">{escape(title)}</text>']
    for quarter in range(5):
        y = top + _HIGH * quarter / 4
        parts.append(f'<path d="M{_LEFT} {y:.1f}h{_WIDE}" stroke="{_PALE}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{100 - 25 * quarter}</text>')
    step = _WIDE / max(1, len(mornings))
    errors = of = 0
    line = []
    every = max(1, len(mornings) // 8)
    for number, morning in enumerate(mornings):
        x = _LEFT + step * (number + 0.5)
        if number % every == 0:
            parts.append(
                f'<text x="{x:.1f}" y="{top + _HIGH + 18}" text-anchor="middle">{escape(morning.taken[:10])}</text>'
            )
        now = rate(*counts(morning))
        if now.value is None:
            continue
        errors, of = errors + now.errors, of + now.of
        low, high, middle = (top + _HIGH * (1 - share) for share in (now.low, now.high, now.value))
        parts.append(f'<path d="M{x:.1f} {high:.1f}V{low:.1f}" stroke="{_INK}" stroke-opacity="0.5" stroke-width="2"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="4" fill="{_INK}"/>')
        line.append(f"{x:.1f},{top + _HIGH * (1 - errors / of):.1f}")
    if line:
        parts.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="{_LINE}" stroke-width="2"/>')
        legend = f"dots: each morning with its 95 % interval; line: all so far ({errors} of {of})"
        parts.append(f'<text x="{_LEFT + _WIDE}" y="{top - 12}" text-anchor="end" fill="{_LINE}">{legend}</text>')
    return "".join(parts)
