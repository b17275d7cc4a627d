"""A README for a release that brings none: what card, figures and rules say, so that it is never out of date."""

from __future__ import annotations

from typing import Any

from edge_models.recipes.gate_rules import GateRules
from edge_models.runtime.card import Card
from edge_models.runtime.registry import ENGINES

COLUMNS = [(precision, engine) for precision in ("int8", "fp32") for engine in ENGINES]


def readme_text(card: Card, figures: dict[str, Any], rules: GateRules) -> str:
    """Give the README's text."""
    lines = [f"# {card.name}", "", card.summary, "", f"{card.bytes / 1e6:.2f} MB, {card.precision}. {card.terms}", ""]
    lines += [f"| figure | {' | '.join(f'{p.upper()}, {e}' for p, e in COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for where in (*rules.figures, rules.time):
        values = [where.value(figures, precision, engine) for precision, engine in COLUMNS]
        cells = " | ".join("" if value is None else f"{value:.4g}" for value in values)
        lines.append(f"| `{where.path}` | {cells} |")
    lines += [
        "",
        "All figures: `accuracy.toml`. Data and terms: `card.toml`. How it was made: the recipe of this name.",
        "",
    ]
    return "\n".join(lines)
