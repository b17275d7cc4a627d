"""The PAD subsystem alone: what it says of a camera that is watched for a while, without a challenge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeVar

from calibration.attack.judged import NOTED
from kiosk.analysis.facts import CueJudgement, FaceFacts, Gathered, ShapeSample
from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.camera.port import Camera
from kiosk.errors import CameraLost

_MOST = 480
"""samples of one cue that are kept; beyond it every other one goes, as in a session"""
Scored = tuple[float, float]
_Sample = TypeVar("_Sample")


@dataclass(frozen=True)
class Watched:
    """What the PAD subsystem said."""

    pad: float | None
    """fused PAD score, None without a face"""
    threshold: float
    bpcer: float
    cues: tuple[CueJudgement, ...]
    frames: int
    """frames looked at"""
    scored: int
    """frames with a PAD score"""
    low: float | None = None
    """lower end of the 95 % interval of the fused score; as in a session, all of it must reach the threshold"""
    lost: bool = False
    """the camera broke off"""

    @property
    def judged(self) -> tuple[CueJudgement, ...]:
        """Give the cues that gave an answer."""
        return tuple(cue for cue in self.cues if not cue.code and cue.score is not None and cue.threshold is not None)

    @property
    def refused_by(self) -> tuple[str, ...]:
        """Give the checks that refused it."""
        low = self.pad if self.low is None else self.low
        pad = () if self.pad is None or (low is not None and min(self.pad, low) >= self.threshold) else ("pad",)
        return (*pad, *(cue.check for cue in self.failed if cue.check not in NOTED))

    @property
    def failed(self) -> tuple[CueJudgement, ...]:
        """Give the cues that did not pass, those whose failure is only noted among them."""
        return tuple(cue for cue in self.judged if (cue.score or 0.0) < (cue.threshold or 0.0))


@dataclass
class _Gathering:
    """Fills a ``Gathered`` frame by frame."""

    shapes: list[ShapeSample] = field(default_factory=list)
    cues: dict[str, list[Scored]] = field(default_factory=dict)

    def saw(self, time: float, face: FaceFacts) -> None:
        if face.shape is not None and face.pose is not None:
            self.shapes.append(ShapeSample(time, face.pose.yaw, face.pose.pitch, face.shape))
            self.shapes = _thinned(self.shapes)
        for check, score in face.cues:
            if isfinite(score):
                self.cues[check] = _thinned([*self.cues.get(check, []), (time, score)])

    def whole(self) -> Gathered:
        return Gathered(tuple(self.shapes), tuple((check, tuple(of)) for check, of in self.cues.items()))


def _thinned(samples: list[_Sample]) -> list[_Sample]:
    return samples if len(samples) <= _MOST else samples[::2]


def watch(
    analyst: Analyst,
    camera: Camera,
    *,
    bpcer: float,
    max_yaw: float,
    seconds: float | None = None,
    fewest: int = 1,
    each: Callable[[float], None] = lambda _time: None,
) -> Watched:
    """Look at a camera's frames (for so many seconds of its own time, None: to its end) and judge them together.

    Fewer than ``fewest`` scored frames are no answer. The analyst forgets everything when it is over.
    Raises what the camera's ``open`` raises.
    """
    gathering, scores = _Gathering(), list[float]()
    frames, begun, lost = 0, None, False
    camera.open()
    try:
        while True:
            try:
                frame = camera.read()
            except CameraLost:
                lost = True
                break
            if frame is None:
                break
            begun = frame.time if begun is None else begun
            if seconds is not None and frame.time - begun > seconds:
                break
            facts = analyst.look(frame, Closeness.FACE)
            frames += 1
            each(frame.time - begun)
            face = facts.face
            if face is None:
                continue
            gathering.saw(frame.time, face)
            if face.pad is not None and isfinite(face.pad) and face.pose is not None and abs(face.pose.yaw) < max_yaw:
                scores.append(face.pad)
        judgement = analyst.fuse_pad(tuple(scores), bpcer) if len(scores) >= fewest else None
        cues = analyst.judge_cues(gathering.whole())
    finally:
        camera.close()
        analyst.wipe()
    threshold = judgement.threshold if judgement is not None else analyst.models.pad_table.threshold_for_fnmr(bpcer)
    score, low = (None, None) if judgement is None else (judgement.score, judgement.low)
    return Watched(score, threshold, bpcer, cues, frames, len(scores), low, lost)
