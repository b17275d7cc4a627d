"""One face throughout: it moves as a head can, in one and the same scene, and resembles itself from frame to frame."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, isfinite, log, sqrt

from kiosk.analysis.facts import FaceFacts, FrameFacts
from kiosk.flow.gate import second_face
from kiosk.flow.gathering import FRONTAL, gather_sameness, sameness
from kiosk.flow.measure import Track
from kiosk.flow.state import Session
from kiosk.profile.format import Liveness

_BOX_NOISE = 0.25
"""face widths by which the detector's box may be off from frame to frame"""
_SIZE_NOISE = 0.15
"""the same for the logarithm of its size"""
_LONG_GAP = 3.0
"""times ``face_lost``: a gap without frames that nothing explains"""
_FEWEST_LOW = 2
"""near-frontal frames running that must not resemble the one before: a blurred one is no other person"""

_Place = tuple[float, float, float, float]


def follow_face(session: Session, facts: FrameFacts) -> tuple[Session, str]:
    """Give the session with what this frame says of continuity, and why it is broken ("" when it is not).

    A frame without a face counts as missed; what was seen before stays.
    """
    rules, progress = session.profile.liveness, session.liveness
    gap = session.now - progress.face_seen
    face = facts.face
    if facts.scene_change is not None and not facts.scene_change < rules.scene_change:
        return session, "picture_cut"
    if face is None:
        return session, "face_lost" if gap > rules.face_lost else ""
    if (gap > rules.face_lost and progress.misses) or gap > _LONG_GAP * rules.face_lost:
        return session, "face_lost"
    track, broken = _tracked(progress.track, facts, face, rules)
    if broken:
        return session, broken
    other_since = None
    if second_face(facts, session.profile.capture):
        other_since = session.now if progress.other_since is None else progress.other_since
        if session.now - other_since > rules.other_face:
            return session, "second_face"
    track = _resembling(track, face, rules)
    seen = replace(progress, misses=0, face_seen=session.now, other_since=other_since, track=track)
    session = gather_sameness(replace(session, liveness=seen), face)
    same = sameness(session)
    settled = len(session.liveness.sameness) >= rules.continuity_frames
    changed = track.steps_low >= _FEWEST_LOW or (settled and same is not None and same < rules.continuity_score)
    return session, "face_changed" if changed else ""


def _tracked(track: Track, facts: FrameFacts, face: FaceFacts, rules: Liveness) -> tuple[Track, str]:
    """Follow the face; out of reach for one frame it is the detector's error, for two it has jumped."""
    place = _place(facts.time, face)
    if not all(isfinite(value) for value in place) or place[3] <= 0:
        return track, ""
    here = replace(track, time=place[0], x=place[1], y=place[2], size=place[3], doubt=None)
    if track.time is None:
        return here, ""
    last = (track.time, track.x, track.y, track.size)
    if place[0] < track.time or _reached(last, place, rules):
        return here, ""
    if track.doubt is None or not _reached(track.doubt, place, rules):
        return replace(track, doubt=place), ""
    # Is the face that was followed still there, and a larger one has come before it?
    there = any(_reached(last, _place(facts.time, other), rules) for other in facts.faces[1:])
    return track, "second_face" if there else "face_jumped"


def _place(time: float, face: FaceFacts) -> _Place:
    x, y = face.box.centre
    return time, x, y, sqrt(max(0.0, face.box.width * face.box.height))


def _reached(before: _Place, now: _Place, rules: Liveness) -> bool:
    """Say whether a head can have come from one place to the other in that time."""
    seconds = max(0.0, now[0] - before[0])
    if before[3] <= 0 or now[3] <= 0:
        return False
    moved = hypot(now[1] - before[1], now[2] - before[2]) / sqrt(before[3] * now[3])
    grown = abs(log(now[3] / before[3]))
    return moved <= _BOX_NOISE + rules.head_speed * seconds and grown <= _SIZE_NOISE + rules.head_growth * seconds


def _resembling(track: Track, face: FaceFacts, rules: Liveness) -> Track:
    """Count near-frontal frames running that resemble neither the frame before nor, where both are known, the probe."""
    step, probe, pose = face.same_as_last, face.same_as_probe, face.pose
    if step is None or pose is None or not (abs(pose.yaw) <= FRONTAL and abs(pose.pitch) <= FRONTAL):
        return track
    low = not step >= rules.step_score
    # After a change the frames resemble each other again, but not the probe.
    still_other = track.steps_low > 0 and probe is not None and not probe >= rules.step_score
    return replace(track, steps_low=track.steps_low + 1 if low or still_other else 0)
