"""``python -m edge_models.recipes.face_pad.report``: the tables of docs/pad.md between their marks, and its plot."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_pad.teach import PLAIN
from edge_models.recipes.face_pad.views import Views

BEGIN, END = "<!-- tables begin -->", "<!-- tables end -->"
WHO = {"student": "student", "teacher_pair": "teacher pair", "three_teachers": "three teachers"}
_COLOURS = {"student": "#0b6e6e", "teacher_pair": "#b4532a", "three_teachers": "#5b5b8c"}
_WIDE, _HIGH, _EDGE, _MOST = 300, 260, 46, 0.3
Floats = NDArray[np.float64]


def said(rate: dict[str, Any] | None) -> str:
    """Write a rate with its interval in percent."""
    if rate is None:
        return ""
    return f"{100 * rate['rate']:.1f} ({100 * rate['low']:.1f}-{100 * rate['high']:.1f}) of {rate['of']}"


def left_out(figures: dict[str, Any]) -> list[str]:
    """Write the table of sources left out."""
    lines = [
        "| source left out | who | threshold of | APCER print | APCER screen | BPCER of the source |",
        "|---|---|---|---|---|---|",
    ]
    for source, whole in figures.items():
        if source == "set":
            continue
        for who, name in {**WHO, "before_labels": "student before the labels"}.items():
            for bpcer, cell in whole[who].items():
                for whose in ("own", "others"):
                    rates = [cell.get(f"apcer_{species}_{whose}") for species in ("print", "screen")]
                    if any(rates):
                        of = said(cell.get("bpcer_at_others")) if whose == "others" else ""
                        place = f"{whose}, BPCER {bpcer} %"
                        lines.append(f"| {source} | {name} | {place} | {said(rates[0])} | {said(rates[1])} | {of} |")
    return lines


def by_species(whole: dict[str, Any]) -> list[str]:
    """Write APCER of each attack as the pack names it, at the source's own BPCER of 5 and 10 %."""
    kinds = whole["student"]["5"].get("apcer_print_of", {}) | whole["student"]["5"].get("apcer_screen_of", {})
    lines = [
        "| attack | student at 5 % | student at 10 % | pair at 5 % | pair at 10 % | three at 5 % | three at 10 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in kinds:
        cells = []
        for who in WHO:
            for bpcer in ("5", "10"):
                cell = whole[who][bpcer]
                found = (cell.get("apcer_print_of", {}) | cell.get("apcer_screen_of", {})).get(kind)
                cells.append("" if found is None else f"{found['errors']} of {found['of']}")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def kept_apart(figures: dict[str, Any]) -> list[str]:
    """Write the table of subjects kept apart from sources that were trained on."""
    lines = ["| who | threshold | source | BPCER | APCER print | APCER screen |", "|---|---|---|---|---|---|"]
    places = [("student, INT8", "shipped", figures["at_the_shipped_threshold"])]
    for bpcer in ("5", "10"):
        places += [
            (name, f"BPCER {bpcer} %", figures[f"{who}_by_source_at_bpcer_{bpcer}"]) for who, name in WHO.items()
        ]
    for who, place, cell in places:
        sources = sorted({name for key in cell if key.endswith("_of") for name in cell[key]})
        for source in ["all", *sources]:
            given = [
                cell.get(key) if source == "all" else cell.get(f"{key}_of", {}).get(source)
                for key in ("bpcer", "apcer_print", "apcer_screen")
            ]
            lines.append(f"| {who} | {place} | {source} | {' | '.join(said(rate) for rate in given)} |")
    return lines


def films(figures: dict[str, Any]) -> list[str]:
    """Write the table of films: score less threshold, so that below 0 is an attack for each column."""
    pair, three = figures["threshold_of_pair"], figures["threshold_of_three"]
    lines = [
        "| film | student (0.5) | pair, log odds above its threshold | three, log odds above theirs |",
        "|---|---|---|---|",
    ]
    for name, cell in figures.items():
        if isinstance(cell, dict):
            wrong = "" if (cell["student"] >= 0.5) == name.startswith(("live", "seq1", "seq2")) else " **wrong**"
            lines.append(
                f"| {name} | {cell['student']:.2f}{wrong} | {cell['pair'] - pair:+.1f} | {cell['three'] - three:+.1f} |"
            )
    return lines


def plot(views: Views, left: dict[str, Floats]) -> str:
    """Draw APCER over BPCER of Replay-Attack left out, prints and screens, as SVG."""
    parts = []
    plain = (views.kind == PLAIN) & (views.source == "replay_attack")
    scores = {"student": left["replay_attack"], "teacher_pair": views.pair, "three_teachers": views.teachers}
    for column, (label, species) in enumerate(((1, "print"), (2, "screen"))):
        x0 = _EDGE + column * (_WIDE + _EDGE + 24)
        parts.append(_frame(x0, f"Replay-Attack left out: {species}"))
        for number, (who, values) in enumerate(scores.items()):
            bona_fide, attacks = values[plain & (views.label == 0)], values[plain & (views.label == label)]
            thresholds = np.quantile(bona_fide, np.linspace(0, _MOST, 61))
            points = " ".join(
                f"{x0 + _WIDE * b / _MOST:.1f},{20 + _HIGH * (1 - float((attacks >= t).mean())):.1f}"
                for b, t in zip(np.linspace(0, _MOST, 61), thresholds, strict=True)
            )
            parts.append(f'<polyline points="{points}" fill="none" stroke="{_COLOURS[who]}" stroke-width="2"/>')
            place = f'x="{x0 + _WIDE - 8}" y="{40 + 18 * number}" text-anchor="end"'
            parts.append(f'<text {place} fill="{_COLOURS[who]}">{WHO[who]}</text>')
    width, height = 2 * (_WIDE + _EDGE) + 40, _HIGH + 66
    style = 'font-family="sans-serif" font-size="12"'
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{body}</svg>\n'
    )


