"""Awareness: a question about the very transaction; the transaction itself is not shown again meanwhile.

The agreed silent sign is one answer among the others. From here on nothing but one finding differs: the same screens at
the same moments, whatever was answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from kiosk.flow.attention import alone_finding, attention_finding, watch
from kiosk.flow.drawing import draw_below
from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import AnswerNotKnown, AnswerTouched, Continued, Event, FrameAnalysed, Help
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.progress import AwarenessProgress
from kiosk.flow.questions import askable, build_question, guess_bits
from kiosk.flow.route import finish, go_on
from kiosk.flow.spoken import (
    begin_spoken,
    follow,
    is_speaking,
    on_spoken,
    other_voice_of,
    spoken_timed_out,
    start_listening,
)
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Ask the first question, and look who reads it."""
    asking = _ask(replace(session, awareness=AwarenessProgress()))
    if asking is None:
        return _fail(session, "awareness_no_question")
    listening = start_listening(asking)
    return Moved(listening.session, (LookAt(Watch.FACE), *listening.effects))


def on(session: Session, event: Event) -> Moved:
    """Take a touched answer, then its confirmation, then what is said aloud; meanwhile see who is there."""
    session = follow(_seen(session, event), event)
    if is_speaking(session):
        return _after_speaking(on_spoken(session, event))
    progress = session.awareness
    match event:
        case AnswerTouched(number, place) if number == progress.number and progress.question is not None:
            known = 0 <= place < len(progress.question.answers)
            return Moved(_with(session, chosen=place) if known else session)
        case Continued() if progress.chosen is not None:
            return _answered(session, progress.chosen)
        case AnswerNotKnown():
            return _fail(session, "awareness_not_known")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """End: nobody answered. What is said aloud has its own window, after the answer."""
    if is_speaking(session):
        return _after_speaking(spoken_timed_out(session))
    return _fail(session, "awareness_timed_out")


def _ask(session: Session) -> Session | None:
    """Give the session with its next question, None when there is no other fact to ask about."""
    progress, rules = session.awareness, session.profile.awareness
    number = progress.number + 1
    question = build_question(session.transaction.facts, rules, _draw(session, number), progress.asked)
    if question is None:
        return None
    asked = (*progress.asked, question.fact)
    return _with(session, question=question, number=number, chosen=None, asked_since=session.now, asked=asked)


def _answered(session: Session, chosen: int) -> Moved:
    progress = session.awareness
    question = progress.question
    if question is None:
        return Moved(session)
    session = _with(session, seconds=(*progress.seconds, session.now - progress.asked_since))
    if chosen in (question.right, question.duress):
        found = [Finding(Check.AWARENESS, passed=True, code="answered", detail=_detail(session))]
        if session.profile.awareness.duress:
            given = chosen == question.duress
            code = "duress" if given else "not_given" if question.duress is not None else "not_offered"
            found.append(Finding(Check.DURESS, passed=not given, code=code))
        for finding in found:
            session = replace(session, evidence=session.evidence.with_finding(finding))
        # Which answer was touched is nobody's matter any more.
        return _over(_with(session, question=None, chosen=None))
    session = _with(session, wrong=(*progress.wrong, question.fact))
    again = _ask(session) if progress.number < session.profile.awareness.attempts else None
    return _fail(session, "awareness_wrong_answer") if again is None else Moved(again)


def _over(session: Session) -> Moved:
    """Go on from a question that was answered."""
    return _after_speaking(begin_spoken(session))


def _after_speaking(moved: Moved) -> Moved:
    """Leave the step once nothing is left to be said aloud."""
    if is_speaking(moved.session):
        return moved
    gone = go_on(_company(_with(moved.session, voice=other_voice_of(moved.session))))
    return Moved(gone.session, moved.effects + gone.effects)


def _seen(session: Session, event: Event) -> Session:
    if not isinstance(event, FrameAnalysed):
        return session
    neutral = session.liveness.neutral_pose or (0.0, 0.0)
    watched = watch(session.awareness.watched, event.facts, session.now, neutral, session.profile)
    return _with(session, watched=watched)


def _fail(session: Session, code: str) -> Moved:
    finding = Finding(Check.AWARENESS, passed=False, code=code, detail=_detail(session))
    return finish(_company(replace(session, evidence=session.evidence.with_finding(finding))), code)


def _company(session: Session) -> Session:
    """Note where the eyes were, and who else was there."""
    watched, seconds = session.awareness.watched, session.now - session.entered
    attention = attention_finding(watched, seconds, session.profile, hears=Help.SPEECH in session.helps)
    alone = alone_finding(watched, seconds, session.profile, voice=session.awareness.voice)
    return replace(session, evidence=session.evidence.with_finding(attention).with_finding(alone))


def _detail(session: Session) -> tuple[tuple[str, str], ...]:
    progress, rules = session.awareness, session.profile.awareness
    questions = min(rules.attempts, len(askable(session.transaction.facts, rules)))
    quick = sum(seconds < rules.reading_time for seconds in progress.seconds)
    return (
        ("asked", ",".join(progress.asked)),
        ("wrong", ",".join(progress.wrong)),
        ("seconds", ",".join(f"{seconds:.2f}" for seconds in progress.seconds)),
        ("quicker_than_reading", str(quick)),
        ("answers", str(rules.answers)),
        ("questions", str(questions)),
        ("guess_bits", f"{guess_bits(rules.answers, questions):.2f}"),
    )


def _draw(session: Session, number: int) -> Callable[[int], int]:
    """Give the draws of a question, one after the other."""
    turns = count()

    def draw(below: int) -> int:
        return draw_below(session.seed, session.id, f"awareness.{next(turns)}", number, below)

    return draw


def _with(session: Session, **changes: object) -> Session:
    progress: AwarenessProgress = replace(session.awareness, **changes)  # type: ignore[arg-type]
    return replace(session, awareness=progress)
