"""What analysis remembers of a person within one session, and forgets at its end."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RECENT = 48
"""frames back that a face can still be asked for: about two seconds, more than the way to the flow and back"""
_JUST_BEFORE = 0.5
"""seconds within which two frames are compared with each other"""


@dataclass(frozen=True, slots=True, eq=False)
class KeptFace:
    """A face as it was seen: its template and the part of the picture round it."""

    template: NDArray[np.float32]
    picture: NDArray[np.uint8]
    """BGR, the face with a margin of half its size"""
    eye_distance: float


class SessionMemory:
    """Reference, probe, anchor and the latest faces. Belongs to the analysing thread."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.reference: KeptFace | None = None
        self.reference_of_document = False
        """it was cut from a document: its comparison scores are distributed otherwise"""
        self.probe: KeptFace | None = None
        """what is compared with the reference: from within the challenge once there is one"""
        self.anchor: KeptFace | None = None
        """the first probe, which continuity is measured from"""
        self._last: tuple[float, KeptFace] | None = None
        self._recent: OrderedDict[int, KeptFace] = OrderedDict()

    def saw(self, index: int, face: KeptFace, time: float | None = None) -> None:
        """Remember the face of a frame for a short while; with its time it is what the next one is compared with."""
        self._recent[index] = face
        if time is not None:
            self._last = time, face
        while len(self._recent) > _RECENT:
            self._forget(self._recent.popitem(last=False)[1])

    def recall(self, index: int) -> KeptFace | None:
        """Give the face of a frame, None when it is gone."""
        return self._recent.get(index)

    def last_seen(self, time: float) -> KeptFace | None:
        """Give the face seen just before a moment, None when that is too long ago."""
        return self._last[1] if self._last is not None and 0 <= time - self._last[0] <= _JUST_BEFORE else None

    def keep_probe(self, index: int, *, within: bool = False) -> bool:
        """Keep the face of a recent frame as probe, and as anchor unless it is ``within`` the challenge; False when gone."""
        face = self.recall(index)
        if face is None:
            return False
        before = {id(old): old for old in (self.probe, self.anchor) if old is not None}
        self.probe = face
        if self.anchor is None or not within:
            self.anchor = face
        for old in before.values():
            if not any(old is kept for kept in self._recent.values()):
                self._forget(old)
        return True

    def keep_reference(self, face: KeptFace, *, of_document: bool) -> None:
        """Keep a face as reference in the place of another."""
        if self.reference is not None:
            _overwrite(self.reference)
        self.reference, self.reference_of_document = face, of_document

    def forget_recent(self) -> None:
        """Drop the latest faces; reference, probe and anchor stay."""
        self._last = None
        while self._recent:
            self._forget(self._recent.popitem()[1])

    def wipe(self) -> None:
        """Overwrite and forget everything."""
        self.forget_recent()
        for face in (self.reference, self.probe, self.anchor):
            if face is not None:
                _overwrite(face)
        self.reference = self.probe = self.anchor = None
        self.reference_of_document = False

    def _forget(self, face: KeptFace) -> None:
        if not any(face is kept for kept in (self.probe, self.anchor, self.reference)):
            _overwrite(face)


def _overwrite(face: KeptFace) -> None:
    face.template.fill(0)
    face.picture.fill(0)
