"""Identity: the person types numbers; each key is judged at once."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from kiosk.flow.documents import compared
from kiosk.flow.effects import LookAt, Watch
from kiosk.flow.events import Continued, Event, FieldTyped
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.moved import Moved
from kiosk.flow.progress import IdentityEntry
from kiosk.flow.route import finish, go_on
from kiosk.flow.state import Session
from kiosk.identity import iran, passport, turkey
from kiosk.identity.digits import tidy
from kiosk.identity.judgement import WHOLE, Judgement, Problem
from kiosk.profile.format import CountryName, Profile

_LONGEST_TEXT = 32
_NUMBERS = ("national_number", "card_serial", "passport_number")


def enter(session: Session) -> Moved:
    """Begin with the profile's first country."""
    entry = session.identity
    if entry.country not in session.profile.countries:
        entry = IdentityEntry(country=session.profile.countries[0])
    return Moved(replace(session, identity=_judged(entry, session.profile, "")), (LookAt(Watch.NOTHING),))


def on(session: Session, event: Event) -> Moved:
    """Take a field's text, or go on with numbers that are whole."""
    match event:
        case FieldTyped(field, text):
            return Moved(replace(session, identity=_typed(session, field, text)))
        case Continued():
            return _continued(session)
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """End: the person is gone or cannot go on."""
    return finish(session, "timed_out")


def _typed(session: Session, field: str, text: str) -> IdentityEntry:
    entry = session.identity
    if field == "country":
        known = text in session.profile.countries and text in get_args(CountryName)
        entry = IdentityEntry(country=text) if known and text != entry.country else entry
    elif field in _NUMBERS:
        value = tidy(text[:_LONGEST_TEXT])
        entry = replace(
            entry,
            national_number=value if field == "national_number" else entry.national_number,
            card_serial=value if field == "card_serial" else entry.card_serial,
            passport_number=value if field == "passport_number" else entry.passport_number,
            # What the document says was said of the text before.
            contradicted=tuple(one for one in entry.contradicted if one[0] != field),
        )
    return _judged(entry, session.profile, field)


def _continued(session: Session) -> Moved:
    profile, entry = session.profile, session.identity
    if entry.country == "IR":
        entry = replace(entry, national_number=iran.with_leading_zeros(entry.national_number))
    entry = _judged(entry, profile, "")
    empty = not (entry.national_number or entry.card_serial or entry.passport_number)
    if empty and profile.identity == "optional":
        return go_on(session)
    if not entry.complete:
        problem = entry.problem or Problem.INCOMPLETE.value
        return Moved(replace(session, identity=replace(entry, problem=problem)))
    detail = [("country", entry.country)]
    detail += [(name, str(getattr(entry, name))) for name in _fields(entry.country, profile) if getattr(entry, name)]
    finding = Finding(Check.IDENTITY, passed=True, code="check_digits", detail=tuple(detail))
    session = replace(session, identity=entry, evidence=session.evidence.with_finding(finding))
    return go_on(compared(session))


def _fields(country: str, profile: Profile) -> tuple[str, ...]:
    """Give the fields that a country's person fills in."""
    if country == "passport":
        return ("passport_number",)
    return ("national_number",) if profile.card_serial == "none" else ("national_number", "card_serial")


def _judged(entry: IdentityEntry, profile: Profile, typed: str) -> IdentityEntry:
    """Give the entry with its problem (the typed field's before others') and whether it is complete."""
    fields = _fields(entry.country, profile)
    judged = {name: _judgement(entry, name, profile) for name in fields}
    first = sorted(fields, key=lambda name: name != typed)
    bad = next((name for name in first if judged[name].problem), "")
    worst = judged.get(bad, Judgement())
    return replace(
        entry,
        problem=worst.problem.value,
        bad_digit=worst.bad_digit,
        doubtful=worst.doubtful,
        bad_field=bad,
        complete=all(judgement.complete for judgement in judged.values()),
    )


def _judgement(entry: IdentityEntry, field: str, profile: Profile) -> Judgement:
    if field == "passport_number":
        return passport.judge_passport_number(entry.passport_number)
    if field == "card_serial" and not entry.card_serial and profile.card_serial == "optional":
        return WHOLE
    if entry.country == "TR":
        if field == "national_number":
            return turkey.judge_national_number(entry.national_number)
        return turkey.judge_card_serial(entry.card_serial)
    if field == "national_number":
        return iran.judge_national_number(entry.national_number)
    return iran.judge_card_serial(entry.card_serial)
