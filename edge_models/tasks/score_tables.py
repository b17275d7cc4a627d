"""A model's own score distributions, so that thresholds are stated as rates of error and never as bare scores."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.errors import CardInvalid, ModelMissing

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Quantiles of mated (PAD: bona fide) and non-mated (PAD: attack) scores on data that nothing was trained on."""

    mated: Scores
    """quantiles at 0..1, rising"""
    nonmated: Scores
    """quantiles at 0..1, rising"""
    tail: Scores
    """the highest non-mated scores exactly, falling: a quantile grid is too coarse for small rates"""
    mated_count: int
    nonmated_count: int

    @classmethod
    def read(cls, folder: Path) -> ScoreTable:
        """Read ``det.npz`` of a folder that need not be signed. Raises ``ModelMissing``, ``CardInvalid``."""
        path = folder / "det.npz"
        if not path.is_file():
            raise ModelMissing(f"{folder.name} lacks det.npz")
        return cls.from_bytes(path.read_bytes(), of=folder.name)

    @classmethod
    def from_bytes(cls, content: bytes, *, of: str) -> ScoreTable:
        """Read the bytes of a ``det.npz``, verified by who gives them. Raises ``CardInvalid``."""
        try:
            with np.load(BytesIO(content), allow_pickle=False) as stored:
                mated, nonmated, tail = (np.asarray(stored[name], np.float64) for name in ("mated", "nonmated", "tail"))
                counts = [int(count) for count in stored["counts"]]
        except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
            raise CardInvalid(f"det.npz of {of} cannot be read") from error
        finite = all(len(values) > 1 and bool(np.isfinite(values).all()) for values in (mated, nonmated, tail))
        if not finite or len(counts) != 2 or min(counts) < 1:
            raise CardInvalid(f"det.npz of {of} holds no distributions")
        return cls(mated, nonmated, tail, counts[0], counts[1])

    @property
    def smallest_rate(self) -> float:
        """Give the smallest FMR that was measured, not extrapolated: three of the non-mated comparisons."""
        return 3 / self.nonmated_count

    def fmr_at(self, score: float) -> float:
        """Give the share of non-mated scores that reach this one; above all of them an extrapolation, never 0."""
        if score <= self.tail[-1]:
            grid = np.linspace(0, 1, len(self.nonmated))
            return float(np.clip(1 - np.interp(score, self.nonmated, grid), len(self.tail) / self.nonmated_count, 1.0))
        ranks = (np.arange(len(self.tail)) + 1) / self.nonmated_count
        if score >= self.tail[0]:
            return float(ranks[0] * np.exp(-(score - self.tail[0]) / self._fall()))
        return float(np.exp(np.interp(score, self.tail[::-1], np.log(ranks[::-1]))))

    def threshold_for_fmr(self, fmr: float) -> float:
        """Give the score that this share of the non-mated scores reaches.

        The inverse of ``fmr_at``: below one of the non-mated comparisons it goes on along the tail's exponential fall,
        which is an extrapolation and may pass every score that there can be.
        """
        ranks = (np.arange(len(self.tail)) + 1) / self.nonmated_count
        if fmr >= ranks[-1]:
            grid = np.linspace(0, 1, len(self.nonmated))
            return min(float(np.interp(1 - fmr, grid, self.nonmated)), float(self.tail[-1]))
        if fmr < ranks[0]:
            return float(self.tail[0] + self._fall() * np.log(ranks[0] / max(fmr, 1e-12)))
        return float(np.interp(np.log(fmr), np.log(ranks), self.tail))

    def threshold_for_fnmr(self, rate: float) -> float:
        """Give the score below which this share of the mated scores falls (FNMR; for PAD the BPCER)."""
        return float(np.interp(rate, np.linspace(0, 1, len(self.mated)), self.mated))

    def fnmr_at(self, score: float) -> float:
        """Give the share of mated scores below this one."""
        return float(np.interp(score, self.mated, np.linspace(0, 1, len(self.mated))))

    def _fall(self) -> float:
        """Give the tail's decay: score for each factor e of rate, at least that of its upper half."""
        part = self.tail[: max(2, len(self.tail) // 2)]
        return max(float((part - part[-1]).mean()), 1e-3)
