"""Plots: error trade-off (DET) on normal deviates, as ISO/IEC 19795-1 draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

from calibration.rates import det_points

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9)
_COLOURS = ("#0b6e6e", "#b4532a", "#5b5b8c", "#7a9a2e", "#a33a6b", "#3a75a8", "#8a6d1f", "#444444")
_LINES = ("-", "--", "-.", ":")


def det_plot(axes: Any, scores: Mapping[str, tuple[Sequence[float], Sequence[float]]], title: str) -> None:
    """Draw APCER over BPCER of each check from its scores of bona fide and attacks."""
    curves = {}
    for name, (bona_fide, attacks) in scores.items():
        points = [(bpcer, apcer) for _, bpcer, apcer in det_points(bona_fide, attacks)]
        label = f"{name} ({len(bona_fide)} bona fide, {len(attacks)} attacks)"
        curves[label] = (points, len(bona_fide), len(attacks))
    det_curves(axes, curves, title)


def det_curves(axes: Any, curves: Mapping[str, tuple[Sequence[tuple[float, float]], int, int]], title: str) -> None:
    """Draw curves of (BPCER, APCER) points with their counts; a rate of nothing in N is drawn at half a presentation."""
    for number, (label, (points, of_bona_fide, of_attacks)) in enumerate(curves.items()):
        low_b, low_a = 0.5 / of_bona_fide, 0.5 / of_attacks
        x = [_deviate(min(max(bpcer, low_b), 1 - low_b)) for bpcer, _ in points]
        y = [_deviate(min(max(apcer, low_a), 1 - low_a)) for _, apcer in points]
        axes.step(
            x,
            y,
            where="post",
            color=_COLOURS[number % len(_COLOURS)],
            linestyle=_LINES[number // len(_COLOURS) % len(_LINES)],
            linewidth=2.0 if label.startswith("pad ") else 1.3,
            label=label,
        )
    ticks = [_deviate(tick) for tick in _TICKS]
    labels = [f"{100 * tick:g}" for tick in _TICKS]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set_xlim(_deviate(0.008), _deviate(0.92))
    axes.set_ylim(_deviate(0.008), _deviate(0.92))
    axes.set_xlabel("BPCER (bona fide refused), %")
    axes.set_ylabel("APCER (attacks accepted), %")
    axes.set_title(title, loc="left", fontsize=10)
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    if curves:
        axes.legend(fontsize=7, loc="upper right", frameon=False)


def _deviate(share: float) -> float:
    return NormalDist().inv_cdf(share)
