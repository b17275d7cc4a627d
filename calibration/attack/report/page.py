"""``python -m calibration.attack.report.page REPORT.json... PAGE``: a page's figures between its marks, and its plot.

Later reports fill what earlier ones lack: one of films, one of packs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from calibration.attack.report.plots import det_curves

BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"


def said(rate: dict[str, Any] | None) -> str:
    """Write a rate of the report in percent with its interval and count."""
    if rate is None or rate.get("rate") is None:
        return ""
    return f"{100 * rate['rate']:.1f} ({100 * rate['low']:.1f}-{100 * rate['high']:.1f}) of {rate['of']}"


def figures(document: dict[str, Any]) -> str:
    """Give the figures of a report as Markdown."""
    models = ", ".join(f"{model['name']} {model['version']}" for model in document["models"])
    parts = [f"Measured {document['taken'][:16].replace('T', ' ')} UTC with {models}; profile `{document['profile']}`."]
    if document["presentations"]:
        parts += [
            _summary(document["summary"]),
            _species(document["species"]),
            _presentations(document["presentations"]),
        ]
    if document["left_out"]["rows"]:
        parts.append(_left_out(document["left_out"]))
    if document["packs"]:
        parts.append(_packs(document["packs"]))
    return "\n\n".join(parts)


def merged(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one document: the first, with packs and sources left out of the later ones where it has none."""
    whole = dict(documents[0])
    for later in documents[1:]:
        for key in ("packs", "pack_pictures"):
            whole[key] = whole[key] or later[key]
        if later["left_out"]["rows"]:
            whole["left_out"] = later["left_out"]
    return whole


def _summary(summary: dict[str, Any]) -> str:
    worst, whole = summary["apcer_worst"], summary["iapar_worst"]
    lines = [f"- {summary['attacks']} attack and {summary['bona_fide']} bona fide presentations."]
    if summary["presentations"] < summary["asked_for"]:
        lines.append(
            f"- Stopped after {summary['presentations']} of {summary['asked_for']}: the rest counts for nothing."
        )
    if worst:
        lines.append(f"- APCER of the worst species (`{worst['species']}`), PAD subsystem: {said(worst)}.")
    if whole:
        lines.append(f"- IAPAR of the worst species (`{whole['species']}`), whole session: {said(whole)}.")
    lines.append(f"- BPCER {said(summary['bpcer'])}; BPNRR {said(summary['bpnrr'])}; FRR {said(summary['frr'])}.")
    return "\n".join(lines)


def _table(title: str, columns: list[str], rows: list[list[str]]) -> str:
    head = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join([f"### {title}", "", *head, *("| " + " | ".join(row) + " |" for row in rows)])


def _species(species: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"`{one['species']}`" + (" (injection)" if one["injection"] else ""),
            one["attack_potential"],
            str(one["presentations"]),
            said(one["apcer"]),
            said(one["iapar"]),
            ", ".join(f"{check} {count}" for check, count in one["caught_by"].items()),
        ]
        for one in species
    ]
    return _table("By species", ["species", "potential", "number", "APCER", "IAPAR", "refused by"], rows)


def _presentations(presentations: list[dict[str, Any]]) -> str:
    rows = []
    for one in presentations:
        why = [*one["refused_by"], *(f"({reason})" for reason in one["reasons"])]
        truth = "bona fide" if one["label"] == "bona_fide" else f"`{one['species']}`"
        rows.append([one["name"], truth, one["verdict"] or one["error"], ", ".join(why)])
    return _table("Presentations", ["name", "truth", "verdict", "refused by (reasons)"], rows)


def _left_out(left: dict[str, Any]) -> str:
    rows = [
        [
            row["source"],
            "its own" if row["threshold_of"] == "own" else "others'",
            str(row["attacks"]),
            *(
                cell
                for level, met in (("at_floor", row["floor_met"]), ("at_goal", row["goal_met"]))
                for cell in (
                    f"{row[level]['worst_species']} {said(row[level]['apcer_worst'])}",
                    said(row[level]["bpcer_here"]),
                    "met" if met else "**not met**",
                )
            ),
        ]
        for row in left["rows"]
    ]
    floor, goal = left["floor"], left["goal"]
    title = (
        f"Sources left out of training (floor APCER {100 * floor['apcer']:g} % at BPCER {100 * floor['bpcer']:g} %, "
        f"goal {100 * goal['apcer']:g} % at {100 * goal['bpcer']:g} %)"
    )
    columns = [
        "source",
        "threshold of",
        "attacks",
        "worst at floor",
        "BPCER here",
        "floor",
        "worst at goal",
        "BPCER here",
        "goal",
    ]
    return _table(title, columns, rows)


def _packs(packs: list[dict[str, Any]]) -> str:
    rows = [
        [row["source"], row["species"], f"{100 * row['bpcer']:g} %", said(row["apcer"]), said(row["bpcer_here"])]
        for row in packs
        if row["threshold_of"] == "shipped"
    ]
    columns = ["source", "species", "threshold of BPCER", "APCER", "BPCER here"]
    return _table(
        "Picture packs, released student at its thresholds (trained on most of these people: see the sources left out)",
        columns,
        rows,
    )


def write_page(documents: list[dict[str, Any]], page: Path) -> None:
    """Put the figures between the page's marks, and the trade-off plot (SVG) beside it. Raises ``ValueError`` without marks."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page.name} lacks the marks {BEGIN} and {END}")
    whole = merged(documents)
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{figures(whole)}\n\n{END}{after}", encoding="utf-8")
    if whole["det"]:
        _plot(whole["det"], page.with_name(page.stem + "-det.svg"))


def _plot(det: dict[str, Any], path: Path) -> None:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Words stay words, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "gishe"}):
        _draw(Figure(figsize=(6, 5.4)), det, path)


def _draw(figure: Any, det: dict[str, Any], path: Path) -> None:
    curves = {
        f"{check} ({of['bona_fide']} bona fide, {of['attacks']} attacks)": (
            [(point["bpcer"], point["apcer"]) for point in of["points"]],
            of["bona_fide"],
            of["attacks"],
        )
        for check, of in det.items()
    }
    det_curves(figure.subplots(), curves, "Each check by itself, without injections")
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, nargs="+")
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    write_page([json.loads(report.read_text(encoding="utf-8")) for report in options.reports], options.page)


if __name__ == "__main__":
    main()
