"""The Pareto plot: error of kept-apart persons against milliseconds and against bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter

from edge_models.recipes.compression.table import Standing, front

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9")  # Okabe & Ito


def draw(standings: list[Standing], path: Path) -> None:
    """Write the plot: filled marks are INT8, hollow ones FP32, numbers are the table's."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 6), sharey=True, constrained_layout=True)
    _panel(
        left,
        standings,
        lambda s, precision: float(s.times[f"{precision}_open_vino"]["median"]),
        "ms, one core, OpenVINO",
    )
    _panel(right, standings, lambda s, precision: s.measured[precision]["bytes"] / 1000, "kB of the ONNX file")
    left.set_ylabel("error on persons kept apart, %")
    left.legend(loc="upper right", fontsize=9)
    figure.suptitle("Compression: filled INT8, hollow FP32, line: what nothing beats in both")
    figure.savefig(path, dpi=90)
    plt.close(figure)


def _panel(axes: Axes, standings: list[Standing], across: Callable[[Standing, str], float], label: str) -> None:
    families = list(dict.fromkeys(standing.row.family for standing in standings))
    points: list[tuple[float, float]] = []
    for family, colour in zip(families, _COLOURS, strict=False):
        for precision, fill in (("fp32", "none"), ("int8", colour)):
            # The ways to INT8 share one FP32 network, which has a row of its own.
            mine = [
                s
                for s in standings
                if s.row.family == family and not (family == "ways to INT8" and precision == "fp32")
            ]
            x = [across(standing, precision) for standing in mine]
            y = [100 * (1 - standing.measured[precision]["apart_accuracy"]) for standing in mine]
            axes.scatter(
                x, y, s=42, facecolors=fill, edgecolors=colour, label=family if precision == "int8" else None, zorder=3
            )
            points += zip(x, y, strict=True)
            for standing, at in zip(mine, zip(x, y, strict=True), strict=True):
                axes.annotate(standing.number, at, xytext=(5, 3), textcoords="offset points", fontsize=8, color=colour)
    best = front(points)
    axes.plot([x for x, _ in best], [y for _, y in best], color="#888888", linewidth=1, zorder=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(ScalarFormatter() if axis is axes.xaxis else NullFormatter())
    axes.set_xlabel(label)
    axes.grid(visible=True, which="both", color="#dddddd", linewidth=0.6)
