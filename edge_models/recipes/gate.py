"""``gate``: whether a candidate may take the place of the present release, every reason against it at once.

The rules stand in the recipe's ``[gate]`` table; the figures in the ``accuracy.toml`` of candidate and release.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_models.recipes.evidence import samples_refusals
from edge_models.recipes.gate_findings import Findings
from edge_models.recipes.gate_network import check_network, check_together
from edge_models.recipes.gate_rules import Figure, GateRules, read_rules
from edge_models.recipes.recipe import Recipe, read_recipe
from edge_models.runtime.card import Card, parse_card
from edge_models.runtime.errors import ModelError
from edge_models.runtime.registry import ENGINES, EngineName, released_root
from edge_models.runtime.store import version_key

PLACEHOLDERS = {"", "-", "?", "todo", "tbd", "n/a", "none", "unknown"}
_EXACT = 1e-9
"""what is lost in writing a decimal number"""


@dataclass(frozen=True)
class _Folder:
    """The files of a candidate or a release, read once."""

    files: dict[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> _Folder:
        files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
        return cls({path.name: path.read_bytes() for path in files})

    def figures(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.files.get("accuracy.toml", b"").decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            return {}


def examine(candidate: Path, released: Path, recipe: Recipe) -> Findings:
    """Compare a candidate's folder with the release that it would replace (a folder that need not exist yet).

    Raises ``RecipeInvalid`` when the recipe has no rules for its gate.
    """
    rules, found = read_rules(recipe), Findings(recipe.model)
    new, old = _Folder.read(candidate), _Folder.read(released)
    _check_files(new, rules, found)
    _check_readme(candidate, found)
    card = _check_card(new, recipe, found)
    _check_version(card, old, found)
    for code, said, figures in samples_refusals(new.files.get("samples.json")):
        found.refuse(code, said, **figures)
    _check_figures(new.figures(), old.figures() if found.replaces else None, rules, card, found)
    if card is not None and card.file in new.files:
        check_network(card, new.files, new.figures(), rules, found)
        check_together(len(new.files[card.file]), released, found)
    return found


def _check_files(new: _Folder, rules: GateRules, found: Findings) -> None:
    for name in ("card.toml", "model.onnx", "golden.npz", "accuracy.toml", *(("det.npz",) if rules.det else ())):
        if name not in new.files:
            found.refuse("FILE_MISSING", f"the candidate has no {name}", file=name)


def _check_readme(candidate: Path, found: Findings) -> None:
    readme, figures = candidate / "README.md", candidate / "accuracy.toml"
    if readme.is_file() and figures.is_file() and readme.stat().st_mtime_ns < figures.stat().st_mtime_ns:
        found.refuse(
            "README", "README.md is older than the figures: read it again and save it, or remove it to have one made"
        )


def _check_card(new: _Folder, recipe: Recipe, found: Findings) -> Card | None:
    if "card.toml" not in new.files:
        return None
    try:
        card = parse_card(new.files["card.toml"], of="the candidate")
    except ModelError as error:
        found.refuse("CARD", error.message)
        return None
    found.version = card.version
    for field_name in ("name", "version"):
        wanted = recipe.model if field_name == "name" else recipe.version
        if getattr(card, field_name) != wanted:
            found.refuse("CARD", f"the card says {field_name} {getattr(card, field_name)}, the recipe {wanted}")
    for name, text in (("summary", card.summary), ("licence", card.licence), ("terms", card.terms)):
        if text.strip().lower() in PLACEHOLDERS:
            found.refuse("CARD_FIELD", f"the card's {name} says nothing", field=name)
    for contract in (*card.inputs, *card.outputs):
        if contract.meaning.strip().lower() in PLACEHOLDERS:
            found.refuse("CARD_FIELD", f"the card does not say what {contract.name} holds", field=contract.name)
    for source in card.data:
        if PLACEHOLDERS & {source.terms.strip().lower(), source.name.strip().lower()}:
            found.refuse("DATA_TERMS", f"the card names no terms of its {source.role} data {source.name!r}")
    needed = ("training", "evaluation", *(("calibration",) if card.precision == "int8" else ()))
    for role in needed:
        if role not in {source.role for source in card.data}:
            found.refuse("DATA_TERMS", f"the card names no {role} data", role=role)
    if card.recipe_sha256 != recipe.sha256:
        found.notes.append("the recipe file changed since this candidate was made")
    return card


def _check_version(card: Card | None, old: _Folder, found: Findings) -> None:
    if "card.toml" not in old.files:
        found.notes.append("there is no release to replace: this is the first")
        return
    try:
        found.replaces = parse_card(old.files["card.toml"], of="the present release").version
    except ModelError as error:
        found.refuse("BASELINE", f"{error.message}: nothing to compare with")
        return
    if card is None:
        return
    try:
        higher = version_key(card.version) > version_key(found.replaces)
    except ValueError:
        higher = False
    if not higher:
        found.refuse("VERSION", f"version {card.version} is not above the released {found.replaces}")


def _check_figures(
    new: dict[str, Any], old: dict[str, Any] | None, rules: GateRules, card: Card | None, found: Findings
) -> None:
    if card is not None and new and new.get("model_sha256") != card.sha256:
        found.refuse("FIGURES", "accuracy.toml was measured on another network than this one; run evaluate again")
    for figure in rules.figures:
        shipped = {engine: figure.value(new, "int8", engine) for engine in ENGINES}
        for engine, value in shipped.items():
            if value is None:
                found.refuse("FIGURE_MISSING", f"{figure.name('int8', engine)} was not measured")
                continue
            _check_one(figure, engine, value, new, old, found)
        one, other = (shipped[engine] for engine in ENGINES)
        apart = None if one is None or other is None else abs(one - other)
        if apart is not None and apart > figure.engines_apart_allowed + _EXACT:
            found.refuse(
                "RUNTIMES",
                f"{figure.path}: INT8 is {one:.6g} in {ENGINES[0]} and {other:.6g} in {ENGINES[1]}, {apart:.4g} apart; "
                f"{figure.engines_apart_allowed:g} allowed",
                path=figure.path, apart=apart, allowed=figure.engines_apart_allowed,
            )  # fmt: skip


def _check_one(
    figure: Figure, engine: EngineName, value: float, new: dict[str, Any], old: dict[str, Any] | None, found: Findings
) -> None:
    name = figure.name("int8", engine)
    full = next((v for e in (engine, *ENGINES) if (v := figure.value(new, "fp32", e)) is not None), None)
    if full is None:
        found.refuse("FIGURE_MISSING", f"{figure.name('fp32', engine)} was not measured: INT8 stands beside nothing")
    elif figure.worse(value, full) > figure.int8_loss_allowed + _EXACT:
        found.refuse(
            "INT8_LOSS",
            f"{name}: INT8 {value:.6g}, FP32 {full:.6g}: {figure.worse(value, full):.4g} worse; "
            f"{figure.int8_loss_allowed:g} allowed",
            path=name, int8=value, fp32=full, allowed=figure.int8_loss_allowed,
        )  # fmt: skip
    if figure.limit is not None and figure.worse(value, figure.limit) > _EXACT:
        found.refuse("LIMIT", f"{name}: {value:.6g}; nothing worse than {figure.limit:g} ships",
                     path=name, value=value, limit=figure.limit)  # fmt: skip
    before = None if old is None else figure.value(old, "int8", engine)
    if before is not None and figure.worse(value, before) > figure.regression_allowed + _EXACT:
        found.refuse(
            "WORSE",
            f"{name}: {value:.6g}, the release {found.replaces} has {before:.6g}: {figure.worse(value, before):.4g} "
            f"worse; {figure.regression_allowed:g} allowed",
            path=name, value=value, released=before, allowed=figure.regression_allowed,
        )  # fmt: skip
    elif before is None and old is not None:
        found.notes.append(f"{name}: the present release has no such figure")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that ``gate`` and ``release`` share."""
    parser.add_argument("--config", type=Path, required=True, help="the model's recipe.toml")
    parser.add_argument("--work", type=Path, default=Path(".recipes"), help="where <model>/candidate lies")
    parser.add_argument("--released", type=Path, default=released_root(), help="folder of releases")
    parser.add_argument("--data", help=argparse.SUPPRESS)
    parser.add_argument("--threads", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def main(arguments: list[str]) -> int:
    """Say whether a candidate may be released; exit 5 and one line for each reason against it."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes gate", description=main.__doc__)
    add_options(parser)
    options = parser.parse_args(arguments)
    recipe = read_recipe(options.config)
    found = examine(options.work / recipe.model / "candidate", options.released / recipe.model, recipe)
    if options.json:
        sys.stdout.write(json.dumps(found.document(), ensure_ascii=False, indent=2) + "\n")
    else:
        for note in found.notes:
            print(f"note: {note}", file=sys.stderr)
        for refusal in found.refusals:
            print(refusal.line())
        if not found.refusals:
            print(f"{found.model} {found.version} passes the gate (it replaces {found.replaces or 'nothing'})")
    return 5 if found.refusals else 0
