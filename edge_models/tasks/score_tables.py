"""A model's own score distributions, so that thresholds are stated as rates of error and never as bare scores.

A rate needs errors to be counted: with 30 of them it is within 30 % of the truth nine times in ten (rule of 30, ISO/IEC
19795-1). A rate that the table's comparisons cannot show is refused with the number that it would need.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.errors import CardInvalid, ModelMissing, RateUnsupported

Scores = NDArray[np.float64]


ERRORS_FOR_FMR = 30
"""errors behind a false match rate: it is what keeps impostors out"""
ERRORS_FOR_FNMR = 10
"""errors behind a false non-match or bona fide rejection rate: getting it wrong costs a second try, not a fraud"""
_Z = 1.959964
"""of the normal distribution, 95 % two-sided"""


@dataclass(frozen=True)
class Rate:
    """A share of comparisons with its 95 % interval (Wilson 1927), which holds for comparisons that are independent."""

    value: float
    low: float
    high: float
    comparisons: int


def rate_of(errors: float, comparisons: int) -> Rate:
    """Give the rate of so many errors in so many comparisons."""
    share, square = errors / comparisons, _Z**2 / comparisons
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / comparisons + square / (4 * comparisons))
    return Rate(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)), comparisons)


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
    alike: ScoreTable | None = None
    """the same mated scores against non-mated pairs of one sex, age band and origin: the impostor who looks alike"""

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
                arrays = {name: np.asarray(stored[name], np.float64) for name in stored.files}
            mated, (of_mated, *of_nonmated) = arrays["mated"], (int(count) for count in arrays["counts"])
            others = [(arrays["nonmated"], arrays["tail"], of_nonmated[0])]
            if "nonmated_alike" in arrays:
                others.append((arrays["nonmated_alike"], arrays["tail_alike"], of_nonmated[1]))
        except (KeyError, IndexError, ValueError, OSError, EOFError, BadZipFile) as error:
            raise CardInvalid(f"det.npz of {of} cannot be read") from error
        distributions = [mated, *(values for quantiles, tail, _ in others for values in (quantiles, tail))]
        finite = all(len(values) > 1 and bool(np.isfinite(values).all()) for values in distributions)
        if not finite or min(of_mated, *(count for *_, count in others)) < 1:
            raise CardInvalid(f"det.npz of {of} holds no distributions")
        tables = [cls(mated, quantiles, tail, of_mated, count) for quantiles, tail, count in others]
        return replace(tables[0], alike=tables[1]) if len(tables) > 1 else tables[0]

    @property
    def smallest_rate(self) -> float:
        """Give the smallest FMR that the non-mated comparisons can show: ``ERRORS_FOR_FMR`` of them."""
        return ERRORS_FOR_FMR / self.nonmated_count

    @property
    def smallest_fnmr(self) -> float:
        """Give the smallest FNMR (for PAD: BPCER) that the mated comparisons can show."""
        return ERRORS_FOR_FNMR / self.mated_count

    def fmr_interval(self, score: float) -> Rate:
        """Give the FMR at a score with its 95 % interval."""
        return rate_of(self.fmr_at(score) * self.nonmated_count, self.nonmated_count)

    def fnmr_interval(self, score: float) -> Rate:
        """Give the FNMR (for PAD: BPCER) at a score with its 95 % interval."""
        return rate_of(self.fnmr_at(score) * self.mated_count, self.mated_count)

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
        """Give the score that this share of the non-mated scores reaches. Raises ``RateUnsupported`` below ``smallest_rate``."""
        _supported("false match rate", fmr, ERRORS_FOR_FMR, self.nonmated_count, "non-mated")
        ranks = (np.arange(len(self.tail)) + 1) / self.nonmated_count
        if fmr >= ranks[-1]:
            grid = np.linspace(0, 1, len(self.nonmated))
            return min(float(np.interp(1 - fmr, grid, self.nonmated)), float(self.tail[-1]))
        return float(np.interp(np.log(fmr), np.log(ranks), self.tail))

    def threshold_for_fnmr(self, rate: float) -> float:
        """Give the score below which this share of the mated scores falls (FNMR; for PAD the BPCER).

        Raises ``RateUnsupported`` below ``smallest_fnmr``.
        """
        _supported("rate of rejected mated or bona fide scores", rate, ERRORS_FOR_FNMR, self.mated_count, "mated")
        return float(np.interp(rate, np.linspace(0, 1, len(self.mated)), self.mated))

    def fnmr_at(self, score: float) -> float:
        """Give the share of mated scores below this one."""
        return float(np.interp(score, self.mated, np.linspace(0, 1, len(self.mated))))

    def _fall(self) -> float:
        """Give the tail's decay: score for each factor e of rate, at least that of its upper half."""
        part = self.tail[: max(2, len(self.tail) // 2)]
        return max(float((part - part[-1]).mean()), 1e-3)


def _supported(name: str, rate: float, errors: int, comparisons: int, kind: str) -> None:
    if not 0 < rate <= 1:
        raise RateUnsupported(f"{rate:g} is not a {name}", hint="name a rate between 0 and 1")
    if rate * comparisons < errors * (1 - 1e-9):
        needed = math.ceil(errors / rate * (1 - 1e-9))
        raise RateUnsupported(
            f"a {name} of {rate:g} needs {needed:,} {kind} comparisons, the release was measured on {comparisons:,}",
            hint=f"ask for at least {errors / comparisons:.2g}, or install a release that was measured on more",
        )
