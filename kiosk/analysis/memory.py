"""What analysis remembers of a person within one session, and forgets at its end."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RECENT = 48
"""frames back that a face can still be asked for: about two seconds, more than the way to the flow and back"""


@dataclass(frozen=True, slots=True, eq=False)
class KeptFace:
    """A face as it was seen: its template and the part of the picture round it."""

    template: NDArray[np.float32]
    picture: NDArray[np.uint8]
    """BGR, the face with a margin of half its size"""
    eye_distance: float


class SessionMemory:
    """Reference, probe and the latest faces. Belongs to the analysing thread."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.reference: KeptFace | None = None
        self.probe: KeptFace | None = None
        self._recent: OrderedDict[int, KeptFace] = OrderedDict()

    def saw(self, index: int, face: KeptFace) -> None:
        """Remember the face of a frame for a short while."""
        self._recent[index] = face
        while len(self._recent) > _RECENT:
            self._forget(self._recent.popitem(last=False)[1])

    def recall(self, index: int) -> KeptFace | None:
        """Give the face of a frame, None when it is gone."""
        return self._recent.get(index)

    def forget_recent(self) -> None:
        """Drop the latest faces; reference and probe stay."""
        while self._recent:
            self._forget(self._recent.popitem()[1])

    def wipe(self) -> None:
        """Overwrite and forget everything."""
        self.forget_recent()
        for face in (self.reference, self.probe):
            if face is not None:
                _overwrite(face)
        self.reference = self.probe = None

    def _forget(self, face: KeptFace) -> None:
        if face is not self.probe and face is not self.reference:
            _overwrite(face)


def _overwrite(face: KeptFace) -> None:
    face.template.fill(0)
    face.picture.fill(0)
