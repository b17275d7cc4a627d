"""``edge-models``: list, verify and show releases; install, switch and roll back."""

from __future__ import annotations

import sys
import tomllib
from typing import Annotated, Any

import typer

from edge_models import cli_store
from edge_models.cli_options import Data, Json, Root, Roots, clock, source_of, warn, write_json
from edge_models.runtime.errors import GisheError
from edge_models.runtime.golden import TOLERANCE, require_golden
from edge_models.runtime.registry import ENGINES, EngineName, Source, open_engine, warnings_of
from edge_models.runtime.release import Release
from edge_models.speech import USAGE_ERROR, failed, misused

GOLDEN_TOLERANCE = TOLERANCE
app = typer.Typer(
    name="edge-models",
    help="Model releases: list, verify, show; install, switch, roll back.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli_store.register(app)


@app.command(name="list")
def list_models(root: Root = None, data: Data = None, trust_roots: Roots = None, as_json: Json = False) -> int:
    """List shipped and installed releases and which is in use; exit 5 when one does not verify."""
    source = source_of(root, data, trust_roots)
    items, whole = _listed(source)
    warn(warnings_of(whole, clock()))
    if as_json:
        write_json({"items": items})
    else:
        for item in items:
            mark = "*" if item["active"] else " "
            said = item["said"] or f"{item['precision']}  {item['bytes'] / 1024:7.1f} KiB  {item['summary']}"
            typer.echo(f"{item['name']:<18} {mark} {item['version']:<8} {item['origin']:<9}  {said}")
    return max((int(item["exit_status"]) for item in items), default=0)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="models; default: all")] = None,
    root: Root = None,
    data: Data = None,
    trust_roots: Roots = None,
    as_json: Json = False,
) -> int:
    """Check signature, hashes, card, contract and golden vectors of what is in use, in every engine; exit 5 if one fails."""
    source = source_of(root, data, trust_roots)
    items: list[dict[str, Any]] = []
    whole: list[Release] = []
    for name in names or source.names():
        try:
            release = source.open(name, clock())
        except GisheError as error:
            items += [_failure(name, engine, error) for engine in ENGINES]
            continue
        whole.append(release)
        items += [_tried(release, engine) for engine in ENGINES]
    warn(warnings_of(whole, clock()))
    failed = [item for item in items if not item["passed"]]
    if as_json:
        write_json({"passed": not failed, "items": items})
    else:
        for item in items:
            typer.echo(
                f"{'passed' if item['passed'] else 'FAILED'}  {item['name']:<18} {item['engine']:<13} {item['said']}"
            )
    return int(failed[0]["exit_status"]) if failed else 0


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="model")],
    root: Root = None,
    data: Data = None,
    trust_roots: Roots = None,
    as_json: Json = False,
) -> None:
    """Show the card of the release in use, what was measured of it, who signed it and what was overruled."""
    release = source_of(root, data, trust_roots).open(name, clock())
    card, manifest, signer = release.card, release.manifest, release.signed.root
    accuracy = tomllib.loads(release.files["accuracy.toml"].decode()) if "accuracy.toml" in release.files else {}
    if as_json:
        write_json(
            {
                "card": card.model_dump(mode="json"),
                "accuracy": accuracy,
                "manifest": manifest.model_dump(mode="json"),
                "signed_by": signer.model_dump(mode="json"),
            }
        )
        return
    typer.echo(f"{card.name} {card.version}: {card.summary}")
    typer.echo(f"file {card.file}, {card.bytes} bytes, sha256 {card.sha256}")
    typer.echo(
        f"signed {manifest.created:%Y-%m-%d} by {signer.key} ({signer.holder}), usable until {release.ends:%Y-%m-%d}"
    )
    for refusal in manifest.accepted_refusals:
        typer.echo(f"released in spite of {refusal.code}: {refusal.said}; because: {refusal.because}")
    typer.echo(f"licence {card.licence}\nterms {card.terms}\nrecipe {card.recipe} (seed {card.seed})")
    for side, contracts in (("input", card.inputs), ("output", card.outputs)):
        for contract in contracts:
            typer.echo(f"{side} {contract.name} {list(contract.shape)} {contract.dtype}: {contract.meaning}")
    for data_source in card.data:
        typer.echo(f"{data_source.role}: {data_source.name} ({data_source.terms})")
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
        return failed(error.line(), error.exit_status)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return failed("stopped", 130)
    except USAGE_ERROR as error:
        return misused(error)
    return result if isinstance(result, int) else 0


def _listed(source: Source) -> tuple[list[dict[str, Any]], list[Release]]:
    """Give a row for every release, broken ones with what is wrong, and those that hold."""
    items: list[dict[str, Any]] = []
    whole: list[Release] = []
    for name in sorted({*source.names(), *(source.store.names() if source.store else ())}):
        active = source.store.active(name) if source.store else None
        versions: list[str | None] = [None] if (source.shipped / name).is_dir() else []
        versions += source.store.versions(name) if source.store else []
        if active and active not in versions:
            versions.append(active)  # its folder is gone: a row that says so
        for version in versions:
            item: dict[str, Any] = {"name": name, "version": version or "", "active": version == active}
            item |= {"origin": "installed" if version else "shipped", "code": "", "said": "", "exit_status": 0}
            try:
                now = clock()
                release = source.open_installed(name, version, now) if version else source.open_shipped(name, now)
            except GisheError as error:
                item |= {"code": error.code, "said": error.line(), "exit_status": error.exit_status}
            else:
                whole.append(release)
                item |= release.card.model_dump(
                    mode="json", include={"version", "task", "bytes", "precision", "summary"}
                )
                item |= {"key": release.manifest.key, "until": release.ends.isoformat()}
            items.append(item)
    return items, whole


def _tried(release: Release, engine: EngineName) -> dict[str, Any]:
    name = release.manifest.name
    try:
        network = open_engine(release.card, release.network, engine=engine)
        difference = require_golden(network, release.golden(), of=f"{name} {release.card.version}")
        network.close()
    except GisheError as error:
        return _failure(name, engine, error)
    said = f"{release.card.version}, golden vectors within {difference:.4f} of their spread"
    return {"name": name, "engine": engine, "passed": True, "exit_status": 0, "code": "", "said": said}


def _failure(name: str, engine: str, error: GisheError) -> dict[str, Any]:
    said = {"said": error.line(), "code": error.code, "exit_status": error.exit_status}
    return {"name": name, "engine": engine, "passed": False, **said}


def _flat(prefix: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _flat(f"{prefix}.{key}" if prefix else key, item)]
    return [f"{prefix} = {value}"]


if __name__ == "__main__":
    main()
