"""What lies on the disk of a kiosk tells nothing about a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.keys.back_office import create_pair, read_private, read_public
from kiosk.keys.files import FileKeys
from kiosk.outbox.life import State
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.record.manifest import Place, RecordFacts, build_manifest
from kiosk.record.seal import open_record, seal

NUMBER, NAME, AMOUNT = "0499370899", "نام‌خانوادگی", "1250000"
PERSIAN_NUMBER = NUMBER.translate({ord("0") + digit: ord("۰") + digit for digit in range(10)})
PICTURE = bytes(range(256)) * 8


@pytest.fixture
def store(tmp_path: Path) -> tuple[SqliteOutbox, FileKeys, Path]:
    create_pair(tmp_path / "office" / "private.pem", tmp_path / "kiosk" / "office.pem")
    keys = FileKeys(tmp_path / "kiosk" / "device.pem")
    return SqliteOutbox(tmp_path / "kiosk" / "outbox", clock=lambda: 1000.0), keys, tmp_path


def put(outbox: SqliteOutbox, keys: FileKeys, folder: Path, id: str) -> None:
    facts = RecordFacts(
        record=id,
        session="s" + id,
        source="device",
        camera="v4l2:/dev/video0",
        profile="bank_account",
        production=True,
        language="fa",
        assistance=(),
        transaction="T-" + AMOUNT,
        transaction_facts=(("name", NAME), ("amount", AMOUNT)),
        started="2026-01-01T00:00:00+00:00",
        ended="2026-01-01T00:01:00+00:00",
        retention_days=1,
        models=(),
        software="0",
        assurance="low",
        demo_key=False,
    )
    detail = (("national_number", NUMBER), ("typed", PERSIAN_NUMBER), ("name", NAME))
    evidence = Evidence((Finding(Check.IDENTITY, True, "check_digits", detail=detail),))
    blobs = {"probe": PICTURE}

    def make(place: Place) -> bytes:
        manifest = build_manifest(facts, evidence, "approve", (), blobs, place, keys.key_id)
        return seal(manifest, blobs, keys, read_public(folder / "kiosk" / "office.pem"))

    outbox.put(id, make)


def test_no_file_of_the_kiosk_holds_anything_personal(store: tuple[SqliteOutbox, FileKeys, Path]) -> None:
    outbox, keys, folder = store
    put(outbox, keys, folder, "a1")
    put(outbox, keys, folder, "b2")
    outbox.move("a1", State.SENDING)
    outbox.move("a1", State.PARKED, code="refused")
    secret = [NUMBER, PERSIAN_NUMBER, NAME, AMOUNT]
    wanted = [text.encode(code) for text in secret for code in ("utf-8", "utf-16-le", "utf-16-be")] + [PICTURE[:256]]
    files = [path for path in (folder / "kiosk").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"a1.gishe", "b2.gishe", "outbox.db", "outbox.db-wal"}
    for path in files:
        content = path.read_bytes()
        assert not [text for text in wanted if text in content], path.name
    opened = open_record(outbox.packet("a1"), read_private(folder / "office" / "private.pem"), keys.public_key)
    assert opened.manifest["evidence"][0]["detail"]["national_number"] == NUMBER
    assert opened.blobs == {"probe": PICTURE}
    outbox.close()


def test_the_chain_of_packets_can_be_counted(store: tuple[SqliteOutbox, FileKeys, Path]) -> None:
    outbox, keys, folder = store
    for id in ("a", "b", "c"):
        put(outbox, keys, folder, id)
    private = read_private(folder / "office" / "private.pem")
    entries = outbox.entries()
    opened = [open_record(outbox.packet(entry.id), private, keys.public_key).manifest for entry in entries]
    assert [manifest["sequence"] for manifest in opened] == [1, 2, 3]
    assert [manifest["previous"] for manifest in opened] == ["", entries[0].sha256, entries[1].sha256]
    outbox.close()
