"""The packets as files: written whole and to the disk, or not at all; never deleted once they have an entry."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.errors import BadInput

_SUFFIX = ".gishe"
_PART = ".part"


class PacketFolder:
    """One folder of packets. Its methods raise ``OSError``; the outbox turns that into ``StoreUnusable``."""

    def __init__(self, store: Path) -> None:
        """Open or make the folders, for their owner only."""
        for folder in (store, store / "records"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._records = store / "records"
        self._aside = store / "set-aside"

    def holds(self, id: str) -> bool:
        """Tell whether there is a packet of that id."""
        return self._path(id).exists()

    def read(self, id: str) -> bytes:
        """Give a packet. Raises ``FileNotFoundError`` too."""
        return self._path(id).read_bytes()

    def write(self, id: str, content: bytes) -> None:
        """Write a packet; when this returns it is on the disk under its name."""
        path = self._path(id)
        part = path.with_suffix(_PART)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        _synchronise(self._records)

    def take_back(self, id: str) -> None:
        """Remove a packet whose entry could not be made, so that it is no record of anything."""
        self._path(id).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """Give the ids of all packets."""
        return {path.stem for path in self._records.iterdir() if path.suffix == _SUFFIX}

    def clear_parts(self) -> None:
        """Remove files that a killed process had not finished; call it only while nobody writes."""
        for path in self._records.iterdir():
            if path.suffix == _PART:
                path.unlink(missing_ok=True)

    def set_aside(self, id: str) -> None:
        """Move a packet that cannot become an entry to a folder where the technician finds it."""
        self._aside.mkdir(exist_ok=True, mode=0o700)
        number = sum(1 for _ in self._aside.iterdir())
        (self._records / f"{id}{_SUFFIX}").replace(self._aside / f"{number:06d}-{id}{_SUFFIX}")
        _synchronise(self._aside)
        _synchronise(self._records)

    def _path(self, id: str) -> Path:
        if not id or not all(letter.isalnum() or letter in "-_" for letter in id):
            raise BadInput(f"{id!r} is not an entry's id", hint="'kiosk queue list' shows the entries")
        return self._records / f"{id}{_SUFFIX}"


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
