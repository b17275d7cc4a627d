"""A session's surroundings made of numbers: a camera without pictures, an analyst that says what the person does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pytest

from kiosk.analysis.facts import Box, Components, CueJudgement, FaceFacts, FrameFacts, Gathered, Pose, Quality
from kiosk.analysis.models import ModelInUse
from kiosk.analysis.pipeline import Analyst, Closeness, Comparison, PadJudgement, ReferenceUnusable
from kiosk.camera.frame import Frame, SourceKind
from kiosk.errors import CameraLost, GisheError
from kiosk.flow.answers import ReferenceFailed, ReferenceReady
from kiosk.flow.events import Event
from kiosk.flow.state import Gesture, Session, Transaction
from kiosk.flow.weighing import CUES
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile
from kiosk.session.headless import Answering, HeadlessResult, run_headless
from kiosk.session.ports import Order, RecordRequest

FPS = 18.0
STRAIGHT = FaceFacts(
    box=Box(220, 120, 200, 240),
    points=((280, 200), (360, 200), (320, 250), (285, 300), (355, 300)),
    confidence=0.99,
    pose=Pose(0.0, 0.0, 0.0),
    eyes_open=(0.9, 0.9),
    mouth_open=0.05,
    smile=0.05,
    quality=Quality(0.8, 0.5, 0.2, 0.01, 0.01, 0.1, 80.0, 0.5),
    components=Components(0.05, 0.05, 0.02, 0.02, 0.02, 0.9, 0.9),
    pad=0.9,
    same_as_probe=0.7,
)
MOVES: dict[str, dict[str, Any]] = {
    Gesture.LOOK_LEFT: {"pose": Pose(25.0, 0.0, 0.0)},
    Gesture.LOOK_RIGHT: {"pose": Pose(-25.0, 0.0, 0.0)},
    Gesture.LOOK_UP: {"pose": Pose(0.0, 16.0, 0.0)},
    Gesture.LOOK_DOWN: {"pose": Pose(0.0, -16.0, 0.0)},
    Gesture.OPEN_MOUTH: {"mouth_open": 0.8},
    Gesture.BLINK: {"eyes_open": (0.05, 0.05)},
    Gesture.SMILE: {"smile": 0.8},
    Gesture.CLOSER: {"points": ((264, 200), (376, 200), (320, 270), (271, 340), (369, 340))},
    Gesture.HOLD_STILL: {},
}


class Person:
    """Before the camera: follows each cue for a moment, half a second after it."""

    def __init__(self, *, follows: bool = True) -> None:
        self.follows = follows
        self.cues: list[str | None] = []
        self._asked: tuple[str | None, float] = (None, 0.0)
        self.now = 0.0

    def cue(self, gesture: str | None) -> None:
        self.cues.append(gesture)
        self._asked = (gesture, self.now)

    def face(self) -> FaceFacts:
        gesture, since = self._asked
        length = 0.15 if gesture == Gesture.BLINK else 0.6
        if self.follows and gesture in MOVES and 0.5 <= self.now - since < 0.5 + length:
            return replace(STRAIGHT, **MOVES[gesture])
        return STRAIGHT


class FakeCamera:
    """Gives empty frames on time; ``lost_at`` and ``ends_at`` are seconds."""

    kind = SourceKind.DEVICE
    uri = "v4l2:/dev/video9"

    def __init__(self, person: Person, *, lost_at: float = 1e9, ends_at: float = 1e9) -> None:
        self.person, self.lost_at, self.ends_at = person, lost_at, ends_at
        self.index = 0
        self.opened = self.closed = 0

    def open(self) -> None:
        self.opened += 1

    def read(self) -> Frame | None:
        self.index += 1
        now = self.index / FPS
        if now >= self.lost_at:
            raise CameraLost
        if now >= self.ends_at:
            return None
        self.person.now = now
        return Frame(np.zeros((1, 1, 3), np.uint8), now, self.index)

    def close(self) -> None:
        self.closed += 1


@dataclass
class FakeModels:
    in_use: tuple[ModelInUse, ...] = (ModelInUse("face_detection", "1", "00", "open_vino"),)


@dataclass
class FakeAnalyst:
    """Answers as an analyst does, without pixels; every answer can be changed."""

    person: Person
    models: FakeModels = field(default_factory=FakeModels)
    wipes: int = 0
    looked: list[Closeness] = field(default_factory=list)
    comparison: Comparison | None = field(default_factory=lambda: Comparison(0.72, 1e-6, 0.41))
    judgement: PadJudgement | None = field(default_factory=lambda: PadJudgement(0.9, 0.5, 0.05, 40))
    probe_is_there: bool = True
    probes_within: int = 0
    reference: float | str = 40.0
    face: Callable[[], FaceFacts | None] | None = None

    def look(self, frame: Frame, closeness: Closeness) -> FrameFacts:
        self.looked.append(closeness)
        seen = self.person.face() if self.face is None else self.face()
        return FrameFacts(frame.time, frame.index, 640, 480, () if seen is None else (seen,))

    def keep_probe(self, _index: int, *, within: bool = False) -> bool:
        self.probes_within += within
        return self.probe_is_there

    def keep_reference(self, _index: int) -> float:
        if isinstance(self.reference, str):
            raise ReferenceUnusable(self.reference)
        return self.reference

    def compare(self, _fmr: float) -> Comparison | None:
        return self.comparison

    def fuse_pad(self, _scores: tuple[float, ...], _bpcer: float) -> PadJudgement | None:
        return self.judgement

    def judge_cues(self, _gathered: Gathered) -> tuple[CueJudgement, ...]:
        return tuple(CueJudgement(check.value, 0.9, 0.5, 0.02, 40) for check in CUES)

    def pictures(self) -> dict[str, bytes]:
        return {"probe": b"jpeg", "reference": b"jpeg"}

    def milliseconds(self) -> dict[str, float]:
        return {"detection": 1.0}

    def wipe(self) -> None:
        self.wipes += 1


class FakeRegistrar:
    """Keeps the requests; fails when it is told to."""

    def __init__(self, error: GisheError | None = None) -> None:
        self.error = error
        self.requests: list[RecordRequest] = []

    def __call__(self, request: RecordRequest) -> str:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return f"entry-{len(self.requests)}"


class World:
    """All parts of a session without a screen."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or load_profile("demo")
        self.person = Person()
        self.analyst = FakeAnalyst(self.person)
        self.camera = FakeCamera(self.person)
        self.registrar = FakeRegistrar()
        self.numbers: dict[str, str] = {}
        self.challenge: tuple[Gesture, ...] = ()
        self.transaction = Transaction("T-1", (("amount", "10"),))
        self.answering = Answering.RIGHT
        self.seen: list[str] = []
        self.watch: Callable[[Session], None] = lambda _session: None

    def order(self) -> Order:
        def portrait(analyst: Analyst) -> Event:
            answer = cast("FakeAnalyst", analyst).reference
            return (
                ReferenceFailed(answer)
                if isinstance(answer, str)
                else ReferenceReady(self.profile.reference_origins[0], answer)
            )

        return Order(
            profile=self.profile,
            source=self.camera.kind.value,
            camera=self.camera.uri,
            transaction=self.transaction,
            language="en",
            challenge=self.challenge,
            reference_given=True,
            portrait=portrait,
        )

    def run(self) -> HeadlessResult:
        return run_headless(
            self.order(),
            cast("Analyst", self.analyst),
            self.camera,
            self.registrar,
            new_id=lambda: "session-1",
            new_seed=lambda: 7,
            numbers=self.numbers,
            answering=self.answering,
            cue=self.person.cue,
            progress=lambda session, _facts: self.seen.append(session.step.value),
            watch=self.watch,
        )


@pytest.fixture
def world() -> World:
    """A person who follows all cues, before a device."""
    return World()
