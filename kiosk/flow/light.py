"""The light sequence: the screen paints random colours, and the face must answer them.

It comes after the gestures and takes a few seconds. It is announced, can be left out by a touch, and is repeated once
when the person looked away or the face was not seen; whoever leaves it out is judged at the profile's level for that.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import Colour, FaceFacts, LightSlot
from kiosk.flow.answers import LightShown
from kiosk.flow.attempts import complete
from kiosk.flow.effects import Shine
from kiosk.flow.events import Event, Help, LightDeclined, Tick
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.light_sequence import LightProgress, draw_light
from kiosk.flow.moved import Moved
from kiosk.flow.route import patience
from kiosk.flow.state import Guidance, Session, Step

_ATTEMPTS = 2
_AWAY = 0.5
"""seconds without a face that looks at the screen after which the sequence is repeated"""
_SLOWEST_SCREEN = 1.0
"""seconds in which a screen must have shown what it was asked to"""
_PATIENCE = 10.0
"""seconds beyond the announcement for which a look at the screen is waited for"""
_LONGEST = 20.0
"""seconds of a sequence on a slow screen"""
_YAW, _PITCH = 20.0, 20.0
"""degrees from the person's own straight look that still are a look at the screen"""


def begin_light(session: Session) -> Moved:
    """Go on from the gestures, all of which are seen: announce the colours, or go on without."""
    if not session.profile.light.shown or not session.screen or _left_out(session):
        return _without(session, "light_not_used")
    return _announce(session)


def follow_light(session: Session, face: FaceFacts) -> Moved:
    """Follow one frame with a face: a look at the screen keeps the sequence going."""
    if _looks(session, face):
        session = replace(session, light=replace(session.light, looked=session.now))
    return on_light(session, Tick(session.now))


def on_light(session: Session, event: Event) -> Moved:
    """Follow time, touches and the screen while colours are announced or shown."""
    light = session.light
    if isinstance(event, LightDeclined) or _left_out(session):
        return _without(replace(session, light=replace(light, declined=True)), "light_not_used")
    if light.stage == "notice":
        return _noticed(session)
    if isinstance(event, LightShown) and event.number == light.asked and light.shown_since is None:
        return Moved(_shown(session))
    if session.now - light.looked > _AWAY:
        return _announce(session)
    if light.shown_since is None:
        late = session.now - light.asked_since > _SLOWEST_SCREEN
        return _without(session, "light_unavailable") if late else Moved(session)
    if session.now - light.shown_since < light.steps[light.position].seconds:
        return Moved(session)
    if light.position + 1 == len(light.steps):
        return complete(replace(session, guidance=Guidance.NONE))
    return _ask(session, light.position + 1)


def lit(session: Session) -> Colour | None:
    """Give the colour that the screen is asked to be, None: as usual."""
    light = session.light
    if session.step is not Step.LIVENESS or session.liveness.phase != "light" or light.stage != "shine":
        return None
    return light.steps[light.position].colour


def put_out(before: Session, moved: Moved) -> Moved:
    """Put the screen's light out when the sequence was left, however it was left."""
    if lit(before) is None or lit(moved.session) is not None:
        return moved
    return Moved(moved.session, (*moved.effects, Shine(moved.session.light.asked, None)))


def _left_out(session: Session) -> bool:
    return session.light.declined or Help.NO_FLASH in session.helps


def _announce(session: Session) -> Moved:
    """Tell what comes, first or once more; who could not look twice is not kept any longer."""
    light, rules = session.light, session.profile.light
    if light.attempts == _ATTEMPTS:
        return _without(session, "light_unavailable")
    notice = rules.notice * patience(session)
    needed = session.now + notice + _PATIENCE + _LONGEST
    deadline = session.deadline if session.deadline is None else max(session.deadline, needed)
    light = LightProgress(stage="notice", since=session.now, asked=light.asked, attempts=light.attempts)
    liveness = replace(session.liveness, phase="light", phase_since=session.now, window_until=needed)
    announced = replace(session, light=light, liveness=liveness, deadline=deadline, guidance=Guidance.LIGHT_COMING)
    return Moved(announced)


def _noticed(session: Session) -> Moved:
    light, rules = session.light, session.profile.light
    waited = session.now - light.since - rules.notice * patience(session)
    if waited > _PATIENCE:
        return _without(session, "light_unavailable")
    if waited < 0 or session.now - light.looked > _AWAY / 2:
        return Moved(session)
    attempt = light.attempts + 1
    steps = draw_light(session.seed, session.id, attempt)
    begun = replace(light, stage="shine", since=session.now, steps=steps, attempts=attempt)
    gathered = replace(session.gathered, light_slots=(), light=())
    return _ask(replace(session, light=begun, gathered=gathered, guidance=Guidance.LIGHT_ON), 0)


def _ask(session: Session, position: int) -> Moved:
    light = session.light
    number = light.asked + 1
    light = replace(light, position=position, asked=number, asked_since=session.now, shown_since=None)
    return Moved(replace(session, light=light), (Shine(number, light.steps[position].colour),))


def _shown(session: Session) -> Session:
    light = session.light
    slot = LightSlot(session.now, light.steps[light.position].colour)
    gathered = replace(session.gathered, light_slots=(*session.gathered.light_slots, slot))
    return replace(session, light=replace(light, shown_since=session.now), gathered=gathered)


def _looks(session: Session, face: FaceFacts) -> bool:
    pose, straight = face.pose, session.liveness.neutral_pose or (0.0, 0.0)
    if pose is None or session.liveness.other_since is not None:
        return False
    return abs(pose.yaw - straight[0]) <= _YAW and abs(pose.pitch - straight[1]) <= _PITCH


def _without(session: Session, code: str) -> Moved:
    """Go on without the sequence, and say why."""
    finding = Finding(Check.LIGHT, passed=False, code=code)
    gathered = replace(session.gathered, light_slots=(), light=())
    return complete(replace(session, evidence=session.evidence.with_finding(finding), gathered=gathered))
