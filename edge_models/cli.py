"""``edge-models``: list, verify and show the released models."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from edge_models.runtime.card import read_card, sha256_of
from edge_models.runtime.errors import ContractMismatch, GisheError, ModelMissing
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.registry import ENGINES, load, released, released_root

GOLDEN_TOLERANCE = 0.2
"""mean deviation from the golden outputs, in parts of their spread, that INT8 rounding in another engine explains: up to
0.14 was seen on noise (templates of real faces agree to a cosine of 0.994); unrelated outputs are above 1"""

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Typer's root of usage errors: click's own, or since Typer carries a copy of click, that of the copy"""

app = typer.Typer(
    name="edge-models",
    help="The released models: list, verify, show.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Root = Annotated[Path | None, typer.Option(help="folder of releases; default: those of this installation")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]


@app.command(name="list")
def list_models(root: Root = None, as_json: Json = False) -> None:
    """List the released models."""
    cards = released(_root(root))
    if as_json:
        _write(
            {
                "items": [
                    card.model_dump(mode="json", include={"name", "version", "task", "bytes", "precision"})
                    for card in cards
                ]
            }
        )
        return
    for card in cards:
        typer.echo(f"{card.name:<18} {card.version:<8} {card.precision}  {card.bytes / 1024:7.1f} KiB  {card.summary}")


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="models; default: all")] = None,
    root: Root = None,
    as_json: Json = False,
) -> int:
    """Check card, hash, contract and golden vectors in every engine; exit 5 when one does not hold."""
    folder = _root(root)
    wanted = names or sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_"))
    items = [_verified(folder, name, engine) for name in wanted for engine in ENGINES]
    failed = [item for item in items if not item["passed"]]
    if as_json:
        _write({"passed": not failed, "items": items})
    else:
        for item in items:
            typer.echo(
                f"{'passed' if item['passed'] else 'FAILED'}  {item['name']:<18} {item['engine']:<13} {item['said']}"
            )
    return int(failed[0]["exit_status"]) if failed else 0


@app.command()
def show(name: Annotated[str, typer.Argument(help="model")], root: Root = None, as_json: Json = False) -> None:
    """Show a model's card and what was measured of it."""
    folder = _root(root) / name
    card = read_card(folder)
    figures = folder / "accuracy.toml"
    accuracy = tomllib.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else {}
    whole = sha256_of(folder / card.file) == card.sha256 if (folder / card.file).is_file() else False
    if as_json:
        _write({"card": card.model_dump(mode="json"), "accuracy": accuracy, "file_matches": whole})
        return
    typer.echo(f"{card.name} {card.version}: {card.summary}")
    typer.echo(f"file {card.file}, {card.bytes} bytes, sha256 {card.sha256}" + ("" if whole else "  (DOES NOT MATCH)"))
    typer.echo(f"licence {card.licence}\nterms {card.terms}\nrecipe {card.recipe} (seed {card.seed})")
    for side, contracts in (("input", card.inputs), ("output", card.outputs)):
        for contract in contracts:
            typer.echo(f"{side} {contract.name} {list(contract.shape)} {contract.dtype}: {contract.meaning}")
    for source in card.data:
        typer.echo(f"{source.role}: {source.name} ({source.terms})")
    for line in _flat("", accuracy):
        typer.echo(line)


def main() -> None:
    """Run the command; errors in one line, exit by the contract."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run the command with these arguments (None: those of the process); give the exit status."""
    try:
        result = app(args=arguments, standalone_mode=False)
    except GisheError as error:
        return _failed(error.line(), error.exit_status)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _failed("stopped", 130)
    except USAGE_ERROR as error:
        return _misused(error)
    return result if isinstance(result, int) else 0


def _misused(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        # No arguments at all: the help is the answer, and it is longer than a line.
        print(error.format_message(), file=sys.stderr)
        return 2
    return _failed(f"error[USAGE]: {error.format_message()}; see --help", 2)


def _failed(line: str, status: int) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return status


def _root(root: Path | None) -> Path:
    folder = root or released_root()
    if not folder.is_dir():
        raise ModelMissing(f"there is no folder {folder}", hint="name the folder of releases with --root")
    return folder


def _verified(folder: Path, name: str, engine: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"name": name, "engine": engine, "passed": False, "exit_status": 0, "code": ""}
    try:
        card, loaded = load(name, engine=engine, root=folder)
        difference = largest_difference(loaded, read_golden(folder / name))
        loaded.close()
        if not difference <= GOLDEN_TOLERANCE:
            raise ContractMismatch(
                f"{name} gives other results in {engine} than when it was released ({difference:.3f})"
            )
    except GisheError as error:
        return item | {"said": error.line(), "code": error.code, "exit_status": error.exit_status}
    return item | {"passed": True, "said": f"{card.version}, golden vectors within {difference:.4f} of their spread"}


def _flat(prefix: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _flat(f"{prefix}.{key}" if prefix else key, item)]
    return [f"{prefix} = {value}"]


def _write(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
