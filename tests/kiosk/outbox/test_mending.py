"""What the outbox on disk does with what a kill, a loss or a full disk left behind: nothing is dropped."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import StoreUnusable
from kiosk.outbox.life import State
from kiosk.outbox.packets import PacketFolder
from kiosk.outbox.schema import migrate, migrations
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.record.manifest import Place, canonical
from kiosk.record.seal import MAGIC


def open_box(folder: Path) -> SqliteOutbox:
    return SqliteOutbox(folder, clock=lambda: 1000.0)


def packet(id: str) -> Callable[[Place], bytes]:
    """A packet whose header is whole; the outbox cannot look further."""

    def make(place: Place) -> bytes:
        header = canonical(
            {"record": id, "device": "d", "sequence": place.sequence, "previous": place.previous, "manifest_sha256": ""}
        )
        return MAGIC + len(header).to_bytes(4) + header + bytes(64) + b"sealed"

    return make


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.outbox import packets, sqlite
from tests_mending import packet
point, folder = sys.argv[1], Path(sys.argv[2])
def die(): os.kill(os.getpid(), signal.SIGKILL)
box = sqlite.SqliteOutbox(folder, clock=lambda: 1000.0)
box.put("first", packet("first"))
def dying(original, when):
    def call(*args, **named):
        if when == "before": die()
        result = original(*args, **named)
        die()
        return result
    return call
when, _, what = point.partition(":")
owner, name = {"make": (None, ""), "fsync": (os, "fsync"), "rename": (Path, "replace"),
               "insert": (sqlite.SqliteOutbox, "_insert")}[what]
if owner is not None: setattr(owner, name, dying(getattr(owner, name), when))
box.put("second", dying(packet("second"), when) if owner is None else packet("second"))
die()
"""


@pytest.mark.parametrize(
    "point", [f"{w}:{o}" for o in ("make", "fsync", "rename", "insert") for w in ("before", "after")]
)
def test_killed_anywhere_rows_and_packets_agree_and_the_chain_goes_on(tmp_path: Path, point: str) -> None:
    (tmp_path / "tests_mending.py").symlink_to(Path(__file__))
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{KILLED}"
    killed = subprocess.run([sys.executable, "-c", script, point, str(tmp_path / "box")], check=False)
    assert killed.returncode == -signal.SIGKILL
    box = open_box(tmp_path / "box")
    named = point in {"after:rename", "before:insert", "after:insert"}
    assert [entry.id for entry in box.entries()] == (["first", "second"] if named else ["first"])
    assert {path.name for path in (tmp_path / "box" / "records").iterdir()} == {f"{e.id}.gishe" for e in box.entries()}
    third = box.put("third", packet("third"))
    assert (third.sequence, third.previous) == (len(box.entries()), box.entries()[-2].sha256)
    assert all(box.packet(entry.id) for entry in box.entries())
    box.close()


