"""The Pareto plot: error of kept-apart persons against milliseconds and against bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from edge_models.recipes.compression.table import Standing, front

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9")  # Okabe & Ito
_OF_BEST = 1.4
"""the plot ends at this multiple of the least error: what is worse sits on the upper edge as a triangle"""


def draw(standings: list[Standing], path: Path) -> None:
    """Write the plot: filled marks are INT8, hollow ones FP32, numbers are the table's."""
    figure, panels = plt.subplots(1, 2, figsize=(13, 6.5), sharey=True, layout="constrained")
    _panel(panels[0], standings, lambda s, of: float(s.times[f"{of}_open_vino"]["median"]), "ms, one core, OpenVINO")
    _panel(panels[1], standings, lambda s, of: s.measured[of]["bytes"] / 1000, "kB of the ONNX file")
    panels[0].set_ylabel("error on persons kept apart, %")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=10)
    figure.suptitle(
        "Filled: INT8. Hollow: FP32. Line: what nothing beats in both. Triangle: above the frame, with its error in %."
    )
    figure.savefig(path, dpi=90)
    plt.close(figure)


def _error(standing: Standing, precision: str) -> float:
    return 100 * (1 - standing.measured[precision]["apart_accuracy"])


def _panel(axes: Axes, standings: list[Standing], across: Callable[[Standing, str], float], label: str) -> None:
    families = list(dict.fromkeys(standing.row.family for standing in standings))
    points: list[tuple[float, float]] = []
    names: list[tuple[float, float, str, str]] = []
    best = min(_error(standing, precision) for standing in standings for precision in ("fp32", "int8"))
    top = _OF_BEST * best
    for family, colour in zip(families, _COLOURS, strict=False):
        axes.scatter([], [], s=42, color=colour, label=family)
        for standing in (standing for standing in standings if standing.row.family == family):
            # The ways to INT8 share one FP32 network, which has a row of its own.
            for precision in ("int8",) if family == "ways to INT8" else ("fp32", "int8"):
                x, y = across(standing, precision), _error(standing, precision)
                points.append((x, y))
                axes.scatter(
                    x, min(y, top), s=42, marker="^" if y > top else "o", zorder=3, clip_on=False,
                    facecolors=colour if precision == "int8" else "none", edgecolors=colour,
                )  # fmt: skip
                names.append((x, min(y, top), standing.number + (f" ({y:.0f})" if y > top else ""), colour))
    right = 1.08 * max(x for x, _ in points)
    for x, y, text, colour in _joined(names, 0.02 * right, 0.02 * (top - best)):
        edge = y >= top
        axes.annotate(
            text, (x, y), xytext=(6, -4 if edge else 3), textcoords="offset points", fontsize=8, color=colour,
            va="top" if edge else "bottom",
        )  # fmt: skip
    unbeaten = front(points)
    axes.plot([x for x, _ in unbeaten], [y for _, y in unbeaten], color="#999999", linewidth=1, zorder=1)
    axes.set_xlim(0, right)
    axes.set_ylim(0.95 * best, top)
    axes.set_xlabel(label)
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)


def _joined(
    names: list[tuple[float, float, str, str]], near_x: float, near_y: float
) -> list[tuple[float, float, str, str]]:
    """Give one text to marks that lie on each other."""
    result: list[tuple[float, float, str, str]] = []
    for x, y, text, colour in names:
        for index, (other_x, other_y, texts, _) in enumerate(result):
            wide = 9 if "(" in text and "(" in texts else 1  # texts at the edge are long
            if abs(x - other_x) < wide * near_x and abs(y - other_y) < near_y:
                # A new line after every third number.
                gap = ",\n" if (texts.count(",") + 1) % 3 == 0 else ", "
                result[index] = (other_x, other_y, f"{texts}{gap}{text}", "#333333")
                break
        else:
            result.append((x, y, text, colour))
    return result
