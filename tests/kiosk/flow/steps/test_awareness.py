"""Awareness: the question, its answers, who else is there, and a sign that nothing but the record tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.analysis.facts import Box, FaceFacts
from kiosk.flow.answers import Outcome, RecordFailed
from kiosk.flow.effects import LookAt, QueueRecord, Watch
from kiosk.flow.events import (
    AnswerNotKnown,
    AnswerTouched,
    CameraChanged,
    CameraEnded,
    CameraState,
    Continued,
    Declined,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    RetryAsked,
    WentBack,
)
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.flow.state import Step, Transaction
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

DEMO = load_profile("demo")
FACTS = Transaction(DEMO.transaction.reference, DEMO.transaction.facts)


def asked(script: Any, **given: Any) -> Any:
    """A person before the question about the demonstration's transaction."""
    return script(**{"transaction": FACTS, **given}).to_awareness()


def finding(person: Any, check: Check) -> Finding:
    return of(person.session.evidence, check)


def of(evidence: Evidence, check: Check) -> Finding:
    found = evidence.of(check)
    assert found is not None
    return found


def recorded(person: Any) -> QueueRecord:
    return next(effect for effect in person.effects if isinstance(effect, QueueRecord))


def without_signs(**changes: Any) -> Profile:
    return DEMO.model_copy(update={"awareness": DEMO.awareness.model_copy(update={"duress": {}, **changes})})


def test_the_right_answer_goes_on_and_says_how_strong_the_question_was(script: Any) -> None:
    person = asked(script).answer(2.0)
    assert person.session.step is Step.REVIEW
    known = finding(person, Check.AWARENESS)
    detail = dict(known.detail)
    assert (known.passed, known.code) == (True, "answered")
    assert detail["asked"] in dict(FACTS.facts)
    assert (detail["wrong"], detail["quicker_than_reading"]) == ("", "0")
    assert (detail["answers"], detail["questions"], detail["guess_bits"]) == ("4", "2", "1.19")
    assert float(detail["seconds"]) == pytest.approx(2.0, abs=0.1)


def test_no_value_of_the_transaction_is_in_the_finding(script: Any) -> None:
    text = str(finding(asked(script).answer(), Check.AWARENESS).detail)
    assert not any(value in text for _, value in FACTS.facts)


def test_the_question_is_drawn_from_the_session_s_seed(script: Any) -> None:
    questions = [asked(script, seed=seed).session.awareness.question for seed in (7, 7, *range(8, 30))]
    assert questions[0] == questions[1]
    assert len({question.fact for question in questions}) == len(FACTS.facts)
    assert len({question.right for question in questions}) == 4
    assert asked(script, seed=7, id="another").session.awareness.question != questions[0]


def test_the_face_is_looked_at_meanwhile_and_no_longer(script: Any) -> None:
    person = asked(script)
    assert [effect.watch for effect in person.effects if isinstance(effect, LookAt)][-1] is Watch.FACE
    person.answer()
    assert [effect.watch for effect in person.effects if isinstance(effect, LookAt)][-1] is Watch.NOTHING


def test_an_answer_can_be_changed_until_it_is_confirmed(script: Any) -> None:
    person = asked(script).show(1.5)
    right = person.session.awareness.question.right
    person.post(AnswerTouched(1, (right + 1) % 4), AnswerTouched(1, right))
    assert (person.session.step, person.session.awareness.chosen) == (Step.AWARENESS, right)
    assert person.post(Continued()).session.step is Step.REVIEW


@pytest.mark.parametrize("touch", [AnswerTouched(1, 4), AnswerTouched(1, -1), AnswerTouched(2, 0), AnswerTouched(0, 0)])
def test_a_touch_that_belongs_to_nothing_on_the_screen_chooses_nothing(script: Any, touch: AnswerTouched) -> None:
    person = asked(script).post(touch)
    assert person.session.awareness.chosen is None
    assert person.post(Continued()).session.step is Step.AWARENESS


def test_a_wrong_answer_brings_another_question_and_then_the_clerk(script: Any) -> None:
    person = asked(script).show(1.5)
    first = person.session.awareness.question
    person.touch("wrong").show(1.5)
    second = person.session.awareness.question
    assert (person.session.step, person.session.awareness.number) == (Step.AWARENESS, 2)
    assert second.fact != first.fact
    person.post(AnswerTouched(1, first.right))
    assert person.session.awareness.chosen is None
    person.touch("wrong")
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("awareness_wrong_answer",))
    detail = dict(of(recorded(person).evidence, Check.AWARENESS).detail)
    assert detail["asked"] == detail["wrong"] == f"{first.fact},{second.fact}"


