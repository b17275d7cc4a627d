"""APCER of picture packs by source and species at stated BPCERs, and what leaving a source out costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration.attack.packs import Scored
from calibration.rates import Rate, rate, threshold_at
from kiosk.errors import BadInput

BPCERS = (0.05, 0.10)
MANY = 40
"""attacks from which a source is held against floor and goal"""
GOAL = (0.05, 0.07)
FLOOR = (0.10, 0.15)
"""BPCER, and the APCER that must not be above it"""
_LABELS = {0: "bona_fide", 1: "print", 2: "screen", 3: "mask"}
_FEWEST_OWN = 20
"""bona fide presentations of its own from which a source gives its own threshold"""


@dataclass(frozen=True)
class Row:
    """One line: a source, a species, a threshold and where it comes from."""

    source: str
    species: str
    bpcer: float
    threshold_of: str
    """``shipped``: the release's table; ``own``: this source's bona fide; ``others``: bona fide of all other sources"""
    threshold: float
    apcer: Rate
    bpcer_here: Rate | None
    """bona fide of this source that the threshold refuses"""


@dataclass(frozen=True)
class LeftOutRow:
    """A source that training did not see, against floor and goal."""

    source: str
    threshold_of: str
    attacks: int
    worst_at_floor: tuple[str, Rate]
    worst_at_goal: tuple[str, Rate]
    all_at_floor: Rate
    all_at_goal: Rate
    bpcer_at_floor: Rate | None
    """of the source's own bona fide, None when it has too few"""
    bpcer_at_goal: Rate | None

    @property
    def floor_met(self) -> bool:
        """Tell whether the worst species keeps the floor, and this source's own bona fide keep its BPCER."""
        return _kept(self.worst_at_floor[1], self.bpcer_at_floor, FLOOR)

    @property
    def goal_met(self) -> bool:
        """Tell whether the worst species reaches the goal, and this source's own bona fide keep its BPCER."""
        return _kept(self.worst_at_goal[1], self.bpcer_at_goal, GOAL)


@dataclass(frozen=True)
class LeftOut:
    """Scores of students that never saw the source: by source its rows, with the bona fide of the other sources."""

    scores: dict[str, list[tuple[float, str, str]]]
    """source left out: (score, species or ``bona_fide``, kind as the pack names it) of its own frames"""
    others: dict[str, list[float]]
    """source left out: scores of bona fide frames of the other sources that training did not see either"""


def by_source(scored: Sequence[Scored], shipped: dict[float, float]) -> list[Row]:
    """Give APCER of each source and species at the shipped thresholds (by BPCER) and at those of other sources."""
    rows = []
    sources = sorted({one.source for one in scored})
    for source in sources:
        own = [one.score for one in scored if one.source == source and not one.species and one.score is not None]
        others = [one.score for one in scored if one.source != source and not one.species and one.score is not None]
        species = sorted({one.species for one in scored if one.source == source and one.species})
        for bpcer in BPCERS:
            thresholds = {"shipped": shipped[bpcer]} if bpcer in shipped else {}
            if len(others) >= _FEWEST_OWN:
                thresholds["others"] = threshold_at(others, bpcer)
            if len(own) >= _FEWEST_OWN:
                thresholds["own"] = threshold_at(own, bpcer)
            for whose, threshold in thresholds.items():
                refused = rate(sum(score < threshold for score in own), len(own)) if own else None
                for name in species:
                    attacks = [
                        one.score
                        for one in scored
                        if one.source == source and one.species == name and one.score is not None
                    ]
                    apcer = rate(sum(score >= threshold for score in attacks), len(attacks))
                    rows.append(Row(source, name, bpcer, whose, threshold, apcer, refused))
    return rows


