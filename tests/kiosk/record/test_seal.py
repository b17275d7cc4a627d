from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import KeyUnusable, RecordInvalid
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.keys.back_office import create_pair, read_private, read_public
from kiosk.keys.files import FileKeys
from kiosk.record.manifest import Place, RecordFacts, build_manifest, canonical
from kiosk.record.seal import open_record, read_header, seal, verify_packet

NUMBER, PICTURE = "0499370899", b"\xff\xd8 a face \xff\xd9"


class Parties:
    """A device and a back office, each with its keys."""

    def __init__(self, folder: Path) -> None:
        self.device = FileKeys(folder / "device" / "device.pem")
        create_pair(folder / "office" / "private.pem", folder / "device" / "office.pem")
        self.public = read_public(folder / "device" / "office.pem")
        self.private = read_private(folder / "office" / "private.pem")
        self.folder = folder

    def packet(self, blobs: dict[str, bytes] | None = None) -> bytes:
        return seal(self.manifest(blobs), blobs or {"probe": PICTURE}, self.device, self.public)

    def manifest(self, blobs: dict[str, bytes] | None = None) -> dict[str, Any]:
        facts = RecordFacts(
            record="r1",
            session="s1",
            source="demo",
            camera="demo:",
            profile="demo",
            production=False,
            language="fa",
            assistance=(),
            transaction="T-1",
            transaction_facts=(("amount", "10"),),
            started="2026-01-01T00:00:00+00:00",
            ended="2026-01-01T00:01:00+00:00",
            retention_days=1,
            models=(("face_detection", "1", "00", "open_vino"),),
            software="0",
            assurance="low",
            demo_key=True,
        )
        evidence = Evidence((Finding(Check.IDENTITY, True, "check_digits", detail=(("national_number", NUMBER),)),))
        return build_manifest(
            facts, evidence, "refer", ("timed_out",), blobs or {"probe": PICTURE}, Place(1, ""), self.device.key_id
        )


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    return Parties(tmp_path_factory.mktemp("parties"))


def test_the_back_office_reads_what_was_sealed(parties: Parties) -> None:
    blobs = {"probe": PICTURE, "reference": b"another"}
    opened = open_record(parties.packet(blobs), parties.private, parties.device.public_key)
    assert opened.blobs == blobs
    assert opened.manifest == json.loads(canonical(parties.manifest(blobs)))
    assert opened.manifest["evidence"][0]["detail"]["national_number"] == NUMBER


def test_nothing_personal_is_readable_from_outside(parties: Parties) -> None:
    packet = parties.packet()
    assert NUMBER.encode() not in packet
    assert PICTURE not in packet
    assert set(read_header(packet)) == {
        "format", "record", "device", "sequence", "previous", "manifest_sha256", "demo_key",
    }  # fmt: skip


def test_the_device_cannot_open_what_it_sealed(parties: Parties) -> None:
    for path in (parties.folder / "device").iterdir():
        with pytest.raises(KeyUnusable):
            read_private(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_noticed(parties: Parties, data: st.DataObject) -> None:
    packet = bytearray(parties.packet())
    place = data.draw(st.integers(0, len(packet) - 1))
    packet[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RecordInvalid):
        verify_packet(bytes(packet), parties.device.public_key)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_packet_that_is_cut_short_is_noticed(parties: Parties, data: st.DataObject) -> None:
    packet = parties.packet()
    with pytest.raises(RecordInvalid):
        open_record(packet[: data.draw(st.integers(0, len(packet) - 1))], parties.private, parties.device.public_key)


def test_another_devices_packet_is_refused(parties: Parties, tmp_path: Path) -> None:
    other = FileKeys(tmp_path / "other.pem")
    with pytest.raises(RecordInvalid, match="not signed by this device"):
        verify_packet(parties.packet(), other.public_key)


def test_another_office_cannot_open_it(parties: Parties, tmp_path: Path) -> None:
    create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    with pytest.raises(RecordInvalid, match="cannot be opened"):
        open_record(parties.packet(), read_private(tmp_path / "private.pem"), parties.device.public_key)


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": [1.0, "ی"]}) == canonical({"a": [1, "ی"], "b": 1}) == '{"a":[1,"ی"],"b":1}'.encode()
