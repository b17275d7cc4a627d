"""Questions about the transaction: one of its facts, the right answer among wrong ones, in random order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from kiosk.flow.lookalikes import Draw, has_lookalikes, lookalikes
from kiosk.identity.digits import to_ascii
from kiosk.profile.format import Awareness

Answer = tuple[tuple[str, str], ...]
"""language and text (an i18n key or plain); the language is "" where one text serves all"""
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a fact. The screen shows fact and answers; which is which is the flow's alone."""

    fact: str
    """the fact's label"""
    answers: tuple[Answer, ...]
    right: int
    """index of the right answer"""
    duress: int | None = None
    """index of the answer that was agreed on as a silent sign"""


def build_question(facts: Facts, rules: Awareness, draw: Draw, asked: Sequence[str] = ()) -> Question | None:
    """Give a question about a fact that was not asked about yet; None when no such fact can be asked about.

    Facts for which a silent sign is agreed on come first: the person must be able to give it.
    """
    usable = [fact for fact in facts if fact[0] not in asked and _askable(fact, rules)]
    usable = [fact for fact in usable if fact[0] in rules.duress] or usable
    if not usable:
        return None
    label, value = usable[draw(len(usable))]
    right, sign = _right(label, value, rules), _sign(label, rules)
    wrong = _wrong(label, value, rules, draw)
    if len(wrong) < _wanted(label, rules):
        return None
    answers = _shuffled([right, *([] if sign is None else [sign]), *wrong], draw)
    return Question(label, tuple(answers), answers.index(right), None if sign is None else answers.index(sign))


def askable(facts: Facts, rules: Awareness) -> tuple[str, ...]:
    """Give the labels of the facts that can be asked about."""
    return tuple(dict.fromkeys(fact[0] for fact in facts if _askable(fact, rules)))


def guess_chance(answers: int, questions: int) -> float:
    """Give the chance that somebody who saw nothing answers one of so many questions rightly by guessing."""
    return 1.0 - (1.0 - 1.0 / answers) ** questions


def guess_bits(answers: int, questions: int) -> float:
    """Give the same as bits."""
    return -log2(guess_chance(answers, questions)) if questions else 0.0


def _askable(fact: tuple[str, str], rules: Awareness) -> bool:
    label, value = fact
    if label in rules.leave_out or not value.strip():
        return False
    if _sign(label, rules) == _right(label, value, rules):
        return False
    if label in rules.distractors:
        return len(_given(label, value, rules)) >= _wanted(label, rules)
    return has_lookalikes(value)


def _wanted(label: str, rules: Awareness) -> int:
    return rules.answers - (2 if label in rules.duress else 1)


def _right(label: str, value: str, rules: Awareness) -> Answer:
    # A derived row is in ASCII digits; the screen draws all of them in the person's script.
    return _answer(value if label in rules.distractors else to_ascii(value))


def _wrong(label: str, value: str, rules: Awareness, draw: Draw) -> list[Answer]:
    """Give as many wrong answers as are wanted, or fewer where there are no more."""
    wanted = _wanted(label, rules)
    if label in rules.distractors:
        return _shuffled(_given(label, value, rules), draw)[:wanted]
    sign = _sign(label, rules)
    derived = (_answer(one) for one in lookalikes(value, wanted + (sign is not None), draw))
    return [one for one in derived if one != sign][:wanted]


def _given(label: str, value: str, rules: Awareness) -> list[Answer]:
    """Give the profile's wrong answers that are neither the right one nor the sign."""
    spoken_for = (_right(label, value, rules), _sign(label, rules))
    return [one for one in dict.fromkeys(map(_answer, rules.distractors[label])) if one not in spoken_for]


def _sign(label: str, rules: Awareness) -> Answer | None:
    return _answer(rules.duress[label]) if label in rules.duress else None


def _answer(wording: object) -> Answer:
    if isinstance(wording, dict):
        return tuple(sorted((str(language), str(text)) for language, text in wording.items()))
    return (("", str(wording)),)


def _shuffled(answers: list[Answer], draw: Draw) -> list[Answer]:
    """Give them in an order that is as likely as any other (Fisher and Yates)."""
    mixed = list(answers)
    for place in range(len(mixed) - 1, 0, -1):
        other = draw(place + 1)
        mixed[place], mixed[other] = mixed[other], mixed[place]
    return mixed