def read_left_out(path: Path) -> LeftOut:
    """Read scores of students that each never saw one source.

    An ``.npz``: for each source an array of scores over all rows; the rows' ``label`` (0 bona fide, 1 print, 2 screen,
    3 mask), ``source``, ``species``, and optional ``kind`` (0 plain) and ``held`` (unseen by every training), in the
    same file or in ``rows.npz`` beside it. Raises ``BadInput``.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        beside = path.parent / "rows.npz"
        if "label" not in arrays and beside.is_file():
            with np.load(beside, allow_pickle=False) as stored:
                arrays |= {
                    name: stored[name]
                    for name in ("label", "source", "species", "kind", "held")
                    if name in stored.files
                }
        label, source, species = arrays["label"], arrays["source"].astype(str), arrays["species"].astype(str)
    except (OSError, KeyError, ValueError) as error:
        raise BadInput(
            f"{path.name} holds no scores of sources left out ({type(error).__name__})",
            hint="give an .npz with an array for each source, and its rows in it or in rows.npz beside it",
        ) from error
    plain = arrays["kind"] == 0 if "kind" in arrays else np.ones(len(label), bool)
    held = arrays["held"].astype(bool) if "held" in arrays else np.ones(len(label), bool)
    scores: dict[str, list[tuple[float, str, str]]] = {}
    others: dict[str, list[float]] = {}
    for name in sorted({*source.tolist()} & arrays.keys()):
        values = np.asarray(arrays[name], np.float64)
        if values.shape != label.shape:
            raise BadInput(f"{path.name}: {len(values)} scores of '{name}' for {len(label)} rows")
        inside = np.flatnonzero(plain & (source == name))
        scores[name] = [(float(values[i]), _LABELS[int(label[i])], str(species[i])) for i in inside]
        # Surgical masks are asked to be taken off first; they set no threshold (as in the release's own table).
        outside = plain & held & (source != name) & (source != "masked") & (label == 0)
        others[name] = [float(value) for value in values[outside]]
    if not scores:
        raise BadInput(
            f"{path.name} names no source of its rows", hint="its arrays are named after the sources left out"
        )
    return LeftOut(scores, others)


def left_out_rows(left: LeftOut) -> list[LeftOutRow]:
    """Give a row for every source with ``MANY`` attacks: at its own bona fide's threshold where it has enough, and others'."""
    rows = []
    for source, all_of in left.scores.items():
        attacks = [(score, species) for score, species, _ in all_of if species != "bona_fide"]
        if len(attacks) < MANY:
            continue
        own = [score for score, species, _ in all_of if species == "bona_fide"]
        for whose, bona_fide in (("own", own), ("others", left.others.get(source, []))):
            if len(bona_fide) < _FEWEST_OWN:
                continue
            at = {bpcer: threshold_at(bona_fide, bpcer) for bpcer, _ in (FLOOR, GOAL)}
            found = {bpcer: _species_rates(attacks, threshold) for bpcer, threshold in at.items()}
            rows.append(
                LeftOutRow(
                    source,
                    whose,
                    len(attacks),
                    _worst(found[FLOOR[0]]),
                    _worst(found[GOAL[0]]),
                    _whole(found[FLOOR[0]]),
                    _whole(found[GOAL[0]]),
                    _refused(own, at[FLOOR[0]]),
                    _refused(own, at[GOAL[0]]),
                )
            )
    return rows


def _species_rates(attacks: list[tuple[float, str]], threshold: float) -> dict[str, Rate]:
    given = {}
    for species in sorted({species for _, species in attacks}):
        of = [score for score, its in attacks if its == species]
        given[species] = rate(sum(score >= threshold for score in of), len(of))
    return given


def _worst(rates: dict[str, Rate]) -> tuple[str, Rate]:
    return max(rates.items(), key=lambda item: item[1].value or 0.0)


def _whole(rates: dict[str, Rate]) -> Rate:
    return rate(sum(one.errors for one in rates.values()), sum(one.of for one in rates.values()))


def _refused(own: list[float], threshold: float) -> Rate | None:
    return rate(sum(score < threshold for score in own), len(own)) if len(own) >= _FEWEST_OWN else None


def _kept(apcer: Rate, bpcer: Rate | None, limits: tuple[float, float]) -> bool:
    most_bpcer, most_apcer = limits
    return (apcer.value or 0.0) <= most_apcer and (bpcer is None or (bpcer.value or 0.0) <= most_bpcer)
