"""Document: the portrait on a document is kept as the reference, when none came with the session."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FrameFacts
from kiosk.flow.answers import ReferenceFailed
from kiosk.flow.effects import KeepReference, LookAt, Watch
from kiosk.flow.events import CameraChanged, CameraEnded, Continued, Event, FrameAnalysed, Tick
from kiosk.flow.gate import document_guidance
from kiosk.flow.moved import Moved
from kiosk.flow.progress import DocumentProgress
from kiosk.flow.route import finish, go_on
from kiosk.flow.state import Guidance, Session


def enter(session: Session) -> Moved:
    """Go on at once when there is a reference, or one is being read."""
    if session.reference or session.reference_expected:
        return go_on(session)
    if session.camera_ended:
        return finish(session, "camera_ended")
    session = replace(session, document=DocumentProgress(), guidance=Guidance.SHOW_DOCUMENT)
    return Moved(session, (LookAt(Watch.DOCUMENT),))


def on(session: Session, event: Event) -> Moved:
    """Keep a portrait that is held steady and sharp in the guide rectangle."""
    progress = session.document
    if session.reference:
        return go_on(session)
    match event:
        case FrameAnalysed(facts) if not progress.asked:
            return _seen(session, facts)
        case ReferenceFailed():
            return Moved(_again(session))
        case Tick(now) if progress.asked and now - progress.asked_since > session.profile.limits.answer:
            return Moved(_again(session))
        case CameraChanged() if not progress.asked:
            return Moved(replace(session, document=DocumentProgress(failures=progress.failures)))
        case Continued() if session.profile.reference == "deferred":
            return go_on(session)
        case CameraEnded():
            return finish(session, "camera_ended")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Go on without a reference where the registry compares later; else end."""
    return go_on(session) if session.profile.reference == "deferred" else finish(session, "timed_out")


def _seen(session: Session, facts: FrameFacts) -> Moved:
    rules, progress = session.profile.document, session.document
    guidance = document_guidance(facts, rules)
    face = facts.face
    if guidance is not Guidance.GOOD or face is None or face.quality is None:
        kept = DocumentProgress(failures=progress.failures)
        return Moved(replace(session, guidance=guidance, document=kept))
    x, y = face.box.centre
    place = progress.place
    if place is None or progress.steady_since is None or not _steady(place, (x, y), rules.steady):
        place, progress = (x, y, face.box.width), DocumentProgress(steady_since=session.now, failures=progress.failures)
    if face.quality.sharpness >= progress.best_score:
        progress = replace(progress, best_index=facts.index, best_score=face.quality.sharpness)
    held = session.now - (session.now if progress.steady_since is None else progress.steady_since)
    share = 1.0 if rules.hold <= 0 else min(1.0, held / rules.hold)
    progress = replace(progress, place=place, progress=share)
    session = replace(session, document=progress, guidance=Guidance.HOLD_STILL)
    if held < rules.hold or progress.best_index is None:
        return Moved(session)
    asked = replace(progress, asked=True, asked_since=session.now)
    return Moved(replace(session, document=asked, guidance=Guidance.GOOD), (KeepReference(progress.best_index),))


def _steady(place: tuple[float, float, float], now: tuple[float, float], share: float) -> bool:
    return max(abs(place[0] - now[0]), abs(place[1] - now[1])) <= share * place[2]


def _again(session: Session) -> Session:
    failures = session.document.failures + 1
    return replace(session, document=DocumentProgress(failures=failures), guidance=Guidance.TRY_AGAIN)
