"""One picture with its time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class SourceKind(StrEnum):
    """Where pictures come from; only a device can approve under a production profile."""

    DEVICE = "device"
    REPLAY = "replay"
    DEMO = "demo"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture as the camera sees it, not mirrored."""

    image: NDArray[np.uint8]
    """height x width x 3, blue green red, 0..255; never written to"""
    time: float
    """seconds on the source's own clock, growing from frame to frame"""
    index: int
    """counted by the source from 0 since it was opened; a gap means frames lost before us"""
    arrived: float | None = None
    """when it reached us, seconds on this machine's steady clock; None for recordings, whose times are all their own"""
