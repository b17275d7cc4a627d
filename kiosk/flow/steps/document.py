"""Document: held before the camera, read when it is steady and legible, both sides where one does not say enough."""

from __future__ import annotations

from dataclasses import replace

from kiosk.analysis.facts import FrameFacts
from kiosk.document.capture.legibility import legibility
from kiosk.document.facts import PresenceCue
from kiosk.document.presence.tilt import tilt_of
from kiosk.flow.answers import DocumentRead, DocumentUnread, ReferenceFailed, ReferenceReady, TiltJudged
from kiosk.flow.documents import contradictions, legible, presence_finding
from kiosk.flow.effects import JudgeTilt, LookAt, ReadDocument, Watch
from kiosk.flow.events import (
    CameraChanged,
    CameraEnded,
    Continued,
    Event,
    FrameAnalysed,
    ShutterPressed,
    Tick,
    TiltDeclined,
)
from kiosk.flow.evidence import Check, Finding
from kiosk.flow.gate import document_guidance
from kiosk.flow.moved import Moved
from kiosk.flow.progress import DocumentProgress
from kiosk.flow.route import finish, go_on, patience
from kiosk.flow.state import Guidance, Session

_LATEST = 4
"""frames back that a picture taken by hand is read from"""
_TURN_SECONDS = 2.0
"""what people take to turn a card over: until then the first side is still in view"""
_ONE_SIDED = frozenset({"TD3", "MRV-A", "MRV-B"})
"""a passport's page and a visa have all on one side"""


def enter(session: Session) -> Moved:
    """Go on at once when nothing is wanted of a document."""
    if session.document_expected and session.profile.document.read == "required":
        return Moved(_phase(session, "reading", Guidance.CARD_READING), (LookAt(Watch.NOTHING),))
    if not _wanted(session):
        return _checked(session)
    if session.camera_ended:
        return finish(session, "camera_ended")
    return Moved(_find(session), (LookAt(Watch.DOCUMENT),))


def on(session: Session, event: Event) -> Moved:
    """Look for the document, ask for its reading, and see what is still wanted after each."""
    phase = session.document.phase
    match event:
        case DocumentRead() | ReferenceReady() if phase in ("find", "reading"):
            return _after_reading(session)
        case DocumentUnread() | ReferenceFailed() if phase == "reading":
            return _in_vain(session)
        case FrameAnalysed(facts) if phase == "find":
            return _seen(session, facts)
        case FrameAnalysed(facts) if phase == "tilt":
            return _tilting(session, facts)
        case ShutterPressed() if phase == "find" and session.document.by_hand and session.document.latest:
            return _read(session, session.document.latest)
        case Tick():
            return _passed(session)
        case TiltDeclined() if phase == "tilt":
            return _tilt_over(session)
        case TiltJudged(cues) if phase == "judging":
            if cues:
                session = _found(session, presence_finding((*_still_cues(session), *cues)))
            return _checked(session)
        case CameraChanged() if phase == "find":
            return Moved(replace(session, document=_unsteady(session.document)))
        case Continued() if phase == "differs":
            return go_on(replace(session, document=replace(session.document, confirmed=True)))
        case Continued() if session.profile.reference == "deferred" and session.profile.document.read != "required":
            return go_on(session)
        case CameraEnded() if phase in ("find", "turn", "tilt"):
            return finish(session, "camera_ended")
        case _:
            return Moved(session)


def timed_out(session: Session) -> Moved:
    """Go on without a reference where the registry compares later; else end."""
    if session.document.phase == "differs":
        return go_on(session)
    return _without(session, "timed_out")


# --- looking for it


