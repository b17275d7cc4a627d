"""The portrait on a document, found whichever way up it lies and cut upright.

Cheapest first: the whole document as it lies, then turned by quarters, then with its light evened, then in parts. What is
found is looked at again from near and the other way up, since a detector that was made for upright faces also
takes a face standing on its head for one, a little less surely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge_models.tasks.face_detection import DetectedFace
from edge_models.tasks.face_quality import FaceQuality
from kiosk.document.facts import PortraitFound, Quad, Rect
from kiosk.document.geometry import mapped
from kiosk.document.portrait.enhancing import even_light
from kiosk.document.portrait.grading import eye_distance, grade
from kiosk.document.portrait.views import Floats, Picture, View, whole, within

Detection = Callable[[Picture], Sequence[DetectedFace]]
"""``edge_models.tasks.face_detection.FaceDetection``"""

MARGIN = 0.5
"""of the face's box, on each side of a cut: what landmarks, alignment and a person who looks at the record need"""
_SEARCHED = 640
"""pixels: longer side of what is searched as a whole; the detector itself looks at 320"""
_HALF = 480
"""pixels: longer side of a half that is searched"""
_NEAR = 256
"""pixels: side of what surrounds a face when its grain is smoothed away"""
_SURE = 0.92
"""detector's score from which a face as it lies ends the search; of faces on their head one in a hundred reaches it"""
_LIKELY_TURNS = (0, 2, 1, 3)
_LARGEST = 0.8
"""a printed face's box is not higher than this share of the document's shorter side"""
_LEAST = 8.0
"""pixels between the eyes under which what looks like a face is none, or none that anybody could be told by"""
_RIVAL = 0.5
"""share of the largest face's area under which another cannot be the main portrait: ghost and laser images"""
_PLAIN = 40.0
"""standard deviation of luminance from which a portrait is in full contrast; ghost images have less"""


@dataclass(frozen=True)
class _Candidate:
    """A face in an upright view, and where it lies in the document's view."""

    view: View
    face: DetectedFace
    turned: int
    base: Rect

    @property
    def eyes(self) -> float:
        return eye_distance(self.view.points_in_picture(self.face.points))

    @property
    def area(self) -> float:
        return self.face.box[2] * self.face.box[3] * _scale(self.view) ** 2


