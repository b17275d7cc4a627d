"""Scores of probes against document portraits and, on the very same pairs, against the live pictures these were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.document_portraits.taking import Live, Portrait
from edge_models.tasks.face_embedding import prepare
from edge_models.tasks.score_tables import ScoreTable

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]

QUANTILES = 513
TAIL = 4000
_ONE_PERSON = 0.7
"""cosine of the teacher's templates from which two unnamed people may be one"""


@dataclass(frozen=True)
class Pairs:
    """Scores of pairs. Every second array has one entry for each pair of the first: the live picture's score."""

    mated: Scores
    mated_live: Scores
    nonmated: Scores
    nonmated_live: Scores
    alike: Mask
    """of each non-mated pair: both of one sex, origin and age band"""
    portraits: NDArray[np.int64]
    """of each mated pair: which portrait"""

    def joined(self, other: Pairs) -> Pairs:
        """Give both."""
        return Pairs(
            np.concatenate([self.mated, other.mated]),
            np.concatenate([self.mated_live, other.mated_live]),
            np.concatenate([self.nonmated, other.nonmated]),
            np.concatenate([self.nonmated_live, other.nonmated_live]),
            np.concatenate([self.alike, other.alike]),
            np.concatenate([self.portraits, other.portraits + 1 + max(self.portraits, default=-1)]),
        )


def score(
    portraits: Sequence[tuple[int, Portrait]], probes: Sequence[Live], way: str, doubtful: Mask | None = None
) -> Pairs:
    """Score every portrait (with the place among the probes of the picture it was made of) against every frontal probe.

    A picture is never compared with itself. ``doubtful``: pairs of probes that may be one person under two names.
    """
    places = np.array([place for place, _ in portraits])
    documents = np.stack([one.templates[way] for _, one in portraits])
    lives = np.stack([probe.template for probe in probes])
    who, group = np.array([probe.who for probe in probes]), np.array([probe.group for probe in probes])
    usable = np.array([probe.frontal for probe in probes])[None] & (places[:, None] != np.arange(len(probes))[None])
    same = who[places][:, None] == who[None]
    different = usable & ~same
    if doubtful is not None:
        different &= ~doubtful[places]
    mated = usable & same
    from_documents = (documents @ lives.T).astype(np.float64)
    from_lives = (lives[places] @ lives.T).astype(np.float64)
    alike = (group[places][:, None] == group[None]) & (group[None] >= 0)
    return Pairs(
        from_documents[mated],
        from_lives[mated],
        from_documents[different],
        from_lives[different],
        alike[different],
        np.nonzero(mated)[0],
    )


def perhaps_one_person(probes: Sequence[Live], teacher: Path) -> Mask:
    """Say which pairs the embedding's teacher calls mated: unnamed people can be in a set twice."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(teacher), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    values = np.concatenate([session.run(None, {name: prepare(probe.aligned[None])})[0] for probe in probes])
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values @ values.T > _ONE_PERSON)


def table_of(pairs: Pairs) -> dict[str, NDArray[np.floating] | NDArray[np.integer]]:
    """Give the arrays of a ``ScoreTable``, as a release's ``det.npz`` holds them."""
    grid = np.linspace(0, 1, QUANTILES)
    arrays: dict[str, NDArray[np.floating] | NDArray[np.integer]] = {
        "mated": np.quantile(pairs.mated, grid).astype(np.float32)
    }
    counts = [len(pairs.mated)]
    for name, scores in (("", pairs.nonmated), ("_alike", pairs.nonmated[pairs.alike])):
        if len(scores) < QUANTILES:
            continue
        counts.append(len(scores))
        falling = np.sort(scores)[::-1]
        arrays[f"nonmated{name}"] = np.quantile(scores, grid).astype(np.float32)
        arrays[f"tail{name}"] = falling[: max(2, min(TAIL, len(scores) // 20))].astype(np.float32)
    return arrays | {"counts": np.array(counts)}


def live_table(pairs: Pairs) -> ScoreTable:
    """Give a table of the same pairs with the live picture in the document's place."""
    grid = np.linspace(0, 1, QUANTILES)
    falling = np.sort(pairs.nonmated_live)[::-1]
    return ScoreTable(
        np.quantile(pairs.mated_live, grid),
        np.quantile(pairs.nonmated_live, grid),
        falling[: max(2, min(TAIL, len(falling) // 20))],
        len(pairs.mated_live),
        len(falling),
    )


def people_interval(errors: Scores, people: NDArray[np.int64], draws: int = 500, seed: int = 7) -> tuple[float, float]:
    """Give the 95 % interval of a mean when pairs hang together by person: people are drawn anew (bootstrap)."""
    names, owner = np.unique(people, return_inverse=True)
    sums, counts = np.bincount(owner, errors), np.bincount(owner)
    chosen = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    means = sums[chosen].sum(1) / counts[chosen].sum(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
