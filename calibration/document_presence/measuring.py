"""Scores of the cues on simulations, thresholds at an allowed rate, and what they cost and catch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from calibration.document_presence import stills, tilts
from calibration.rates import rate, threshold_at
from kiosk.document.facts import PresenceCue
from kiosk.document.presence.judging import TiltWatch, judge_still
from kiosk.document.presence.operating_points import PresencePoint

ALLOWED = {"screen": 0.05, "photocopy": 0.05, "edges": 0.05, "parallax": 0.05, "shine": 0.1}
"""share of real documents that may lie below each threshold where it is chosen; set, as the rule of ``chosen`` is, after a
first look at scores of drawn and of specimen documents"""
MEANT_FOR = {
    "screen": (stills.COARSE, stills.MIDDLE, stills.FINEST),
    "photocopy": (stills.COPY, stills.CUT_COPY),
    "edges": stills.ATTACKS,
    "parallax": (tilts.ON_SHEET, tilts.TABLET),
    "shine": (tilts.MATTE, tilts.GLOSSY, tilts.ON_SHEET),
}
BONA_FIDE = (*stills.BONA_FIDE, *tilts.BONA_FIDE)
Scores = dict[str, dict[str, list[float | None]]]
"""by cue, then by kind; None where it could not be judged"""


def scored(
    kinds: Iterable[tuple[str, int]], judge: Callable[[str, np.random.Generator], tuple[PresenceCue, ...]], seed: int
) -> Scores:
    """Judge so many of each kind; each has a chance of its own, so that any of them can be made again."""
    scores: Scores = defaultdict(lambda: defaultdict(list))
    for number, (kind, count) in enumerate(kinds):
        for which in range(count):
            for cue in judge(kind, np.random.default_rng([seed, number, which])):
                scores[cue.name][kind].append(cue.score)
    return scores


def judged_still(kind: str, rng: np.random.Generator) -> tuple[PresenceCue, ...]:
    """Make a picture and judge it."""
    made = stills.still(kind, rng)
    return judge_still(made.picture, made.corners)


def judged_tilt(kind: str, rng: np.random.Generator) -> tuple[PresenceCue, ...]:
    """Make a tilt and judge it."""
    watch = TiltWatch()
    for frame in tilts.tilt(kind, rng):
        watch.see(frame.picture, frame.view, frame.time)
    return watch.judge()


def chosen(cue: str, scores: dict[str, list[float | None]]) -> float:
    """Give the threshold, rounded down: at the allowed rate on real documents, or halfway to the attacks.

    Where the pictures that the cue is meant for lie apart from documents (19 of 20 below that score), the middle of the
    gap is kept: drawn documents are more alike than real ones. Raises ``ValueError`` where no document was judged.
    """
    real = [score for kind in BONA_FIDE for score in scores.get(kind, ()) if score is not None]
    false = [score for kind in MEANT_FOR[cue] for score in scores.get(kind, ()) if score is not None]
    threshold = threshold_at(real, ALLOWED[cue])
    if false:
        highest = float(np.percentile(false, 95))
        if highest < threshold:
            threshold = (threshold + highest) / 2
    return float(np.floor(1000 * threshold) / 1000)


def point(cue: str, threshold: float, scores: dict[str, list[float | None]], measured_on: str) -> PresencePoint:
    """Give the operating point with its rates on documents and pictures that the threshold was not chosen on."""
    real = [score for kind in BONA_FIDE for score in scores.get(kind, ()) if score is not None]
    false = [score for kind in MEANT_FOR[cue] for score in scores.get(kind, ()) if score is not None]
    return PresencePoint(
        threshold=threshold,
        rate=round(float(np.mean(np.array(real) < threshold)), 4),
        documents=len(real),
        missed=round(float(np.mean(np.array(false) >= threshold)), 4) if false else 0.0,
        pictures=len(false),
        measured_on=measured_on,
    )


def table(cue: str, threshold: float, scores: dict[str, list[float | None]]) -> list[str]:
    """Give a table's rows: kind, how many, judged, median, share below the threshold with its exact interval."""
    rows = [
        f"**{cue}**, threshold {threshold:.3f}",
        "",
        "| shown | pictures | judged | median score | below the threshold |",
        "|---|---|---|---|---|",
    ]
    for kind, all_scores in scores.items():
        values = np.array([score for score in all_scores if score is not None])
        if not len(values):
            rows.append(f"| {kind} | {len(all_scores)} | 0 | - | - |")
            continue
        below = rate(int((values < threshold).sum()), len(values))
        said = f"{100 * below.errors / below.of:.0f} % ({100 * below.low:.0f}-{100 * below.high:.0f})"
        rows.append(f"| {kind} | {len(all_scores)} | {len(values)} | {np.median(values):.2f} | {said} |")
    return [*rows, ""]
