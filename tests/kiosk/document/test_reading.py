"""A whole document, read by the released students: the demonstration's card, and people who only hold something."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_models.runtime.registry import load
from edge_models.tasks.document_corners import DocumentCorners
from edge_models.tasks.document_text import DocumentText
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_quality import FaceQuality
from kiosk.camera.address import DemoAddress, Variant
from kiosk.camera.demo.camera import DemoCamera
from kiosk.document.capture.finding import OutlineFinder
from kiosk.document.reading import DocumentReader

Picture = NDArray[np.uint8]
TODAY = date(2026, 11, 24)
LINES = ("I<UTOSPECIMEN<<GISHE<<<<<<<<<<<<<<<<", "GSH0000014UTO8001014F4912310<<<<<<<4")
"""of the card that is nobody's"""


@pytest.fixture(scope="module")
def reader() -> DocumentReader:
    pytest.importorskip("skimage")
    names = ("document_text", "face_detection", "face_quality", "document_corners")
    text, detection, quality, corners = (load(name, engine="onnx_runtime") for name in names)
    return DocumentReader(
        DocumentText(*text), FaceDetection(*detection), FaceQuality(*quality), OutlineFinder(DocumentCorners(*corners))
    )


@pytest.fixture(scope="module")
def held() -> Picture:
    """The card in a hand, the person behind it."""
    pytest.importorskip("skimage")
    camera = DemoCamera(DemoAddress(Variant.DOCUMENT))
    camera.open()
    camera.perform("show_card")
    frame = camera.read()
    assert frame is not None
    return frame.image


def person() -> Picture:
    camera = DemoCamera(DemoAddress())
    camera.open()
    frame = camera.read()
    assert frame is not None
    return frame.image


@pytest.mark.parametrize("turns", range(4))
def test_a_card_is_read_whichever_way_up(reader: DocumentReader, held: Picture, turns: int) -> None:
    read = reader.read([np.ascontiguousarray(np.rot90(held, turns))], TODAY, live=True)
    zone = read.reading.mrz
    assert zone is not None
    assert zone.kind == "TD2"
    assert zone.lines == LINES
    assert zone.passed
    number = read.reading.best("number")
    assert number is not None
    assert (number.text, number.check) == ("GSH000001", True)
    assert read.reading.portrait is not None
    assert read.portrait is not None
    assert read.face is not None


def test_several_frames_are_read_together(reader: DocumentReader, held: Picture) -> None:
    blurred = np.asarray(cv2.GaussianBlur(held, (0, 0), 1.6), np.uint8)
    zone = reader.read([blurred, held, blurred], TODAY, live=True).reading.mrz
    assert zone is not None
    assert zone.lines == LINES


def test_who_stands_there_without_a_card_never_becomes_the_reference(reader: DocumentReader) -> None:
    read = reader.read([person()], TODAY, live=True)
    assert read.portrait is None
    assert read.reading.mrz is None


def test_a_portrait_file_is_no_document_that_can_be_checked(reader: DocumentReader) -> None:
    reading = reader.read([person()], TODAY).reading
    assert reading.mrz is None
    assert not [field for field in reading.fields if field.check]


def test_an_empty_picture_gives_nothing(reader: DocumentReader) -> None:
    read = reader.read([np.full((300, 400, 3), 127, np.uint8)], TODAY)
    assert read.empty


def test_no_picture_is_refused(reader: DocumentReader) -> None:
    with pytest.raises(ValueError, match="no picture"):
        reader.read([], TODAY)


def test_each_stage_tells_its_time(reader: DocumentReader, held: Picture) -> None:
    stages = dict(reader.read([held], TODAY).reading.milliseconds)
    assert {"outline", "mrz", "portrait", "barcode", "presence", "print"} <= set(stages)