def test_a_second_question_that_is_answered_rightly_is_enough(script: Any) -> None:
    person = asked(script).show(1.5).touch("wrong").show(1.5).touch("right").post(Continued())
    assert person.session.outcome is Outcome.APPROVE


@pytest.mark.parametrize("changes", [{"attempts": 1}, {"leave_out": ("transaction.kind", "transaction.place")}])
def test_where_there_is_no_second_question_the_first_one_counts(script: Any, changes: dict[str, Any]) -> None:
    person = asked(script, profile=without_signs(**changes)).show(1.5).touch("wrong")
    assert person.session.reasons == ("awareness_wrong_answer",)
    assert dict(of(recorded(person).evidence, Check.AWARENESS).detail)["guess_bits"] == "2.00"


def test_who_is_not_sure_or_does_not_want_it_comes_to_the_clerk(script: Any) -> None:
    person = asked(script).show(1.5).post(AnswerNotKnown())
    assert (person.session.outcome, person.session.reasons) == (Outcome.REFER, ("awareness_not_known",))


def test_a_question_that_nobody_answers_refers(script: Any) -> None:
    person = asked(script).wait(DEMO.limits.awareness + 1, 0.5)
    assert "awareness_timed_out" in person.session.reasons
    assert person.session.outcome is Outcome.REFER


def test_touches_do_not_hold_the_question_open_but_asking_for_time_does(script: Any) -> None:
    person = asked(script)
    deadline = person.session.deadline
    person.post(AnswerTouched(1, 0), HelpToggled(Help.LARGE_TYPE, True), LanguageChosen("tr"))
    assert person.session.deadline == deadline
    assert person.wait(30, 0.5).post(MoreTimeAsked()).session.deadline > deadline


def test_an_answer_quicker_than_reading_is_noted_and_no_more(script: Any) -> None:
    person = asked(script).show(0.3).touch("right")
    assert dict(finding(person, Check.AWARENESS).detail)["quicker_than_reading"] == "1"
    assert finding(person, Check.AWARENESS).passed


def test_a_transaction_without_anything_to_ask_about_refers(script: Any) -> None:
    person = script(transaction=Transaction("T-1", (("note", "hello"),))).to_liveness().follow()
    assert (person.session.outcome, person.session.reasons[0]) == (Outcome.REFER, "awareness_no_question")


@pytest.mark.parametrize("event", [WentBack(), RetryAsked(), Continued()])
def test_nobody_sees_the_transaction_again_before_having_answered(script: Any, event: Any) -> None:
    person = asked(script).post(event)
    assert (person.session.step, person.session.awareness.number) == (Step.AWARENESS, 1)


def test_who_stops_leaves_nothing(script: Any) -> None:
    person = asked(script).show(1.0).post(Declined())
    assert recorded(person).evidence.findings == ()
    assert person.session.reasons == ("withdrawn",)


# eyes, and others


def test_eyes_and_company_are_noted_whatever_was_answered(script: Any) -> None:
    for act in ("right", "wrong"):
        person = asked(script, profile=without_signs(attempts=1)).show(2.0).touch(act)
        evidence = recorded(person).evidence if act == "wrong" else person.session.evidence
        assert {Check.ATTENTION, Check.ALONE} <= {one.check for one in evidence.findings if one.passed}


def test_a_head_turned_away_is_no_attention(script: Any) -> None:
    person = asked(script).answer(2.0, yaw=50.0).post(Continued())
    assert person.session.reasons == ("attention_failed",)


def test_reading_is_measured_from_the_person_s_own_straight_look(script: Any) -> None:
    person = script(transaction=FACTS)
    person.straight = {"yaw": 6.0, "pitch": -14.0}
    person.to_awareness().answer(2.0, pitch=-18.0).post(Continued())
    assert person.session.outcome is Outcome.APPROVE


def test_somebody_who_stays_beside_is_no_being_alone(script: Any, make_face: Any) -> None:
    beside = FaceFacts(box=Box(480, 100, 70, 80), points=((0.0, 0.0),) * 5, confidence=0.95)
    person = asked(script)
    for _ in range(40):
        person.frame(make_face(), beside)
    person.touch("right").post(Continued())
    assert person.session.reasons == ("alone_failed",)


