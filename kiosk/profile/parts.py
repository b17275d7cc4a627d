"""The parts of a profile: times, gates, challenge, texts. Each field says what it is and what it may be."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

OriginName = Literal["portrait_file", "document_file", "document_camera"]
StepName = Literal[
    "welcome",
    "consent",
    "transaction",
    "identity",
    "document",
    "face",
    "liveness",
    "awareness",
    "review",
    "result",
]
GestureName = Literal[
    "look_left", "look_right", "look_up", "look_down", "open_mouth", "smile", "blink", "closer", "hold_still"
]
AssuranceName = Literal["low", "substantial", "high"]
LanguageName = Literal["fa", "tr", "en"]
CountryName = Literal["IR", "TR", "passport"]

Seconds = Annotated[float, Field(gt=0, le=900)]
Degrees = Annotated[float, Field(gt=0, le=60)]
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """What all parts are: frozen; unknown keys are refused, so that a misspelt threshold is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Part):
    """How long things may take, in seconds."""

    consent: Seconds = Field(default=180, description="the consent step, in which a long text is read or heard")
    transaction: Seconds = Field(default=120, description="the transaction step")
    identity: Seconds = Field(default=180, description="the identity step, in which numbers are typed")
    document: Seconds = Field(default=90, description="the document step")
    face: Seconds = Field(default=60, description="the face step")
    liveness: Seconds = Field(default=120, description="the liveness step, all attempts together")
    awareness: Seconds = Field(default=90, description="the awareness step, all its questions together")
    review: Seconds = Field(default=120, description="the review step")
    result: Seconds = Field(default=20, description="how long the result stays on the screen")
    answer: Seconds = Field(
        default=15, description="how long the flow waits for an answer of its own parts before it gives up"
    )
    idle: Seconds = Field(default=45, description="a touch keeps its step open at least this long")
    camera: Seconds = Field(
        default=20, description="how long a step waits for a camera in trouble, all its troubles together"
    )
    more_time_factor: float = Field(
        default=2.0, ge=1, le=10, description="limits and windows times this with more time on"
    )
    more_time_asks: int = Field(default=10, ge=1, le=50, description="how often more time can be asked for in one step")

    def of(self, step: str) -> float | None:
        """Give the seconds of a step; None for ``welcome``, which waits for ever."""
        return None if step == "welcome" else float(getattr(self, step))


class Capture(Part):
    """The quality gate of the face step (components named after ISO/IEC 29794-5)."""

    min_eye_distance: float = Field(default=40, ge=16, le=400, description="pixels between the eyes, at least")
    max_face_share: float = Field(
        default=0.9, gt=0.2, le=1, description="face's width as a share of the frame's, at most"
    )
    max_off_centre_x: float = Field(
        default=0.28, gt=0, le=0.5, description="face's middle from the frame's, share of width"
    )
    max_off_centre_y: float = Field(
        default=0.30, gt=0, le=0.5, description="face's middle from the frame's, share of height"
    )
    max_yaw: Degrees = Field(default=15, description="turn of the head to either side")
    max_pitch: Degrees = Field(default=20, description="nod, generous: cameras sit below or above the face")
    max_roll: Degrees = Field(default=25, description="tilt of the head")
    min_eyes_open: Share = Field(
        default=0.08, description="opening of each eye; low, since narrow eyes that are open read as low as 0.15"
    )
    min_luminance: Share = Field(default=0.10, description="mean luminance of the face")
    max_luminance: Share = Field(default=0.92, description="mean luminance of the face")
    max_over_exposed: Share = Field(default=0.35, description="part of the face that is clipped white")
    max_under_exposed: Share = Field(default=0.60, description="part of the face that is clipped black")
    max_uneven_light: Share = Field(default=0.60, description="difference between the halves of the face")
    max_light_behind: Share = Field(default=0.65, description="background's luminance above the face's")
    min_sharpness: Share = Field(default=0.08, description="sharpness of the face")
    max_covered: Share = Field(
        default=0.5, description="how surely mouth, nose or eyes are covered; 0.5 is the model's operating point"
    )
    max_glare: Share = Field(default=0.5, description="how surely reflections in glasses hide the eyes; 0.5 as above")
    min_utility: Share = Field(
        default=0.5, description="how far the template can be relied on, at least; 0.5 is the model's operating point"
    )
    comparable_face: Share = Field(
        default=0.2, description="a second face of this share of the first's area counts as another person"
    )
    comparable_confidence: Share = Field(
        default=0.88, description="how sure the detector must be of a second face for it to count"
    )
    hold: float = Field(default=0.4, ge=0, le=5, description="seconds for which the face must be good")
    min_good_frames: int = Field(default=3, ge=1, le=60, description="good frames needed within the hold")
    gap: float = Field(
        default=0.3, ge=0, le=2, description="seconds of frames that are not good which the hold survives"
    )


