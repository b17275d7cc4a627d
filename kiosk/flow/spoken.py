"""Random digits said aloud, the last part of awareness: drawn, shown, heard, noted as evidence. Pure.

Without a microphone, or where a person cannot or does not want to speak, the finding says so and nothing else changes.
Without a recogniser for the language, lips and sound are still held against each other. It never approves by itself.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, log2

from kiosk.analysis.facts import FrameFacts
from kiosk.analysis.heard import LipSample, SpeechAsked, SpeechJudgement
from kiosk.flow.answers import ListeningFailed, ListeningStarted, SpeechFailed, SpeechJudged
from kiosk.flow.drawing import draw_below
from kiosk.flow.effects import JudgeSpeech, KeepSound, StartListening, StopListening
from kiosk.flow.events import CameraEnded, Continued, Event, FrameAnalysed, SpokenDeclined, Tick
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.progress import SpokenProgress
from kiosk.flow.route import patience
from kiosk.flow.state import Session

_MOST_LIPS = 4000
"""frames remembered: more than two minutes at thirty a second"""
_CLOCKS_AGREE = 1.0
"""seconds by which a frame's own time may differ from the session's and still be the better one"""
_LEAST_VOICE = 0.1
"""seconds of speech for each digit below which it cannot have been said"""


def draw_digits(seed: int, session: str, count: int) -> tuple[int, ...]:
    """Give the digits that a session's random seed draws: all sequences are equally likely."""
    number = draw_below(seed, session, "spoken", 1, 10**count)
    return tuple(int(digit) for digit in f"{number:0{count}d}")


def digit_bits(count: int) -> float:
    """Give the bits that a film made before the session must guess."""
    return count * log2(10)


def start_listening(session: Session) -> Moved:
    """Ask for the microphone; call it when awareness begins."""
    if session.profile.spoken.use == "off":
        return Moved(replace(session, spoken=SpokenProgress()))
    return Moved(replace(session, spoken=SpokenProgress(microphone="asked")), (StartListening(),))


def follow(session: Session, event: Event) -> Session:
    """Give the session with what an event tells of microphone and lips; call it for each event of awareness."""
    progress = session.spoken
    match event:
        case ListeningStarted() if progress.microphone == "asked":
            return _with(session, microphone="on")
        case ListeningFailed(code):
            return _with(session, microphone=code or "unavailable")
        case FrameAnalysed(facts) if progress.microphone in ("asked", "on"):
            return _with(session, lips=_lips(progress.lips, facts, session.now))
        case _:
            return session


def begin_spoken(session: Session) -> Moved:
    """Show the digits; where nothing can be heard, note why and be done at once."""
    rules, progress = session.profile.spoken, session.spoken
    if rules.use == "off":
        return Moved(_with(session, phase="done"))
    if session.camera_ended:
        return _done(session, _unavailable(session, "camera_ended"))
    if progress.microphone != "on":
        code = {"no_microphone": "spoken_no_microphone"}.get(progress.microphone, "spoken_unavailable")
        return _done(session, Finding(Check.SPOKEN, False, code, detail=(("microphone", progress.microphone),)))
    digits = draw_digits(session.seed, session.id, rules.digits)
    session = _with(session, phase="say", phase_since=session.now, digits=digits)
    # Its own window, whatever the question has left of the step's time.
    deadline = session.now + rules.window * patience(session)
    return Moved(replace(session, deadline=deadline), (KeepSound(),))


def on_spoken(session: Session, event: Event) -> Moved:
    """Take what happens while digits are said or judged; ``is_speaking`` tells when this is over."""
    progress = session.spoken
    if progress.phase == "say":
        if progress.microphone != "on":
            return _done(session, _unavailable(session, progress.microphone))
        match event:
            case Continued() | CameraEnded():
                return _judge(session)
            case SpokenDeclined():
                return _done(session, Finding(Check.SPOKEN, False, "spoken_declined"))
            case _:
                return Moved(session)
    if progress.phase != "judge":
        return Moved(session)
    match event:
        case ListeningFailed(code):
            return _done(session, _unavailable(session, code))
        case SpeechJudged(judgement):
            session = _with(session, judgement=judgement)
            return _done(session, spoken_finding(progress.digits, judgement))
        case SpeechFailed(code):
            return _done(session, _unavailable(session, code))
        case Tick() if session.now - progress.phase_since > session.profile.limits.answer:
            return _done(session, _unavailable(session, "late"))
        case _:
            return Moved(session)