def test_a_lost_database_is_made_again_from_the_packets(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    before = [box.put(id, packet(id)) for id in ("c", "a", "b")]
    box.close()
    for path in tmp_path.glob("outbox.db*"):
        path.unlink()
    again = open_box(tmp_path)
    assert again.entries() == before
    assert again.put("d", packet("d")).previous == before[-1].sha256
    again.close()


def test_what_does_not_fit_the_chain_is_set_aside_not_deleted(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box.put("one", packet("one"))
    box.close()
    strays = {
        "twice": packet("twice")(Place(1, "")),
        "forged": packet("forged")(Place(2, "00")),
        "renamed": packet("other")(Place(2, "")),
        "zero": packet("zero")(Place(0, "")),
        "noise": b"no packet",
    }
    for id, content in strays.items():
        (tmp_path / "records" / f"{id}.gishe").write_bytes(content)
    again = open_box(tmp_path)
    assert [entry.id for entry in again.entries()] == ["one"]
    kept = {path.name.split("-", 1)[1]: path.read_bytes() for path in (tmp_path / "set-aside").iterdir()}
    assert kept == {f"{id}.gishe": content for id, content in strays.items()}
    again.close()


def test_an_entry_whose_packet_is_gone_is_parked(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    for id in ("waits", "sends", "done"):
        box.put(id, packet(id))
    box.move("sends", State.SENDING)
    box.move("done", State.SENDING)
    box.move("done", State.DELIVERED)
    box.close()
    for path in (tmp_path / "records").iterdir():
        path.unlink()
    again = open_box(tmp_path)
    assert [(entry.state, entry.code) for entry in again.entries()] == [
        (State.PARKED, "packet_missing"),
        (State.PARKED, "packet_missing"),
        (State.DELIVERED, ""),
    ]
    again.close()


def test_a_database_without_room_leaves_no_packet_behind(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box._db.conn.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreUnusable, match="full"):
        deque(box.put(f"e{number}", packet(f"e{number}")) for number in range(1000))
    stored = len(box.entries())
    assert [entry.id for entry in box.entries()] == [f"e{number}" for number in range(stored)]
    assert len(list((tmp_path / "records").iterdir())) == stored
    box._db.conn.execute("PRAGMA max_page_count = 100000")
    assert box.put(f"e{stored}", packet(f"e{stored}")).sequence == stored + 1
    box.close()


def test_a_page_that_was_damaged_is_noticed_at_the_start(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    for number in range(200):
        box.put(f"e{number}", packet(f"e{number}"))
    box.close()
    database = bytearray((tmp_path / "outbox.db").read_bytes())
    database[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    (tmp_path / "outbox.db").write_bytes(database)
    with pytest.raises(StoreUnusable, match="damaged"):
        open_box(tmp_path)
    assert len(list((tmp_path / "records").iterdir())) == 200


def test_the_store_is_for_its_owner_only(tmp_path: Path) -> None:
    box = open_box(tmp_path / "outbox")
    box.put("one", packet("one"))
    for path in (tmp_path / "outbox", *(tmp_path / "outbox").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    box.close()


def test_entries_cannot_be_deleted_or_exchanged_even_by_hand(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box.put("one", packet("one"))
    for statement in ("DELETE FROM entries", "UPDATE entries SET sha256 = ''", "UPDATE entries SET sequence = 9"):
        with pytest.raises(sqlite3.IntegrityError):
            box._db.conn.execute(statement)
    box.close()


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return list(connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name"))


@pytest.mark.parametrize("older", range(1, len(migrations()) + 1))
def test_an_older_database_becomes_what_a_new_one_is(older: int) -> None:
    old, new = sqlite3.connect(":memory:", isolation_level=None), sqlite3.connect(":memory:", isolation_level=None)
    migrate(old, older)
    migrate(old)
    migrate(new)
    assert schema(old) == schema(new)
    old.close()
    new.close()


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [int(name.split("_")[0]) for name, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from(["put", "kill", "fail", "reopen", "lose_database"]), max_size=10))
def test_whatever_happens_all_that_was_put_is_there_in_one_chain(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("box")
    box, promised = open_box(folder), []
    for number, step in enumerate(steps):
        id = f"e{number}"
        if step == "put":
            promised.append(box.put(id, packet(id)).id)
        elif step == "kill":
            places = box.entries()
            place = Place(len(places) + 1, places[-1].sha256 if places else "")
            PacketFolder(folder).write(id, packet(id)(place))
            box.close()
            box = open_box(folder)
            promised.append(id)
        elif step == "fail":
            with pytest.raises(ZeroDivisionError):
                box.put(id, lambda _place: bytes(1 // 0))
        else:
            box.close()
            if step == "lose_database":
                for path in folder.glob("outbox.db*"):
                    path.unlink()
            box = open_box(folder)
    entries = box.entries()
    assert [entry.id for entry in entries] == promised
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.previous for entry in entries] == ["", *(entry.sha256 for entry in entries)][: len(entries)]
    assert all(box.packet(id) for id in promised)
    box.close()
