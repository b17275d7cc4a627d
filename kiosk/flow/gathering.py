"""What is gathered from frame to frame for the judgement at the end: PAD scores, and sameness with the probe."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from statistics import median
from typing import TypeVar

from kiosk.analysis.facts import FaceFacts, ShapeSample
from kiosk.flow.progress import PadProgress
from kiosk.flow.state import Session

FRONTAL = 20.0
"""degrees up to which a template says who it is"""
_MOST_SAMPLES = 480
"""of one cue; beyond it every other one goes"""
_Sample = TypeVar("_Sample")
FEWEST_SAMENESS = 3
"""comparison scores with the probe without which continuity is not shown"""


def gather_pad(session: Session, face: FaceFacts) -> Session:
    """Give the session with the frame's PAD score, when the face is near-frontal.

    When the scores grow too many every other one is dropped, and from then on every other frame is taken: those that
    stay are spread evenly over the whole time.
    """
    rules, pad = session.profile.pad, session.pad
    if face.pad is None or not isfinite(face.pad) or face.pose is None or not abs(face.pose.yaw) < rules.max_yaw:
        return session
    scores, stride = pad.scores, pad.stride
    if pad.seen % stride == 0:
        scores = (*scores, face.pad)
        if len(scores) > rules.max_frames:
            scores, stride = scores[::2], stride * 2
    return replace(session, pad=PadProgress(scores=scores, stride=stride, seen=pad.seen + 1))


def gather_cues(session: Session, face: FaceFacts) -> Session:
    """Give the session with what this frame adds to the cues that are judged over time; thinned as PAD scores are."""
    now, old = session.now, session.gathered
    shapes, light, cues = old.shapes, old.light, dict(old.cues)
    if face.shape is not None and face.pose is not None:
        shapes = _thinned((*shapes, ShapeSample(now, face.pose.yaw, face.pose.pitch, face.shape)))
    if face.light is not None and session.light.stage == "shine":
        light = _thinned((*light, (now, face.light)))
    for check, score in face.cues:
        if isfinite(score):
            cues[check] = _thinned((*cues.get(check, ()), (now, score)))
    return replace(session, gathered=replace(old, shapes=shapes, light=light, cues=tuple(cues.items())))


def _thinned(samples: tuple[_Sample, ...]) -> tuple[_Sample, ...]:
    return samples if len(samples) <= _MOST_SAMPLES else samples[::2]


def gather_sameness(session: Session, face: FaceFacts) -> Session:
    """Give the session with the frame's comparison score with the probe, when the face is near-frontal."""
    pose, score = face.pose, face.same_as_probe
    if score is None or pose is None or not (abs(pose.yaw) <= FRONTAL and abs(pose.pitch) <= FRONTAL):
        return session
    # NaN would hide in a median: what is not a number does not resemble.
    latest = (*session.liveness.sameness, score if isfinite(score) else -1.0)
    latest = latest[-session.profile.liveness.continuity_frames :]
    return replace(session, liveness=replace(session.liveness, sameness=latest))


def sameness(session: Session) -> float | None:
    """Give the median of the latest comparison scores with the probe, None while they are too few."""
    scores = session.liveness.sameness
    return median(scores) if len(scores) >= FEWEST_SAMENESS else None
