"""From a frame to its facts, and the few questions that need pixels: keep, compare, fuse."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.face_detection import DetectedFace
from edge_models.tasks.face_embedding import comparison_score
from edge_models.tasks.face_landmarks import Landmarks
from edge_models.tasks.face_pad import PadScore
from kiosk.analysis.cues.depth import shape_of
from kiosk.analysis.cues.judging import judge_gathered
from kiosk.analysis.cues.pad_over_time import join
from kiosk.analysis.cues.passive import PassiveCues
from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.documents import DocumentEyes
from kiosk.analysis.facts import Box, CueJudgement, FaceFacts, FrameFacts, Gathered, Point, Pose
from kiosk.analysis.light_samples import measure_light
from kiosk.analysis.memory import KeptFace, SessionMemory
from kiosk.analysis.models import Models
from kiosk.analysis.quality import components_of, measure_quality
from kiosk.analysis.readers import make_reader
from kiosk.analysis.scene import SceneWatch
from kiosk.camera.frame import Frame
from kiosk.document.capture.finding import OutlineFinder
from kiosk.document.capture.viewing import DocumentWatch
from kiosk.document.facts import DocumentReading
from kiosk.document.portrait.enhancing import enhanced

Picture = NDArray[np.uint8]

_COMPARED_YAW = 30.0
"""beyond it the template says little: no comparison with the probe (degrees)"""
_PAD_YAW = 35.0
"""beyond it the PAD student was not trained (degrees)"""
_SMALLEST_REFERENCE = 16.0
"""pixels between the eyes under which a portrait is not compared"""
_PORTRAIT_CODES = {"too_small": "too_small"}
"""why a document's portrait cannot serve, in the flow's words; all else is unclear"""


class Closeness(StrEnum):
    """How closely a frame is looked at."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Probe against reference."""

    score: float
    fmr: float
    threshold: float
    fmr_alike: float | None = None
    """what the same score stands for among people of one sex, origin and age band"""


@dataclass(frozen=True, slots=True)
class PadJudgement:
    """Many frames' PAD scores joined."""

    score: float
    threshold: float
    bpcer: float
    frames: int
    low: float | None = None
    high: float | None = None
    """95 % interval of the score over time"""


