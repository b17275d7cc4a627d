"""How far each step has come: frozen parts of a session's state."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.analysis.heard import LipSample, SpeechJudgement
from kiosk.document.facts import DocumentReading
from kiosk.flow.attention import Watched
from kiosk.flow.measure import InsideProbe, Measure, Track
from kiosk.flow.questions import Question


@dataclass(frozen=True, slots=True)
class IdentityEntry:
    """What was typed so far, in ASCII digits; ``problem`` is an i18n code for the screen, "" when none."""

    country: str = "IR"
    national_number: str = ""
    card_serial: str = ""
    passport_number: str = ""
    problem: str = ""
    bad_digit: int | None = None
    """index of the first digit that cannot be right, None when none or unknown"""
    doubtful: tuple[int, ...] = ()
    """indices of the digits one of which most likely is wrong, where only a check digit says so"""
    bad_field: str = ""
    """the field that ``problem`` is about, "" when none"""
    complete: bool = False
    contradicted: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """fields in which the document says otherwise, with the indices of the characters that differ"""


@dataclass(frozen=True, slots=True)
class FaceProgress:
    """The face step: how long the face has been good, the best frame so far."""

    good_since: float | None = None
    best_index: int | None = None
    best_score: float = 0.0
    progress: float = 0.0
    """0..1 for the ring round the oval"""
    asked_probe: int | None = None
    asked_since: float = 0.0
    good_frames: int = 0
    last_good: float = 0.0
    """when the face was last good"""
    looks: tuple[Measure, ...] = ()
    """measures of the good frames: this person's straight, calm look"""
    guidances: tuple[tuple[str, int], ...] = ()
    """what had to be said, and in how many frames: why the face was never good, if it never was"""
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class DocumentProgress:
    """The document step: how long the document has been steady, what was read of it so far."""

    phase: str = "find"
    """``find`` it is looked for, ``reading`` the answer is waited for, ``turn`` the other side is asked for, ``tilt`` it
    is to be tilted, ``judging`` what the tilt showed is waited for, ``differs`` it contradicts what was typed"""
    phase_since: float = 0.0
    steady_since: float | None = None
    place: tuple[float, float, float] | None = None
    """middle and width of the document, or of its portrait, when it began to be steady, pixels"""
    best: tuple[tuple[int, float], ...] = ()
    """index and legibility of the most legible frames while it is steady, best first"""
    outline: tuple[tuple[float, float], ...] = ()
    """corners of the document that is seen, as shares of the frame's sides; empty: none"""
    latest: tuple[int, ...] = ()
    """the last frames, for a picture that is taken by hand"""
    progress: float = 0.0
    """0..1 for the frame round the guide rectangle"""
    looked_since: float | None = None
    """since when this side is looked for"""
    by_hand: bool = False
    """the person may take the picture themselves"""
    failures: int = 0
    sides: int = 0
    """how many sides were read"""
    reading: DocumentReading | None = None
    """what all sides say together"""
    tilts: tuple[tuple[float, float], ...] = ()
    """degrees about the level and the upright axis: the extremes while it was tilted"""
    tilted: bool = False
    """the tilt was seen or passed by"""
    confirmed: bool = False
    """the person stands by what was typed though the document says otherwise"""


@dataclass(frozen=True, slots=True)
class LivenessProgress:
    """The liveness step: which gesture is asked, whether the person is back at neutral, what has been seen."""

    position: int = 0
    """index into the challenge; equal to its length when all are done"""
    phase: str = "neutral"
    """``neutral`` waiting for a neutral face and then for the cue, ``gesture`` waiting for the gesture, ``gather`` all
    done but few frames to judge, ``light`` the light sequence, ``pad``, ``cues`` and ``match`` waiting for these answers,
    ``done``"""
    phase_since: float = 0.0
    window_until: float = 0.0
    held_since: float | None = None
    """since when the gesture, or the neutral face, is held"""
    held_frames: int = 0
    wrong: str = ""
    """another gesture that is seen while one is asked"""
    wrong_since: float = 0.0
    neutral: Measure | None = None
    """this person's straight, calm look"""
    neutrals: tuple[Measure, ...] = ()
    """the latest measures held while neutral; their median is ``neutral``"""
    recent: tuple[Measure, ...] = ()
    """the last three frames' measures, whose median is judged"""
    cue_at: float | None = None
    """when the drawn pause before the next cue is over; None while the person is not yet calm"""
    at_cue: float = 0.0
    """amount of the asked gesture when its cue was given: what it rises from"""
    onset: float | None = None
    """when the asked gesture began to rise"""
    still: tuple[Measure, ...] = ()
    """what was seen since the person holds still: the extremes of each measure"""
    times: tuple[float, ...] = ()
    """seconds that each finished gesture took"""
    reactions: tuple[float, ...] = ()
    """seconds from each cue to its gesture's begin, -1 where that is not judged"""
    revealed: bool = False
    """a gesture of this challenge was shown to the person"""
    track: Track = field(default_factory=Track)
    """where the face was seen last"""
    inside: InsideProbe = field(default_factory=InsideProbe)
    """the probe from within the challenge"""
    misses: int = 0
    """frames without the face since it was last seen"""
    face_seen: float = 0.0
    """when the face was last seen"""
    other_since: float | None = None
    """since when a second comparable face is seen"""
    sameness: tuple[float, ...] = ()
    """the latest comparison scores with the probe, of near-frontal frames"""
    attempts: int = 1
    failures: tuple[str, ...] = ()
    """reason codes of the attempts that failed"""

    @property
    def neutral_pose(self) -> tuple[float, float] | None:
        """Give yaw and pitch of this person's straight look, degrees."""
        return None if self.neutral is None else (self.neutral.yaw, self.neutral.pitch)


@dataclass(frozen=True, slots=True)
class AwarenessProgress:
    """The awareness step: the question, the answer that is touched, what was seen meanwhile."""

    question: Question | None = None
    number: int = 0
    """of the question, 1 for the first"""
    chosen: int | None = None
    """index of the answer that is touched and not yet confirmed"""
    asked_since: float = 0.0
    asked: tuple[str, ...] = ()
    """labels of the facts that were asked about"""
    wrong: tuple[str, ...] = ()
    """of them: those that were answered wrongly"""
    seconds: tuple[float, ...] = ()
    """how long each answer took"""
    watched: Watched = field(default_factory=Watched)
    voice: float | None = None
    """seconds for which somebody else was heard; None where nothing listens"""


@dataclass(frozen=True, slots=True)
class SpokenProgress:
    """Digits said aloud at the end of awareness: what is asked, what was seen of the lips since something listens."""

    phase: str = ""
    """"" not begun, ``say`` the digits are shown, ``judge`` the answer is waited for, ``done``"""
    phase_since: float = 0.0
    microphone: str = ""
    """"" not asked for, ``asked``, ``on``, or the code of why there is none"""
    digits: tuple[int, ...] = ()
    lips: tuple[LipSample, ...] = ()
    judgement: SpeechJudgement | None = None


@dataclass(frozen=True, slots=True)
class PadProgress:
    """PAD scores of the near-frontal frames of face and liveness, thinned evenly when they grow too many."""

    scores: tuple[float, ...] = ()
    stride: int = 1
    seen: int = 0
