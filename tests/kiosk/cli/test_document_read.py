"""``kiosk document read``: one answer for each picture, as table or JSON; bad files are named and the rest is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.camera.address import DemoAddress, Variant
from kiosk.camera.demo.camera import DemoCamera


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the demonstration's card, which is nobody's."""
    pytest.importorskip("skimage")
    camera = DemoCamera(DemoAddress(Variant.DOCUMENT))
    camera.open()
    camera.perform("show_card")
    frame = camera.read()
    assert frame is not None
    path = tmp_path_factory.mktemp("cards") / "card.png"
    cv2.imwrite(str(path), frame.image)
    return path


def test_a_card_is_read_as_json(kiosk: Any, card: Path) -> None:
    said = kiosk("document", "read", "--json", "--engine", "onnx_runtime", str(card))
    assert said.status == 0
    (item,) = said.document()["items"]
    assert item["kind"] == "TD2"
    assert item["lines"][0].startswith("I<UTOSPECIMEN<<GISHE")
    assert item["fields"]["number"]["text"] == "GSH000001"
    assert item["fields"]["number"]["check"] is True
    assert all(item["checks"].values())
    assert len(item["portrait"]) == 4
    assert item["barcodes"] == []
    assert item["ms"] > 0


def test_a_card_is_read_for_people_and_drawn(kiosk: Any, card: Path, tmp_path: Path) -> None:
    said = kiosk("document", "read", "--draw", str(tmp_path / "seen"), "--engine", "onnx_runtime", str(card))
    assert said.status == 0
    assert "GSH000001" in said.out
    assert "check holds" in said.out
    drawn = cv2.imread(str(tmp_path / "seen" / "card.png"))
    assert drawn is not None
    before = cv2.imread(str(card))
    assert before is not None
    assert (drawn != before).any()


def test_a_file_that_is_no_picture_is_named_and_the_rest_is_read(kiosk: Any, card: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    said = kiosk("document", "read", "--json", "--engine", "onnx_runtime", str(broken), str(card))
    assert said.status == 3
    assert "error[INPUT]" in said.err
    first, second = said.document()["items"]
    assert first == {"path": str(broken), "error": "INPUT"}
    assert second["kind"] == "TD2"


def test_a_picture_without_a_document_is_an_answer(kiosk: Any, tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    cv2.imwrite(str(path), np.full((200, 300, 3), 120, np.uint8))
    said = kiosk("document", "read", "--json", "--engine", "onnx_runtime", str(path))
    assert said.status == 0
    (item,) = said.document()["items"]
    assert (item["kind"], item["lines"], item["portrait"]) == ("unknown", [], None)
    assert item["portrait_problem"] == "portrait_missing"
