"""The gate's checks of the network itself: is it the card's, is it small and fast enough, do the runtimes agree."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from edge_models.recipes.gate_findings import Findings
from edge_models.recipes.gate_rules import GateRules
from edge_models.runtime.card import Card
from edge_models.runtime.choice import measure_engines
from edge_models.runtime.errors import EngineUnavailable, GisheError, ModelError
from edge_models.runtime.golden import largest_difference, parse_golden
from edge_models.runtime.registry import ENGINES, open_engine

TOGETHER = 8_000_000
"""bytes of all shipped networks"""


def check_network(
    card: Card, files: dict[str, bytes], figures: dict[str, Any], rules: GateRules, found: Findings
) -> None:
    """Check hash, size, golden vectors and time of the candidate's network."""
    content = files[card.file]
    if hashlib.sha256(content).hexdigest() != card.sha256 or len(content) != card.bytes:
        found.refuse("HASH", f"{card.file} is not the file that the card names; run quantise again")
    if len(content) > rules.size_limit:
        found.refuse("SIZE", f"{len(content)} bytes; {rules.size_limit} allowed",
                     bytes=len(content), allowed=rules.size_limit)  # fmt: skip
    _check_golden(card, content, files.get("golden.npz"), rules, found)
    _check_time(card, content, figures, rules, found)


def check_together(size: int, released: Path, found: Findings) -> None:
    """Check what all shipped networks would be together."""
    others = [path.stat().st_size for path in released.parent.glob("[!._]*/model.onnx") if path.parent != released]
    if size + sum(others) > TOGETHER:
        found.refuse("TOGETHER", f"all shipped models would be {size + sum(others)} bytes; {TOGETHER} allowed",
                     bytes=size + sum(others), allowed=TOGETHER)  # fmt: skip


def _check_golden(card: Card, content: bytes, golden: bytes | None, rules: GateRules, found: Findings) -> None:
    if golden is None:
        return
    for name in ENGINES:
        try:
            engine = open_engine(card, content, engine=name)
            difference = largest_difference(engine, parse_golden(golden, of="the candidate"))
            engine.close()
        except EngineUnavailable as error:
            found.refuse("ENGINE", f"golden vectors could not be tried in {name}: {error.message}", engine=name)
        except GisheError as error:
            found.refuse("RUNTIMES", f"golden vectors do not hold in {name}: {error.message}", engine=name)
        else:
            if not difference <= rules.golden_tolerance:
                found.refuse(
                    "RUNTIMES",
                    f"golden vectors in {name}: {difference:.4g} of their spread away; {rules.golden_tolerance:g} allowed",
                    engine=name, difference=difference, allowed=rules.golden_tolerance,
                )  # fmt: skip


def _check_time(card: Card, content: bytes, figures: dict[str, Any], rules: GateRules, found: Findings) -> None:
    """Take the faster engine; what evaluate measured on a busy machine gets a second trial here."""
    stated = [ms for engine in ENGINES if (ms := rules.time.value(figures, "int8", engine)) is not None]
    if stated and min(stated) <= rules.time.limit_ms:
        return
    if not stated:
        found.refuse("FIGURE_MISSING", f"{rules.time.path} was not measured")
    try:
        measured = min(measure_engines(card, content).values())
    except (EngineUnavailable, ModelError):
        return  # said above
    if min([*stated, measured]) > rules.time.limit_ms:
        found.refuse(
            "TIME",
            f"{min([*stated, measured]):.3g} ms in the faster engine; {rules.time.limit_ms:g} allowed",
            measured_here=measured, stated=min(stated, default=None), allowed=rules.time.limit_ms,
        )  # fmt: skip
