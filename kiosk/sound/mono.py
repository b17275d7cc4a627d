"""From decoded sound of any format to clips of one channel at the port's rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from kiosk.sound.clip import Samples
from kiosk.sound.port import RATE

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame


class Mixer:
    """Mixes down and resamples frame after frame; keeps what the filter still holds between them."""

    def __init__(self) -> None:
        """Start with nothing held."""
        import av

        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def mix(self, frame: AudioFrame | None) -> Samples:
        """Give the samples that are ready after this frame; None gives the rest."""
        if frame is not None:
            # The filter counts by time stamps of its own; ours are kept by who reads.
            frame.pts = None
        parts = [_flat(mixed) for mixed in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else np.empty(0, np.float32)


def _flat(frame: AudioFrame) -> Samples:
    return np.clip(np.nan_to_num(np.asarray(frame.to_ndarray(), np.float32).reshape(-1)), -1.0, 1.0)


def cut(samples: Samples, length: int) -> Iterator[Samples]:
    """Yield pieces of a length, the last one maybe shorter; each owns its samples."""
    for start in range(0, len(samples), length):
        yield samples[start : start + length].copy()
