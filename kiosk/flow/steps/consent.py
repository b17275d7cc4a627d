"""Consent: the person reads or hears what is kept, for how long and why, and agrees or leaves."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Declined, Event
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.route import finish, go_on, withdraw
from kiosk.flow.state import Session


def enter(session: Session) -> Moved:
    """Look at nothing: nobody has agreed yet."""
    return Moved(session, (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Note which text, in which language, was agreed to; keep nothing of who declines."""
    match event:
        case Continued():
            return go_on(replace(session, evidence=session.evidence.with_finding(_agreed(session))))
        case Declined():
            return withdraw(session, "consent_declined")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """End: silence is no consent."""
    return finish(session, "timed_out")


def _agreed(session: Session) -> Finding:
    text = session.profile.consent_text(session.language)
    if text is None:
        return Finding(Check.CONSENT, passed=False, code="consent_text_missing")
    detail = (("language", text.language), ("text_version", text.version), ("text_sha256", text.sha256))
    return Finding(Check.CONSENT, passed=True, code="agreed", detail=detail)
