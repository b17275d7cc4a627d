"""The outbox in SQLite: rows in a table, packets as files beside it, both or neither.

A packet's file is written, synchronised and named before its row is committed. Killed before the commit, a file without
a row is left: it was never a record, and is removed on the next start. A row never exists without its file.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.errors import BadInput, RecordInvalid, StoreUnusable
from kiosk.outbox.life import State
from kiosk.outbox.port import Entry, moved
from kiosk.record.manifest import Place

_SUFFIX = ".gishe"
_BUSY_SECONDS = 10.0


class SqliteOutbox:
    """The outbox of one device; several processes may use it, several threads may not share one object."""

    def __init__(self, folder: Path, *, clock: Callable[[], float]) -> None:
        """Open or make the store in a folder; ``clock`` gives seconds since the epoch. Raises ``StoreUnusable``."""
        self._records = folder / "records"
        self._clock = clock
        with _store_errors():
            self._records.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(
                folder / "outbox.db", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._db = Database(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            with self._transaction():
                _migrate(connection)
            self._clear_leftovers()

    def put(self, id: str, make: Callable[[Place], bytes]) -> Entry:
        """Store the packet for the next place in the chain. Raises ``StoreUnusable`` and what ``make`` raises."""
        path = self._path(id)
        with _store_errors(), self._transaction():
            place = self._next_place()
            packet = make(place)
            now = self._clock()
            entry = Entry(
                id=id,
                sequence=place.sequence,
                state=State.WAITING,
                bytes=len(packet),
                sha256=hashlib.sha256(packet).hexdigest(),
                previous=place.previous,
                created=now,
                changed=now,
                due=now,
            )
            if path.exists():
                raise StoreUnusable(f"the entry {id} exists already")
            _write_durably(path, packet)
            self._db.conn.execute(
                "INSERT INTO entries (id, sequence, state, bytes, sha256, previous, created, changed, attempts, due, code)"
                " VALUES (:id, :sequence, :state, :bytes, :sha256, :previous, :created, :changed, :attempts, :due, :code)",
                asdict(entry),
            )
        return entry

    def entries(self) -> list[Entry]:
        """Give all entries by sequence. Raises ``StoreUnusable``."""
        with _store_errors():
            return [_entry(row) for row in self._db["entries"].rows_where(order_by="sequence")]

    def packet(self, id: str) -> bytes:
        """Give an entry's packet. Raises ``BadInput``, ``RecordInvalid``, ``StoreUnusable``."""
        entry = self._find(id)
        try:
            packet = self._path(id).read_bytes()
        except FileNotFoundError as error:
            raise RecordInvalid(f"the packet of entry {id} is gone") from error
        except OSError as error:
            raise StoreUnusable(f"the packet of entry {id} cannot be read ({error.strerror})") from error
        if hashlib.sha256(packet).hexdigest() != entry.sha256:
            raise RecordInvalid(f"the packet of entry {id} was changed")
        return packet

    def move(self, id: str, state: State, *, code: str = "", due: float = 0.0) -> Entry:
        """Change an entry's state. Raises ``BadInput``, ``StoreUnusable``."""
        with _store_errors(), self._transaction():
            entry = moved(self._find(id), state, now=self._clock(), code=code, due=due)
            self._db.conn.execute(
                "UPDATE entries SET state = ?, changed = ?, attempts = ?, due = ?, code = ? WHERE id = ?",
                (entry.state.value, entry.changed, entry.attempts, entry.due, entry.code, id),
            )
        return entry

    def close(self) -> None:
        """Close the database."""
        self._db.conn.close()

    def _find(self, id: str) -> Entry:
        with _store_errors():
            row = next(iter(self._db["entries"].rows_where("id = ?", [id])), None)
        if row is None:
            raise BadInput(f"the outbox has no entry {id}", hint="'kiosk queue list' shows the entries")
        return _entry(row)

    def _next_place(self) -> Place:
        last = next(iter(self._db["entries"].rows_where(order_by="sequence desc", limit=1)), None)
        return Place(1, "") if last is None else Place(last["sequence"] + 1, last["sha256"])

    def _path(self, id: str) -> Path:
        if not id or not all(letter.isalnum() or letter in "-_" for letter in id):
            raise BadInput(f"{id!r} is not an entry's id", hint="'kiosk queue list' shows the entries")
        return self._records / f"{id}{_SUFFIX}"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Hold the write lock from the first read on, so that places are never given twice."""
        connection = self._db.conn
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _clear_leftovers(self) -> None:
        """Remove what a killed process left: files that never became entries."""
        with self._transaction():
            known = {row["id"] for row in self._db["entries"].rows_where(select="id")}
            for path in self._records.iterdir():
                if path.suffix == ".part" or (path.suffix == _SUFFIX and path.stem not in known):
                    path.unlink(missing_ok=True)


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "state": State(row["state"])})


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; each file is applied once and its number kept in ``user_version``."""
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    scripts = sorted(
        (item for item in (files("kiosk.outbox") / "migrations").iterdir() if item.name.endswith(".sql")),
        key=lambda item: item.name,
    )
    if done > len(scripts):
        raise StoreUnusable("the outbox was made by a newer version", hint="install the newer version again")
    for number, script in enumerate(scripts, start=1):
        if number > done:
            for statement in script.read_text(encoding="utf-8").split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _write_durably(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what database and disk raise into ``StoreUnusable``."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said:
            raise StoreUnusable(
                "the outbox is in use by another program", hint="wait, or end the other program"
            ) from error
        raise StoreUnusable(f"the outbox cannot be used ({said})") from error
    except sqlite3.DatabaseError as error:
        raise StoreUnusable(
            f"the outbox's database is damaged ({error})", hint="keep its folder as it is and call the technician"
        ) from error
    except OSError as error:
        raise StoreUnusable(f"the outbox cannot be written ({error.strerror})") from error
