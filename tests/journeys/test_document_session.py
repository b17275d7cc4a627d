"""A whole session with a document in the place of a portrait: held before the camera, and given as a file."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import pytest

from kiosk.bootstrap.headless import headless_session
from kiosk.bootstrap.parts import open_outbox, open_session_keys
from kiosk.camera.address import DemoAddress, Variant
from kiosk.camera.demo.camera import DemoCamera
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check
from kiosk.keys.back_office import read_private
from kiosk.record.seal import open_record
from kiosk.session.headless import HeadlessResult
from kiosk.settings import Settings


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("skimage")
    for name in [name for name in os.environ if name.startswith("GISHE_")]:
        monkeypatch.delenv(name)


def settings_for(folder: Path, variant: str) -> Settings:
    camera = f"demo:?variant={variant}"
    return Settings(data=folder / "data", camera=camera, profile="demo", engine="onnx_runtime", threads=1)


def lead(settings: Settings, number: str, *document: Path) -> HeadlessResult:
    numbers = {"country": "passport", "passport_number": number}
    return headless_session(settings, seed=7, numbers=numbers, document=document)


def _card(folder: Path) -> Path:
    camera = DemoCamera(DemoAddress(Variant.DOCUMENT))
    camera.open()
    camera.perform("show_card")
    frame = camera.read()
    assert frame is not None
    path = folder / "card.png"
    cv2.imwrite(str(path), frame.image)
    return path


def test_a_card_held_before_the_camera_is_the_reference_and_agrees_with_what_was_typed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "document")
    result = lead(settings, "GSH000001")
    evidence = result.before_wipe.evidence
    assert result.session.outcome is Outcome.APPROVE
    for check in (Check.DOCUMENT, Check.DOCUMENT_AGREES, Check.REFERENCE, Check.MATCH):
        finding = evidence.of(check)
        assert finding is not None
        assert finding.passed, check
    reference, match = evidence.of(Check.REFERENCE), evidence.of(Check.MATCH)
    assert reference is not None
    assert reference.code == "document_camera"
    assert match is not None
    assert match.threshold is not None
    assert match.threshold < 0.41, "a document's portrait has a threshold of its own, below that of live faces"
    assert result.session.document.reading is None, "wiped"
    _the_record_holds_the_document(settings, result)


def _the_record_holds_the_document(settings: Settings, result: HeadlessResult) -> None:
    box = open_outbox(settings)
    packet = box.packet(result.session.entry)
    box.close()
    key = read_private(settings.data / "back-office-demo" / "back-office-demo.private.pem")
    record = open_record(packet, key, open_session_keys(settings).public_key)
    assert "document_1" in record.manifest["blobs"]
    found = next(one for one in record.manifest["evidence"] if one["check"] == "document")
    assert found["detail"]["field_number"] == "GSH000001 (mrz)"
    logged = "".join(path.read_text("utf-8") for path in (settings.data / "logs").glob("*.jsonl"))
    assert "GSH000001" not in logged
    assert "SPECIMEN" not in logged


def test_a_card_that_says_otherwise_refers(tmp_path: Path) -> None:
    result = lead(settings_for(tmp_path, "document"), "GSH000007")
    assert result.session.outcome is Outcome.REFER
    assert result.session.reasons == ("document_disagrees",)


def test_a_card_given_as_a_file_is_read_once_and_never_asked_for(tmp_path: Path) -> None:
    result = lead(settings_for(tmp_path, "bona_fide"), "GSH000001", _card(tmp_path))
    assert result.session.outcome is Outcome.APPROVE
    reference = result.before_wipe.evidence.of(Check.REFERENCE)
    assert reference is not None
    assert reference.code == "document_file"