class PortraitFinder:
    """Finds a document's main portrait. Not shared between threads."""

    def __init__(self, detection: Detection, quality: FaceQuality | None = None) -> None:
        """Take the detector, and the quality student (None: the grade then rests on size and sharpness alone)."""
        self._detection = detection
        self._quality = quality

    def find(self, picture_bgr: Picture, corners: Quad | None = None) -> PortraitFound | None:
        """Find the main portrait of the document within these corners; None when there is none.

        Faces outside the corners are other people's: who holds the document is never taken for its portrait. Without
        corners the whole picture is the document, and the largest face its portrait.
        """
        document = whole(picture_bgr) if corners is None else within(picture_bgr, corners)
        if document is None or min(document.size) < 16:
            return None
        found = [one for one in self._search(document, parts=corners is None) if one.eyes >= _LEAST]
        if corners is not None:
            highest = _LARGEST * min(document.size)
            found = [one for one in found if one.base[3] <= highest]
        best = _main_of(found)
        return None if best is None else self._described(best)

    def cut(self, picture_bgr: Picture, found: PortraitFound) -> Picture:
        """Cut the portrait with ``MARGIN``, standing upright to the nearest quarter turn; no pixel is resampled."""
        x, y, width, height = found.box
        part = whole(picture_bgr).part(
            x - MARGIN * width, y - MARGIN * height, (1 + 2 * MARGIN) * width, (1 + 2 * MARGIN) * height
        )
        return part.turned(found.turned).pixels

    def face_in(self, portrait: Picture) -> DetectedFace | None:
        """Find the face of a cut: of several the one nearest to its middle, which is the one that was cut."""
        middle = np.array([portrait.shape[1], portrait.shape[0]]) / 2

        def off(face: DetectedFace) -> float:
            x, y, width, height = face.box
            return float(np.linalg.norm(np.array([x + width / 2, y + height / 2]) - middle))

        plain = whole(portrait)
        # what was found in evened light or smoothed is found here by the same
        for view in _looks(plain):
            faces = [_in_picture(face, view) for face in self._detection(view.pixels)]
            if faces:
                return min(faces, key=off)
        return None

    # --- searching

    def _search(self, document: View, *, parts: bool) -> list[_Candidate]:
        for looks, evened in _stages(document, parts=parts):
            found = self._turn_by_turn(document, looks, evened=evened)
            if found:
                return found
        return []

    def _turn_by_turn(self, document: View, looks: Sequence[View], *, evened: bool) -> list[_Candidate]:
        seen: list[_Candidate] = []
        for turned in _LIKELY_TURNS:
            faces = [face for view in looks for face in self._faces(document, view, turned)]
            seen += faces
            if any(one.face.score >= _SURE for one in faces):
                break
        return self._confirmed(document, seen, evened=evened)

    def _faces(self, document: View, view: View, turned: int) -> list[_Candidate]:
        upright = view.turned(turned)
        to_base = np.linalg.inv(document.back) @ upright.back
        return [
            _Candidate(upright, face, turned, _rect_of(_corners_of(face.box), to_base))
            for face in self._detection(upright.pixels)
        ]

    def _confirmed(self, document: View, seen: list[_Candidate], *, evened: bool) -> list[_Candidate]:
        """Look again at each place from near, upright and on its head; what is seen neither way is no face."""
        confirmed: list[_Candidate] = []
        for one in _distinct(seen)[:4]:
            x, y, width, height = one.base
            side = 3.0 * max(width, height)
            near = document.part(x + width / 2 - side / 2, y + height / 2 - side / 2, side, side)
            turns = [one.turned, *{(one.turned + 2) % 4, *(s.turned for s in seen if _same(s, one))} - {one.turned}]
            again = self._near(document, near, turns, one)
            if not again:
                again = self._near(document, _evened(near) if evened else near.shrunk(_NEAR), turns, one)
            if not again:
                again = self._near(document, _evened(near.shrunk(_NEAR), soften=True), turns, one)
            best = max(again, key=self._trust, default=None)
            if best is not None:
                confirmed.append(best)
        return confirmed

    def _near(self, document: View, near: View, turns: list[int], one: _Candidate) -> list[_Candidate]:
        seen = [face for turned in turns for face in self._faces(document, near, turned)]
        return [face for face in seen if _same(face, one)]

    def _trust(self, candidate: _Candidate) -> float:
        """Give the detector's score, and half of what a template of the face so turned would be worth."""
        if self._quality is None:
            return candidate.face.score
        said = self._quality(candidate.view.pixels, candidate.face.points)
        return candidate.face.score + 0.5 * said.utility

    def _described(self, best: _Candidate) -> PortraitFound:
        box = _rect_of(_corners_of(best.face.box), best.view.back)
        points = best.view.points_in_picture(best.face.points)
        graded = grade(best.view.pixels, best.face, self._quality, eye_distance(points))
        return PortraitFound(box, _quarters(points), eye_distance(points), graded.quality, graded.problem)


def _in_picture(face: DetectedFace, view: View) -> DetectedFace:
    box = _rect_of(_corners_of(face.box), view.back)
    return DetectedFace(box, face.score, view.points_in_picture(face.points).astype(np.float32))


def _main_of(found: list[_Candidate]) -> _Candidate | None:
    """Choose the main portrait: of those of comparable size the one in fuller contrast."""
    largest = max((one.area for one in found), default=0.0)
    rivals = [one for one in found if one.area >= _RIVAL * largest]
    return max(rivals, key=lambda one: one.area**0.5 * min(1.0, _contrast(one) / _PLAIN), default=None)