def _seen(session: Session, facts: FrameFacts) -> Moved:
    rules, progress = session.profile.document, session.document
    latest = (*progress.latest, facts.index)[-_LATEST:]
    corners = facts.document.corners if facts.document is not None else ()
    outline = tuple((x / facts.width, y / facts.height) for x, y in corners)
    progress = replace(progress, latest=latest, outline=outline)
    guidance = document_guidance(facts, rules)
    place, score = _place_of(facts), _score_of(facts)
    if guidance is not Guidance.GOOD or place is None:
        return Moved(replace(session, guidance=guidance, document=_unsteady(progress)))
    if progress.place is None or progress.steady_since is None or not _steady(progress.place, place, rules.steady):
        progress = replace(_unsteady(progress), place=place, steady_since=session.now)
    best = sorted((*progress.best, (facts.index, score)), key=lambda one: -one[1])[: rules.frames]
    held = session.now - (session.now if progress.steady_since is None else progress.steady_since)
    share = 1.0 if rules.hold <= 0 else min(1.0, held / rules.hold)
    session = replace(
        session,
        document=replace(progress, best=tuple(best), progress=share),
        guidance=Guidance.CARD_STILL if held < rules.hold else Guidance.GOOD,
    )
    return Moved(session) if held < rules.hold else _read(session, tuple(index for index, _ in best))


def _place_of(facts: FrameFacts) -> tuple[float, float, float] | None:
    """Give middle and width of the document, else of its portrait."""
    if facts.document is not None:
        xs, ys = zip(*facts.document.corners, strict=True)
        return sum(xs) / 4, sum(ys) / 4, max(xs) - min(xs)
    face = facts.face
    # A portrait is much smaller than the card round it: it may wander as far as the card may.
    return None if face is None else (*face.box.centre, 4 * face.box.width)


def _score_of(facts: FrameFacts) -> float:
    if facts.document is not None:
        return legibility(facts.document)
    face = facts.face
    return face.quality.sharpness if face is not None and face.quality is not None else 0.0


def _steady(place: tuple[float, float, float], now: tuple[float, float, float], share: float) -> bool:
    return max(abs(place[0] - now[0]), abs(place[1] - now[1])) <= share * place[2] / 4


def _unsteady(progress: DocumentProgress) -> DocumentProgress:
    return replace(progress, steady_since=None, place=None, best=(), progress=0.0)


def _read(session: Session, indices: tuple[int, ...]) -> Moved:
    return Moved(
        _phase(session, "reading", Guidance.CARD_READING), (ReadDocument(indices, side=session.document.sides),)
    )


def _passed(session: Session) -> Moved:
    """Let time pass: answers that do not come, a side that is not found, a card that is being turned."""
    progress, limits = session.document, session.profile.limits
    since = session.now - progress.phase_since
    if progress.phase == "reading" and since > limits.answer:
        return _in_vain(session)
    if progress.phase == "judging" and since > limits.answer:
        return _checked(session)
    if progress.phase == "turn" and since > _TURN_SECONDS * patience(session):
        return Moved(_find(session))
    if progress.phase == "tilt" and since > session.profile.document.tilt_seconds * patience(session):
        return _tilt_over(session)
    if progress.phase == "find" and not progress.by_hand and since > session.profile.document.by_hand:
        return Moved(replace(session, document=replace(progress, by_hand=True)))
    return Moved(session)


# --- after a reading


def _after_reading(session: Session) -> Moved:
    wanted, reading = _wanted(session), session.document.reading
    if not wanted:
        return _tilt(session)
    if reading is None:
        # A portrait came from elsewhere; the document is still looked for.
        return Moved(session)
    if session.document.sides + session.document.failures >= session.profile.document.attempts:
        return _without(session, wanted)
    if session.camera_ended:
        return finish(session, "camera_ended")
    if reading.kind in _ONE_SIDED:
        return Moved(replace(_find(session), guidance=Guidance.TRY_AGAIN), (LookAt(Watch.DOCUMENT),))
    return Moved(_phase(session, "turn", Guidance.TURN_CARD), (LookAt(Watch.DOCUMENT),))


