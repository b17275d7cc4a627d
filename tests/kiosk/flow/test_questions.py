"""Questions are about the very transaction: one right answer, in random order, and no two answers alike."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.questions import Question, askable, build_question, guess_bits, guess_chance
from kiosk.profile.format import Awareness
from kiosk.profile.loading import load_profile, shipped_profiles

FACTS = (("kind", "loan"), ("amount", "24,500,000"), ("day", "1404/07/15"), ("place", "Tehran"), ("number", "1"))
WORDS = {"kind": ("card", "account", "address", "loan"), "place": ("Rey", "Karaj", "Qom", "Yazd")}
PLAIN = Awareness.model_validate({"distractors": WORDS})
SIGNS = {"kind": "insurance", "amount": "17,500,000"}
SIGNED = Awareness.model_validate({"distractors": WORDS, "duress": SIGNS})
SEEDS = st.integers(0, 2**32)


def drawing(seed: int) -> Callable[[int], int]:
    return random.Random(seed).randrange


def asked(rules: Awareness, seed: int, before: tuple[str, ...] = ()) -> Question:
    question = build_question(FACTS, rules, drawing(seed), before)
    assert question is not None
    return question


@given(st.sampled_from([PLAIN, SIGNED]), SEEDS)
def test_a_question_has_one_right_answer_and_no_two_alike(rules: Awareness, seed: int) -> None:
    question = asked(rules, seed)
    assert len(set(question.answers)) == len(question.answers) == rules.answers
    assert question.answers[question.right] == (("", dict(FACTS)[question.fact]),)


@given(SEEDS)
def test_the_agreed_sign_stands_among_the_answers_and_is_not_the_right_one(seed: int) -> None:
    question = asked(SIGNED, seed)
    assert question.fact in SIGNED.duress
    assert question.duress not in (None, question.right)
    assert question.answers[question.duress or 0] == (("", SIGNED.duress[question.fact]),)
    assert asked(PLAIN, seed).duress is None


@given(st.sampled_from([PLAIN, SIGNED]), SEEDS)
def test_the_next_question_is_about_another_fact(rules: Awareness, seed: int) -> None:
    first = asked(rules, seed)
    assert asked(rules, seed + 1, (first.fact,)).fact != first.fact


def test_right_answer_and_sign_stand_in_every_place_equally_often() -> None:
    rounds = [asked(SIGNED, seed) for seed in range(4000)]
    for places in (Counter(one.right for one in rounds), Counter(one.duress for one in rounds)):
        assert all(900 < places[place] < 1100 for place in range(4)), places


def test_every_fact_that_can_be_asked_about_comes_equally_often() -> None:
    facts = Counter(asked(PLAIN, seed).fact for seed in range(4000))
    assert set(facts) == {"kind", "amount", "day", "place"}
    assert all(900 < count < 1100 for count in facts.values()), facts


def test_wrong_answers_from_the_profile_come_equally_often() -> None:
    rules = Awareness.model_validate({"distractors": {"kind": ("a", "b", "c", "d", "e", "f")}})
    questions = [build_question((("kind", "right"),), rules, drawing(seed)) for seed in range(3000)]
    words = Counter(answer[0][1] for question in questions if question for answer in question.answers)
    assert words.pop("right") == 3000
    assert all(1350 < count < 1650 for count in words.values()), words


def test_what_is_left_out_guessable_or_without_wrong_answers_is_not_asked() -> None:
    assert askable(FACTS, PLAIN) == ("kind", "amount", "day", "place")
    assert askable(FACTS, PLAIN.model_copy(update={"leave_out": ("amount", "day")})) == ("kind", "place")
    assert askable(FACTS, Awareness()) == ("amount", "day")
    assert build_question((("kind", "loan"), ("number", "1")), Awareness(), drawing(1)) is None
    assert build_question((), PLAIN, drawing(1)) is None
    assert build_question(FACTS, PLAIN, drawing(1), ("kind", "amount", "day", "place")) is None


def test_a_sign_that_is_the_right_answer_cannot_be_asked_about() -> None:
    rules = Awareness.model_validate({"distractors": WORDS, "duress": {"kind": "loan"}})
    assert "kind" not in askable(FACTS, rules)


def test_a_transaction_without_a_sign_s_fact_is_asked_about_all_the_same() -> None:
    question = build_question((("day", "1404/07/15"),), SIGNED, drawing(3))
    assert question is not None
    assert question.duress is None


def test_answers_can_have_a_text_for_each_language() -> None:
    texts = tuple({"en": f"e{number}", "fa": f"f{number}", "tr": f"t{number}"} for number in range(3))
    rules = Awareness.model_validate({"distractors": {"kind": texts}})
    question = build_question((("kind", "loan"),), rules, drawing(2))
    assert question is not None
    assert (("en", "e0"), ("fa", "f0"), ("tr", "t0")) in question.answers


def test_a_draw_that_finds_too_few_wrong_answers_asks_nothing() -> None:
    assert build_question((("amount", "24,500,000"),), Awareness(), lambda _below: 0) is None


@pytest.mark.parametrize("name", shipped_profiles())
@given(seed=SEEDS)
def test_every_shipped_profile_can_ask_about_its_own_transaction(name: str, seed: int) -> None:
    profile = load_profile(name)
    if "awareness" in profile.steps:
        question = build_question(profile.transaction.facts, profile.awareness, drawing(seed))
        assert question is not None
        assert (question.duress is not None) is bool(profile.awareness.duress)


def test_the_strength_is_that_of_guessing() -> None:
    assert (guess_chance(4, 1), guess_bits(4, 1)) == (0.25, 2.0)
    assert guess_chance(4, 2) == pytest.approx(7 / 16)
    assert guess_bits(4, 2) == pytest.approx(1.193, abs=1e-3)
    assert guess_bits(4, 0) == 0.0


def test_guessing_succeeds_as_often_as_is_said() -> None:
    source, hits, rounds = random.Random(9), 0, 6000
    for seed in range(rounds):
        before: tuple[str, ...] = ()
        for _ in range(2):
            question = asked(PLAIN, source.randrange(2**40) + seed, before)
            if source.randrange(len(question.answers)) == question.right:
                hits += 1
                break
            before = (*before, question.fact)
    assert hits / rounds == pytest.approx(guess_chance(4, 2), abs=0.02)
