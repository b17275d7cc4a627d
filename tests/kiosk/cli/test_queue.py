"""``kiosk queue`` on a store of this test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.bootstrap.parts import open_outbox, open_session_keys
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.keys.back_office import create_pair, read_public
from kiosk.outbox.life import State
from kiosk.record.manifest import Place, RecordFacts, build_manifest
from kiosk.record.seal import seal
from kiosk.settings import Settings

NUMBER = "0499370899"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def put(settings: Settings, tmp_path: Path) -> Callable[[str], None]:
    """Seal a record and queue it."""
    create_pair(tmp_path / "office" / "private.pem", tmp_path / "office.pem")

    def put_one(id: str) -> None:
        keys = open_session_keys(settings)
        facts = RecordFacts(
            record=id, session="s", source="demo", camera="demo:", profile="demo", production=False, language="fa",
            assistance=(), transaction="T", transaction_facts=(), started="", ended="", retention_days=1, models=(),
            software="0",
            assurance="low", demo_key=True,
        )  # fmt: skip
        evidence = Evidence((Finding(Check.IDENTITY, True, "check_digits", detail=(("national_number", NUMBER),)),))

        def make(place: Place) -> bytes:
            manifest = build_manifest(facts, evidence, "refer", (), {}, place, keys.key_id)
            return seal(manifest, {}, keys, read_public(tmp_path / "office.pem"))

        box = open_outbox(settings)
        box.put(id, make)
        box.close()

    return put_one


def test_an_empty_outbox(kiosk: Any) -> None:
    assert kiosk("queue", "list").out == "the outbox is empty\n"
    said = kiosk("queue", "list", "--json")
    assert (said.status, said.document(), said.err) == (0, {"items": []}, "")


def test_entries_are_listed_without_anything_about_a_person(kiosk: Any, put: Callable[[str], None]) -> None:
    put("one")
    put("two")
    items = kiosk("queue", "list", "--json").document()["items"]
    assert [(item["id"], item["sequence"], item["state"]) for item in items] == [
        ("one", 1, "waiting"),
        ("two", 2, "waiting"),
    ]
    said = kiosk("queue", "list")
    assert said.status == 0
    assert "one" in said.out
    assert "two" in said.out
    assert NUMBER not in said.out


def test_a_whole_packet_is_shown_so(kiosk: Any, put: Callable[[str], None]) -> None:
    put("one")
    said = kiosk("queue", "show", "one", "--json")
    assert said.status == 0
    document = said.document()
    assert (document["id"], document["whole"], document["demo_key"]) == ("one", True, True)
    assert "whole" in kiosk("queue", "show", "one").out


def test_a_changed_packet_is_5(kiosk: Any, put: Callable[[str], None], settings: Settings) -> None:
    put("one")
    (path,) = (settings.data / "outbox" / "records").iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    said = kiosk("queue", "show", "one", "--json")
    assert said.status == 5
    assert said.document()["whole"] is False


def test_a_packet_that_is_gone_is_5(kiosk: Any, put: Callable[[str], None], settings: Settings) -> None:
    put("one")
    (path,) = (settings.data / "outbox" / "records").iterdir()
    path.unlink()
    assert kiosk("queue", "show", "one", "--json").status == 5


@pytest.mark.parametrize("command", ["show", "retry"])
def test_an_unknown_entry_is_3(kiosk: Any, command: str) -> None:
    said = kiosk("queue", command, "nobody")
    assert said.status == 3
    said.error("INPUT")


def test_a_parked_entry_can_wait_again(kiosk: Any, put: Callable[[str], None], settings: Settings) -> None:
    put("one")
    assert kiosk("queue", "retry", "one").status == 3
    box = open_outbox(settings)
    box.move("one", State.SENDING)
    box.move("one", State.PARKED, code="refused")
    box.close()
    said = kiosk("queue", "retry", "one", "--json")
    assert said.status == 0
    assert said.document()["state"] == "waiting"
    assert kiosk("queue", "list", "--json").document()["items"][0]["state"] == "waiting"


def test_a_store_that_cannot_be_opened_is_5(kiosk: Any, settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "outbox").write_bytes(b"")
    said = kiosk("queue", "list")
    assert said.status == 5
    said.error("STORE")