def _frame(x0: int, title: str) -> str:
    parts = [f'<text x="{x0}" y="14">{title}</text>']
    for k in range(5):
        y, share = 20 + _HIGH * k / 4, 100 - 25 * k
        parts.append(
            f'<path d="M{x0} {y}h{_WIDE}" stroke="#ddd"/><text x="{x0 - 6}" y="{y + 4}" text-anchor="end">{share}</text>'
        )
    for k in range(7):
        x = x0 + _WIDE * k / 6
        parts.append(
            f'<path d="M{x} 20v{_HIGH}" stroke="#ddd"/><text x="{x}" y="{_HIGH + 36}" text-anchor="middle">{5 * k}</text>'
        )
    parts.append(f'<text x="{x0 + _WIDE / 2}" y="{_HIGH + 54}" text-anchor="middle">BPCER % (APCER % upwards)</text>')
    return "".join(parts)


def main() -> None:
    """Write the tables and the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".recipes/face_pad"))
    parser.add_argument("--page", type=Path, default=Path("docs/pad.md"))
    options = parser.parse_args()
    figures = tomllib.loads((options.work / "candidate" / "accuracy.toml").read_text())
    parts = [
        ("Leave one source out", left_out(figures["leave_one_out"])),
        ("Replay-Attack left out, by attack (accepted)", by_species(figures["leave_one_out"]["replay_attack"])),
        ("Subjects kept apart, sources trained on", kept_apart(figures["kept_apart"])),
        ("Films (report only)", films(figures["films"])),
    ]
    text = "\n\n".join(f"### {title}\n\n" + "\n".join(lines) for title, lines in parts)
    page = options.page.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    options.page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    with np.load(options.work / "left_out.npz") as stored:
        left = {name: stored[name] for name in stored.files}
    (options.page.parent / "pad-det.svg").write_text(plot(Views(options.work), left))


if __name__ == "__main__":
    main()
