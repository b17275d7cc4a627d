"""A stretch of sound with its time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class SoundKind(StrEnum):
    """Where sound comes from."""

    DEVICE = "device"
    REPLAY = "replay"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound as one microphone hears it."""

    samples: Samples
    """one channel, -1..1"""
    rate: int
    """samples a second"""
    time: float
    """seconds on the session's clock at which the first sample was heard; clips follow each other"""

    @property
    def until(self) -> float:
        """Give when the last sample is over."""
        return self.time + len(self.samples) / self.rate

    def wipe(self) -> None:
        """Overwrite the samples with silence: nobody's voice stays in memory."""
        self.samples.fill(0.0)
