"""A session's state: frozen, whole, comparable; everything that a screen shows and the next event needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.analysis.facts import Gathered
from kiosk.analysis.heard import LipSample, SpeechJudgement
from kiosk.flow.attention import Watched
from kiosk.flow.events import CameraState, Help, Outcome
from kiosk.flow.evidence import Check, Evidence
from kiosk.flow.light_sequence import LightProgress
from kiosk.flow.measure import InsideProbe, Measure, Track
from kiosk.flow.questions import Question
from kiosk.profile.format import Profile


class Step(StrEnum):
    """The steps, each with a file of its name in ``flow/steps``, ``ui/viewmodels`` and ``ui/screens``."""

    WELCOME = "welcome"
    CONSENT = "consent"
    TRANSACTION = "transaction"
    IDENTITY = "identity"
    DOCUMENT = "document"
    FACE = "face"
    LIVENESS = "liveness"
    AWARENESS = "awareness"
    REVIEW = "review"
    RESULT = "result"


class Gesture(StrEnum):
    """What a challenge can ask; left and right are the person's own."""

    LOOK_LEFT = "look_left"
    LOOK_RIGHT = "look_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    OPEN_MOUTH = "open_mouth"
    SMILE = "smile"
    BLINK = "blink"
    CLOSER = "closer"
    HOLD_STILL = "hold_still"


class Guidance(StrEnum):
    """What the screen tells the person now; the i18n key is ``guidance.<value>``."""

    NONE = "none"
    NO_FACE = "no_face"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    MOVE_TO_MIDDLE = "move_to_middle"
    LOOK_STRAIGHT = "look_straight"
    OPEN_EYES = "open_eyes"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LIGHT_UNEVEN = "light_uneven"
    LIGHT_BEHIND = "light_behind"
    HOLD_STILL = "hold_still"
    MORE_THAN_ONE = "more_than_one"
    UNCOVER_FACE = "uncover_face"
    UNCOVER_EYES = "uncover_eyes"
    GLARE = "glare"
    UNCLEAR = "unclear"
    CAMERA_WAIT = "camera_wait"
    BACK_TO_MIDDLE = "back_to_middle"
    RELAX_FACE = "relax_face"
    LIGHT_COMING = "light_coming"
    LIGHT_ON = "light_on"
    DO_GESTURE = "do_gesture"
    WELL_DONE = "well_done"
    TRY_AGAIN = "try_again"
    SHOW_DOCUMENT = "show_document"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Transaction:
    """What the session is for."""

    reference: str
    facts: tuple[tuple[str, str], ...] = ()
    """label key or plain label, value: shown to the person and kept in the record"""


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
    complete: bool = False


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
    """The document step: how long the portrait has been steady."""

    steady_since: float | None = None
    place: tuple[float, float, float] | None = None
    """middle and width of the portrait when it began to be steady, pixels"""
    best_index: int | None = None
    best_score: float = 0.0
    progress: float = 0.0
    """0..1 for the frame round the guide rectangle"""
    asked: bool = False
    """the worker was asked to keep the reference"""
    asked_since: float = 0.0
    failures: int = 0


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


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state of one session."""

    id: str
    profile: Profile
    source: str
    """``device``, ``replay`` or ``demo``"""
    transaction: Transaction
    challenge: tuple[Gesture, ...]
    step: Step = Step.WELCOME
    now: float = 0.0
    started: float = 0.0
    entered: float = 0.0
    """when the step was entered"""
    deadline: float | None = None
    """when the step times out; None: it waits for ever (welcome)"""
    language: str = "fa"
    helps: frozenset[Help] = frozenset()
    camera: CameraState = CameraState.STARTING
    camera_since: float = 0.0
    guidance: Guidance = Guidance.NONE
    identity: IdentityEntry = field(default_factory=IdentityEntry)
    face: FaceProgress = field(default_factory=FaceProgress)
    document: DocumentProgress = field(default_factory=DocumentProgress)
    liveness: LivenessProgress = field(default_factory=LivenessProgress)
    light: LightProgress = field(default_factory=LightProgress)
    awareness: AwarenessProgress = field(default_factory=AwarenessProgress)
    spoken: SpokenProgress = field(default_factory=SpokenProgress)
    pad: PadProgress = field(default_factory=PadProgress)
    gathered: Gathered = field(default_factory=Gathered)
    screen: bool = False
    """there is a screen that can paint the light sequence"""
    reference: str = ""
    """origin of the reference portrait once there is one"""
    reference_expected: bool = False
    """a portrait was given with the session and is being read"""
    seed: int = 0
    """what challenges are drawn from"""
    challenge_fixed: bool = False
    """the operator chose the challenge: one attempt, in this order"""
    camera_ended: bool = False
    out_of_service: str = ""
    """code of what keeps this machine from serving anybody; "" when it serves"""
    camera_waited: float = 0.0
    """seconds for which the step's clock stood for a camera in trouble"""
    more_time_asks: int = 0
    """how often more time was asked for in this step"""
    evidence: Evidence = field(default_factory=Evidence)
    probe: int | None = None
    """index of the frame kept as the probe"""
    closing: str = ""
    """in the result step: ``deciding``, ``queueing``, ``shown``"""
    outcome: Outcome | None = None
    shown: Outcome | None = None
    """what the screen says; the outcome but for the silent sign of duress"""
    assurance: str = ""
    """the level of assurance that the evidence reaches, "" for none"""
    reasons: tuple[str, ...] = ()
    entry: str = ""
    """id of the record in the outbox, for the receipt"""
    ended: bool = False
    """the result stands and everything was wiped"""

    declined: tuple[Gesture, ...] = ()
    """gestures that the person will not make"""
    shown_ways: tuple[int, ...] = ()
    """of each challenge of which a gesture was shown: how many it was drawn from"""
    redraws: int = 0
    """how often a challenge was drawn anew within this attempt after a gesture of it had been shown"""

    @property
    def reasons_shown(self) -> tuple[str, ...]:
        """Give the reasons that a screen may tell: all but the silent sign."""
        return tuple(code for code in self.reasons if code != Check.DURESS.value)
