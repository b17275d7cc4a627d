"""Installed releases: several versions of a model side by side, one of them in use, every switch written down.

``<store>/<model>/<version>/``  a release as it was signed
``<store>/<model>/active.json`` the version in use (null: the shipped one) and those before it
``<store>/switches.jsonl``      one line per switch, only ever appended
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge_models.runtime.errors import NotInstalled, StoreBroken
from edge_models.runtime.manifest import MANIFEST, NAME, SIGNATURE, VERSION
from edge_models.runtime.release import Release

ACTIVE, LOG, SHIPPED = "active.json", "switches.jsonl", "shipped"
By = Literal["install", "use", "rollback", "remove"]


class _Active(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    version: str | None = Field(default=None, pattern=VERSION)
    previous: tuple[str | None, ...] = ()


class Store:
    """The store of one data folder. What it gives is not verified here: ``registry.Source`` opens releases."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not exist."""
        self.folder = folder

    def names(self) -> list[str]:
        """List the models with installed releases."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir() and re.match(NAME, path.name))

    def versions(self, name: str) -> list[str]:
        """List the installed versions of a model, oldest first."""
        folder = self._model(name)
        found = [path.name for path in folder.iterdir() if re.match(VERSION, path.name)] if folder.is_dir() else []
        return sorted(found, key=version_key)

    def folder_of(self, name: str, version: str) -> Path:
        """Give the folder of an installed release. Raises ``NotInstalled``."""
        if not re.match(VERSION, version) or not (self._model(name) / version).is_dir():
            raise NotInstalled(f"{name} {version} is not installed")
        return self._model(name) / version

    def active(self, name: str) -> str | None:
        """Give the version in use; None: the shipped one. Raises ``StoreBroken``."""
        return self._read(name).version

    def before(self, name: str) -> str | None:
        """Give what was in use before; None: the shipped one. Raises ``NotInstalled`` when nothing was."""
        previous = self._read(name).previous
        if not previous:
            raise NotInstalled(f"nothing was in use before the present release of {name}")
        return previous[-1]

    def add(self, release: Release, *, now: datetime) -> Path:
        """Write a verified release from its verified bytes, whole or not at all; what is in use stays as it is.

        Raises ``StoreBroken`` when another release of this version is there, or the disk refuses.
        """
        manifest, target = release.manifest, self._model(release.manifest.name) / release.manifest.version
        with self._locked():
            if target.is_dir():
                if _bytes_of(target / MANIFEST) != release.signed.content:
                    raise StoreBroken(
                        f"another release of {manifest.name} {manifest.version} is installed",
                        hint="remove it first, or give the new release a version of its own",
                    )
                return target
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (target.parent / ACTIVE).exists():
                self._write(manifest.name, _Active())
            part = Path(tempfile.mkdtemp(prefix=".incoming-", dir=target.parent))
            try:
                whole = {**release.files, MANIFEST: release.signed.content, SIGNATURE: release.signed.signature}
                for name, content in whole.items():
                    _write_through(part / name, content)
                part.chmod(0o755)
                part.rename(target)
                _sync(target.parent)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            self._log(now, manifest.name, "install", None, manifest.version, release.signed.sha256)
        return target

    def use(self, name: str, version: str | None, *, now: datetime, sha256: str) -> None:
        """Switch to a version (None: the shipped one) that the caller has verified. Raises ``StoreBroken``.

        This is also how a store is mended whose choice cannot be read: the new choice is a beginning without a past.
        """
        with self._locked():
            try:
                present = self._read(name)
            except StoreBroken:
                self._log(now, name, "use", "unreadable", version or SHIPPED, sha256)
                self._write(name, _Active(version=version))
                return
            if present.version == version:
                return
            after = _Active(version=version, previous=(*present.previous[-9:], present.version))
            self._log(now, name, "use", present.version or SHIPPED, version or SHIPPED, sha256)
            self._write(name, after)

    def roll_back(self, name: str, *, now: datetime, sha256: str) -> None:
        """Switch to what was in use before, which the caller has verified. Raises ``NotInstalled``, ``StoreBroken``."""
        with self._locked():
            present = self._read(name)
            version = self.before(name)
            self._log(now, name, "rollback", present.version or SHIPPED, version or SHIPPED, sha256)
            self._write(name, _Active(version=version, previous=present.previous[:-1]))

    def remove(self, name: str, version: str, *, now: datetime) -> None:
        """Delete an installed release that is not in use. Raises ``NotInstalled``, ``StoreBroken``."""
        with self._locked():
            folder, present = self.folder_of(name, version), self._read(name)
            if present.version == version:
                raise StoreBroken(f"{name} {version} is in use", hint="switch to another release before removing this")
            self._log(now, name, "remove", version, None, "")
            left = tuple(item for item in present.previous if item != version)
            self._write(name, present.model_copy(update={"previous": left}))
            gone = folder.with_name(f".removed-{version}")
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            shutil.rmtree(gone)

    def switches(self) -> list[dict[str, str | None]]:
        """Give the log of switches, oldest first. Raises ``StoreBroken``."""
        path = self.folder / LOG
        try:
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
        except (OSError, ValueError) as error:
            raise StoreBroken(
                f"{LOG} cannot be read", hint="keep the file for inspection, then move it away"
            ) from error

    def _model(self, name: str) -> Path:
        if not re.match(NAME, name):
            raise NotInstalled(f"{name!r} is no name of a model")
        return self.folder / name

    def _read(self, name: str) -> _Active:
        path = self._model(name) / ACTIVE
        if not path.exists():
            if self.versions(name):
                raise StoreBroken(
                    f"{ACTIVE} of {name} is gone though releases are installed: which is in use is not known"
                )
            return _Active()
        try:
            return _Active.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise StoreBroken(f"{ACTIVE} of {name} cannot be read: which release is in use is not known") from error

    def _write(self, name: str, active: _Active) -> None:
        path = self._model(name) / ACTIVE
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        _write_through(part, active.model_dump_json(indent=1).encode() + b"\n")
        part.replace(path)
        _sync(path.parent)

    def _log(self, now: datetime, name: str, by: By, before: str | None, after: str | None, sha256: str) -> None:
        """Append the switch before it is made: a switch that is not in the log cannot happen."""
        entry = {"at": now.isoformat(timespec="seconds"), "model": name, "by": by, "from": before, "to": after}
        line = json.dumps(entry | {"manifest_sha256": sha256}) + "\n"
        with (self.folder / LOG).open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / ".lock").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise StoreBroken(
                f"the store of models cannot be written ({type(error).__name__})",
                hint="check that the disk has room and that the folder may be written",
            ) from error


def version_key(version: str) -> tuple[int, ...]:
    """Give what versions are ordered by. Raises ``ValueError`` on anything but numbers and points."""
    return tuple(int(part) for part in version.split("."))


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
