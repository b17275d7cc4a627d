"""Whole sessions on the demonstration, through the released students, keys, seal and outbox."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from kiosk.bootstrap import headless_session, open_outbox, open_session_keys
from kiosk.flow.events import Outcome
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture
from kiosk.keys.back_office import read_private
from kiosk.record.seal import OpenedRecord, open_record
from kiosk.session.headless import HeadlessResult
from kiosk.settings import Settings

NEEDED = ("face_detection", "face_landmarks", "face_embedding", "face_pad", "face_quality")
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


def lead(settings: Settings, challenge: tuple[Gesture, ...] = ()) -> HeadlessResult:
    numbers = {"country": "IR", "national_number": NUMBER, "card_serial": SERIAL}
    return headless_session(settings, seed=7, numbers=numbers, challenge=challenge)


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
    assert [model["name"] for model in record.manifest["models"]] == list(NEEDED)
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
