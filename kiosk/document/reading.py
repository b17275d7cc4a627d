"""A document's pictures become one reading: outline, zone, print, barcodes, portrait, presence."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_text import LineReader
from edge_models.tasks.face_detection import DetectedFace, FaceDetection
from edge_models.tasks.face_quality import FaceQuality
from kiosk.document.barcode.reading import read_barcodes
from kiosk.document.capture.finding import OutlineFinder
from kiosk.document.facts import BarcodeReading, DocumentReading, PortraitFound, PresenceCue, Quad
from kiosk.document.joining import Side, joined
from kiosk.document.mrz.reading import MrzReader
from kiosk.document.portrait.finding import PortraitFinder
from kiosk.document.presence.judging import judge_still
from kiosk.document.printed.reading import PrintedReader

Picture = NDArray[np.uint8]
"""height x width x 3, BGR"""


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A reading, and the pictures that the session keeps of it."""

    reading: DocumentReading
    picture: Picture
    """the one that was read"""
    portrait: Picture | None
    """cut upright with a margin; None where none could be cut"""
    face: DetectedFace | None = None
    """the portrait's face, in pixels of ``portrait``"""

    @property
    def empty(self) -> bool:
        """Say whether nothing at all was found."""
        reading = self.reading
        return (
            reading.mrz is None
            and not reading.barcodes
            and reading.portrait is None
            and not any(field.text for field in reading.fields)
        )


class DocumentReader:
    """Reads documents with the students it is given. Keeps nothing of what it read; used by one thread."""

    def __init__(
        self,
        lines: LineReader,
        detection: FaceDetection,
        quality: FaceQuality,
        outline: OutlineFinder,
        persian: LineReader | None = None,
    ) -> None:
        """Take what reads lines, finds and grades faces, finds outlines, and what reads Persian letters (None: nothing)."""
        self._outline = outline
        self._mrz = MrzReader(lines)
        self._printed = PrintedReader(lines, persian)
        self._portraits = PortraitFinder(detection, quality)
        self._beside = ThreadPoolExecutor(1, "document")

    def read(
        self, pictures: Sequence[Picture], today: date, *, thorough: bool = True, live: bool = False
    ) -> ReadPicture:
        """Read one side, seen in one picture or in several of the same side, the most legible first.

        ``thorough`` takes the time to look for barcodes in every way where nothing else was read. ``live``: whoever holds
        the document is in the picture too, so a portrait counts only within an outline of which every side is seen: a
        holder's own face must never become the reference. Raises ``ValueError`` without a picture.
        """
        if not pictures:
            raise ValueError("no picture to read")
        times: dict[str, float] = {}
        first = pictures[0]
        with _timed(times, "outline"):
            outlines = [_corners(self._outline, picture, live=live) for picture in pictures]
        # Two cores: face, barcode and presence are looked for while the zone is read. No student is in both threads.
        beside = self._beside.submit(self._besides, first, outlines[0], times, live=live)
        with _timed(times, "mrz"):
            greys = [_grey(picture) for picture in pictures]
            zone = self._mrz.read_several(list(zip(greys, outlines, strict=True)), today)
        found, portrait, barcodes, presence = beside.result()
        with _timed(times, "print"):
            printed = self._printed.read(first, outlines[0], found, zone, today)
        if thorough and zone is None and not printed.fields and not barcodes:
            with _timed(times, "barcode_thorough"):
                barcodes = read_barcodes(first, outlines[0], thorough=True)
        side = Side(
            kind=printed.kind,
            mrz=zone,
            printed=printed.fields,
            barcodes=barcodes,
            portrait=found,
            presence=presence,
            corners=outlines[0],
            milliseconds=tuple(times.items()),
        )
        face = self._portraits.face_in(portrait) if portrait is not None else None
        return ReadPicture(joined(side, today), first, portrait, face)

    def _besides(
        self, picture: Picture, corners: Quad | None, times: dict[str, float], *, live: bool
    ) -> tuple[PortraitFound | None, Picture | None, tuple[BarcodeReading, ...], tuple[PresenceCue, ...]]:
        with _timed(times, "portrait"):
            found = None if live and corners is None else self._portraits.find(picture, corners)
            if found is None and not live and corners is not None:
                # Front and back on one page: the outline is one of them, the portrait may be on the other.
                found = self._portraits.find(picture)
            portrait = self._portraits.cut(picture, found) if found is not None else None
        with _timed(times, "barcode"):
            barcodes = read_barcodes(picture, corners)
        with _timed(times, "presence"):
            return found, portrait, barcodes, judge_still(picture, corners)


def _corners(finder: OutlineFinder, picture: Picture, *, live: bool) -> Quad | None:
    outline = finder.find(picture)
    if outline is None or (live and not all(outline.seen)):
        return None
    return outline.corners


def _grey(picture: Picture) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


@contextmanager
def _timed(times: dict[str, float], stage: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    times[stage] = 1000 * (time.perf_counter() - begun)