def _in_vain(session: Session) -> Moved:
    failures = session.document.failures + 1
    session = replace(session, document=replace(session.document, failures=failures))
    if session.document.sides + failures >= session.profile.document.attempts:
        return _without(session, _wanted(session))
    if session.camera_ended:
        return finish(session, "camera_ended")
    return Moved(replace(_find(session), guidance=Guidance.TRY_AGAIN), (LookAt(Watch.DOCUMENT),))


def _wanted(session: Session) -> str:
    """Give what is still wanted of a document, "" for nothing: the code of its absence."""
    rules, reading, sides = session.profile.document, session.document.reading, session.document.sides
    portrait = not (session.reference or session.reference_expected)
    text = rules.read == "required" and not legible(reading)
    if reading is None:
        return "document_unread" if portrait or text else ""
    if portrait and session.profile.reference == "required":
        return "reference_portrait_missing"
    both = rules.sides == "both" and reading.kind not in _ONE_SIDED
    return "document_unread" if sides < 2 and (both or text) else ""


def _without(session: Session, code: str) -> Moved:
    """Go on without what was wanted where the session can still be decided; else end with its reason."""
    if session.evidence.of(Check.DOCUMENT) is None and session.profile.document.read == "required":
        session = _found(session, Finding(Check.DOCUMENT, False, "document_unread"))
    if session.reference or session.reference_expected or session.profile.reference == "deferred":
        return go_on(session)
    return finish(session, code or "reference_portrait_missing")


# --- tilting it


def _tilt(session: Session) -> Moved:
    progress = session.document
    live = progress.sides > 0 and progress.looked_since is not None and not session.camera_ended
    if session.profile.document.tilt == "off" or progress.tilted or not live:
        return _checked(session)
    return Moved(_phase(session, "tilt", Guidance.TILT_CARD), (LookAt(Watch.DOCUMENT),))


def _tilting(session: Session, facts: FrameFacts) -> Moved:
    if facts.document is None:
        return Moved(session)
    about = tilt_of(facts.document.corners, frame=(facts.width, facts.height))
    if about is None:
        return Moved(session)
    seen = (*session.document.tilts, about)
    lows, highs = (tuple(pick(one[axis] for one in seen) for axis in (0, 1)) for pick in (min, max))
    extremes = ((lows[0], lows[1]), (highs[0], highs[1]))
    session = replace(session, document=replace(session.document, tilts=extremes))
    turned = max(highs[0] - lows[0], highs[1] - lows[1])
    share = min(1.0, turned / session.profile.document.tilt_degrees)
    session = replace(session, document=replace(session.document, progress=share))
    return _tilt_over(session) if share >= 1 else Moved(session)


def _tilt_over(session: Session) -> Moved:
    session = _phase(session, "judging", Guidance.GOOD)
    return Moved(replace(session, document=replace(session.document, tilted=True)), (JudgeTilt(),))


def _checked(session: Session) -> Moved:
    """Go on, unless the person should see that the document says something else than they typed."""
    reading = session.document.reading
    if reading is None or session.document.confirmed or not contradictions(session, reading):
        return go_on(session)
    return Moved(_phase(session, "differs", Guidance.NONE), (LookAt(Watch.NOTHING),))


def _still_cues(session: Session) -> tuple[PresenceCue, ...]:
    reading = session.document.reading
    return reading.presence if reading is not None else ()


def _find(session: Session) -> Session:
    session = _phase(session, "find", Guidance.SHOW_DOCUMENT)
    progress = replace(_unsteady(session.document), latest=(), outline=(), looked_since=session.now)
    return replace(session, document=progress)


def _phase(session: Session, phase: str, guidance: Guidance) -> Session:
    progress = replace(session.document, phase=phase, phase_since=session.now)
    return replace(session, document=progress, guidance=guidance)


def _found(session: Session, finding: Finding) -> Session:
    return replace(session, evidence=session.evidence.with_finding(finding))
