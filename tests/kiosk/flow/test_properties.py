"""What holds for every sequence of events: nothing approves by accident, nothing hangs, everything is wiped once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.analysis.facts import Box, Components, FaceFacts, FrameFacts, Pose, Quality
from kiosk.decision.policy import required_checks
from kiosk.decision.verdict import decide
from kiosk.flow.answers import (
    Compared,
    CompareFailed,
    Decided,
    Outcome,
    PadFailed,
    PadFused,
    ProbeGone,
    ProbeKept,
    RecordFailed,
    RecordQueued,
    ReferenceFailed,
    ReferenceReady,
    WorkerFailed,
)
from kiosk.flow.effects import Decide, QueueRecord, Wipe
from kiosk.flow.events import (
    AnswerNotKnown,
    AnswerTouched,
    CameraChanged,
    CameraEnded,
    CameraState,
    ClerkAsked,
    Continued,
    Declined,
    Event,
    FieldTyped,
    FrameAnalysed,
    GestureDeclined,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    RetryAsked,
    Tick,
    WentBack,
)
from kiosk.flow.evidence import Evidence
from kiosk.flow.machine import advance, start
from kiosk.flow.state import Gesture, Session, Step, Transaction
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

PROFILES = [load_profile(name) for name in ("demo", "bank_account", "sim_card")]
APPROVED = (Outcome.APPROVE, Outcome.APPROVE_DEFERRED)
_ANY = st.floats(width=32)
_ANGLE = st.sampled_from([0.0, 0.0, 3.0, -25.0, 25.0, 14.0, -14.0]) | _ANY
_SHARE = st.sampled_from([0.0, 0.5, 0.9]) | _ANY
_GOOD = Quality(0.8, 0.5, 0.2, 0.0, 0.0, 0.1, 80.0, 0.5)
_CLEAR = Components(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
_FACES = st.builds(
    FaceFacts,
    box=st.sampled_from([Box(220, 120, 200, 240), Box(270, 190, 70, 90), Box(430, 120, 180, 200)]),
    points=st.just(((0.0, 0.0),) * 5),
    confidence=st.just(0.9),
    pose=st.none() | st.builds(Pose, _ANGLE, _ANGLE, st.just(0.0)),
    eyes_open=st.none() | st.tuples(_SHARE, _SHARE),
    mouth_open=st.none() | _SHARE,
    quality=st.none() | st.just(_GOOD) | st.builds(Quality, *[_SHARE] * 6, _ANY, _SHARE),
    components=st.none() | st.just(_CLEAR) | st.builds(Components, *[_SHARE] * 7),
    pad=st.none() | _SHARE,
    same_as_probe=st.none() | _SHARE,
    same_as_last=st.none() | _SHARE,
    smile=st.none() | _SHARE,
)
_FRAMES = st.builds(
    FrameFacts,
    time=st.just(0.0),
    index=st.integers(0, 4),
    width=st.just(640),
    height=st.just(480),
    faces=st.lists(_FACES, max_size=2).map(tuple),
    scene_change=st.none() | _SHARE,
)
_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(FrameAnalysed, _FRAMES),
    st.builds(FrameAnalysed, _FRAMES),
    st.builds(CameraChanged, st.sampled_from(CameraState)),
    st.builds(LanguageChosen, st.sampled_from(["fa", "tr", "xx"])),
    st.builds(HelpToggled, st.sampled_from(Help), st.booleans()),
    st.builds(FieldTyped, st.sampled_from(["country", "national_number", "card_serial"]), st.text(max_size=12)),
    st.sampled_from(
        [
            Continued(),
            Continued(),
            Continued(),
            WentBack(),
            Declined(),
            ClerkAsked(),
            MoreTimeAsked(),
            RetryAsked(),
            AnswerNotKnown(),
            CameraEnded(),
            ReferenceReady("portrait_file", 60.0),
            ReferenceReady("elsewhere", 60.0),
            ReferenceFailed("no_face"),
            CompareFailed("x"),
            PadFailed("x"),
            RecordFailed("x"),
            WorkerFailed("x"),
            RecordQueued("entry"),
        ]
    ),
    st.builds(AnswerTouched, st.integers(0, 2), st.integers(-1, 4)),
    st.builds(GestureDeclined, st.sampled_from([*Gesture, "wink"])),
    st.builds(ProbeKept, st.integers(0, 4)),
    st.builds(ProbeGone, st.integers(0, 4)),
    st.builds(Compared, _SHARE, _SHARE, _SHARE),
    st.builds(PadFused, _SHARE, _SHARE, _SHARE, st.integers(0, 40)),
)
_STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.2, 3.0]), _EVENTS), max_size=60)
_QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Run:
    """A session that events happen to; ``Decide`` is answered by the real decision, nothing else is answered."""

    def __init__(self, profile: Profile, source: str = "device", reference_given: bool = False) -> None:
        self.profile = profile
        moved = start(
            id="s",
            profile=profile,
            source=source,
            transaction=Transaction("T"),
            now=0.0,
            language="en",
            reference_given=reference_given,
            seed=1,
        )
        self.session: Session = moved.session
        self.records: list[QueueRecord] = []
        self.wipes = 0

    def post(self, event: Event) -> None:
        """Let an event happen and check what must hold after each."""
        moved = advance(self.session, event)
        self.session = moved.session
        assert (
            self.session.deadline is not None
            or self.session.step in (Step.WELCOME, Step.LIVENESS)
            or self.session.ended
        )
        for effect in moved.effects:
            self.wipes += isinstance(effect, Wipe)
            if isinstance(effect, QueueRecord):
                self.records.append(effect)
            if isinstance(effect, Decide):
                verdict = decide(effect.evidence, self.profile)
                reasons = tuple(reason.value for reason in verdict.reasons)
                self.post(Decided(verdict.outcome, reasons, shown=verdict.shown))


def _run(profile: Profile, source: str, reference_given: bool, steps: list[tuple[float, Event]]) -> Run:
    run = Run(profile, source, reference_given)
    for passed, event in steps:
        run.post(Tick(run.session.now + passed))
        run.post(event)
    return run


@_QUIET
@given(st.sampled_from(PROFILES), st.sampled_from(["device", "replay"]), st.booleans(), _STEPS)
def test_ticks_alone_bring_every_session_to_its_end_recorded_and_wiped_once(
    profile: Profile, source: str, given_one: bool, steps: list[tuple[float, Event]]
) -> None:
    run = _run(profile, source, given_one, steps)
    for _ in range(4000):
        if run.session.ended or run.session.step is Step.WELCOME:
            break
        run.post(Tick(run.session.now + 5.0))
    if run.session.step is Step.WELCOME:
        assert (run.wipes, run.records) == (0, [])
    else:
        assert run.session.ended
        assert (run.wipes, len(run.records)) == (1, 1)
        assert run.session.identity.national_number == ""
        assert run.session.liveness.sameness == ()


@_QUIET
@given(st.sampled_from(PROFILES), st.sampled_from(["device", "replay"]), st.booleans(), _STEPS)
def test_nothing_approves_without_every_required_finding(
    profile: Profile, source: str, given_one: bool, steps: list[tuple[float, Event]]
) -> None:
    run = _run(profile, source, given_one, steps)
    for record in run.records:
        if record.outcome in APPROVED:
            found = {finding.check for finding in record.evidence.findings if finding.passed}
            assert required_checks(profile, record.evidence) <= found
            assert record.evidence.stopped == ""
            assert source == "device" or not profile.production


# Not by chance alone: the events of a session that approves, with some of them dropped, doubled or put elsewhere.


def _approving(script: Any) -> list[Event]:
    person = script(challenge=(Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH))
    events: list[Event] = []
    post = person.post

    def noting(*posted: Event) -> Any:
        for event in posted:
            moved = advance(person.session, event)
            events.append(event)
            person.session = moved.session
            person.effects.extend(moved.effects)
            answers = [person.answers[type(e)](e) for e in moved.effects if type(e) in person.answers]
            noting(*answers)
        return person

    person.post = noting
    person.whole_way()
    person.post = post
    assert person.session.outcome is Outcome.APPROVE
    return events


@pytest.fixture(scope="module")
def approving(script: Any) -> list[Event]:
    """Every event of a session that approves, answers included."""
    return _approving(script)


def _replayed(script: Any, events: list[Event]) -> Run:
    run = Run(load_profile("demo"), "device", reference_given=True)
    run.session = script(challenge=(Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH)).session
    for event in events:
        run.post(event)
    return run


def test_a_session_is_replayed_from_its_events(script: Any, approving: list[Event]) -> None:
    run = _replayed(script, approving)
    assert run.session.outcome is Outcome.APPROVE


@_QUIET
@given(st.data())
def test_a_session_with_events_left_out_or_moved_approves_only_on_whole_evidence(
    script: Any, approving: list[Event], data: st.DataObject
) -> None:
    places = st.integers(0, len(approving) - 1)
    dropped = data.draw(st.sets(places, max_size=25))
    events = [event for index, event in enumerate(approving) if index not in dropped]
    for _ in range(data.draw(st.integers(0, 3))):
        event = events.pop(data.draw(st.integers(0, len(events) - 1)))
        events.insert(data.draw(st.integers(0, len(events))), event)
    run = _replayed(script, events)
    for record in run.records:
        if record.outcome in APPROVED:
            found = {finding.check for finding in record.evidence.findings if finding.passed}
            assert required_checks(run.profile, record.evidence) <= found


_NEEDED = (ReferenceReady, ProbeKept, PadFused, Compared)


@pytest.mark.parametrize("kind", _NEEDED)
def test_without_one_of_the_answers_nothing_approves(script: Any, approving: list[Event], kind: type[Event]) -> None:
    run = _replayed(script, [event for event in approving if not isinstance(event, kind)])
    for _ in range(1000):
        if run.session.ended:
            break
        run.post(Tick(run.session.now + 1.0))
        run.post(Continued())
    assert run.session.ended
    assert all(record.outcome not in APPROVED for record in run.records)


# The silent sign: whatever happens after it, nothing but evidence, outcome and reasons is another.

_DEMO = load_profile("demo")


@pytest.fixture(scope="module")
def before_the_question(script: Any) -> Session:
    """A session at its question about the transaction, of which a sign is among the answers."""
    transaction = Transaction("T-1", _DEMO.transaction.facts)
    person = script(transaction=transaction, challenge=(Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH))
    session: Session = person.to_awareness().show(2.0).session
    return session


@_QUIET
@given(_STEPS)
def test_the_silent_sign_changes_nothing_that_a_screen_reads(
    before_the_question: Session, steps: list[tuple[float, Event]]
) -> None:
    question = before_the_question.awareness.question
    assert question is not None
    assert question.duress is not None
    runs = []
    for place in (question.right, question.duress):
        run = Run(_DEMO, "device", reference_given=True)
        run.session = before_the_question
        run.post(AnswerTouched(1, place))
        run.post(Continued())
        runs.append(run)
    for passed, event in [(0.0, Continued()), *steps]:
        plain, signed = (_shown(run.session) for run in runs)
        assert plain == signed
        for run in runs:
            run.post(Tick(run.session.now + passed))
            run.post(event)
    right, sign = runs
    assert len(right.records) == len(sign.records)
    assert right.wipes == sign.wipes
    for record in sign.records:
        assert record.outcome not in APPROVED
        assert "duress" in record.reasons or record.reasons == ("decision_missing",)


def _shown(session: Session) -> Session:
    """Give what screens read of a session: not the evidence, and of outcome and reasons what is shown."""
    asked = replace(session.awareness, chosen=None, question=None)
    return replace(session, evidence=Evidence(), outcome=session.shown, reasons=session.reasons_shown, awareness=asked)


@_QUIET
@given(st.sampled_from(["wrong", "unknown", "nothing", "late", "no question"]), _STEPS)
def test_without_the_right_answer_nothing_approves(
    before_the_question: Session, how: str, steps: list[tuple[float, Event]]
) -> None:
    run = Run(_DEMO, "device", reference_given=True)
    run.session = before_the_question
    if how == "no question":
        run.session = replace(run.session, awareness=replace(run.session.awareness, question=None))
    if how == "unknown":
        run.post(AnswerNotKnown())
    if how == "late":
        run.post(Tick(run.session.now + 1000.0))
    if how == "wrong":
        while (question := run.session.awareness.question) is not None and run.session.step is Step.AWARENESS:
            spoken_for = (question.right, question.duress)
            place = next(place for place in range(4) if place not in spoken_for)
            run.post(AnswerTouched(run.session.awareness.number, place))
            run.post(Continued())
    for passed, event in steps:
        if isinstance(event, AnswerTouched):
            continue
        run.post(Tick(run.session.now + passed))
        run.post(event)
    assert all(record.outcome not in APPROVED for record in run.records)
