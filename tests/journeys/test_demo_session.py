"""Whole sessions on the demonstration, through the released students, keys, seal and outbox."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from kiosk.analysis.models import STUDENTS
from kiosk.bootstrap.headless import headless_session
from kiosk.bootstrap.parts import open_outbox, open_session_keys
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture
from kiosk.keys.back_office import read_private
from kiosk.record.seal import OpenedRecord, open_record
from kiosk.session.headless import Answering, HeadlessResult
from kiosk.settings import Settings

APPROVALS = (Outcome.APPROVE, Outcome.APPROVE_DEFERRED)
NUMBER, SERIAL = "0499370899", "1A12345678"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GISHE_")]:
        monkeypatch.delenv(name)


CHALLENGE = (Gesture.LOOK_LEFT, Gesture.LOOK_RIGHT, Gesture.LOOK_UP, Gesture.LOOK_DOWN)


def settings_for(folder: Path, variant: str = "", profile: str = "demo") -> Settings:
    camera = f"demo:?variant={variant}" if variant else "demo:"
    return Settings(data=folder / "data", camera=camera, profile=profile, engine="onnx_runtime", threads=1)


def lead(
    settings: Settings, challenge: tuple[Gesture, ...] = (), answering: Answering = Answering.RIGHT
) -> HeadlessResult:
    numbers = {"country": "IR", "national_number": NUMBER, "card_serial": SERIAL}
    return headless_session(settings, seed=7, numbers=numbers, challenge=challenge, answering=answering)


def opened(settings: Settings, entry: str) -> OpenedRecord:
    box = open_outbox(settings)
    packet = box.packet(entry)
    box.close()
    key = read_private(settings.data / "back-office-demo" / "back-office-demo.private.pem")
    return open_record(packet, key, open_session_keys(settings).public_key)


@pytest.fixture(scope="module")
def willing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, HeadlessResult, str]:
    """One session of a willing person, with all that was logged on the way."""
    settings = settings_for(tmp_path_factory.mktemp("willing"))
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, handler = logging.getLogger(), Keeping()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        result = lead(settings)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return settings, result, "\n".join(lines)


def test_a_willing_person_is_approved(willing: tuple[Settings, HeadlessResult, str]) -> None:
    _, result, _ = willing
    assert result.session.outcome in APPROVALS, (result.session.reasons, result.before_wipe.evidence.findings)
    passed = {finding.check for finding in result.before_wipe.evidence.findings if finding.passed}
    assert {Check.LIVENESS, Check.PAD, Check.MATCH} <= passed


def test_the_record_opens_and_says_what_happened(willing: tuple[Settings, HeadlessResult, str]) -> None:
    settings, result, _ = willing
    record = opened(settings, result.session.entry)
    assert record.manifest["source"] == "demo"
    assert record.manifest["demo_key"] is True
    assert record.manifest["outcome"] == result.session.outcome
    assert [model["name"] for model in record.manifest["models"]] == list(STUDENTS)
    assert all(content.startswith(b"\xff\xd8") for content in record.blobs.values())


def test_nothing_personal_lies_about(willing: tuple[Settings, HeadlessResult, str]) -> None:
    settings, _, logged = willing
    files = [path for path in settings.data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert NUMBER.encode() not in content, path.name
        assert SERIAL.encode() not in content, path.name
        # The mark with which every JPEG begins.
        assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in content, path.name
    assert NUMBER not in logged
    assert SERIAL not in logged


def test_a_silent_sign_stands_in_the_sealed_record_and_nowhere_else(
    willing: tuple[Settings, HeadlessResult, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings, plain, _ = willing
    caplog.set_level(logging.DEBUG)
    signed = lead(settings_for(tmp_path), answering=Answering.DURESS)
    assert (signed.session.outcome, signed.session.shown) == (Outcome.REFER, plain.session.shown)
    manifest = opened(settings_for(tmp_path), signed.session.entry).manifest
    assert (manifest["outcome"], manifest["reasons"]) == ("refer", ["duress"])
    assert [one["passed"] for one in manifest["evidence"] if one["check"] == "duress"] == [False]
    assert "duress" not in caplog.text
    for path in (path for path in (tmp_path / "data").rglob("*") if path.is_file()):
        assert b"duress" not in path.read_bytes(), path.name
    # Rows differ in ids, hashes, times and the pictures' sizes only (the manifest's size: see the record's own tests).
    rows = []
    for where, result in ((settings, plain), (settings_for(tmp_path), signed)):
        box = open_outbox(where)
        rows.append(next(entry for entry in box.entries() if entry.id == result.session.entry))
        box.close()
    assert (rows[0].state, rows[0].code, rows[0].attempts) == (rows[1].state, rows[1].code, rows[1].attempts)


@pytest.mark.parametrize("answering", [Answering.WRONG, Answering.UNSURE])
def test_who_does_not_know_the_transaction_is_never_approved(tmp_path: Path, answering: Answering) -> None:
    result = lead(settings_for(tmp_path), answering=answering)
    assert result.session.outcome is Outcome.REFER
    assert {"awareness_wrong_answer", "awareness_not_known"} & set(result.session.reasons)


@pytest.mark.parametrize(
    ("variant", "reasons"),
    [
        ("photo", {"liveness_timed_out", "liveness_wrong_gesture", "liveness_given_up", "pad_failed", "timed_out"}),
        ("screen", {"liveness_timed_out", "liveness_wrong_gesture", "liveness_given_up", "pad_failed", "timed_out"}),
        ("wrong_gesture", {"liveness_wrong_gesture", "liveness_timed_out", "liveness_given_up"}),
        ("second_face", {"second_face", "quality_more_than_one"}),
        ("absent", {"quality_no_face", "timed_out"}),
        ("dark", {"quality_too_dark", "quality_no_face"}),
        ("unplugged", {"camera_lost"}),
    ],
)
def test_who_is_no_willing_person_is_never_approved(tmp_path: Path, variant: str, reasons: set[str]) -> None:
    # One attempt: what an attack does with a second one is no other than with the first.
    result = lead(settings_for(tmp_path, variant), CHALLENGE)
    assert result.session.outcome not in APPROVALS
    assert reasons & set(result.session.reasons), result.session.reasons
    assert result.session.entry


def test_a_production_profile_never_approves_the_demonstration(tmp_path: Path) -> None:
    result = lead(settings_for(tmp_path, profile="bank_account"))
    assert result.session.outcome not in APPROVALS
    camera = next(f for f in result.before_wipe.evidence.findings if f.check is Check.CAMERA)
    assert (camera.passed, camera.code) == (False, "source_not_device")