class ReferenceUnusable(Exception):
    """A portrait cannot serve as reference; ``code`` says why: ``no_face``, ``too_small``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Analyst:
    """Owns the students and what is remembered of the session; used by one thread."""

    def __init__(
        self, models: Models, stream: StreamCues | None = None, today: Callable[[], date] = date.today
    ) -> None:
        """Take loaded models, what watches the stream itself (None: pictures that are no stream), the day."""
        self.models = models
        self.documents = DocumentEyes(
            make_reader(models),
            DocumentWatch(OutlineFinder(models.corners)),
            today,
        )
        self.stream = stream or StreamCues()
        self.memory = SessionMemory()
        self._scene = SceneWatch()
        self._passive = PassiveCues()
        self._times: dict[str, deque[float]] = {}

    # --- frames

    def look(self, frame: Frame, closeness: Closeness) -> FrameFacts:
        """Give the facts of a frame; ``NOTHING`` looks at nothing at all."""
        height, width = frame.image.shape[:2]
        if closeness is Closeness.NOTHING:
            return FrameFacts(frame.time, frame.index, width, height)
        with self._timed("stream"):
            self.stream.see(frame)
        if closeness is Closeness.DOCUMENT:
            return self._document(frame)
        self.documents.let_go()
        with self._timed("detection"):
            faces = self.models.detection(frame.image)
        facts = [self._plain(face) for face in faces]
        if faces:
            facts[0] = self._closely(frame, faces[0])
        with self._timed("scene"):
            change = self._scene.change(frame.image, [face.box for face in faces], frame.time)
        return FrameFacts(frame.time, frame.index, width, height, tuple(facts), change)

    def _document(self, frame: Frame) -> FrameFacts:
        """Look for a document; a card whose edges are not seen is known by its portrait."""
        height, width = frame.image.shape[:2]
        with self._timed("document"):
            view = self.documents.see(frame)
        facts: tuple[FaceFacts, ...] = ()
        if view is None:
            with self._timed("detection"):
                faces = self.models.detection(frame.image)
            if faces:
                plain = self._plain(faces[0])
                quality = measure_quality(frame.image, faces[0].box, faces[0].points)
                facts = (FaceFacts(plain.box, plain.points, plain.confidence, quality=quality),)
        return FrameFacts(frame.time, frame.index, width, height, facts, document=view)

    def _closely(self, frame: Frame, face: DetectedFace) -> FaceFacts:
        with self._timed("landmarks"):
            seen = self._landmarks(frame.image, face)
        with self._timed("quality"):
            quality = measure_quality(frame.image, face.box, face.points)
            components = components_of(self.models.quality(frame.image, face.points))
        with self._timed("light"):
            light = measure_light(frame.image, face.box, face.points)
        with self._timed("cues"):
            cues = self._passive.see(frame.image, face.box)
        same = same_as_last = None
        if abs(seen.yaw) <= _COMPARED_YAW:
            with self._timed("embedding"):
                kept = self._keep(frame.image, face, seen)
            last = self.memory.last_seen(frame.time)
            if last is not None:
                same_as_last = comparison_score(kept.template, last.template)
            self.memory.saw(frame.index, kept, frame.time)
            if self.memory.anchor is not None:
                same = comparison_score(kept.template, self.memory.anchor.template)
        pad: float | None = None
        if abs(seen.yaw) <= _PAD_YAW:
            with self._timed("pad"):
                pad = self.models.pad(frame.image, face.box).bona_fide
        plain = self._plain(face)
        return FaceFacts(
            box=plain.box,
            points=plain.points,
            confidence=plain.confidence,
            pose=Pose(seen.yaw, seen.pitch, seen.roll),
            shape=shape_of(seen),
            cues=cues,
            eyes_open=seen.eyes_open,
            mouth_open=seen.mouth_open,
            smile=seen.smile,
            gaze=seen.gaze,
            quality=quality,
            components=components,
            pad=pad,
            same_as_probe=same,
            light=light,
            same_as_last=same_as_last,
        )

    @staticmethod
    def _plain(face: DetectedFace) -> FaceFacts:
        points: list[Point] = [(float(x), float(y)) for x, y in face.points]
        return FaceFacts(Box(*face.box), (points[0], points[1], points[2], points[3], points[4]), face.score)

    def _landmarks(self, image: Picture, face: DetectedFace) -> Landmarks:
        return self.models.landmarks(image, face.box, face.points)

    def _keep(self, image: Picture, face: DetectedFace, seen: Landmarks) -> KeptFace:
        template = self.models.embedding(image, seen.points5)
        return KeptFace(template, _surroundings(image, face.box), _eye_distance(face))

    # --- questions

    def read_document(
        self, pictures: Sequence[Picture], *, live: bool
    ) -> tuple[DocumentReading, float | None, str] | None:
        """Read one side of a document; its portrait becomes the reference where there is none.

        Gives the reading of all sides so far, the portrait's eye distance where it serves, else the code of why it does
        not; None when nothing was found.
        """
        with self._timed("document_reading"):
            read = self.documents.read(pictures, live=live)
        if read is None:
            return None
        found, kept = read.reading.portrait, self.memory.reference
        if read.portrait is None and kept is not None and self.memory.reference_of_document:
            # Its other side has shown the portrait before.
            return read.reading, kept.eye_distance, ""
        if read.portrait is None or read.face is None or found is None:
            return read.reading, None, "portrait_missing"
        if found.problem:
            return read.reading, None, _PORTRAIT_CODES.get(found.problem, "portrait_unclear")
        if kept is None or self.memory.reference_of_document:
            seen = self._landmarks(read.portrait, read.face)
            template = self.models.embedding(enhanced(read.portrait), seen.points5)
            face = KeptFace(template, read.portrait.copy(), found.eye_distance)
            self.memory.keep_reference(face, of_document=True)
        return read.reading, found.eye_distance, ""

    def reference_from(self, picture: Picture) -> float:
        """Keep the largest face of a portrait as reference; gives its eye distance in pixels.

        Raises ``ReferenceUnusable``.
        """
        for turned in _turnings(picture):
            face = self.find_largest(turned)
            if face is not None:
                break
        else:
            raise ReferenceUnusable("no_face")
        if _eye_distance(face) < _SMALLEST_REFERENCE:
            raise ReferenceUnusable("too_small")
        kept = self._keep(turned, face, self._landmarks(turned, face))
        self.memory.keep_reference(kept, of_document=False)
        return kept.eye_distance

    def keep_portrait(self, picture: Picture) -> KeptFace | None:
        """Give the largest face of an upright still picture with its template, None when there is none."""
        face = self.find_largest(picture)
        return None if face is None else self._keep(picture, face, self._landmarks(picture, face))

    def look_at_all(self, frame: Frame) -> list[FaceFacts]:
        """Look at every face of a still picture as closely as the session looks at the largest."""
        return [self._closely(frame, face) for face in self.models.detection(frame.image)]

    def pad_of(self, picture: Picture) -> PadScore | None:
        """Score the largest face of a picture for presentation attacks, None when there is no face."""
        faces = self.models.detection(picture)
        return self.models.pad(picture, faces[0].box) if faces else None

    def find_largest(self, picture: Picture) -> DetectedFace | None:
        """Find the largest face of a still picture; a small portrait on a large document is looked for in parts too."""
        faces = self.models.detection(picture)
        if faces:
            return faces[0]
        found: list[DetectedFace] = []
        height, width = picture.shape[:2]
        for top in (0, height // 4, height // 2):
            for left in (0, width // 4, width // 2):
                part = picture[top : top + height // 2, left : left + width // 2]
                for face in self.models.detection(np.ascontiguousarray(part)) if part.size else ():
                    x, y, w, h = face.box
                    moved = face.points + np.array([left, top], np.float32)
                    found.append(DetectedFace((x + left, y + top, w, h), face.score, moved))
        return max(found, key=lambda face: face.box[2] * face.box[3], default=None)

    def keep_probe(self, index: int, *, within: bool = False) -> bool:
        """Keep the largest face of a recent frame as probe; False when it is gone.

        ``within`` the challenge the face of the first probe stays the one that continuity is measured from.
        """
        return self.memory.keep_probe(index, within=within)

    def compare(self, fmr: float) -> Comparison | None:
        """Compare probe and reference at the threshold of this FMR; None when one of them is missing."""
        probe, reference = self.memory.probe, self.memory.reference
        if probe is None or reference is None:
            return None
        score = comparison_score(probe.template, reference.template)
        of_document = self.memory.reference_of_document
        table = self.models.document_table if of_document else self.models.comparison_table
        alike = table.alike.fmr_at(score) if table.alike is not None else None
        return Comparison(score, table.fmr_at(score), table.threshold_for_fmr(fmr), alike)

    def fuse_pad(self, scores: tuple[float, ...], bpcer: float) -> PadJudgement | None:
        """Join PAD scores and give the threshold of this BPCER; None without scores."""
        joined = join(scores)
        if joined is None:
            return None
        threshold = self.models.pad_table.threshold_for_fnmr(bpcer)
        return PadJudgement(joined.score, threshold, bpcer, joined.frames, joined.low, joined.high)

    def judge_cues(self, gathered: Gathered) -> tuple[CueJudgement, ...]:
        """Judge what was gathered over the session, and what the stream itself shows."""
        return judge_gathered(gathered) + self.stream.judge()

    def pictures(self) -> dict[str, bytes]:
        """Give probe, reference and the document's sides as JPEG, for the sealed record."""
        kept = {"probe": self.memory.probe, "reference": self.memory.reference}
        faces = {name: _jpeg(face.picture, 640) for name, face in kept.items() if face is not None}
        return faces | {name: _jpeg(picture, 1000) for name, picture in self.documents.pictures().items()}

    def wipe(self) -> None:
        """Forget the session."""
        self.memory.wipe()
        self._scene.forget()
        self._passive.forget()
        self.stream.forget()
        self.documents.wipe()

    # --- times

    def milliseconds(self) -> dict[str, float]:
        """Give the median milliseconds of each stage over the last frames."""
        return {stage: float(np.median(times)) for stage, times in self._times.items() if times}

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self._times.setdefault(stage, deque(maxlen=300)).append(1000 * (time.perf_counter() - begun))


def _eye_distance(face: DetectedFace) -> float:
    return float(np.linalg.norm(face.points[1] - face.points[0]))


def _turnings(picture: Picture) -> Iterator[Picture]:
    """Yield the picture as it is and in quarter turns: documents are photographed either way up."""
    yield picture
    for code in (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_180):
        yield np.asarray(cv2.rotate(picture, code), np.uint8)


def _surroundings(image: Picture, box: tuple[float, float, float, float]) -> Picture:
    """Copy the face with a margin of half its size, so that the frame itself can be let go."""
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = max(0, int(x - w / 2)), max(0, int(y - h / 2))
    right, bottom = min(width, int(x + 1.5 * w)), min(height, int(y + 1.5 * h))
    return image[top:bottom, left:right].copy()


def _jpeg(picture: Picture, most: int) -> bytes:
    longest = max(picture.shape[:2])
    if longest > most:
        scale = most / longest
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return encoded.tobytes() if done else b""