class DocumentCapture(Part):
    """Whether a document is read, and when its picture is taken."""

    read: Literal["if_shown", "required"] = Field(
        default="if_shown",
        description="required: nothing is approved without a document that was read and whose check digits hold; "
        "if_shown: it is asked for where a portrait is missing, and what it says counts",
    )
    sides: Literal["as_needed", "both"] = Field(
        default="as_needed", description="as_needed: the other side is asked for where portrait or numbers are missing"
    )
    expired: Literal["refer", "note"] = Field(
        default="refer", description="what a document past its expiry leads to; note is for trying out"
    )
    tilt: Literal["offered", "off"] = Field(
        default="off", description="offered: the person is asked to tilt the document; kept as evidence of presence"
    )
    frames: int = Field(default=3, ge=1, le=6, description="most legible frames that are read together")
    attempts: int = Field(default=4, ge=1, le=20, description="readings in vain before the session goes on without")
    by_hand: float = Field(
        default=12, ge=1, le=120, description="seconds after which the person may take the picture by hand"
    )
    min_share: float = Field(
        default=0.12, gt=0.01, le=0.9, description="document's area as a share of the frame's, at least"
    )
    max_glare: Share = Field(default=0.06, description="part of the document that reflections have washed out")
    min_luminance: Share = Field(default=0.12, description="mean luminance of the document")
    max_skew: Degrees = Field(default=30, description="turn of the document from the frame's axes")
    max_perspective: Share = Field(default=0.45, description="how far opposite sides may differ in length")
    min_legibility: Share = Field(default=0.25, description="how legible small print must be for a picture to be taken")
    tilt_degrees: Degrees = Field(default=12, description="how far the document is to be tilted")
    tilt_seconds: float = Field(default=8, ge=2, le=60, description="seconds for the tilt, after which it is passed by")
    guide: float = Field(
        default=0.6, gt=0.2, le=1, description="the guide rectangle, share of the frame's sides, in its middle"
    )
    min_eye_distance: float = Field(
        default=20, ge=12, le=400, description="pixels between the portrait's eyes, at least"
    )
    max_face_share: float = Field(
        default=0.25, gt=0.02, le=0.5, description="portrait's width as a share of the frame's: a live face is larger"
    )
    min_sharpness: Share = Field(default=0.15, description="sharpness of the portrait")
    steady: float = Field(
        default=0.08, gt=0, le=0.5, description="how far the portrait may wander, as a share of its width"
    )
    hold: float = Field(default=0.6, ge=0, le=5, description="seconds for which it must be steady and sharp")


