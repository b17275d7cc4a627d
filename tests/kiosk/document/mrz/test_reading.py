"""Zones are read whichever way they lie, voted over frames, and never seen where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest

from calibration.document.drawn import make_lines
from calibration.document.rephotographed import Shot
from edge_models.tasks.document_text import Alphabet, ReadCharacter, ReadLine
from kiosk.document.facts import Quad
from kiosk.document.mrz.reading import MrzReader

TODAY = date(2026, 1, 1)
Draw = Callable[..., Any]


class SayingReader:
    """Reads the given lines one after the other, whatever it is shown, the right way up first; then begins again."""

    def __init__(self, *readings: tuple[str, ...], confidence: float = 0.9) -> None:
        self._readings = readings
        self._confidence = confidence
        self._at = 0

    def read(self, lines: list[np.ndarray], alphabet: Alphabet) -> list[ReadLine]:
        del alphabet
        if len(lines) == 2 and np.array_equal(lines[0], lines[1][::-1, ::-1]):
            # Which way up: the first strip is.
            return [self._line("A" * 30, 0.9), self._line("A" * 30, 0.2)]
        texts = self._readings[min(self._at, len(self._readings) - 1)]
        self._at += 1
        return [self._line(texts[i % len(texts)], self._confidence) for i in range(len(lines))]

    @staticmethod
    def _line(text: str, confidence: float) -> ReadLine:
        return ReadLine(
            tuple(ReadCharacter(c, confidence, (), (i + 0.5) / len(text)) for i, c in enumerate(text)),
        )


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
    eager = SayingReader(("THEQUICKBROWNFOXJUMPSOVERTHELAZYDOG8", "PACKMYBOXWITHFIVEDOZENLIQUORJUGS1234", "A" * 30))
    assert MrzReader(eager).read(picture, today=TODAY) is None


@pytest.mark.parametrize("shape", [(200, 300), (1, 1), (40, 2000)])
def test_empty_and_odd_pictures_have_none(shape: tuple[int, int]) -> None:
    reader = MrzReader(SayingReader(("P<UTO" + "<" * 39, "<" * 44)))
    assert reader.read(np.full((*shape, 3), 230, np.uint8), today=TODAY) is None
    assert reader.read_several([], TODAY) is None


def spoilt(line: str, column: int, by: str) -> str:
    return line[:column] + by + line[column + 1 :]


def test_frames_are_voted_character_by_character(draw: Draw, shoot: Draw) -> None:
    document = draw("MRV-A", 6)
    document = replace(document, lines=make_lines(np.random.default_rng(9), "MRV-A"))
    picture, _ = shoot(document, Shot(scale=0.6))
    first, second = document.lines
    # Each frame has another character of the names wrong, and one of the number, so that none of them is finished.
    frames = [
        (spoilt(first, 5, "Q"), spoilt(second, 1, "4")),
        (spoilt(first, 7, "Q"), spoilt(second, 2, "4")),
        (spoilt(first, 9, "Q"), spoilt(second, 3, "4")),
    ]
    reader = MrzReader(SayingReader(*(frame for frame in frames for _ in range(3))))
    reading = reader.read_several([(picture, None)] * 3, TODAY)
    assert reading is not None
    assert reading.lines == document.lines


def test_printed_check_digits_that_are_wrong_are_reported_not_mended(draw: Draw, shoot: Draw) -> None:
    document = draw("TD3", 7)
    picture, _ = shoot(document, Shot(scale=0.6))
    first, second = document.lines
    printed = spoilt(second, 19, str((int(second[19]) + 1) % 10))
    reading = MrzReader(SayingReader((first, printed), confidence=0.999)).read(picture, today=TODAY)
    assert reading is not None
    assert reading.lines == (first, printed)
    assert dict(reading.checks)["birth"] is False
    assert not reading.passed
