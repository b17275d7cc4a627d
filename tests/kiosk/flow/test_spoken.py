"""Digits said aloud: drawn, asked for, judged, left out; never deciding anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.analysis.heard import HeardDigits, LipTiming, SpeechJudgement
from kiosk.decision.policy import required_checks
from kiosk.decision.reasons import Reason
from kiosk.decision.verdict import decide
from kiosk.flow.answers import ListeningFailed, ListeningStarted, Outcome, SpeechFailed, SpeechJudged
from kiosk.flow.effects import JudgeSpeech, KeepSound, StartListening, StopListening
from kiosk.flow.events import CameraEnded, Continued, Declined, Help, HelpToggled, SpokenDeclined
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.spoken import digit_bits, draw_digits, spoken_finding
from kiosk.flow.state import Step, Transaction
from kiosk.profile.loading import load_profile

DEMO = load_profile("demo")
FACTS = Transaction(DEMO.transaction.reference, DEMO.transaction.facts)
IN_TIME = LipTiming(score=0.5, correlation=0.7, lag=0.08, reached=0.0, surrogates=400, chance=0.04)
WELL = SpeechJudgement(
    voice_seconds=1.8,
    segments=4,
    onset=0.9,
    timing=IN_TIME,
    threshold=0.27,
    rate=0.05,
    heard=None,
    listened=6.0,
    other_voice=0.1,
)


def judgement(digits: tuple[int, ...] | None = None, **changes: Any) -> SpeechJudgement:
    heard = None if digits is None else HeardDigits(digits, 0.9, "reader 1")
    return replace(WELL, heard=heard, **changes)


def speaking(script: Any, answer: Any = None, **given: Any) -> Any:
    """A person before the digits; ``answer`` is what the analyst makes of the effect."""
    person = script(transaction=FACTS, **given)
    person.answers[StartListening] = lambda _: ListeningStarted()
    if answer is not None:
        person.answers[JudgeSpeech] = answer
    return person.to_awareness().answer()


def said(person: Any) -> Finding:
    found = person.session.evidence.of(Check.SPOKEN)
    assert isinstance(found, Finding)
    return found


def right(effect: JudgeSpeech) -> SpeechJudged:
    return SpeechJudged(judgement(effect.asked.digits))


# --- drawing


@given(st.integers(0, 2**64 - 1), st.integers(3, 8))
def test_as_many_digits_are_drawn_as_asked_and_the_same_ones_again(seed: int, count: int) -> None:
    digits = draw_digits(seed, "a", count)
    assert len(digits) == count
    assert all(0 <= digit <= 9 for digit in digits)
    assert digits == draw_digits(seed, "a", count)
    assert digit_bits(count) == pytest.approx(3.3219 * count, abs=1e-3)


def test_digits_are_drawn_evenly_and_apart_for_each_session() -> None:
    drawn = [draw_digits(seed, "a", 4) for seed in range(4000)]
    for place in range(4):
        counts = Counter(digits[place] for digits in drawn)
        assert all(320 <= counts[digit] <= 480 for digit in range(10))
    assert sum(draw_digits(seed, "b", 4) == digits for seed, digits in enumerate(drawn)) <= 4


# --- the way through


def test_the_digits_are_asked_for_after_the_answer_and_then_judged(script: Any) -> None:
    person = speaking(script, right)
    spoken = person.session.spoken
    assert (person.session.step, spoken.phase) == (Step.AWARENESS, "say")
    assert spoken.digits == draw_digits(7, "session-1", 4)
    assert any(isinstance(effect, KeepSound) for effect in person.effects)
    began = person.session.now
    person.show(3.0, mouth_open=0.4).post(Continued())
    asked = next(effect for effect in person.effects if isinstance(effect, JudgeSpeech)).asked
    assert (asked.digits, asked.language, asked.since) == (spoken.digits, "en", began)
    assert len([moment for moment, _ in asked.lips if moment >= began]) == pytest.approx(3.0 * person.fps, abs=2)
    # The lips were followed while the question was read, too: another voice is heard by them.
    assert any(moment < began for moment, _ in asked.lips)
    finding = said(person)
    assert (finding.passed, finding.code, finding.score, finding.threshold) == (True, "said", 0.5, 0.27)
    assert dict(finding.detail)["digit_bits"] == "13.3"
    assert person.session.step is Step.REVIEW
    assert any(isinstance(effect, StopListening) for effect in person.effects)


def test_nothing_of_digits_and_lips_stays_in_the_state_or_the_evidence(script: Any) -> None:
    person = speaking(script, right)
    digits = "".join(map(str, person.session.spoken.digits))
    person.show(2.0).post(Continued())
    assert person.session.spoken.lips == ()
    assert person.session.spoken.digits == ()
    assert digits not in str(said(person).detail)


def test_when_the_time_is_over_what_was_said_is_judged(script: Any) -> None:
    person = speaking(script, right).show(11.0)
    assert person.session.spoken.phase == "say"
    person.show(2.0)
    assert person.session.step is Step.REVIEW
    assert said(person).passed


def test_who_needs_more_time_has_more(script: Any) -> None:
    person = speaking(script, right)
    person.post(HelpToggled(Help.MORE_TIME, on=True)).show(20.0)
    assert person.session.spoken.phase == "say"


def test_a_judgement_that_does_not_come_is_told_and_the_session_goes_on(script: Any) -> None:
    person = speaking(script).post(Continued()).wait(DEMO.limits.answer + 1.0)
    assert person.session.step is Step.REVIEW
    assert said(person).code == "spoken_unavailable"


def test_a_film_that_ends_while_digits_are_said_is_judged_to_there(script: Any) -> None:
    person = speaking(script, right).show(2.0)
    person.post(CameraEnded())
    assert any(isinstance(effect, JudgeSpeech) for effect in person.effects)
    assert person.session.step is Step.REVIEW


# --- fallbacks, all with equal courtesy


def test_without_a_microphone_nothing_is_asked_and_the_finding_says_so(script: Any) -> None:
    person = script(transaction=FACTS)
    person.answers[StartListening] = lambda _: ListeningFailed("no_microphone")
    person.to_awareness().answer()
    assert person.session.step is Step.REVIEW
    assert said(person).code == "spoken_no_microphone"
    assert not any(isinstance(effect, KeepSound) for effect in person.effects)


def test_a_microphone_that_is_lost_meanwhile_ends_the_digits(script: Any) -> None:
    person = speaking(script, right).post(ListeningFailed("unavailable"))
    assert person.session.step is Step.REVIEW
    assert said(person).code == "spoken_unavailable"


def test_a_microphone_that_never_answers_does_not_hold_the_person_up(script: Any) -> None:
    person = script(transaction=FACTS).to_awareness().answer()
    assert person.session.step is Step.REVIEW
    assert said(person).code == "spoken_unavailable"


def test_who_would_rather_not_speak_goes_on(script: Any) -> None:
    person = speaking(script, right).post(SpokenDeclined())
    assert person.session.step is Step.REVIEW
    assert said(person).code == "spoken_declined"
    assert any(isinstance(effect, StopListening) for effect in person.effects)


def test_a_profile_without_it_never_asks_for_the_microphone(script: Any) -> None:
    off = DEMO.model_copy(update={"spoken": DEMO.spoken.model_copy(update={"use": "off"})})
    person = script(transaction=FACTS, profile=off).to_awareness().answer()
    assert person.session.step is Step.REVIEW
    assert person.session.evidence.of(Check.SPOKEN) is None
    assert not any(isinstance(effect, StartListening) for effect in person.effects)


def test_leaving_ends_it(script: Any) -> None:
    person = speaking(script, right).post(Declined())
    assert person.session.step is Step.RESULT


# --- what is found


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (judgement((4, 0, 7, 1)), "said"),
        (judgement((4, 0, 7, 2)), "spoken_wrong_digits"),
        (judgement(()), "spoken_wrong_digits"),
        (judgement(None), "spoken_no_recogniser"),
        (judgement((4, 0, 7, 1), voice_seconds=0.1), "spoken_not_heard"),
        (judgement((4, 0, 7, 1), voice_seconds=float("nan")), "spoken_not_heard"),
        (judgement((4, 0, 7, 1), timing=None), "spoken_too_few"),
        (judgement((4, 0, 7, 1), timing=replace(IN_TIME, score=0.1)), "spoken_out_of_time"),
        (judgement(None, timing=replace(IN_TIME, score=0.1)), "spoken_out_of_time"),
        (judgement((4, 0, 7, 1), timing=replace(IN_TIME, score=float("nan"))), "spoken_too_few"),
    ],
)
def test_each_failure_has_its_reason(made: SpeechJudgement, code: str) -> None:
    finding = spoken_finding((4, 0, 7, 1), made)
    assert finding.code == code
    assert finding.passed is (code == "said")
    assert finding.passed or finding.code in {reason.value for reason in Reason}


@given(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(allow_nan=True, allow_infinity=True),
    st.lists(st.integers(0, 9), max_size=6),
)
def test_nothing_but_the_very_digits_in_time_passes(score: float, voice: float, heard: list[int]) -> None:
    made = judgement(tuple(heard), voice_seconds=voice, timing=replace(IN_TIME, score=score))
    finding = spoken_finding((4, 0, 7, 1), made)
    if finding.passed:
        assert tuple(heard) == (4, 0, 7, 1)
        assert score >= made.threshold
        assert voice >= 0.4


@pytest.mark.parametrize(
    "answer",
    [
        right,
        lambda effect: SpeechJudged(judgement((9, 9, 9, 9))),
        lambda effect: SpeechJudged(judgement(None, timing=replace(IN_TIME, score=-1.0))),
        lambda effect: SpeechFailed("broken"),
        None,
    ],
    ids=["right", "wrong_digits", "out_of_time", "failed", "none"],
)
def test_whatever_it_finds_the_verdict_is_the_same(script: Any, answer: Any) -> None:
    # As decided without it: it neither approves nor lowers anything.
    person = speaking(script, answer).show(3.0).post(Continued()).wait(20.0)
    evidence = person.session.evidence
    assert Check.SPOKEN not in required_checks(DEMO, evidence)
    verdict, without = decide(evidence, DEMO), decide(evidence.without(Check.SPOKEN), DEMO)
    assert (verdict.outcome, verdict.reasons, verdict.assurance) == (
        without.outcome,
        without.reasons,
        without.assurance,
    )


# --- the voice of another


@pytest.mark.parametrize(("rule", "alone"), [("note", True), ("refer", False)])
def test_another_voice_counts_where_the_profile_says_so(script: Any, rule: str, alone: bool) -> None:
    profile = DEMO.model_copy(update={"spoken": DEMO.spoken.model_copy(update={"other_voice": rule})})
    person = speaking(script, lambda effect: SpeechJudged(judgement(None, other_voice=4.0)), profile=profile)
    person.show(3.0).post(Continued())
    found = person.session.evidence.of(Check.ALONE)
    assert found is not None
    assert found.passed is alone
    assert dict(said(person).detail)["other_voice"] == "4.00"


def test_under_the_silent_sign_the_digits_are_asked_for_just_the_same(script: Any) -> None:
    calm, forced = (script(transaction=FACTS) for _ in range(2))
    for person, answer in ((calm, "right"), (forced, "duress")):
        person.answers[StartListening] = lambda _: ListeningStarted()
        person.to_awareness().show(2.0)
        person.touch(answer)
    assert calm.session.spoken == forced.session.spoken
    assert forced.session.step is Step.AWARENESS


def test_a_verdict_of_the_whole_way_with_digits(script: Any) -> None:
    person = speaking(script, right).show(3.0).post(Continued(), Continued())
    assert person.session.outcome in (Outcome.APPROVE, Outcome.APPROVE_DEFERRED, Outcome.REFER)
    assert not [reason for reason in person.session.reasons if reason.startswith("spoken")]
