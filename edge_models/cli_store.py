"""``edge-models install|use|rollback|remove|log``: two releases of a model side by side, one of them in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from edge_models.cli_options import Data, Json, Roots, clock, source_of, warn, write_json
from edge_models.runtime.errors import EngineUnavailable, GisheError, ModelError, NotInstalled
from edge_models.runtime.golden import require_golden
from edge_models.runtime.registry import ENGINES, Source, open_engine, warnings_of
from edge_models.runtime.release import Release, open_release
from edge_models.runtime.store import SHIPPED, Store

Name = Annotated[str, typer.Argument(help="model")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (install, use, rollback, remove, log):
        app.command()(command)


def install(
    folder: Annotated[Path, typer.Argument(help="release folder")],
    switch: Annotated[bool, typer.Option("--use", help="switch to it as well")] = False,
    data: Data = None,
    trust_roots: Roots = None,
    as_json: Json = False,
) -> None:
    """Verify a release and put it beside those that are there; what is in use stays in use."""
    source, now = source_of(None, data, trust_roots), clock()
    release = open_release(folder, roots=source.roots, now=source.moment(now))
    name, version = release.manifest.name, release.manifest.version
    _prove(release)
    _store(source).add(release, now=now)
    warn(warnings_of([release], now))
    if switch:
        _switch(source, name, version)
    _say(source, name, f"{name} {version} is installed", as_json)


def use(
    name: Name,
    version: Annotated[str, typer.Argument(help=f"installed version, or '{SHIPPED}'")],
    data: Data = None,
    trust_roots: Roots = None,
    as_json: Json = False,
) -> None:
    """Switch to a release, after signature, hashes and golden vectors held; running kiosks take it at their next start."""
    source = source_of(None, data, trust_roots)
    _switch(source, name, version)
    _say(source, name, "", as_json)


def rollback(name: Name, data: Data = None, trust_roots: Roots = None, as_json: Json = False) -> None:
    """Switch back to what was in use before, after it verified."""
    source, now = source_of(None, data, trust_roots), clock()
    store = _store(source)
    release = _opened(source, name, store.before(name))
    _prove(release)
    store.roll_back(name, now=now, sha256=release.signed.sha256)
    warn(warnings_of([release], now))
    _say(source, name, "", as_json)


def remove(
    name: Name,
    version: Annotated[str, typer.Argument(help="installed version")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Delete an installed release that is not in use."""
    source = source_of(None, data, None)
    _store(source).remove(name, version, now=clock())
    _say(source, name, f"{name} {version} is removed", as_json)


def log(data: Data = None, as_json: Json = False) -> None:
    """Show every switch that was made, oldest first."""
    entries = _store(source_of(None, data, None)).switches()
    if as_json:
        write_json({"items": entries})
        return
    for entry in entries:
        typer.echo(
            f"{entry['at']}  {entry['by']:<8}  {entry['model']:<18} {entry['from'] or '-'} -> {entry['to'] or '-'}"
        )


def _switch(source: Source, name: str, wanted: str) -> None:
    """Verify, try, then switch. A version that is not installed but shipped means the shipped one."""
    store, now = _store(source), clock()
    version: str | None = None if wanted == SHIPPED else wanted
    if version is not None and version not in store.versions(name) and version == _shipped_version(source, name):
        version = None
    release = _opened(source, name, version)
    _prove(release)
    store.use(name, version, now=now, sha256=release.signed.sha256)
    warn(warnings_of([release], now))


def _shipped_version(source: Source, name: str) -> str | None:
    try:
        return source.open_shipped(name, clock()).manifest.version
    except ModelError:
        return None


def _opened(source: Source, name: str, version: str | None) -> Release:
    now = clock()
    return source.open_shipped(name, now) if version is None else source.open_installed(name, version, now)


def _prove(release: Release) -> None:
    """Run the golden vectors in every engine: one must be fit, for a kiosk never chooses one that drifts.

    Raises ``ModelDrift``, ``ContractMismatch``, ``EngineUnavailable``: when none is.
    """
    said: dict[str, GisheError] = {}
    for engine in ENGINES:
        try:
            network = open_engine(release.card, release.network, engine=engine)
            require_golden(network, release.golden(), of=f"{release.manifest.name} {release.manifest.version}")
            network.close()
        except (ModelError, EngineUnavailable) as error:
            said[engine] = error
    if len(said) == len(ENGINES):
        # Drift says more than an engine that is not installed.
        raise min(said.values(), key=lambda error: not isinstance(error, ModelError))
    warn([error.message for error in said.values() if isinstance(error, ModelError)])


def _store(source: Source) -> Store:
    if source.store is None:
        raise NotInstalled("there is no store of installed releases here")
    return source.store


def _say(source: Source, name: str, done: str, as_json: bool) -> None:
    store = _store(source)
    active = store.active(name) or SHIPPED
    if as_json:
        document: dict[str, Any] = {"name": name, "in_use": active, "installed": store.versions(name)}
        write_json(document)
        return
    if done:
        typer.echo(done)
    typer.echo(f"{name}: {active} is in use")
