"""Asking for gestures: the calm look and a drawn pause before each cue, the gesture after it, in time and by itself.

Too early, too fast, too late and wrong are told apart. Only challenges that were drawn are paced: a film that an
operator's challenge fits was not made to follow cues, so there is no pause, and early and fast say nothing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow.attempts import fail_attempt
from kiosk.flow.effects import Cue
from kiosk.flow.gestures import FACIAL, amount, is_rested, is_still, wrong_gesture
from kiosk.flow.measure import Measure, extremes, median_measure
from kiosk.flow.moved import Moved
from kiosk.flow.movement import VERTICAL
from kiosk.flow.progress import LivenessProgress
from kiosk.flow.route import patience
from kiosk.flow.scheduling import draw_seconds, shown_ways
from kiosk.flow.state import Gesture, Guidance, Session
from kiosk.profile.format import Capture

_NEUTRALS = 15
_FEWEST_HELD = 2
"""frames in which a gesture, or the neutral face, must be seen"""
_READING_TIME = 1.5
"""seconds between a failed attempt and the next cue"""
_PRAISE = 0.7
"""seconds for which a finished gesture is praised"""
_ONSET = 0.35
"""rise above the amount at the cue with which a gesture begins"""
_EARLY = "early"


def wait_for_neutral(session: Session) -> tuple[Moved, bool]:
    """Wait until the person is calm again and the drawn pause is over, then ask for the next gesture.

    The second value says whether the face rests now; after the last gesture that is all there is to wait for.
    """
    rules, progress, capture = session.profile.liveness, session.liveness, session.profile.capture
    before = session.challenge[progress.position - 1] if progress.position else None
    over = progress.position == len(session.challenge)
    after = None if over else session.challenge[progress.position]
    now = median_measure(progress.recent)
    neutral = progress.neutral or now._replace(yaw=0.0, pitch=0.0)
    straight, calm = is_rested(now, neutral, rules, before, after)
    retrying = progress.position == 0 and bool(progress.failures)
    if not (straight and calm):
        session = _with(session, held_since=None, held_frames=0)
        early = after is not None and _early(session, after, now, neutral)
        session = _with(session, wrong=_EARLY if early else "")
        if early and progress.wrong != _EARLY:
            session = _with(session, wrong_since=session.now)
        if early and session.now - session.liveness.wrong_since >= max(rules.hold, 1e-3):
            return fail_attempt(session, "liveness_too_early"), False
        return Moved(replace(session, guidance=_hint(session, before, straight, retrying))), False
    looks = (*progress.neutrals, now)[-_NEUTRALS:]
    learnt = _within(median_measure(looks), capture)
    session = _held(_with(session, neutrals=looks, neutral=learnt, wrong=""))
    if not _held_enough(session, rules.hold) or (retrying and session.now - progress.phase_since < _READING_TIME):
        return Moved(session), False
    if over:
        return Moved(session), True
    cue_at = session.liveness.cue_at
    if cue_at is None:
        paced = not session.challenge_fixed
        pause = draw_seconds(session, "pause", rules.pause_least, rules.pause_most) if paced else 0.0
        cue_at = session.now + pause
        session = _with(session, cue_at=cue_at)
    if session.now < cue_at:
        return Moved(session), True
    if before not in VERTICAL:
        session = _settled(session, learnt, capture)
    return _ask(session, now), True


def judge_gesture(session: Session) -> Moved:
    """Wait for the gesture; another one that is clearly shown fails the attempt."""
    rules, progress = session.profile.liveness, session.liveness
    asked = session.challenge[progress.position]
    now = median_measure(progress.recent)
    neutral = progress.neutral or now
    session = replace(session, guidance=Guidance.DO_GESTURE)
    shown = amount(asked, now, neutral, rules)
    if asked is Gesture.BLINK:
        session, done = _blinked(session, shown)
    elif asked is Gesture.HOLD_STILL:
        session, done = _held_still(session, now)
    else:
        session, done = _shown(session, shown)
    if done:
        return _judged(session, asked)
    under_way = session.liveness.held_since is not None and asked is not Gesture.HOLD_STILL
    unpaced = session.challenge_fixed
    wrong = None if under_way else wrong_gesture(asked, now, neutral, rules, turns_only=unpaced)
    if wrong is None:
        return Moved(_with(session, wrong=""))
    other, opposite = wrong
    if session.liveness.wrong != other.value:
        return Moved(_with(session, wrong=other.value, wrong_since=session.now))
    if session.now - session.liveness.wrong_since < (rules.opposite_hold if opposite else rules.wrong_hold):
        return Moved(session)
    return fail_attempt(session, "liveness_wrong_gesture")


def _early(session: Session, after: Gesture, now: Measure, neutral: Measure) -> bool:
    """Say whether the coming gesture is shown in the pause before its cue.

    Turns and approach only: people blink, smile and talk while they wait.
    """
    if session.challenge_fixed or session.liveness.cue_at is None or after in (*FACIAL, Gesture.HOLD_STILL):
        return False
    return amount(after, now, neutral, session.profile.liveness) >= 1.0


def _hint(session: Session, before: Gesture | None, straight: bool, retrying: bool) -> Guidance:
    waited = session.now - session.liveness.phase_since
    if retrying and waited < _READING_TIME:
        return Guidance.TRY_AGAIN
    if before is not None and waited < _PRAISE:
        return Guidance.WELL_DONE
    if not straight:
        return Guidance.BACK_TO_MIDDLE
    return Guidance.MOVE_BACK if before is Gesture.CLOSER else Guidance.RELAX_FACE


def _settled(session: Session, learnt: Measure, capture: Capture) -> Session:
    """Take the pitch at which the head has come to rest: a nod is measured from there, not from before a turn."""
    progress = session.liveness
    latest = progress.neutrals[-max(_FEWEST_HELD, progress.held_frames) :]
    rested = _within(learnt._replace(pitch=median_measure(latest).pitch), capture)
    return _with(session, neutral=rested, neutrals=(rested,) * len(latest))


def _ask(session: Session, now: Measure) -> Moved:
    rules, progress = session.profile.liveness, session.liveness
    asked = session.challenge[progress.position]
    at_cue = amount(asked, now, progress.neutral or now, rules)
    if not progress.revealed:
        session = replace(session, shown_ways=shown_ways(session))
    session = _with(
        session,
        phase="gesture",
        phase_since=session.now,
        window_until=session.now + rules.window * patience(session),
        held_since=None,
        held_frames=0,
        wrong="",
        at_cue=at_cue if at_cue > 0 else 0.0,
        onset=None,
        still=(),
        revealed=True,
    )
    return Moved(replace(session, guidance=Guidance.DO_GESTURE), (Cue(asked.value),))


def _shown(session: Session, shown: float) -> tuple[Session, bool]:
    """Follow a gesture that is held: it begins at 1, ends below the release, and rises from what it was at the cue."""
    rules, progress = session.profile.liveness, session.liveness
    begun = shown >= min(1.0, progress.at_cue + _ONSET)
    onset = (session.now if progress.onset is None else progress.onset) if begun else None
    session = _with(session, onset=onset)
    entered = shown >= (1.0 if progress.held_since is None else rules.release)
    if not entered:
        return _with(session, held_since=None, held_frames=0), False
    session = _held(session)
    return session, _held_enough(session, rules.hold)


def _blinked(session: Session, shown: float) -> tuple[Session, bool]:
    """Follow the eyes: shut, then open again within a blink's time. One that began too soon after the cue is nobody's answer."""
    rules, progress = session.profile.liveness, session.liveness
    if progress.held_since is None:
        return (_held(_with(session, onset=session.now)) if shown >= 1.0 else session), False
    if not shown < rules.release:
        return session, False
    answered = session.challenge_fixed or progress.held_since - progress.phase_since >= rules.reaction
    quick = session.now - progress.held_since <= rules.blink_seconds
    return _with(session, held_since=None, held_frames=0), answered and quick


def _held_still(session: Session, now: Measure) -> tuple[Session, bool]:
    rules, progress = session.profile.liveness, session.liveness
    seen = (*progress.still, now)
    if not is_still(seen, rules):
        return _held(_with(session, still=(now, now), held_since=None, held_frames=0)), False
    session = _held(_with(session, still=extremes(seen)))
    seconds = draw_seconds(session, "still", rules.still_least, rules.still_most)
    return session, _held_enough(session, seconds)


def _judged(session: Session, asked: Gesture) -> Moved:
    """Note a gesture that was made; one that was begun sooner than a person reacts fails the attempt."""
    rules, progress = session.profile.liveness, session.liveness
    paced = not session.challenge_fixed and asked is not Gesture.HOLD_STILL
    reaction = progress.onset - progress.phase_since if progress.onset is not None and paced else -1.0
    if paced and asked is not Gesture.BLINK and reaction < rules.reaction:
        return fail_attempt(session, "liveness_too_fast")
    done = _with(
        session,
        position=progress.position + 1,
        phase="neutral",
        phase_since=session.now,
        window_until=session.now + rules.window * patience(session),
        cue_at=None,
        times=(*progress.times, session.now - progress.phase_since),
        reactions=(*progress.reactions, reaction),
        held_since=None,
        held_frames=0,
        wrong="",
        still=(),
    )
    return Moved(replace(done, guidance=Guidance.WELL_DONE), (Cue(None),))


def _held(session: Session) -> Session:
    progress = session.liveness
    since = session.now if progress.held_since is None else progress.held_since
    return _with(session, held_since=since, held_frames=progress.held_frames + 1)


def _held_enough(session: Session, seconds: float) -> bool:
    progress = session.liveness
    long = progress.held_since is not None and session.now - progress.held_since >= seconds
    return long and progress.held_frames >= _FEWEST_HELD


def _within(look: Measure, capture: Capture) -> Measure:
    """Keep the straight look within what the gate of the face step allows: it must not wander off with the head."""
    return look._replace(yaw=_clamped(look.yaw, capture.max_yaw), pitch=_clamped(look.pitch, capture.max_pitch))


def _clamped(angle: float, limit: float) -> float:
    return max(-limit, min(limit, angle))


def _with(session: Session, **changes: object) -> Session:
    progress: LivenessProgress = replace(session.liveness, **changes)  # type: ignore[arg-type]
    return replace(session, liveness=progress)
