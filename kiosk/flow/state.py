"""A session's state: frozen, whole, comparable; everything that a screen shows and the next event needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.analysis.facts import Gathered
from kiosk.flow.answers import Outcome
from kiosk.flow.events import CameraState, Help
from kiosk.flow.evidence import Check, Evidence
from kiosk.flow.light_sequence import LightProgress
from kiosk.flow.progress import (
    AwarenessProgress,
    DocumentProgress,
    FaceProgress,
    IdentityEntry,
    LivenessProgress,
    PadProgress,
    SpokenProgress,
)
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
    CARD_CLOSER = "card_closer"
    CARD_BACK = "card_back"
    CARD_WHOLE = "card_whole"
    CARD_STRAIGHTER = "card_straighter"
    CARD_GLARE = "card_glare"
    CARD_TOO_DARK = "card_too_dark"
    CARD_STILL = "card_still"
    CARD_READING = "card_reading"
    TURN_CARD = "turn_card"
    TILT_CARD = "tilt_card"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Transaction:
    """What the session is for."""

    reference: str
    facts: tuple[tuple[str, str], ...] = ()
    """label key or plain label, value: shown to the person and kept in the record"""


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
    document_expected: bool = False
    """a document's picture was given with the session and is being read"""
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
