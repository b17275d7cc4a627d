"""What only the outbox on disk can get wrong: killed processes, damaged files, full disks."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kiosk.errors import BadInput, RecordInvalid, StoreUnusable
from kiosk.outbox import sqlite
from kiosk.outbox.packets import PacketFolder
from kiosk.outbox.sqlite import SqliteOutbox


def open_box(folder: Path) -> SqliteOutbox:
    return SqliteOutbox(folder, clock=lambda: 1000.0)


def test_entries_are_there_after_it_was_opened_again(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    entry = box.put("one", lambda _place: b"sealed")
    box.close()
    again = open_box(tmp_path)
    assert again.entries() == [entry]
    assert again.packet("one") == b"sealed"
    again.close()


def test_it_is_synchronous_and_logs_ahead(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    connection = box._db.conn
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    box.close()


@pytest.mark.parametrize("moment", ["before_file", "after_file", "after_commit"])
def test_a_killed_process_leaves_both_file_and_row_or_neither(tmp_path: Path, moment: str) -> None:
    script = f"""
        import os, signal, sys
        from pathlib import Path
        from kiosk.outbox import sqlite
        from kiosk.outbox.packets import PacketFolder
        def die(): os.kill(os.getpid(), signal.SIGKILL)
        box = sqlite.SqliteOutbox(Path(sys.argv[1]), clock=lambda: 1000.0)
        box.put("first", lambda place: b"first")
        write = PacketFolder.write
        def watched(self, id, content):
            if {moment!r} == "before_file": die()
            write(self, id, content)
            if {moment!r} == "after_file": die()
        PacketFolder.write = watched
        box.put("second", lambda place: b"second")
        die()
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    box = open_box(tmp_path)
    names = [entry.id for entry in box.entries()]
    assert names == (["first", "second"] if moment == "after_commit" else ["first"])
    assert sorted(path.stem for path in (tmp_path / "records").iterdir()) == sorted(names)
    assert all(box.packet(name) == name.encode() for name in names)
    assert box.put("third", lambda _place: b"third").sequence == len(names) + 1
    box.close()


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = open_box(tmp_path)
    box.put("one", lambda _place: b"sealed")

    def full(_self: PacketFolder, _id: str, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(PacketFolder, "write", full)
        with pytest.raises(StoreUnusable, match="No space left"):
            box.put("two", lambda _place: b"sealed")
    assert [entry.id for entry in box.entries()] == ["one"]
    assert box.put("three", lambda _place: b"sealed").sequence == 2
    box.close()


def test_a_changed_or_missing_packet_is_told(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box.put("one", lambda _place: b"sealed")
    path = tmp_path / "records" / "one.gishe"
    path.write_bytes(b"sealeD")
    with pytest.raises(RecordInvalid, match="was changed"):
        box.packet("one")
    path.unlink()
    with pytest.raises(RecordInvalid, match="is gone"):
        box.packet("one")
    box.close()


def test_a_damaged_database_is_kept_and_told(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"this is no database, and much longer than a header would be" * 20)
    before = (tmp_path / "outbox.db").read_bytes()
    with pytest.raises(StoreUnusable, match="damaged"):
        open_box(tmp_path)
    assert (tmp_path / "outbox.db").read_bytes() == before


def test_a_newer_schema_is_not_touched(tmp_path: Path) -> None:
    open_box(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "outbox.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnusable, match="newer version"):
        open_box(tmp_path)


def test_a_locked_database_is_told_as_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.05)
    box = open_box(tmp_path)
    other = sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable, match="in use"):
        box.put("one", lambda _place: b"sealed")
    other.execute("ROLLBACK")
    other.close()
    assert box.put("one", lambda _place: b"sealed").sequence == 1
    box.close()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(StoreUnusable):
        open_box(tmp_path / "outbox")


def test_ids_cannot_leave_the_folder(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    with pytest.raises(BadInput):
        box.put("../outside", lambda _place: b"sealed")
    assert not (tmp_path / "outside.gishe").exists()
    box.close()


def test_packets_are_for_their_owner_only(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box.put("one", lambda _place: b"sealed")
    assert (tmp_path / "records" / "one.gishe").stat().st_mode & 0o077 == 0
    box.close()
