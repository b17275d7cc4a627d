"""The document before the camera: each frame's view, the frames that may be asked for, the reading, the tilt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.camera.frame import Frame
from kiosk.document.capture.legibility import legibility
from kiosk.document.capture.rectify import rectify
from kiosk.document.capture.viewing import DocumentWatch
from kiosk.document.facts import DocumentReading, DocumentView, PresenceCue
from kiosk.document.joining import both_sides
from kiosk.document.presence.judging import TiltWatch
from kiosk.document.reading import DocumentReader, Picture, ReadPicture

_LATEST = 5
"""frames back that a picture taken by hand may be read from"""
_BEST = 6
"""frames kept for their legibility: as many as a profile may have read together"""
_LONGEST_KEPT = 1000
"""pixels of the picture that the record keeps"""


class DocumentEyes:
    """Owns what is remembered of a document within one session; used by the analysing thread."""

    def __init__(self, reader: DocumentReader, watch: DocumentWatch, today: Callable[[], date]) -> None:
        """Take what reads and watches, and the day that expiry is judged on."""
        self._reader = reader
        self._watch = watch
        self._today = today
        self._tilt = TiltWatch()
        self._latest: OrderedDict[int, Picture] = OrderedDict()
        self._best: dict[int, tuple[float, Picture]] = {}
        self._reading: DocumentReading | None = None
        self._kept: dict[str, Picture] = {}

    def see(self, frame: Frame) -> DocumentView | None:
        """Give how the document stands in this frame, None when none is seen; the picture is kept for a while."""
        view = self._watch.see(frame.image, frame.time)
        self._latest[frame.index] = frame.image
        if view is not None:
            self._tilt.see(frame.image, view, frame.time)
            self._best[frame.index] = legibility(view), frame.image
        while len(self._latest) > _LATEST:
            self._latest.popitem(last=False)
        while len(self._best) > _BEST:
            del self._best[min(self._best, key=lambda index: self._best[index][0])]
        return view

    def recall(self, indices: Sequence[int]) -> list[Picture]:
        """Give the pictures of these frames that are still there, in this order."""
        best = {index: picture for index, (_, picture) in self._best.items()}
        known = {**self._latest, **best}
        return [known[index] for index in indices if index in known]

    def read(self, pictures: Sequence[Picture], *, live: bool) -> ReadPicture | None:
        """Read one side and join it to the sides before; None when nothing was found.

        ``live``: from the camera before which a person stands, not from a file.
        """
        read = self._reader.read(pictures, self._today(), live=live)
        self.let_go()
        if read.empty:
            return None
        before = self._reading
        self._reading = read.reading if before is None else both_sides(before, read.reading, self._today())
        self._kept[f"document_{len(self._kept) + 1}"] = _record_picture(read)
        if self._reading.portrait != read.reading.portrait:
            # The portrait that counts was seen before.
            return ReadPicture(self._reading, read.picture, None)
        return ReadPicture(self._reading, read.picture, read.portrait, read.face)

    def let_go(self) -> None:
        """Forget the frames: nothing is asked of them any more."""
        self._latest.clear()
        self._best.clear()

    def judge_tilt(self) -> tuple[PresenceCue, ...]:
        """Judge what was seen while the document was tilted."""
        return self._tilt.judge()

    def pictures(self) -> dict[str, Picture]:
        """Give each side's picture, squared and small, for the sealed record."""
        return dict(self._kept)

    def wipe(self) -> None:
        """Forget the document."""
        self._watch.forget()
        self._tilt.forget()
        self.let_go()
        self._reading = None
        for picture in self._kept.values():
            picture.fill(0)
        self._kept.clear()


def _record_picture(read: ReadPicture) -> NDArray[np.uint8]:
    corners = read.reading.corners
    if corners is not None:
        return rectify(read.picture, corners, long_side=_LONGEST_KEPT).picture
    scale = min(1.0, _LONGEST_KEPT / max(read.picture.shape[:2]))
    if scale == 1.0:
        return read.picture.copy()
    return np.asarray(cv2.resize(read.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
