"""Eyes on the screen, and nobody beside or behind: seconds counted over the awareness step. Pure.

Looking is judged by the head (from the person's own straight look) and the lids. Gaze is left out: our landmarks read it
too weakly sideways to hold it against anybody. No expression is read: nothing here says what a person feels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from statistics import median

from kiosk.analysis.facts import FaceFacts, FrameFacts
from kiosk.flow.evidence import Check, Finding
from kiosk.profile.format import Profile

_LONGEST_FRAME = 0.5
"""seconds that one frame speaks for, at most"""
_LEAST_SEEN = 0.5
"""share of the step that frames must cover for it to be judged"""
_FEWEST_FRAMES = 3
_BREAK = 0.4
"""seconds without the other face that end its being in view: detectors lose a face now and then"""
_FRONTAL = 20.0
"""degrees within which faces are compared"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What frames showed so far; all in seconds."""

    last: float | None = None
    """moment of the latest frame"""
    frames: int = 0
    seen: float = 0.0
    """time that frames cover"""
    looking: float = 0.0
    """of it: the person's face turned to the screen, eyes open"""
    others: float = 0.0
    """of it: another face in view"""
    other_since: float | None = None
    other_last: float = 0.0
    longest: float = 0.0
    """longest time that another face was in view"""
    sameness: tuple[float, ...] = ()
    """the latest comparison scores with the probe"""
    changed: bool = False
    """at some time the face was not the probe's"""


def watch(watched: Watched, facts: FrameFacts, now: float, neutral: tuple[float, float], profile: Profile) -> Watched:
    """Give what is known with one frame more; ``neutral`` is yaw and pitch of the person's straight look."""
    passed = 0.0 if watched.last is None else max(0.0, min(now - watched.last, _LONGEST_FRAME))
    looks = facts.face is not None and looks_at_screen(facts.face, neutral, profile)
    watched = replace(
        watched,
        last=now,
        frames=watched.frames + 1,
        seen=watched.seen + passed,
        looking=watched.looking + (passed if looks else 0.0),
    )
    watched = _others(watched, another_face(facts, profile), now, passed)
    return watched if facts.face is None else _same(watched, facts.face, profile)


def looks_at_screen(face: FaceFacts, neutral: tuple[float, float], profile: Profile) -> bool:
    """Tell whether a face is turned to the screen with open eyes; what was not measured is not."""
    rules, pose = profile.awareness, face.pose
    if pose is None or face.eyes_open is None:
        return False
    turned = abs(pose.yaw - neutral[0]) <= rules.yaw and abs(pose.pitch - neutral[1]) <= rules.pitch
    return turned and all(opening >= profile.capture.min_eyes_open for opening in face.eyes_open)


def another_face(facts: FrameFacts, profile: Profile) -> bool:
    """Tell whether somebody else is in view: beside, behind or further off, as small as the profile says.

    What lies within the first face must be nearly as large: detectors see small faces in hair and in glasses.
    """
    if len(facts.faces) < 2:
        return False
    first, *others = facts.faces
    box, capture = first.box, profile.capture
    for face in others:
        if face.confidence < capture.comparable_confidence:
            continue
        x, y = face.box.centre
        inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
        least = capture.comparable_face if inside else profile.awareness.other_face
        if not face.box.width * face.box.height < least * box.width * box.height:
            return True
    return False


def attention_finding(watched: Watched, seconds: float, profile: Profile, *, hears: bool) -> Finding:
    """Give the share of the step in which the eyes were on the screen, against the profile's.

    Who hears the question does not have to look: that is no failure and no pass.
    """
    if hears:
        return Finding(Check.ATTENTION, passed=False, code="attention_not_used")
    detail = (*_detail(watched, seconds), ("looking_seconds", f"{watched.looking:.2f}"), ("by", "head,lids"))
    if not _enough(watched, seconds):
        return Finding(Check.ATTENTION, passed=False, code="attention_unavailable", detail=detail)
    score, threshold = watched.looking / watched.seen, profile.awareness.eyes_on_screen
    passed = score >= threshold
    code = "eyes_on_screen" if passed else "attention_failed"
    return Finding(Check.ATTENTION, passed, code, score, threshold, detail=detail)


def alone_finding(watched: Watched, seconds: float, profile: Profile, *, voice: float | None = None) -> Finding:
    """Say whether the person stayed alone, and the same.

    ``voice`` is for how many seconds somebody else was heard; None where nothing listened.
    """
    rules = profile.awareness
    heard = (("voice_seconds", "not_heard" if voice is None else f"{voice:.2f}"),)
    others = (("other_seconds", f"{watched.others:.2f}"), ("other_longest", f"{watched.longest:.2f}"))
    detail = _detail(watched, seconds) + others + heard
    if not _enough(watched, seconds):
        return Finding(Check.ALONE, passed=False, code="alone_unavailable", detail=detail)
    if watched.changed:
        return Finding(Check.ALONE, passed=False, code="face_changed", detail=detail)
    company = watched.longest > rules.glance or (voice is not None and not voice <= rules.glance)
    if company and rules.companion == "refer":
        return Finding(Check.ALONE, passed=False, code="alone_failed", detail=detail)
    return Finding(Check.ALONE, passed=True, code="companion" if company else "alone", detail=detail)


def _others(watched: Watched, there: bool, now: float, passed: float) -> Watched:
    if not there:
        gone = watched.other_since is not None and now - watched.other_last > _BREAK
        return replace(watched, other_since=None) if gone else watched
    since = now if watched.other_since is None else watched.other_since
    longest = max(watched.longest, now - since)
    return replace(watched, others=watched.others + passed, other_since=since, other_last=now, longest=longest)


def _same(watched: Watched, face: FaceFacts, profile: Profile) -> Watched:
    """Follow whether it is still the face of the probe, by the median of the latest near-frontal frames."""
    pose, score, rules = face.pose, face.same_as_probe, profile.liveness
    if score is None or pose is None or not (abs(pose.yaw) <= _FRONTAL and abs(pose.pitch) <= _FRONTAL):
        return watched
    latest = (*watched.sameness, score if isfinite(score) else -1.0)[-rules.continuity_frames :]
    other = len(latest) == rules.continuity_frames and median(latest) < rules.continuity_score
    return replace(watched, sameness=latest, changed=watched.changed or other)


def _enough(watched: Watched, seconds: float) -> bool:
    return watched.frames >= _FEWEST_FRAMES and watched.seen > 0 and watched.seen >= _LEAST_SEEN * seconds


def _detail(watched: Watched, seconds: float) -> tuple[tuple[str, str], ...]:
    seen = f"{watched.seen:.2f}"
    return (("seconds", f"{seconds:.2f}"), ("seen_seconds", seen), ("frames", str(watched.frames)))
