"""Codes are made here, laid on a card, damaged and read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from kiosk.document.barcode.reading import read_barcodes
from kiosk.document.facts import Quad, Source

Picture = NDArray[np.uint8]

LICENCE = (
    "@\n\x1e\rANSI 636000090101DL00310130DLDAQX1234567\nDCSDOE\nDACJANE\nDADNONE\nDBB02291988\nDBA01312031\nDBC2\nDCGUSA\n"
    "DAG1 MADE UP ROAD\nDAITOWN\nDAJVA\nDAK000000000  \nDDEN\n\r"
)
TEXTS = {
    "PDF417": LICENCE,
    "QRCode": "transaction 4711; 12,50; سلام",
    "DataMatrix": "SERIAL 00112233445566",
    "Code128": "CARD-0042-7788",
    "Aztec": "made up text of an Aztec code",
}


def code_of(kind: str, text: str, wide: int) -> Picture:
    formats = zxingcpp.BarcodeFormat
    made = zxingcpp.create_barcode(text, getattr(formats, kind))
    drawn = np.array(zxingcpp.write_barcode_to_image(made), np.uint8)
    scale = max(1, wide // drawn.shape[1])
    return np.asarray(cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST), np.uint8)


def card(*codes: Picture, size: tuple[int, int] = (1000, 640)) -> Picture:
    """Lay codes on a pale card with fine lines, one below the other."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    lines = 215 + 12 * np.sin(columns / 3 + 8 * np.sin(rows / 40))
    made = np.repeat(lines[..., None], 3, 2).astype(np.uint8)
    cv2.putText(made, "NUMBER 1234567", (60, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 40, 40), 2)
    y = 90
    for code in codes:
        height, width = code.shape
        made[y : y + height, 60 : 60 + width] = code[..., None]
        y += height + 30
    return made


def dark(picture: Picture, seed: int = 1) -> Picture:
    slope = np.linspace(0.05, 0.3, picture.shape[1])[None, :, None]
    noise = np.random.default_rng(seed).normal(0, 2, picture.shape)
    return np.clip(picture * slope + noise, 0, 255).astype(np.uint8)


def laid(picture: Picture, corners: Quad, size: tuple[int, int]) -> Picture:
    height, width = picture.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    way = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    return np.asarray(cv2.warpPerspective(picture, way, size, borderValue=(70, 80, 90)), np.uint8)


@pytest.mark.parametrize("kind", TEXTS)
def test_each_kind_is_read_as_it_was_written(kind: str) -> None:
    read = read_barcodes(card(code_of(kind, TEXTS[kind], 500)))
    assert [(one.format, one.text) for one in read] == [(kind, TEXTS[kind])]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_licence_is_read_whichever_way_up_it_lies(turns: int) -> None:
    picture = np.rot90(card(code_of("PDF417", LICENCE, 700)), turns).copy()
    assert [one.text for one in read_barcodes(picture, thorough=True)] == [LICENCE]


def test_a_dark_licence_is_read() -> None:
    assert [one.text for one in read_barcodes(dark(card(code_of("PDF417", LICENCE, 700))))] == [LICENCE]


def test_a_licence_seen_aslant_is_read_by_its_outline() -> None:
    corners: Quad = ((150.0, 220.0), (1110.0, 90.0), (1180.0, 660.0), (90.0, 800.0))
    picture = laid(card(code_of("PDF417", LICENCE, 700)), corners, (1280, 900))
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)
    assert [one.text for one in read_barcodes(soft, corners)] == [LICENCE]
    assert [one.text for one in read_barcodes(soft)] == [LICENCE]


def test_corners_lie_where_the_code_lies_in_the_given_picture() -> None:
    code = code_of("QRCode", "where it is", 200)
    picture = np.full((2000, 3000, 3), 220, np.uint8)
    picture[1200 : 1200 + code.shape[0], 700 : 700 + code.shape[1]] = code[..., None]
    whole: Quad = ((0.0, 0.0), (3000.0, 0.0), (3000.0, 2000.0), (0.0, 2000.0))
    for corners in (None, whole):
        (read,) = read_barcodes(picture, corners)
        assert read.corners is not None
        middle = np.mean(read.corners, axis=0)
        assert np.abs(middle - (700 + code.shape[1] / 2, 1200 + code.shape[0] / 2)).max() < 8


def test_a_second_code_beside_one_that_was_read_is_read_too() -> None:
    linear = code_of("Code128", TEXTS["Code128"], 400)
    picture = card(np.repeat(linear[:1], 70, 0), code_of("PDF417", LICENCE, 700))
    assert {one.format for one in read_barcodes(picture)} == {"Code128", "PDF417"}


def test_a_small_code_is_enlarged_where_time_is_taken() -> None:
    small = cv2.resize(card(code_of("PDF417", LICENCE, 700)), None, fx=0.42, fy=0.42, interpolation=cv2.INTER_AREA)
    assert [one.text for one in read_barcodes(np.asarray(small, np.uint8), thorough=True)] == [LICENCE]


def test_a_licence_gives_fields_and_other_codes_are_only_text() -> None:
    (licence,) = read_barcodes(card(code_of("PDF417", LICENCE, 700)))
    fields = {one.name: one for one in licence.fields}
    assert (fields["number"].text, fields["birth"].text, fields["sex"].text) == ("X1234567", "1988-02-29", "F")
    assert {one.source for one in licence.fields} == {Source.BARCODE}
    (other,) = read_barcodes(card(code_of("QRCode", LICENCE, 400)))
    assert (other.text, other.fields) == (LICENCE, ())


@pytest.mark.parametrize("thorough", [False, True])
def test_nothing_is_read_where_there_is_no_code(thorough: bool) -> None:
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 255, (400, 600, 3)).astype(np.uint8)
    stripes = np.tile(((np.arange(800) // 3) % 2 * 255).astype(np.uint8), (500, 1))[..., None].repeat(3, 2)
    text = card()
    for row in range(150, 600, 40):
        cv2.putText(text, "P<UTOERIKSSON<<ANNA<MARIA<<<<<", (40, row), cv2.FONT_HERSHEY_PLAIN, 2, (20, 20, 20), 2)
    for picture in (noise, stripes.copy(), text, np.zeros((300, 300, 3), np.uint8)):
        assert read_barcodes(picture, thorough=thorough) == ()
