"""The outbox in SQLite: rows in a table, packets as files beside it, both or neither.

A packet's file is written, synchronised and named before its row is committed. Killed in between, a whole packet without
a row is left, and its place in the chain is still free: the next start gives it its row. So does the loss of the
database: the rows are made again from the packets, and what was delivered before is delivered once more, under the same
id. A packet that does not fit the chain is set aside, an entry whose packet is gone is parked; nothing is dropped.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.errors import BadInput, RecordInvalid, StoreUnusable
from kiosk.outbox.life import State
from kiosk.outbox.packets import PacketFolder
from kiosk.outbox.port import Entry, abandoned, moved
from kiosk.outbox.schema import migrate
from kiosk.record.manifest import Place
from kiosk.record.seal import read_header

_BUSY_SECONDS = 10.0


class SqliteOutbox:
    """The outbox of one device; several processes may use it, several threads may not share one object."""

    def __init__(self, folder: Path, *, clock: Callable[[], float]) -> None:
        """Open or make the store in a folder; ``clock`` gives seconds since the epoch. Raises ``StoreUnusable``."""
        self._clock = clock
        with _store_errors():
            self._packets = PacketFolder(folder)
            database = folder / "outbox.db"
            os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's own default lets others read
            connection = sqlite3.connect(database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                self._db = Database(connection)
                self._start(connection)
            except BaseException:
                connection.close()
                raise

    def put(self, id: str, make: Callable[[Place], bytes]) -> Entry:
        """Store the packet for the next place in the chain. Raises ``StoreUnusable`` and what ``make`` raises."""
        wrote = False
        with _store_errors():
            try:
                with self._transaction():
                    if self._packets.holds(id):
                        raise StoreUnusable(f"the entry {id} exists already")
                    place = self._next_place()
                    packet = make(place)
                    wrote = True
                    self._packets.write(id, packet)
                    return self._insert(id, place, packet)
            except BaseException:
                # A commit that failed may have reached the disk all the same: then the packet belongs to its row.
                if wrote and self._row(id) is None:
                    self._packets.take_back(id)
                raise

    def entries(self) -> list[Entry]:
        """Give all entries by sequence. Raises ``StoreUnusable``."""
        with _store_errors():
            return [_entry(row) for row in self._db["entries"].rows_where(order_by="sequence")]

    def packet(self, id: str) -> bytes:
        """Give an entry's packet. Raises ``BadInput``, ``RecordInvalid``, ``StoreUnusable``."""
        with _store_errors():
            entry = self._find(id)
            try:
                packet = self._packets.read(id)
            except FileNotFoundError as error:
                raise RecordInvalid(f"the packet of entry {id} is gone") from error
        if hashlib.sha256(packet).hexdigest() != entry.sha256:
            raise RecordInvalid(f"the packet of entry {id} was changed")
        return packet

    def due(self, limit: int = 16) -> list[Entry]:
        """Give the entries to be sent now, by sequence. Raises ``StoreUnusable``."""
        now = self._clock()
        with _store_errors():
            if any(abandoned(entry, now) for entry in self._in_state(State.SENDING)):
                with self._transaction():
                    for entry in self._in_state(State.SENDING):
                        if abandoned(entry, now):
                            self._update(moved(entry, State.WAITING, now=now, code="interrupted", due=now))
            return [entry for entry in self._in_state(State.WAITING) if entry.due <= now][:limit]

    def move(self, id: str, state: State, *, code: str = "", due: float = 0.0) -> Entry:
        """Change an entry's state. Raises ``BadInput``, ``StoreUnusable``."""
        with _store_errors(), self._transaction():
            entry = moved(self._find(id), state, now=self._clock(), code=code, due=due)
            self._update(entry)
        return entry

    def close(self) -> None:
        """Close the database."""
        self._db.conn.close()

    def _start(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        with self._transaction():
            migrate(connection)
            self._mend()

    def _mend(self) -> None:
        """Bring rows and packets together again after a kill or a loss."""
        self._packets.clear_parts()
        held, known = self._packets.ids(), {entry.id: entry for entry in self.entries()}
        for entry in known.values():
            if entry.id not in held and entry.state in {State.WAITING, State.SENDING}:
                self._update(moved(entry, State.PARKED, now=self._clock(), code="packet_missing", due=0.0))
        strays = [(_place_told(id, self._packets.read(id)), id) for id in held - known.keys()]
        for place, id in sorted(strays, key=lambda stray: (stray[0].sequence if stray[0] else 0, stray[1])):
            packet = self._packets.read(id)
            if place is not None and self._fits(place, hashlib.sha256(packet).hexdigest()):
                self._insert(id, place, packet)
            else:
                self._packets.set_aside(id)

    def _fits(self, place: Place, sha256: str) -> bool:
        """Tell whether a place in the chain is free and its neighbours, where there are any, agree."""
        around = self._db["entries"].rows_where("sequence between ? and ?", [place.sequence - 1, place.sequence + 1])
        near = {row["sequence"] - place.sequence: row for row in around}
        return (
            place.sequence > 0
            and 0 not in near
            and (-1 not in near or near[-1]["sha256"] == place.previous)
            and (1 not in near or near[1]["previous"] == sha256)
        )

    def _insert(self, id: str, place: Place, packet: bytes) -> Entry:
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
        self._db.conn.execute(
            "INSERT INTO entries (id, sequence, state, bytes, sha256, previous, created, changed, attempts, due, code)"
            " VALUES (:id, :sequence, :state, :bytes, :sha256, :previous, :created, :changed, :attempts, :due, :code)",
            asdict(entry),
        )
        return entry

    def _update(self, entry: Entry) -> None:
        self._db.conn.execute(
            "UPDATE entries SET state = ?, changed = ?, attempts = ?, due = ?, code = ? WHERE id = ?",
            (entry.state.value, entry.changed, entry.attempts, entry.due, entry.code, entry.id),
        )

    def _in_state(self, state: State) -> list[Entry]:
        rows = self._db["entries"].rows_where("state = ?", [state.value], order_by="sequence")
        return [_entry(row) for row in rows]

    def _row(self, id: str) -> dict[str, Any] | None:
        return next(iter(self._db["entries"].rows_where("id = ?", [id])), None)

    def _find(self, id: str) -> Entry:
        row = self._row(id)
        if row is None:
            raise BadInput(f"the outbox has no entry {id}", hint="'kiosk queue list' shows the entries")
        return _entry(row)

    def _next_place(self) -> Place:
        last = next(iter(self._db["entries"].rows_where(order_by="sequence desc", limit=1)), None)
        return Place(1, "") if last is None else Place(last["sequence"] + 1, last["sha256"])

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


def _place_told(id: str, packet: bytes) -> Place | None:
    """Give the place that a packet's header tells, None where it is no whole packet of that id."""
    try:
        header = read_header(packet)
    except RecordInvalid:
        return None
    return Place(header["sequence"], header["previous"]) if header["record"] == id else None


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "state": State(row["state"])})


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
