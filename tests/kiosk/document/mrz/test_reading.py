"""Zones are read whichever way they lie, voted over frames, and never seen where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest

from calibration.document.rephotographed import Shot
from edge_models.tasks.document_text import Alphabet, ReadCharacter, ReadLine
from kiosk.document.facts import Quad
from kiosk.document.mrz.reading import MrzReader

TODAY = date(2026, 1, 1)
Draw = Callable[..., Any]


class EagerReader:
    """Reads something in whatever it is shown, and is sure of it."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.shown = 0

    def read(self, lines: list[np.ndarray], alphabet: Alphabet) -> list[ReadLine]:
        assert alphabet is Alphabet.MRZ
        return [self._read() for _ in lines]

    def _read(self) -> ReadLine:
        text = self._texts[self.shown % len(self._texts)]
        self.shown += 1
        return ReadLine(tuple(ReadCharacter(c, 0.95, (), (i + 0.5) / len(text)) for i, c in enumerate(text)))


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3", "MRV-A", "MRV-B"])
def test_every_kind_is_read_at_every_turn(draw: Draw, shoot: Draw, matching: Draw, kind: str, quarter: int) -> None:
    document = draw(kind, quarter)
    picture, zone = shoot(document, Shot(quarter=quarter, skew=(3, -14, 17, -5)[quarter], scale=0.5))
    reading = MrzReader(matching(document)).read(picture, today=TODAY)
    assert reading is not None
    assert (reading.kind, reading.lines) == (kind, document.lines)
    assert reading.passed
    assert reading.corners is not None
    # From the top left as the text is read, wherever that is in the picture.
    assert np.abs(np.array(reading.corners) - zone).max() < 0.1 * np.linalg.norm(zone[1] - zone[0])


@pytest.mark.parametrize(
    "shot", [Shot(scale=0.6, tilt=20), Shot(scale=0.6, bend=0.025), Shot(scale=0.28), Shot(scale=0.5, light=0.2)]
)
def test_tilted_bent_small_and_dark_pictures_are_read(draw: Draw, shoot: Draw, matching: Draw, shot: Shot) -> None:
    document = draw("TD3", 8)
    reading = MrzReader(matching(document)).read(shoot(document, shot)[0], today=TODAY)
    assert reading is not None
    assert reading.lines == document.lines


@pytest.mark.parametrize(
    "corners", [((0, 0), (40, 0), (40, 30), (0, 30)), ((-50, -80), (9000, 0), (9000, 9000), (0, 9000))]
)
def test_a_wrong_outline_does_no_harm(draw: Draw, shoot: Draw, matching: Draw, corners: Quad) -> None:
    document = draw("TD2", 3)
    picture, _ = shoot(document, Shot(scale=0.5))
    reading = MrzReader(matching(document)).read(picture, corners, today=TODAY)
    assert reading is not None
    assert reading.lines == document.lines


def test_where_the_outline_is_known_places_are_still_those_of_the_picture(
    draw: Draw, shoot: Draw, matching: Draw
) -> None:
    document = draw("TD1", 3)
    picture, zone = shoot(document, Shot(scale=0.5))
    wide = cv2.copyMakeBorder(picture, 400, 50, 700, 20, cv2.BORDER_CONSTANT, value=(60, 90, 60))
    high, wide_ = picture.shape[:2]
    outline: Quad = ((700, 400), (700 + wide_, 400), (700 + wide_, 400 + high), (700, 400 + high))
    reading = MrzReader(matching(document)).read(wide, outline, today=TODAY)
    assert reading is not None
    assert reading.corners is not None
    assert np.abs(np.array(reading.corners) - zone - [700, 400]).max() < 25


def test_a_page_without_a_zone_has_none(draw: Draw, shoot: Draw) -> None:
    picture, _ = shoot(draw("TD3", 2, zone=False), Shot(scale=0.6))
    eager = EagerReader("THEQUICKBROWNFOXJUMPSOVERTHELAZYDOG8", "PACKMYBOXWITHFIVEDOZENLIQUORJUGS1234", "A" * 30)
    assert MrzReader(eager).read(picture, today=TODAY) is None


def test_print_that_is_set_like_a_zone_is_read_and_is_none(draw: Draw, shoot: Draw) -> None:
    picture, _ = shoot(draw("TD3", 2), Shot(scale=0.6))
    eager = EagerReader("THEQUICKBROWNFOXJUMPSOVERTHELAZYDOG8HERENOW1", "412275123412345612234127512341234561223412345")
    assert MrzReader(eager).read(picture, today=TODAY) is None
    assert eager.shown > 0


@pytest.mark.parametrize("shape", [(200, 300), (1, 1), (40, 2000)])
def test_empty_and_odd_pictures_have_none(shape: tuple[int, int]) -> None:
    reader = MrzReader(EagerReader("P<UTO" + "<" * 39, "<" * 44))
    assert reader.read(np.full((*shape, 3), 230, np.uint8), today=TODAY) is None
    assert reader.read_several([], TODAY) is None


def spoilt(line: str, column: int, by: str) -> str:
    return line[:column] + by + line[column + 1 :]


def test_frames_are_voted_character_by_character(draw: Draw, shoot: Draw, matching: Draw) -> None:
    document = draw("MRV-A", 6)
    picture, _ = shoot(document, Shot(scale=0.6))

    def says(row: int, before: int) -> str:
        # A frame that is not certain is looked at three times. Each frame has another character of the name wrong, and
        # one of the number, so that none of them is certain.
        frame = before // 3
        line = document.lines[row]
        at = 5 + 2 * frame if row == 0 else 1 + frame
        return spoilt(line, at, "Q" if row == 0 else "5" if line[at] != "5" else "6")

    alone = MrzReader(matching(document, says, 0.9)).read(picture, today=TODAY)
    assert alone is not None
    assert alone.lines[0] != document.lines[0]
    reading = MrzReader(matching(document, says, 0.9)).read_several([(picture, None)] * 3, TODAY)
    assert reading is not None
    assert reading.lines == document.lines


def test_a_frame_without_a_zone_takes_nothing_from_the_others(draw: Draw, shoot: Draw, matching: Draw) -> None:
    document = draw("TD2", 6)
    picture, _ = shoot(document, Shot(scale=0.6))
    frames = [(np.full_like(picture, 200), None), (picture, None)]
    reading = MrzReader(matching(document)).read_several(frames, TODAY)
    assert reading is not None
    assert reading.lines == document.lines


def test_printed_check_digits_that_are_wrong_are_reported_not_mended(draw: Draw, shoot: Draw, matching: Draw) -> None:
    document = draw("TD3", 7)
    picture, _ = shoot(document, Shot(scale=0.6))
    first, second = document.lines
    printed = (first, spoilt(second, 19, str((int(second[19]) + 1) % 10)))
    reader = matching(document, lambda row, _: printed[row], 0.999)
    reading = MrzReader(reader).read(picture, today=TODAY)
    assert reading is not None
    assert reading.lines == printed
    assert dict(reading.checks)["birth"] is False
    assert not reading.passed
