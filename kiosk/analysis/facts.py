"""What analysis says of one frame. Types only: no pixels, no numpy, nothing that identifies a person."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.document.facts import DocumentView

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A face's box in pixels of the unmirrored frame."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        """Give the middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles of the head in degrees: yaw positive to the image's right, pitch positive up, roll positive clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Capture-related components of the face's picture (named after ISO/IEC 29794-5), plain image statistics."""

    sharpness: float
    """0 blurred .. 1 sharp, of the face at working size"""
    luminance: float
    """mean luminance of the face, 0..1"""
    contrast: float
    """standard deviation of the face's luminance, 0..0.5"""
    over_exposed: float
    """part of the face's pixels that are clipped white, 0..1"""
    under_exposed: float
    """part of the face's pixels that are clipped black, 0..1"""
    uneven_light: float
    """difference between the halves of the face, 0 even .. 1"""
    eye_distance: float
    """pixels between the eyes (inter-eye distance)"""
    background_luminance: float
    """mean luminance around the face, 0..1: a bright window behind shows here"""


@dataclass(frozen=True, slots=True)
class Components:
    """Quality components that need a network (after ISO/IEC 29794-5), 0..1; 0.5 is the operating point of its release."""

    eyes_covered: float
    """an eye hidden by a hand, hair, dark glasses or another thing"""
    mouth_nose_covered: float
    """mouth or nose hidden by a mask, a hand, a scarf or another thing"""
    face_covered: float
    """share of the face that something hides (no operating point)"""
    dark_glasses: float
    glare: float
    """reflections in glasses that hide the eyes"""
    neutral_expression: float
    """1 neutral .. 0 strong expression (no operating point)"""
    utility: float
    """how far the face's template can be relied on: below 0.5 it should not be kept"""


Colour = tuple[float, float, float]
"""red, green, blue, 0..1 each, linear in light"""


@dataclass(frozen=True, slots=True)
class LightSample:
    """Mean light that comes back from the face and from what is behind it."""

    left: Colour
    """the half of the face on the image's left"""
    right: Colour
    background: Colour


@dataclass(frozen=True, slots=True)
class FaceFacts:
    """What one face shows."""

    box: Box
    points: tuple[Point, Point, Point, Point, Point]
    """eye on the image's left, eye on its right, nose, mouth corner on its left, on its right"""
    confidence: float
    """of the detector, 0..1"""
    pose: Pose | None = None
    eyes_open: tuple[float, float] | None = None
    """0 closed .. 1 open: eye on the image's left, on its right"""
    mouth_open: float | None = None
    """0 closed .. 1 wide open"""
    smile: float | None = None
    gaze: Point | None = None
    quality: Quality | None = None
    pad: float | None = None
    """PAD score of this frame alone: 0 attack .. 1 bona fide"""
    components: Components | None = None
    same_as_probe: float | None = None
    """comparison score with the probe kept in this session; None before there is one"""
    same_as_last: float | None = None
    """comparison score with the near-frontal frame before this one, None where there was none just before"""
    shape: tuple[Point, ...] | None = None
    """chosen landmark points in pixels of the frame, always the same ones: what moves by a homography is flat"""
    cues: tuple[tuple[str, float], ...] = ()
    """presentation cues of this frame alone by the name of their check: 0 attack .. 1 bona fide"""
    light: LightSample | None = None


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What one frame shows: faces by size, the largest first; only the largest is looked at closely."""

    time: float
    """seconds on the camera's clock"""
    index: int
    width: int
    height: int
    faces: tuple[FaceFacts, ...] = ()
    scene_change: float | None = None
    """how much the picture round the face differs from the frame before, 0 the same .. 1 another scene"""
    document: DocumentView | None = None
    """while a document is asked for: the one that is held before the camera"""

    @property
    def face(self) -> FaceFacts | None:
        """Give the largest face."""
        return self.faces[0] if self.faces else None


@dataclass(frozen=True, slots=True)
class ShapeSample:
    """A face's shape at a moment, with the pose it had."""

    time: float
    yaw: float
    pitch: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class LightSlot:
    """A colour that the kiosk's screen showed from a moment on."""

    since: float
    colour: Colour


Scored = tuple[tuple[float, float], ...]
"""moments and scores"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a session gathered from frame to frame for the judgement at its end; times in seconds of one clock."""

    shapes: tuple[ShapeSample, ...] = ()
    cues: tuple[tuple[str, Scored], ...] = ()
    """by check"""
    light_slots: tuple[LightSlot, ...] = ()
    """empty: no light sequence was shown"""
    light: tuple[tuple[float, LightSample], ...] = ()


@dataclass(frozen=True, slots=True)
class CueJudgement:
    """What a cue says of a whole session."""

    check: str
    score: float | None = None
    threshold: float | None = None
    """the cue passed when the score is not below it"""
    rate: float | None = None
    """share of bona fide sessions that the threshold refuses, as measured"""
    frames: int = 0
    code: str = ""
    """"" when it was judged; else why it could not be: ``too_few``, ``unavailable``, ``not_enrolled``"""
    detail: tuple[tuple[str, str], ...] = ()


NOT_PINNED = CueJudgement("camera_pin", code="not_enrolled")
"""the camera was never calibrated here"""
