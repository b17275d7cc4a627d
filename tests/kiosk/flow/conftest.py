"""A scripted person before the machine: faces made of numbers, and a world that answers effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.analysis.facts import Box, Components, CueJudgement, FaceFacts, FrameFacts, Pose, Quality
from kiosk.decision.verdict import decide
from kiosk.document.facts import DocumentReading, DocumentView, Field, MrzReading, Source
from kiosk.flow.answers import (
    Compared,
    CuesJudged,
    Decided,
    DocumentRead,
    LightShown,
    PadFused,
    ProbeKept,
    RecordQueued,
    ReferenceReady,
    TiltJudged,
)
from kiosk.flow.effects import (
    CompareProbe,
    Decide,
    Effect,
    FusePad,
    JudgeCues,
    JudgeTilt,
    KeepProbe,
    QueueRecord,
    ReadDocument,
    Shine,
    Wipe,
)
from kiosk.flow.events import AnswerTouched, CameraChanged, CameraState, Continued, Event, FrameAnalysed, Tick
from kiosk.flow.machine import advance, start
from kiosk.flow.state import Gesture, Session, Step, Transaction
from kiosk.flow.weighing import CUES
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

WIDTH, HEIGHT = 640, 480
GOOD_QUALITY = Quality(
    sharpness=0.8,
    luminance=0.5,
    contrast=0.2,
    over_exposed=0.01,
    under_exposed=0.01,
    uneven_light=0.1,
    eye_distance=80.0,
    background_luminance=0.5,
)
GOOD_COMPONENTS = Components(0.05, 0.05, 0.02, 0.02, 0.02, 0.9, 0.9)
GOOD_CUES = tuple(CueJudgement(check.value, 0.9, 0.5, 0.02, 40) for check in CUES)
"""what the analyst says of a living person before the calibrated camera"""
MOVES: dict[Gesture, dict[str, Any]] = {
    Gesture.LOOK_LEFT: {"yaw": 25.0},
    Gesture.LOOK_RIGHT: {"yaw": -25.0},
    Gesture.LOOK_UP: {"pitch": 16.0},
    Gesture.LOOK_DOWN: {"pitch": -16.0},
    Gesture.OPEN_MOUTH: {"mouth_open": 0.8},
    Gesture.SMILE: {"smile": 0.8},
    Gesture.BLINK: {"eyes_open": (0.05, 0.05)},
    Gesture.CLOSER: {"points": ((264, 200), (376, 200), (320, 270), (271, 340), (369, 340))},
    Gesture.HOLD_STILL: {},
}
ZONE = MrzReading(
    kind="TD3",
    lines=("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    confidences=((0.99,) * 44, (0.98,) * 44),
    checks=(("number", True), ("birth", True), ("expiry", True), ("personal", True), ("composite", True)),
    fields=(Field("number", "L898902C3", Source.MRZ, 0.98, True),),
)
PASSPORT = DocumentReading("TD3", ZONE, ZONE.fields)
"""a passport whose check digits hold (the example of ICAO Doc 9303 part 4)"""
VIEW = DocumentView(
    corners=((170, 150), (470, 150), (470, 340), (170, 340)),
    confidence=0.9,
    share=0.19,
    complete=True,
    sharpness=0.8,
    luminance=0.5,
    glare=0.0,
    uneven_light=0.05,
    skew=1.0,
    perspective=0.02,
)
"""a card held well before the camera"""
REACTION = 0.3
"""seconds that a person takes to answer a cue"""
LENGTHS = {Gesture.BLINK: 0.2, Gesture.HOLD_STILL: 2.5}
"""seconds for which a gesture is made, where not half a second"""
"""How each gesture looks, as a difference from a person who looks straight."""


def face(**changes: Any) -> FaceFacts:
    """A good face; ``yaw``, ``pitch``, ``roll``, quality's and its components' fields and FaceFacts' fields can be changed."""
    angles = {name: changes.pop(name, 0.0) for name in ("yaw", "pitch", "roll")}
    statistics = {name: changes.pop(name) for name in list(changes) if name in Quality.__dataclass_fields__}
    seen = {name: changes.pop(name) for name in list(changes) if name in Components.__dataclass_fields__}
    facts = FaceFacts(
        box=Box(220, 120, 200, 240),
        points=((280, 200), (360, 200), (320, 250), (285, 300), (355, 300)),
        confidence=0.99,
        pose=Pose(**angles),
        eyes_open=(0.9, 0.9),
        mouth_open=0.05,
        smile=0.05,
        quality=replace(GOOD_QUALITY, **statistics),
        components=replace(GOOD_COMPONENTS, **seen),
        pad=0.9,
        same_as_probe=0.7,
    )
    return replace(facts, **changes)


