"""The probe from within the challenge: the best frontal frame between gestures, so that who is matched is who moved."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FaceFacts, FrameFacts
from kiosk.flow.answers import ProbeGone, ProbeKept
from kiosk.flow.effects import Effect, KeepProbe
from kiosk.flow.events import Event
from kiosk.flow.gate import face_guidance, face_score
from kiosk.flow.measure import InsideProbe
from kiosk.flow.state import Guidance, Session

_BETTER = 0.03
"""by which a frame must be better than the one kept: each change costs the worker a question"""
_APART = 0.3
"""seconds between two questions"""
_ANSWER = 2.0
"""seconds after which a probe that was asked for counts as gone"""


def offer_probe(session: Session, facts: FrameFacts, face: FaceFacts) -> tuple[Session, tuple[Effect, ...]]:
    """Ask for this frame as probe where it lies between gestures, passes the gate of the face step and is the best yet."""
    inside, rules = session.liveness.inside, session.profile
    if session.liveness.position < 1 or face.same_as_probe is None:
        return session, ()
    if inside.asked is not None:
        if session.now - inside.asked_since <= _ANSWER:
            return session, ()
        inside = replace(inside, asked=None)
    if inside.kept is not None and session.now - inside.asked_since < _APART:
        return session, ()
    if not face.same_as_probe >= rules.liveness.continuity_score:
        return session, ()
    if face_guidance(facts, rules.capture) is not Guidance.GOOD:
        return session, ()
    score = face_score(face, rules.capture)
    if inside.kept is not None and score < inside.score + _BETTER:
        return session, ()
    asked = replace(inside, asked=facts.index, asked_since=session.now, asked_score=score)
    return _with(session, asked), (KeepProbe(facts.index, within=True),)


def probe_answered(session: Session, event: Event) -> Session | None:
    """Give the session with the worker's answer; None for every other event."""
    inside = session.liveness.inside
    match event:
        case ProbeKept(index) if index == inside.asked:
            seconds = inside.asked_since - session.entered
            kept = InsideProbe(index, seconds, inside.asked_score, None, inside.asked_since)
            return replace(_with(session, kept), probe=index)
        case ProbeGone(index) if index == inside.asked:
            return _with(session, replace(inside, asked=None))
        case _:
            return None


def _with(session: Session, inside: InsideProbe) -> Session:
    return replace(session, liveness=replace(session.liveness, inside=inside))