def test_another_face_than_the_probe_s_does_not_answer_for_the_person(script: Any) -> None:
    person = asked(script).answer(2.0, same_as_probe=0.05).post(Continued())
    assert person.session.reasons == ("face_changed",)


def test_without_pictures_the_question_is_asked_and_the_rest_is_unknown(script: Any) -> None:
    person = asked(script).post(CameraChanged(CameraState.LOST))
    assert person.session.step is Step.AWARENESS
    person.wait(3.0).touch("right")
    assert (finding(person, Check.ATTENTION).code, finding(person, Check.ALONE).code) == (
        "attention_unavailable",
        "alone_unavailable",
    )
    ended = asked(script).post(CameraEnded()).wait(3.0).touch("right")
    assert finding(ended, Check.ALONE).code == "alone_unavailable"


def test_who_hears_is_not_judged_by_the_eyes(script: Any) -> None:
    person = asked(script).post(HelpToggled(Help.SPEECH, True)).answer(2.0, yaw=50.0)
    assert finding(person, Check.ATTENTION).code == "attention_not_used"


# the silent sign


def test_the_sign_goes_on_as_the_right_answer_does_and_the_record_says_so(script: Any) -> None:
    person = asked(script).show(2.0).touch("duress").post(Continued())
    assert (person.session.outcome, person.session.shown) == (Outcome.REFER, Outcome.APPROVE)
    assert person.session.reasons == ("duress",)
    assert person.session.reasons_shown == ()
    record = recorded(person)
    assert (record.outcome, record.reasons) == (Outcome.REFER, ("duress",))
    sign = of(record.evidence, Check.DURESS)
    assert (sign.passed, sign.code) == (False, "duress")


def test_a_sign_that_was_not_given_is_noted_as_that(script: Any) -> None:
    sign = finding(asked(script).answer(), Check.DURESS)
    assert (sign.passed, sign.code) == (True, "not_given")
    plain = asked(script, profile=without_signs()).answer()
    assert plain.session.evidence.of(Check.DURESS) is None


@pytest.mark.parametrize("seed", range(6))
def test_state_and_effects_differ_in_nothing_but_the_finding(script: Any, seed: int) -> None:
    right, sign = asked(script, seed=seed).show(2.0), asked(script, seed=seed).show(2.0)
    before = len(right.effects)
    right.touch("right")
    sign.touch("duress")
    for _ in range(3):
        # The touched answer is on the screen in both cases; what it means is in the evidence alone.
        assert replace(right.session, evidence=sign.session.evidence, awareness=sign.session.awareness) == sign.session
        assert right.session.awareness.watched == sign.session.awareness.watched
        assert right.session.evidence.without(Check.DURESS) == sign.session.evidence.without(Check.DURESS)
        assert right.effects[before:] == sign.effects[before:]
        right.wait(0.3)
        sign.wait(0.3)


@pytest.mark.parametrize("reason", ["attention_failed", "record_failed"])
def test_with_another_reason_the_screen_tells_that_one_alone(script: Any, reason: str) -> None:
    persons = []
    for act in ("right", "duress"):
        person = asked(script)
        if reason == "record_failed":
            person.answers[QueueRecord] = lambda _: RecordFailed("disk")
        person.show(2.0, yaw=50.0 if reason == "attention_failed" else 0.0).touch(act).post(Continued())
        persons.append(person.session)
    right, sign = persons
    assert (right.shown, right.reasons_shown) == (sign.shown, sign.reasons_shown) == (Outcome.REFER, (reason,))
    assert "duress" in sign.reasons


def test_stopping_afterwards_does_not_unmake_the_sign(script: Any) -> None:
    person = asked(script).show(2.0).touch("duress").post(Declined())
    record = recorded(person)
    assert [one.check for one in record.evidence.findings] == [Check.DURESS]
    assert record.reasons == ("duress", "withdrawn")
    assert person.session.reasons_shown == ("withdrawn",)
    assert person.session.transaction.facts == ()


def test_question_and_answers_leave_memory_with_the_wipe(script: Any) -> None:
    person = asked(script).answer().post(Continued())
    assert person.session.awareness.question is None
    assert finding(person, Check.AWARENESS).detail == ()
