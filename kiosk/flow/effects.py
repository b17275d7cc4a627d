"""What the flow asks the world to do. ``session`` carries them out and posts what came of it back as events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.analysis.facts import Colour, Gathered
from kiosk.analysis.heard import SpeechAsked
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Evidence


class Watch(StrEnum):
    """How closely the analysis worker looks at frames."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    """detection and quality only"""
    FACE = "face"
    """everything"""


@dataclass(frozen=True, slots=True)
class LookAt:
    """Tell the worker how closely to look; ``NOTHING`` keeps pixels from being analysed at all."""

    watch: Watch


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Read the document in those frames together, and keep its portrait as the reference where there is none.

    Answered by ``DocumentRead`` or ``DocumentUnread``.
    """

    indices: tuple[int, ...]
    side: int
    """0 for the first that is shown"""


@dataclass(frozen=True, slots=True)
class JudgeTilt:
    """Judge what was seen while the document was tilted; answered by ``TiltJudged``."""


@dataclass(frozen=True, slots=True)
class KeepProbe:
    """Keep the largest face of that frame as the probe; answered by ``ProbeKept`` or ``ProbeGone``."""

    index: int
    within: bool = False
    """within the challenge: continuity is still measured from the first probe"""


@dataclass(frozen=True, slots=True)
class CompareProbe:
    """Compare probe and reference at the profile's FMR; answered by ``Compared`` or ``CompareFailed``."""

    fmr: float


@dataclass(frozen=True, slots=True)
class FusePad:
    """Join the PAD scores of the frames; answered by ``PadFused`` or ``PadFailed``."""

    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class JudgeCues:
    """Judge what was gathered over time, and what the stream itself shows; answered by ``CuesJudged`` or ``CuesFailed``."""

    gathered: Gathered


@dataclass(frozen=True, slots=True)
class StartListening:
    """Open the microphone and keep numbers of what it hears; answered by ``ListeningStarted`` or ``ListeningFailed``."""


@dataclass(frozen=True, slots=True)
class KeepSound:
    """Hold the sound itself from now on, in memory: the digits are shown."""


@dataclass(frozen=True, slots=True)
class JudgeSpeech:
    """Judge what was said and forget the sound; answered by ``SpeechJudged`` or ``SpeechFailed``."""

    asked: SpeechAsked


@dataclass(frozen=True, slots=True)
class StopListening:
    """Close the microphone and forget all that it heard."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Show, say (and, in the demonstration, perform) a gesture; None: back to neutral."""

    gesture: str | None


@dataclass(frozen=True, slots=True)
class Shine:
    """Let the whole screen be this colour (None: as usual); answered by ``LightShown`` once it can be seen."""

    number: int
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Decide:
    """Judge the evidence; answered by ``Decided``."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """Seal and queue the record; answered by ``RecordQueued`` or ``RecordFailed``."""

    outcome: Outcome
    reasons: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget pixels, templates and numbers, now."""


Effect = (
    LookAt
    | ReadDocument
    | JudgeTilt
    | KeepProbe
    | CompareProbe
    | FusePad
    | JudgeCues
    | StartListening
    | KeepSound
    | JudgeSpeech
    | StopListening
    | Cue
    | Shine
    | Decide
    | QueueRecord
    | Wipe
)
