"""What a session needs from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.analysis.facts import NOT_PINNED, CueJudgement
from kiosk.analysis.heard import SpeechAsked
from kiosk.analysis.models import ModelInUse
from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.flow.events import Event
from kiosk.flow.state import Gesture, Session, Transaction
from kiosk.profile.format import Profile


class Eyes(Protocol):
    """The analyst behind whatever thread it lives in."""

    def look_at(self, closeness: Closeness) -> None:
        """Say how closely the next frames are looked at."""
        ...

    def ask(self, question: Callable[[Analyst], Event | None]) -> None:
        """Have the analyst answer; the event that comes of it is posted to the session (None: nothing to tell)."""
        ...


class Ears(Protocol):
    """The listener behind whatever thread it lives in; what it answers is posted to the session."""

    def start(self) -> None:
        """Open the microphone; answered by ``ListeningStarted`` or ``ListeningFailed``."""
        ...

    def keep(self) -> None:
        """Hold the sound itself, in memory, from now on."""
        ...

    def judge(self, asked: SpeechAsked) -> None:
        """Judge what was said and forget the sound; answered by ``SpeechJudged`` or ``SpeechFailed``."""
        ...

    def stop(self) -> None:
        """Close the microphone and forget all; may be called at any time."""
        ...


@dataclass(frozen=True)
class RecordRequest:
    """All that a record is made of; lives until it is sealed."""

    session: Session
    outcome: str
    reasons: tuple[str, ...]
    pictures: dict[str, bytes]
    """JPEG by name: ``probe``, ``reference``, ``document_1``, ``document_2``"""
    models: tuple[ModelInUse, ...]
    camera: str
    """the camera's address"""


class Registrar(Protocol):
    """Seals a record and queues it."""

    def __call__(self, request: RecordRequest) -> str:
        """Give the id of the entry in the outbox. Raises ``StoreUnusable``, ``KeyUnusable``."""
        ...


@dataclass(frozen=True)
class Order:
    """What a session is started with."""

    profile: Profile
    source: str
    camera: str
    transaction: Transaction
    language: str
    challenge: tuple[Gesture, ...] = ()
    reference_given: bool = False
    """a portrait or a document was given with the session"""
    document_given: bool = False
    """it is a document"""
    pin: CueJudgement = NOT_PINNED
    """whether the camera is the one that was calibrated here"""
    screen: bool = False
    """there is a screen whose light the face can answer"""
    portrait: Callable[[Analyst], Event] | None = field(default=None, compare=False)
    """reads the reference that was given; answered by ``ReferenceReady`` or ``ReferenceFailed``, of a document by
    ``DocumentRead`` or ``DocumentUnread``"""
