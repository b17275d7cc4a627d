"""Scores of mated and non-mated pairs that nothing was trained on, and false matches among people who are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_embedding.crops import HELD, UTK_TEST, Crops
from edge_models.tasks.face_embedding import FaceEmbedding
from edge_models.tasks.score_tables import rate_of

Scores = NDArray[np.float64]
BANDS = (18, 30, 45, 60)
"""lower ends of the age bands; embeddings of small children fall together (the teacher's too), and no child stands at a kiosk"""
ORIGINS = ("white", "black", "asian", "indian", "other")
_FMR = 1e-3
_ONE_PERSON = 0.7
"""cosine of the teacher's templates: one person, or one picture twice"""


@dataclass(frozen=True)
class Distributions:
    """Scores, and for each pair of UTKFace adults which group both belong to."""

    mated: Scores
    """pairs of pictures of a person kept apart"""
    strangers: Scores
    """pairs of different persons kept apart"""
    adults: Scores
    """pairs of UTKFace test adults"""
    group: NDArray[np.int64]
    """of each pair of adults: 100 x sex + 10 x origin + age band, -1 where the two differ in any"""
    left_out: int
    """pairs of adults that may be one person"""

    @property
    def nonmated(self) -> Scores:
        """Give all impostor pairs."""
        return np.concatenate([self.strangers, self.adults])

    @property
    def alike(self) -> Scores:
        """Give the impostor pairs of one sex, origin and age band."""
        return self.adults[self.group >= 0]

    def figures(self) -> dict[str, Any]:
        """Say how often strangers match at the threshold that lets one in a thousand of all impostor pairs through."""
        threshold = float(np.quantile(self.nonmated, 1 - _FMR))
        alike = _rate(self.alike, threshold)
        groups = {}
        for number in sorted(set(self.group[self.group >= 0].tolist())):
            groups[group_name(number)] = _rate(self.adults[self.group == number], threshold)
        coarse = {}
        for name, part in (("sex", self.group // 100), ("origin", self.group // 10 % 10), ("age", self.group % 10)):
            for value in sorted(set(part[self.group >= 0].tolist())):
                inside = (self.group >= 0) & (part == value)
                coarse[_value_name(name, value)] = _rate(self.adults[inside], threshold)
        rates = [rate["fmr"] for rate in coarse.values()]
        return {
            "set": "persons of train_ids kept apart (64 px, some wrongly named: FNMR is high by that); adults of UTKFace test (impostors)",
            "mated": len(self.mated),
            "nonmated": len(self.nonmated),
            "alike": len(self.alike),
            "threshold_at_fmr_1e-3": threshold,
            "fnmr_at_fmr_1e-3": float((self.mated < threshold).mean()),
            "fmr_persons_kept_apart": float((self.strangers >= threshold).mean()),
            "fmr_utkface_adults": float((self.adults >= threshold).mean()),
            "of_one_sex_origin_and_age_band": alike,
            "threshold_at_fmr_1e-3_of_those_alike": float(np.quantile(self.alike, 1 - _FMR)),
            "fnmr_at_that_threshold": float((self.mated < np.quantile(self.alike, 1 - _FMR)).mean()),
            "pairs_left_out_as_possibly_one_person": self.left_out,
            "alike_by": coarse,
            "gap_between_groups": max(rates) / max(min(rates), 1e-6),
            "alike_by_group": groups,
        }


def distributions(crops: Crops, task: FaceEmbedding) -> Distributions:
    """Score all pairs of the persons kept apart and all pairs of UTKFace test adults."""
    held = np.flatnonzero(crops.part == HELD)
    upper, scores = _pairs(_templates(crops, held, task))
    person = crops.person[held]
    same = person[upper[0]] == person[upper[1]]
    ages = np.array(
        [
            int(name.rsplit("/", 1)[-1].split("_")[0]) if part == UTK_TEST else -1
            for name, part in zip(crops.names, crops.part, strict=True)
        ]
    )
    test = np.flatnonzero((crops.part == UTK_TEST) & (crops.group >= 0) & (ages >= BANDS[0]))
    pairs, between = _pairs(_templates(crops, test, task))
    # The same unnamed person can be in UTKFace twice: pairs that the teacher itself calls mated beyond doubt are left out.
    targets = crops.targets[test].astype(np.float32)
    doubtful = (targets @ targets.T)[pairs] > _ONE_PERSON
    band = np.searchsorted(BANDS, ages[test], side="right") - 1
    group = 100 * (crops.group[test] // 10) + 10 * (crops.group[test] % 10) + band
    alike = np.where(group[pairs[0]] == group[pairs[1]], group[pairs[0]], -1)
    return Distributions(
        scores[same], scores[~same], between[~doubtful], alike[~doubtful].astype(np.int64), int(doubtful.sum())
    )


def group_name(number: int) -> str:
    """Name a group of one sex, origin and age band."""
    return f"{_value_name('sex', number // 100)}_{_value_name('origin', number // 10 % 10)}_{_value_name('age', number % 10)}"


def _value_name(of: str, value: int) -> str:
    if of == "age":
        return f"{BANDS[value]}_to_{BANDS[value + 1] - 1}" if value + 1 < len(BANDS) else f"{BANDS[value]}_and_over"
    return ORIGINS[value] if of == "origin" else ("male", "female")[value]


def _rate(scores: Scores, threshold: float) -> dict[str, Any]:
    rate = rate_of(int((scores >= threshold).sum()), len(scores))
    return {"fmr": rate.value, "low": rate.low, "high": rate.high, "pairs": rate.comparisons}


def _templates(crops: Crops, rows: NDArray[np.int64], task: FaceEmbedding) -> NDArray[np.float32]:
    return np.stack([task.of_aligned(np.asarray(crops.pictures[row])) for row in rows])


def _pairs(vectors: NDArray[np.float32]) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], Scores]:
    upper = np.triu_indices(len(vectors), 1)
    return upper, (vectors @ vectors.T)[upper].astype(np.float64)
