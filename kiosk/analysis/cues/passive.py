"""The passive cues of one frame: what lies round the face, and the beat of a raster."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues import moire, surroundings


class PassiveCues:
    """Scores frames; keeps numbers of the last looks, no pixels."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._surroundings = surroundings.SurroundingsWatch()

    def see(self, image: NDArray[np.uint8], box: tuple[float, float, float, float]) -> tuple[tuple[str, float], ...]:
        """Give the scores of this frame by check: 1 bona fide .. 0 attack; a cue that cannot tell gives none."""
        scores = (
            (surroundings.CHECK, self._surroundings.see(image, box)),
            (moire.CHECK, moire.moire_score(image, box)),
        )
        return tuple((check, score) for check, score in scores if score is not None)

    def forget(self) -> None:
        """Forget the session."""
        self._surroundings.wipe()
