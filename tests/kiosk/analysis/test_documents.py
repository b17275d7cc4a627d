"""What is remembered of a document within a session: frames to be asked for, sides joined, all forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.analysis.documents import DocumentEyes
from kiosk.camera.frame import Frame
from kiosk.document.facts import DocumentReading, DocumentView, Field, PortraitFound, Source
from kiosk.document.reading import ReadPicture

TODAY = date(2026, 11, 24)
VIEW = DocumentView(
    corners=((100.0, 100.0), (400.0, 100.0), (400.0, 290.0), (100.0, 290.0)),
    confidence=0.9,
    share=0.2,
    complete=True,
    sharpness=0.5,
    luminance=0.5,
    glare=0.0,
    uneven_light=0.0,
    skew=0.0,
    perspective=0.0,
)
EMPTY = DocumentReading("unknown")
FRONT = DocumentReading(
    "tr_identity_card",
    fields=(Field("national_number", "10000000146", Source.PRINT, 0.9, check=True),),
    portrait=PortraitFound((20.0, 20.0, 40.0, 50.0), 0, 24.0, 0.8),
)
BACK = DocumentReading("tr_identity_card_back", fields=(Field("surname", "ACAR", Source.PRINT, 0.9),))


class Watching:
    """Gives the views that it was told to."""

    def __init__(self, views: Sequence[DocumentView | None]) -> None:
        self.views = list(views)
        self.forgotten = 0

    def see(self, _picture: Any, _time: float) -> DocumentView | None:
        return self.views.pop(0) if self.views else None

    def forget(self) -> None:
        self.forgotten += 1


class Reading:
    """Gives the readings that it was told to, and remembers what it was given."""

    def __init__(self, *readings: DocumentReading) -> None:
        self.readings = list(readings)
        self.given: list[list[int]] = []

    def read(self, pictures: Sequence[NDArray[np.uint8]], _today: date, *, live: bool) -> ReadPicture:
        self.given.append([int(picture[0, 0, 0]) for picture in pictures])
        return ReadPicture(self.readings.pop(0), pictures[0], None)


def eyes(views: Sequence[DocumentView | None], *readings: DocumentReading) -> tuple[DocumentEyes, Reading, Watching]:
    reading, watching = Reading(*readings), Watching(views)
    return DocumentEyes(reading, watching, lambda: TODAY), reading, watching  # type: ignore[arg-type]


def look(document: DocumentEyes, index: int) -> None:
    image = np.full((480, 640, 3), index, np.uint8)
    document.see(Frame(image, index / 25, index))


def test_the_most_legible_frames_outlive_the_latest() -> None:
    document, _, _ = eyes([replace(VIEW, sharpness=0.9)] + [replace(VIEW, sharpness=0.3)] * 20)
    for index in range(21):
        look(document, index)
    assert [int(picture[0, 0, 0]) for picture in document.recall((0, 20, 7))] == [0, 20]


def test_frames_without_a_document_can_be_asked_for_a_short_while() -> None:
    document, _, _ = eyes([])
    for index in range(12):
        look(document, index)
    assert [int(picture[0, 0, 0]) for picture in document.recall((1, 10, 11))] == [10, 11]


def test_two_sides_are_one_document_and_both_pictures_are_kept() -> None:
    document, reading, _ = eyes([VIEW] * 4, FRONT, BACK)
    picture = np.full((100, 160, 3), 7, np.uint8)
    first = document.read([picture], live=True)
    second = document.read([picture], live=True)
    assert first is not None
    assert second is not None
    assert {field.name for field in second.reading.fields} == {"national_number", "surname"}
    assert second.reading.portrait == FRONT.portrait
    assert sorted(document.pictures()) == ["document_1", "document_2"]
    assert reading.given == [[7], [7]]


def test_nothing_found_is_nothing_read() -> None:
    document, _, _ = eyes([], EMPTY)
    assert document.read([np.zeros((50, 80, 3), np.uint8)], live=True) is None
    assert document.pictures() == {}


def test_a_reading_lets_the_frames_go() -> None:
    document, _, _ = eyes([VIEW], FRONT)
    look(document, 0)
    document.read(document.recall((0,)), live=True)
    assert document.recall((0,)) == []


def test_wiping_forgets_all_and_overwrites_what_was_kept() -> None:
    document, _, watching = eyes([VIEW], FRONT)
    look(document, 0)
    document.read([np.full((100, 160, 3), 7, np.uint8)], live=True)
    (kept,) = document.pictures().values()
    document.wipe()
    assert not kept.any()
    assert document.pictures() == {}
    assert document.recall((0,)) == []
    assert watching.forgotten == 1
    assert document.judge_tilt() == () or all(cue.score is None for cue in document.judge_tilt())


@pytest.mark.parametrize("size", [(100, 160), (1200, 2000)])
def test_the_record_keeps_a_small_picture(size: tuple[int, int]) -> None:
    document, _, _ = eyes([], FRONT)
    document.read([np.full((*size, 3), 7, np.uint8)], live=True)
    (kept,) = document.pictures().values()
    assert max(kept.shape) <= 1000
