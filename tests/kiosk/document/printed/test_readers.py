"""The contract of ``LineReader``, run on every adapter that this machine has."""

from __future__ import annotations

import importlib
import shutil
import sys

import cv2
import numpy as np
import pytest

from edge_models.tasks.document_text import Alphabet, LineReader, Pixels
from kiosk.document.printed.readers.allowed import CHARACTERS
from kiosk.document.printed.readers.choosing import other_reader
from kiosk.document.printed.readers.missing import ReaderMissing
from kiosk.document.printed.readers.tesseract import TesseractReader
from tests.kiosk.document.printed.drawn import LATIN_FONTS, PERSIAN_FONTS, found


def line(text: str, fonts: list[str] = LATIN_FONTS) -> Pixels:
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    font = pytest.importorskip("PIL.ImageFont").truetype(str(found(fonts)[0]), 36)
    width = round(font.getlength(text))
    picture = image.new("L", (width + 20, 56), 225)
    draw.Draw(picture).text((10, 28), text, fill=25, font=font, anchor="lm")
    return np.asarray(picture, np.uint8).copy()


@pytest.fixture(params=["tesseract", "rapidocr"])
def reader(request: pytest.FixtureRequest) -> LineReader:
    try:
        made = other_reader(request.param)
    except ReaderMissing as missing:
        pytest.skip(str(missing))
    assert made is not None
    return made


class TestLineReaderContract:
    def test_each_line_gives_one_answer_in_order(self, reader: LineReader) -> None:
        read = reader.read([line("12345678"), line("90210")], Alphabet.DIGITS)
        assert [one.text for one in read] == ["12345678", "90210"]

    def test_no_lines_give_no_answers(self, reader: LineReader) -> None:
        assert reader.read([], Alphabet.ANY) == []

    def test_empty_paper_is_an_empty_line(self, reader: LineReader) -> None:
        (read,) = reader.read([np.full((48, 200), 220, np.uint8)], Alphabet.LATIN)
        assert read.text == ""
        assert read.confidence == 0.0

    def test_only_characters_of_the_alphabet_are_read(self, reader: LineReader) -> None:
        for alphabet in (Alphabet.DIGITS, Alphabet.LATIN, Alphabet.MRZ):
            (read,) = reader.read([line("Abc 12.05.1999 <<")], alphabet)
            assert set(read.text) <= set(CHARACTERS[alphabet])

    def test_characters_stand_left_to_right_with_a_confidence(self, reader: LineReader) -> None:
        (read,) = reader.read([line("KAYA 1999")], Alphabet.LATIN)
        places = [one.place for one in read.characters]
        assert places == sorted(places)
        assert all(0 <= one.place <= 1 and 0 <= one.confidence <= 1 for one in read.characters)
        assert read.text == "KAYA 1999"

    def test_the_picture_is_left_as_it_was(self, reader: LineReader) -> None:
        picture = line("777")
        before = picture.copy()
        reader.read([picture], Alphabet.DIGITS)
        assert np.array_equal(picture, before)


def test_tesseract_reads_persian_letters_where_it_has_the_language() -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed")
    reader = TesseractReader()
    if not reader.persian:
        pytest.skip("Tesseract's Persian is not installed")
    (read,) = reader.read([cv2.resize(line("نمونه", PERSIAN_FONTS), None, fx=1.5, fy=1.5)], Alphabet.ANY)
    assert any("\u0600" <= one.text <= "\u06ff" for one in read.characters)


def test_none_is_asked_for_by_default() -> None:
    assert other_reader("") is None


def test_a_missing_binary_says_what_to_install() -> None:
    with pytest.raises(ReaderMissing, match="not installed") as raised:
        TesseractReader("no-such-binary")
    assert "tesseract-ocr" in raised.value.what_to_do


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(ReaderMissing) as raised:
        other_reader("rapidocr")
    assert "gishe[ocr]" in raised.value.what_to_do
    assert importlib.util.find_spec("kiosk.document.printed.readers.rapid") is not None