def _contrast(one: _Candidate) -> float:
    x, y, width, height = one.face.box
    face = one.view.part(x, y, width, height).pixels
    return float(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).std()) + 1e-3


def _distinct(seen: list[_Candidate]) -> list[_Candidate]:
    """Give one candidate of each place, its surest, the largest first."""
    kept: list[_Candidate] = []
    for one in sorted(seen, key=lambda c: -c.face.score):
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda c: -c.area)


def _same(one: _Candidate, other: _Candidate) -> bool:
    """Say whether both are one place of the document: each centre in the other's box."""
    (x, y, width, height), (u, v, across, down) = one.base, other.base
    off = abs(x + width / 2 - u - across / 2), abs(y + height / 2 - v - down / 2)
    return off[0] <= min(width, across) / 2 and off[1] <= min(height, down) / 2


def _stages(document: View, *, parts: bool) -> Iterator[tuple[Sequence[View], bool]]:
    """Yield what to look at, cheapest first, and whether its light was evened. Nothing is made before it is asked for."""
    small = document.shrunk(_SEARCHED)
    yield [small], False
    yield [_evened(small)], True
    yield [_evened(half.shrunk(_HALF), soften=True) for half in _halves(document)], True
    if parts:
        yield list(_tiles(small)), False


def _looks(view: View) -> Iterator[View]:
    """Yield the view as it is, in evened light, and smoothed in evened light."""
    yield view
    yield _evened(view)
    yield _evened(view.shrunk(_NEAR), soften=True)


def _evened(view: View, *, soften: bool = False) -> View:
    pixels = even_light(view.pixels)
    return View(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.uint8) if soften else pixels, view.back)


def _halves(view: View) -> list[View]:
    """Cut two overlapping halves along the longer side: in one of them stands a document's portrait."""
    width, height = view.size
    if width >= height:
        return [view.part(left, 0, 0.55 * width, height) for left in (0, 0.45 * width)]
    return [view.part(0, top, width, 0.55 * height) for top in (0, 0.45 * height)]


def _tiles(view: View) -> Iterator[View]:
    """Cut three by two overlapping parts, for a document that fills little of the picture."""
    width, height = view.size
    for across in (0.0, 0.25, 0.5):
        for down in (0.0, 0.4):
            if width >= height:
                yield view.part(across * width, down * height, width / 2, 0.6 * height)
            else:
                yield view.part(down * width, across * height, 0.6 * width, height / 2)


def _scale(view: View) -> float:
    """Give how many pixels of the picture a pixel of the view is, at its middle."""
    width, height = view.size
    middle = np.array([[width / 2 - 0.5, height / 2], [width / 2 + 0.5, height / 2]])
    one, other = view.points_in_picture(middle)
    return float(np.linalg.norm(other - one))


def _corners_of(box: Rect) -> Floats:
    x, y, width, height = box
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float64)


def _rect_of(corners: Floats, way: Floats) -> Rect:
    """Give the upright rectangle of a face's mapped box: its middle and its mean sides, so that skew does not swell it."""
    points = mapped(corners, way)
    middle = points.mean(0)
    sides = np.roll(points, -1, 0) - points
    across, down = np.linalg.norm(sides[::2], axis=1).mean(), np.linalg.norm(sides[1::2], axis=1).mean()
    if abs(sides[0, 0]) < abs(sides[0, 1]):  # lies on its side
        across, down = down, across
    return (float(middle[0] - across / 2), float(middle[1] - down / 2), float(across), float(down))


def _quarters(points: Floats) -> int:
    """Give the quarter turns clockwise that stand a face with these five points upright."""
    across = points[1] - points[0] + points[4] - points[3]
    down = points[3] + points[4] - points[0] - points[1]
    angle = np.arctan2(across[1] - down[0], across[0] + down[1])  # how far it is turned clockwise
    return int(-np.round(angle / (np.pi / 2))) % 4