def portrait(**changes: Any) -> FaceFacts:
    """The portrait on a card that is held into the guide rectangle."""
    return face(**{"box": Box(270, 190, 70, 90), "eye_distance": 28.0, "pose": None, **changes})


class Script:
    """One session and its world. ``answers`` maps an effect's class to the event that answers it (None: silence)."""

    def __init__(self, profile: Profile | None = None, fps: float = 18.0, **given: Any) -> None:
        self.profile = profile or load_profile("demo")
        self.fps = fps
        self.effects: list[Effect] = []
        self.index = 0
        self.straight: dict[str, float] = {"yaw": 0.0, "pitch": 0.0}
        self.answers: dict[type[Effect], Callable[[Any], Event | None]] = {
            KeepProbe: lambda effect: ProbeKept(effect.index),
            ReadDocument: lambda _: DocumentRead(PASSPORT, "document_camera", 40.0),
            JudgeTilt: lambda _: TiltJudged(()),
            FusePad: lambda effect: PadFused(
                sorted(effect.scores)[len(effect.scores) // 2], 0.5, 0.05, len(effect.scores)
            ),
            CompareProbe: lambda _: Compared(0.72, 1e-6, 0.41),
            JudgeCues: lambda _: CuesJudged(GOOD_CUES),
            Shine: lambda effect: None if effect.colour is None else LightShown(effect.number),
            Decide: self._judge,
            QueueRecord: lambda _: RecordQueued("entry-1"),
        }
        settings: dict[str, Any] = {
            "id": "session-1",
            "profile": self.profile,
            "source": "device",
            "transaction": Transaction("T-1", (("amount", "10"),)),
            "now": 100.0,
            "language": "en",
            "reference_given": True,
            "seed": 7,
            "screen": True,
            **given,
        }
        moved = start(**settings)
        self.session: Session = moved.session
        self.effects.extend(moved.effects)

    def _judge(self, effect: Decide) -> Event:
        verdict = decide(effect.evidence, self.profile)
        reasons = tuple(reason.value for reason in verdict.reasons)
        return Decided(verdict.outcome, reasons, shown=verdict.shown)

    def post(self, *events: Event) -> Script:
        """Let events happen; effects are answered at once."""
        waiting = list(events)
        while waiting:
            moved = advance(self.session, waiting.pop(0))
            self.session = moved.session
            self.effects.extend(moved.effects)
            answers = [self.answers[type(e)](e) for e in moved.effects if type(e) in self.answers]
            waiting[:0] = [answer for answer in answers if answer is not None]
        return self

    def wait(self, seconds: float, step: float = 0.1) -> Script:
        """Let time pass without frames."""
        for _ in range(max(1, round(seconds / step))):
            self.post(Tick(self.session.now + step))
        return self

    def frame(self, *faces: FaceFacts) -> Script:
        """Let one frame come, a frame's time after the last."""
        self.index += 1
        now = self.session.now + 1 / self.fps
        facts = FrameFacts(time=now, index=self.index, width=WIDTH, height=HEIGHT, faces=faces)
        return self.post(Tick(now), FrameAnalysed(facts))

    def hold(self, seconds: float, **changes: Any) -> Script:
        """Hold a card before the camera for some time, well but for the changes; stops when the step is left."""
        step = self.session.step
        for _ in range(max(1, round(seconds * self.fps))):
            self.index += 1
            now = self.session.now + 1 / self.fps
            view = replace(VIEW, **changes)
            facts = FrameFacts(time=now, index=self.index, width=WIDTH, height=HEIGHT, document=view)
            self.post(Tick(now), FrameAnalysed(facts))
            if self.session.step is not step:
                break
        return self

    def show(self, seconds: float, **changes: Any) -> Script:
        """Show this person's face, straight but for the changes, for some time; stops when the step is left."""
        angles = {name: self.straight[name] + changes.pop(name, 0.0) for name in ("yaw", "pitch")}
        step = self.session.step
        for _ in range(max(1, round(seconds * self.fps))):
            self.frame(face(**angles, **changes))
            if self.session.step is not step:
                break
        return self

    def perform(self, gesture: Gesture) -> Script:
        """React, show a gesture and come back."""
        if gesture is not Gesture.HOLD_STILL:
            self.show(REACTION)
        if self.session.step is Step.LIVENESS:
            self.show(LENGTHS.get(gesture, 0.5), **MOVES[gesture])
        return self.show(0.4) if self.session.step is Step.LIVENESS else self

    def to(self, step: Step) -> Script:
        """Go on by touches to a step before the camera's; the reference is ready by then."""
        self.post(CameraChanged(CameraState.OK), ReferenceReady("portrait_file", 60.0))
        while self.session.step is not step:
            before = self.session.step
            self.post(Continued())
            assert self.session.step is not before, f"stuck in {before}"
        return self

    def to_liveness(self) -> Script:
        """Go on through a good look at the face."""
        self.to(Step.FACE).show(3.0)
        assert self.session.step is Step.LIVENESS
        return self

    def asked(self, seconds: float = 3.0) -> Gesture:
        """Look straight until a gesture is asked for, and give it."""
        for _ in range(round(seconds * self.fps)):
            if self.session.liveness.phase == "gesture":
                break
            self.show(0.01)
        assert self.session.liveness.phase == "gesture"
        return self.session.challenge[self.session.liveness.position]

    def follow(self) -> Script:
        """Do all that is asked until liveness is over."""
        while self.session.step is Step.LIVENESS:
            if self.session.liveness.phase == "gesture":
                self.perform(self.session.challenge[self.session.liveness.position])
            else:
                self.show(0.05)
        return self

    def to_awareness(self) -> Script:
        """Go on to the question about the transaction."""
        self.to_liveness().follow()
        assert self.session.step is Step.AWARENESS
        return self

    def answer(self, seconds: float = 2.0, **changes: Any) -> Script:
        """Read the question, the face before the screen, and answer it rightly."""
        self.show(seconds, **changes)
        return self.touch("right")

    def touch(self, which: str) -> Script:
        """Touch and confirm the ``right`` answer, a ``wrong`` one or the agreed sign (``duress``)."""
        progress = self.session.awareness
        question = progress.question
        assert question is not None
        places = {"right": question.right, "duress": question.duress}
        spoken_for = places.values()
        places["wrong"] = next(place for place in range(len(question.answers)) if place not in spoken_for)
        place = places[which]
        assert place is not None
        return self.post(AnswerTouched(progress.number, place), Continued())

    def to_review(self) -> Script:
        """Go on past the question about the transaction."""
        self.to_liveness().follow()
        if self.session.step is Step.AWARENESS:
            self.answer()
        assert self.session.step is Step.REVIEW
        return self

    def whole_way(self) -> Script:
        """Go the whole way to the shown result."""
        self.to_liveness().follow()
        if self.session.step is Step.AWARENESS:
            self.answer()
        if self.session.step is Step.REVIEW:
            self.post(Continued())
        return self

    def wipes(self) -> int:
        """Count how often everything was wiped."""
        return sum(isinstance(effect, Wipe) for effect in self.effects)


@pytest.fixture(scope="session")
def script() -> type[Script]:
    """The scripted person, to be begun with the settings of a test."""
    return Script


@pytest.fixture(scope="session")
def make_view() -> Callable[..., DocumentView]:
    """Builder of how a card stands before the camera."""
    return lambda **changes: replace(VIEW, **changes)


@pytest.fixture(scope="session")
def passport() -> DocumentReading:
    """A passport that reads well."""
    return PASSPORT


@pytest.fixture(scope="session")
def make_face() -> Callable[..., FaceFacts]:
    """Builder of a good face."""
    return face


@pytest.fixture(scope="session")
def make_portrait() -> Callable[..., FaceFacts]:
    """Builder of a card's portrait."""
    return portrait
