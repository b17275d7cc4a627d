"""What can happen to a session. Each is a fact: a tap, a frame's facts, a moment, an answer to an effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.analysis.facts import CueJudgement, FrameFacts
from kiosk.flow.answers import (
    Compared,
    CompareFailed,
    CuesFailed,
    CuesJudged,
    Decided,
    DocumentRead,
    DocumentUnread,
    LightShown,
    ListeningFailed,
    ListeningStarted,
    PadFailed,
    PadFused,
    ProbeGone,
    ProbeKept,
    RecordFailed,
    RecordQueued,
    ReferenceFailed,
    ReferenceReady,
    SpeechFailed,
    SpeechJudged,
    TiltJudged,
    WorkerFailed,
)


class CameraState(StrEnum):
    """What the camera is doing (the same words as ``kiosk.camera.health``)."""

    STARTING = "starting"
    OK = "ok"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    FROZEN = "frozen"
    SLOW = "slow"
    BUSY = "busy"
    MISSING = "missing"
    LOST = "lost"


class Help(StrEnum):
    """Assistance that a person can switch on."""

    SPEECH = "speech"
    LARGE_TYPE = "large_type"
    HIGH_CONTRAST = "high_contrast"
    MORE_TIME = "more_time"
    NO_FLASH = "no_flash"


# --- time and devices


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the session's clock, in seconds; comes before each other event and about ten times a second."""

    now: float


@dataclass(frozen=True, slots=True)
class FrameAnalysed:
    """The analysis worker looked at a frame."""

    facts: FrameFacts


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """The camera's health changed."""

    state: CameraState


@dataclass(frozen=True, slots=True)
class CameraIdentified:
    """The camera was opened, and compared with the one that was calibrated here."""

    pin: CueJudgement


@dataclass(frozen=True, slots=True)
class CameraEnded:
    """A recording came to its end; no more frames follow."""


# --- taps


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """A language was touched: ``fa``, ``tr`` or ``en``."""

    language: str


@dataclass(frozen=True, slots=True)
class HelpToggled:
    """A kind of assistance was switched on or off."""

    help: Help
    on: bool


@dataclass(frozen=True, slots=True)
class Continued:
    """The person goes on: starts, agrees, confirms what is shown."""


@dataclass(frozen=True, slots=True)
class WentBack:
    """The person goes back one step, where that is possible."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The person does not agree, or withdraws."""


@dataclass(frozen=True, slots=True)
class ClerkAsked:
    """The person wants the way without biometrics: a clerk."""


@dataclass(frozen=True, slots=True)
class MoreTimeAsked:
    """The person wants more time for this step."""


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """The person repeats the step (the face, a failed challenge) where attempts are left."""


@dataclass(frozen=True, slots=True)
class AnswerTouched:
    """An answer to the question about the transaction was touched; ``Continued`` confirms it."""

    number: int
    """of the question that was on the screen: a late touch is no answer to the next one"""
    place: int
    """index of the answer as shown"""


@dataclass(frozen=True, slots=True)
class AnswerNotKnown:
    """The person does not know the answer, or the transaction is not what they want."""


@dataclass(frozen=True, slots=True)
class SpokenDeclined:
    """The person cannot say the digits, or would rather not."""


@dataclass(frozen=True, slots=True)
class GestureDeclined:
    """The person cannot make a gesture, or would rather not."""

    gesture: str


@dataclass(frozen=True, slots=True)
class LightDeclined:
    """The person would rather go without the screen's colours."""


@dataclass(frozen=True, slots=True)
class ShutterPressed:
    """The person takes the document's picture by hand."""


@dataclass(frozen=True, slots=True)
class TiltDeclined:
    """The person cannot tilt the document, or would rather not."""


@dataclass(frozen=True, slots=True)
class FieldTyped:
    """The whole text of a field after a key was pressed."""

    field: str
    """``country``, ``national_number``, ``card_serial`` or ``passport_number``"""
    text: str


Event = (
    Tick
    | FrameAnalysed
    | CameraChanged
    | CameraIdentified
    | CameraEnded
    | LanguageChosen
    | HelpToggled
    | Continued
    | WentBack
    | Declined
    | ClerkAsked
    | MoreTimeAsked
    | RetryAsked
    | AnswerTouched
    | AnswerNotKnown
    | SpokenDeclined
    | LightDeclined
    | LightShown
    | GestureDeclined
    | ShutterPressed
    | TiltDeclined
    | FieldTyped
    | DocumentRead
    | DocumentUnread
    | TiltJudged
    | ReferenceReady
    | ReferenceFailed
    | ProbeKept
    | ProbeGone
    | Compared
    | CompareFailed
    | PadFused
    | PadFailed
    | CuesJudged
    | CuesFailed
    | ListeningStarted
    | ListeningFailed
    | SpeechJudged
    | SpeechFailed
    | Decided
    | RecordQueued
    | RecordFailed
    | WorkerFailed
)
