"""Find the release of a model that is in use, verify it, load it into an engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from edge_models.runtime.card import Card
from edge_models.runtime.compiled import CompiledCache
from edge_models.runtime.errors import EngineUnavailable, ModelError, ModelMissing
from edge_models.runtime.manifest import MANIFEST
from edge_models.runtime.port import Engine
from edge_models.runtime.release import Release, open_release, read_signed
from edge_models.runtime.store import Store
from edge_models.runtime.trust import TrustRoots, shipped_roots

EngineName = Literal["onnx_runtime", "open_vino"]
ENGINES: tuple[EngineName, ...] = ("open_vino", "onnx_runtime")
SOON = timedelta(days=60)
"""before the end of a release or its key: from then on it is said"""


def released_root() -> Path:
    """Give the folder of the models that ship with this installation."""
    return Path(str(files("edge_models"))) / "released"


@cache
def built() -> datetime:
    """Give the newest signed date among the shipped releases: it cannot be earlier now, whatever a clock says."""
    return max(_signed_dates(_folders(released_root()), shipped_roots()), default=datetime.fromtimestamp(0, UTC))


def warnings_of(releases: Iterable[Release], now: datetime) -> list[str]:
    """Give what a technician must know in time: a clock that cannot be right, releases and keys that end soon."""
    said, releases = [], list(releases)
    newest = max([built(), *(release.manifest.created for release in releases)])
    if now < newest:
        said.append(f"this machine's clock ({now:%Y-%m-%d}) stands before its software ({newest:%Y-%m-%d}): set it")
    for release in releases:
        if release.ends - now < SOON:
            name = f"{release.manifest.name} {release.manifest.version}"
            said.append(f"{name} can be used until {release.ends:%Y-%m-%d}; install a newer release or root before")
    return said


@dataclass(frozen=True)
class Source:
    """Where a program takes its models from, and whose signatures it believes."""

    shipped: Path = field(default_factory=released_root)
    roots: TrustRoots = field(default_factory=shipped_roots)
    store: Store | None = None

    def names(self) -> list[str]:
        """List the models of which a release is in use. Raises ``StoreBroken``."""
        installed = [name for name in self.store.names() if self.store.active(name)] if self.store else []
        return sorted({folder.name for folder in _folders(self.shipped)} | set(installed))

    def moment(self, now: datetime) -> datetime:
        """Give the time that counts: the clock's, but none before the signed date of what ships or was installed.

        A clock that stands before these is wrong: what was installed was not signed in the future then.
        """
        folders = (
            [self.store.folder_of(n, v) for n in self.store.names() for v in self.store.versions(n)]
            if self.store
            else []
        )
        return max([now, built(), *_signed_dates(folders, self.roots)])

    def open(self, name: str, now: datetime) -> Release:
        """Verify the release that is in use: the store's choice, else the shipped one.

        A choice that does not hold is an error, never a reason to take another release. The time that counts is that
        of ``moment``. Raises ``ModelError`` branches; see ``open_release``.
        """
        version = self.store.active(name) if self.store else None
        if self.store is not None and version is not None:
            return self.open_installed(name, version, now)
        return self.open_shipped(name, now)

    def open_shipped(self, name: str, now: datetime) -> Release:
        """Verify the shipped release. Raises ``ModelError`` branches."""
        folder = self.shipped / name
        if not folder.is_dir():
            raise ModelMissing(f"no released model named {name}")
        return open_release(folder, roots=self.roots, now=self.moment(now), name=name)

    def open_installed(self, name: str, version: str, now: datetime) -> Release:
        """Verify one installed release. Raises ``ModelError`` branches."""
        if self.store is None:
            raise ModelMissing(f"{name} {version} is not installed")
        folder = self.store.folder_of(name, version)
        return open_release(folder, roots=self.roots, now=self.moment(now), name=name, version=version)


def released(root: Path | None = None, *, now: datetime | None = None) -> list[Card]:
    """List the cards of all releases of a folder, verified, by name. Raises ``ModelError`` branches."""
    source = Source(root or released_root())
    return [source.open(name, now or datetime.now(UTC)).card for name in source.names()]


def open_model(name: str, *, root: Path | None = None, now: datetime | None = None) -> Release:
    """Verify one shipped release (or one of another folder). Raises ``ModelError`` branches."""
    return Source(root or released_root()).open(name, now or datetime.now(UTC))


def load(
    name: str, *, engine: EngineName, threads: int = 1, root: Path | None = None, now: datetime | None = None
) -> tuple[Card, Engine]:
    """Verify and load one shipped release (or one of another folder); ``now`` defaults to this machine's clock.

    Raises ``ModelError`` branches, ``EngineUnavailable``.
    """
    release = open_model(name, root=root, now=now)
    return release.card, open_engine(release.card, release.network, engine=engine, threads=threads)


def open_engine(
    card: Card, content: bytes, *, engine: EngineName, threads: int = 1, cache: CompiledCache | None = None
) -> Engine:
    """Load verified bytes into the wanted engine; the engine's package is imported only here.

    ``cache``: where compiled networks are kept, for an engine that compiles.
    """
    try:
        if engine == "open_vino":
            from edge_models.runtime.open_vino import OpenVinoEngine

            return OpenVinoEngine(card, content, threads=threads, cache=cache)
        from edge_models.runtime.onnx_runtime import OnnxRuntimeEngine

        return OnnxRuntimeEngine(card, content, threads=threads)
    except ImportError as error:
        raise EngineUnavailable(f"the engine {engine} is not installed") from error


def _signed_dates(folders: Iterable[Path], roots: TrustRoots) -> list[datetime]:
    dates = []
    for folder in folders:
        try:
            dates.append(read_signed(folder, roots).manifest.created)
        except ModelError:
            continue  # it says so when it is opened; here it only proves nothing
    return dates


def _folders(root: Path) -> list[Path]:
    """List the release folders: those that carry a manifest or a card, so that one without signature is not passed over."""
    return sorted(
        folder
        for folder in root.iterdir()
        if not folder.name.startswith((".", "_"))
        and ((folder / MANIFEST).is_file() or (folder / "card.toml").is_file())
    )