def spoken_timed_out(session: Session) -> Moved:
    """Judge what was said until now."""
    return _judge(session) if session.spoken.phase == "say" else Moved(session)


def is_speaking(session: Session) -> bool:
    """Tell whether digits are being said or judged."""
    return session.spoken.phase in ("say", "judge")


def other_voice_of(session: Session) -> float | None:
    """Give for how many seconds somebody else was heard while the question was read.

    None where nothing listened, and where the profile only notes it (the finding of the digits tells it all the same).
    """
    judgement = session.spoken.judgement
    if judgement is None or not judgement.listened > 0 or session.profile.spoken.other_voice == "note":
        return None
    return judgement.other_voice


def spoken_finding(digits: tuple[int, ...], judgement: SpeechJudgement) -> Finding:
    """Give what was said as evidence: passed only with lips in time and, by a recogniser, the very digits."""
    timing, heard = judgement.timing, judgement.heard
    detail = _detail(digits, judgement)
    score = None if timing is None else timing.score
    threshold, rate = judgement.threshold, judgement.rate

    def found(code: str, *, passed: bool = False) -> Finding:
        return Finding(Check.SPOKEN, passed, code, score, threshold if score is not None else None, rate, detail)

    # Turned round, so that what is no number has not passed.
    if not judgement.voice_seconds >= _LEAST_VOICE * len(digits):
        return found("spoken_not_heard")
    if score is None or not isfinite(score):
        return found("spoken_too_few")
    if not score >= threshold:
        return found("spoken_out_of_time")
    if heard is None:
        return found("spoken_no_recogniser")
    if not digits or heard.digits != digits:
        return found("spoken_wrong_digits")
    return found("said", passed=True)


def _detail(digits: tuple[int, ...], judgement: SpeechJudgement) -> tuple[tuple[str, str], ...]:
    timing, heard = judgement.timing, judgement.heard
    detail = [
        ("digits", str(len(digits))),
        ("digit_bits", f"{digit_bits(len(digits)):.1f}"),
        ("voice_seconds", f"{judgement.voice_seconds:.2f}"),
        ("segments", str(judgement.segments)),
        ("onset", "" if judgement.onset is None else f"{judgement.onset:.2f}"),
        ("listened_before", f"{judgement.listened:.1f}"),
        ("other_voice", f"{judgement.other_voice:.2f}"),
    ]
    if timing is not None:
        detail += [
            ("correlation", f"{timing.correlation:.3f}"),
            ("lag", f"{timing.lag:.2f}"),
            ("surrogates_reaching", f"{timing.reached:.3f}"),
            ("surrogates", str(timing.surrogates)),
            ("chance", f"{timing.chance:.3f}"),
        ]
    if heard is not None:
        right = sum(a == b for a, b in zip(heard.digits, digits, strict=False))
        detail += [
            ("recogniser", heard.recogniser),
            ("digits_right", str(right)),
            ("confidence", f"{heard.confidence:.2f}"),
        ]
    return tuple(detail)


def _judge(session: Session) -> Moved:
    progress = session.spoken
    asked = SpeechAsked(progress.digits, session.language, progress.phase_since, session.now, progress.lips)
    waiting = replace(_with(session, phase="judge", phase_since=session.now), deadline=None)
    return Moved(waiting, (JudgeSpeech(asked),))


def _done(session: Session, finding: Finding) -> Moved:
    evidence = session.evidence.with_finding(finding)
    # What the lips did is not kept beyond the judgement.
    session = replace(_with(session, phase="done", lips=(), digits=()), evidence=evidence)
    return Moved(session, (StopListening(),))


def _unavailable(session: Session, why: str) -> Finding:
    digits = str(len(session.spoken.digits))
    return Finding(Check.SPOKEN, False, "spoken_unavailable", detail=(("digits", digits), ("why", why)))


def _lips(lips: tuple[LipSample, ...], facts: FrameFacts, now: float) -> tuple[LipSample, ...]:
    face = facts.face
    if face is None or face.mouth_open is None or not isfinite(face.mouth_open):
        return lips
    # A frame's own time is nearer to the lips than the moment at which its analysis was done.
    moment = facts.time if abs(facts.time - now) <= _CLOCKS_AGREE else now
    if lips and not moment > lips[-1][0]:
        return lips
    return (*lips, (moment, face.mouth_open))[-_MOST_LIPS:]


def _with(session: Session, **changes: object) -> Session:
    progress: SpokenProgress = replace(session.spoken, **changes)  # type: ignore[arg-type]
    return replace(session, spoken=progress)
