"""What the world answers to effects: events too, each a fact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.analysis.facts import CueJudgement
from kiosk.analysis.heard import SpeechJudgement
from kiosk.document.facts import DocumentReading, PresenceCue


class Outcome(StrEnum):
    """How a session can end."""

    APPROVE = "approve"
    APPROVE_DEFERRED = "approve_deferred"
    """approved but for the registry's check, which follows when the record is synced"""
    REFER = "refer"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class LightShown:
    """The screen shows the colour of the ``Shine`` of this number, as of now."""

    number: int


@dataclass(frozen=True, slots=True)
class ReferenceReady:
    """A reference portrait was found and kept by the worker."""

    origin: str
    """``portrait_file``, ``document_file`` or ``document_camera``"""
    eye_distance: float


@dataclass(frozen=True, slots=True)
class ReferenceFailed:
    """No usable reference portrait."""

    code: str
    """``no_face``, ``too_small``, ``unreadable``"""


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A side of a document was read."""

    reading: DocumentReading
    """what all sides so far say together"""
    origin: str
    """``document_file`` or ``document_camera``"""
    eye_distance: float | None = None
    """of its portrait, pixels, where that can serve as reference and was kept; else None"""
    portrait_code: str = ""
    """why its portrait cannot serve: ``portrait_missing``, ``too_small``, ``portrait_unclear``"""


@dataclass(frozen=True, slots=True)
class DocumentUnread:
    """Nothing was read: neither text nor portrait."""

    code: str
    """``no_document``, ``gone`` (the frames were no longer there) or ``unavailable``"""


@dataclass(frozen=True, slots=True)
class TiltJudged:
    """What was seen while the document was tilted."""

    cues: tuple[PresenceCue, ...]


@dataclass(frozen=True, slots=True)
class ProbeKept:
    """The worker kept the frame that was asked for as the probe."""

    index: int


@dataclass(frozen=True, slots=True)
class ProbeGone:
    """The worker no longer had that frame; the step chooses another."""

    index: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Probe and reference were compared."""

    score: float
    fmr: float
    """false match rate that a threshold at this score would have, from the model's own table"""
    threshold: float
    """score at the profile's FMR"""


@dataclass(frozen=True, slots=True)
class CompareFailed:
    """Probe and reference could not be compared."""

    code: str


@dataclass(frozen=True, slots=True)
class PadFused:
    """The PAD scores of many frames were joined into one."""

    score: float
    threshold: float
    bpcer: float
    """share of bona fide presentations that this threshold refuses, as measured for the model"""
    frames: int
    low: float | None = None
    high: float | None = None
    """95 % interval of the score over time; None: unknown, the score stands alone"""


@dataclass(frozen=True, slots=True)
class PadFailed:
    """The PAD scores could not be judged."""

    code: str


@dataclass(frozen=True, slots=True)
class CuesJudged:
    """The cues over time and the checks of the stream were judged."""

    judgements: tuple[CueJudgement, ...]


@dataclass(frozen=True, slots=True)
class CuesFailed:
    """The cues could not be judged."""

    code: str


@dataclass(frozen=True, slots=True)
class ListeningStarted:
    """The microphone hears."""


@dataclass(frozen=True, slots=True)
class ListeningFailed:
    """There is no microphone, or none any more."""

    code: str
    """``no_microphone`` or ``unavailable``"""


@dataclass(frozen=True, slots=True)
class SpeechJudged:
    """What was said was judged."""

    judgement: SpeechJudgement


@dataclass(frozen=True, slots=True)
class SpeechFailed:
    """What was said could not be judged."""

    code: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision room judged the evidence."""

    outcome: Outcome
    reasons: tuple[str, ...]
    assurance: str = ""
    """the level that the evidence reaches, "" for none"""
    shown: Outcome | None = None
    """what the screen says where the record must say something else (the silent sign of duress); None: the same"""


@dataclass(frozen=True, slots=True)
class RecordQueued:
    """The sealed record stands in the outbox."""

    entry: str
    """the entry's random id, shown on the receipt"""


@dataclass(frozen=True, slots=True)
class RecordFailed:
    """The record could not be sealed or stored; the session cannot approve."""

    code: str


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """A part that the session depends on broke (analysis, model)."""

    code: str