class Liveness(Part):
    """The active challenge."""

    gestures: tuple[GestureName, ...] = Field(
        default=(
            "look_left",
            "look_right",
            "look_up",
            "look_down",
            "open_mouth",
            "smile",
            "blink",
            "closer",
            "hold_still",
        ),
        description="what may be asked",
    )
    count: int = Field(default=3, ge=1, le=8, description="gestures in one challenge where none is declined")
    bits: float | None = Field(
        default=None,
        gt=0,
        le=24,
        description="strength of a challenge in bits; none: what count gives; asked of longer challenges after declining",
    )
    longest: int = Field(default=8, ge=1, le=12, description="gestures in one challenge after some were declined")
    declines: int = Field(default=5, ge=0, le=8, description="gestures that a person may decline")
    window: Seconds = Field(default=8, description="seconds for each gesture")
    attempts: int = Field(default=2, ge=1, le=5, description="challenges a person may try; each is drawn anew")
    turn: Degrees = Field(
        default=15, description="change of yaw from the person's own straight look for look_left and look_right"
    )
    up: Degrees = Field(default=9, description="change of pitch from the person's own straight look for look_up")
    down: Degrees = Field(default=9, description="change of pitch from the person's own straight look for look_down")
    mouth: Share = Field(default=0.28, description="opening of the mouth above the person's own for open_mouth")
    smile: Share = Field(
        default=0.35, description="smile above the person's own; less, where the own face leaves less room"
    )
    blink: Share = Field(default=0.55, description="how far each eye shuts, as a share of the person's own open eye")
    blink_seconds: float = Field(default=1.0, gt=0.05, le=3, description="a blink's longest time")
    closer: float = Field(default=0.18, gt=0.02, le=1, description="growth of the distance between the eyes for closer")
    still_degrees: Degrees = Field(default=5, description="movement of the head that hold_still allows")
    still_share: Share = Field(
        default=0.12, description="movement of the face that hold_still allows, share of the distance between the eyes"
    )
    still_least: float = Field(default=1.0, ge=0.3, le=5, description="seconds of hold_still, drawn: at least")
    still_most: float = Field(default=2.0, ge=0.3, le=8, description="seconds of hold_still, drawn: at most")
    release: float = Field(
        default=0.6, gt=0.1, lt=1, description="share of what a gesture needs at which it ends (hysteresis)"
    )
    pause_least: float = Field(default=0.3, ge=0, le=5, description="drawn seconds before each cue, at least")
    pause_most: float = Field(default=1.2, ge=0, le=8, description="drawn seconds before each cue, at most")
    reaction: float = Field(
        default=0.15, ge=0, le=0.5, description="seconds after its cue before which nobody can have begun a gesture"
    )
    neutral_yaw: Degrees = Field(default=9, description="how near the own straight look's yaw counts as neutral")
    neutral_pitch: Degrees = Field(default=6.5, description="the same for pitch, beside look_up and look_down")
    hold: float = Field(default=0.1, ge=0, le=2, description="seconds for which a gesture must be held")
    wrong_hold: float = Field(
        default=0.4, ge=0.1, le=5, description="seconds after which another gesture than the asked one fails"
    )
    opposite_hold: float = Field(
        default=0.2, ge=0.1, le=5, description="seconds after which the turn opposite to the asked one fails"
    )
    face_lost: float = Field(default=1.0, gt=0, le=10, description="seconds without a face that break continuity")
    other_face: float = Field(
        default=0.5, gt=0, le=10, description="seconds with a second comparable face that break continuity"
    )
    head_speed: float = Field(
        default=5, gt=0.5, le=50, description="face widths per second that a head may move (0.15 m: 0.75 m/s)"
    )
    head_growth: float = Field(default=2, gt=0.2, le=20, description="growth of the face per second, logarithm")
    scene_change: float = Field(default=0.5, gt=0, le=2, description="change of the scene between frames that is a cut")
    step_score: float = Field(
        default=0.2, ge=-1, le=1, description="comparison score of near-frontal frames that follow each other, at least"
    )
    continuity_score: float = Field(
        default=0.3, ge=-1, le=1, description="comparison score with the probe, median of near-frontal frames"
    )
    continuity_frames: int = Field(default=7, ge=3, le=60, description="near-frontal frames in that median")


class Light(Part):
    """The light sequence of the kiosk's own screen."""

    shown: bool = Field(default=True, description="false where no screen lights the face, or nobody is to see it")
    notice: Seconds = Field(default=4, description="seconds between the announcement and the first colour")


class Pad(Part):
    """Presentation attack detection."""

    bpcer: float = Field(
        default=0.05, gt=0, lt=0.5, description="share of bona fide presentations that the threshold may refuse"
    )
    min_frames: int = Field(default=8, ge=1, le=200, description="near-frontal frames needed for a judgement")
    max_frames: int = Field(default=240, ge=16, le=2000, description="scores kept, spread evenly over the time")
    max_yaw: Degrees = Field(default=25, description="frames turned further are not scored")


class Spoken(Part):
    """Random digits said aloud at the end of awareness."""

    use: Literal["if_possible", "off"] = Field(
        default="off", description="if_possible: where there is a microphone; the session never hangs on it"
    )
    digits: int = Field(default=4, ge=3, le=8, description="digits that are shown")
    window: float = Field(default=12, ge=4, le=60, description="seconds for saying them")
    other_voice: Literal["note", "refer"] = Field(
        default="note",
        description="a voice that the lips in view do not make, while the question is read: halls are full of them",
    )


class Retention(Part):
    """What the record keeps and for how long, once the back office has it."""

    days: int = Field(default=1825, ge=0, le=36500, description="days for which the back office keeps the record")
    keep_probe: bool = Field(default=True, description="the probe's picture is part of the sealed record")


class DefaultTransaction(Part):
    """What a session is for when nobody says (demonstration and trying out)."""

    reference: str = Field(default="DEMO-0001", min_length=1, max_length=64, description="reference of the transaction")
    facts: tuple[tuple[str, str], ...] = Field(default=(), description="label (an i18n key or plain), value")


class ConsentText(Part):
    """The text that a person agrees to, in one language."""

    language: LanguageName = Field(description="language of the text")
    version: str = Field(min_length=1, max_length=32, description="version that the evidence names")
    title: str = Field(min_length=1, description="heading")
    paragraphs: tuple[str, ...] = Field(
        min_length=1, description="what is kept, how long, why; the way without biometrics"
    )

    @property
    def sha256(self) -> str:
        """Give the hash of title and paragraphs joined by line feeds, in hexadecimal."""
        return sha256("\n".join((self.title, *self.paragraphs)).encode()).hexdigest()
