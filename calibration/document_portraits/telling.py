"""What was measured, in words and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from calibration.document_portraits.taking import Live, Portrait
from edge_models.tasks.face_embedding import comparison_score
from edge_models.tasks.score_tables import ScoreTable, rate_of

FMRS = (1e-2, 1e-3, 1e-4)


def tell_portraits(of: str, portraits: Sequence[Portrait]) -> None:
    """Print how many were cut, rightly, and what was found wrong with them."""
    found = [one for one in portraits if one.found is not None]
    right = sum(one.right for one in found)
    problems = Counter(one.found.problem or "none" for one in found if one.found is not None)
    print(f"{of}: {len(portraits)} printed, {len(found)} cut ({right} rightly); problems: {dict(problems)}")
    for printer in sorted({one.damage.printer for one in portraits}):
        mine = [one for one in portraits if one.damage.printer is printer]
        cut = sum(one.found is not None for one in mine)
        print(f"  {printer.value}: {cut} of {len(mine)} cut", flush=True)


def tell_rates(table: ScoreTable, same_pairs_live: ScoreTable, released: ScoreTable) -> None:
    """Print threshold and FNMR at each FMR, beside the live pictures of the same pairs and the embedding's own table."""
    print(f"{table.mated_count:,} mated, {table.nonmated_count:,} non-mated pairs")
    print(
        "| FMR | threshold | FNMR (95 %) | FMR of those alike | live, same pairs: threshold | FNMR | released: threshold |"
    )
    print("|---|---|---|---|---|---|---|")
    for fmr in FMRS:
        threshold, live, theirs = (one.threshold_for_fmr(fmr) for one in (table, same_pairs_live, released))
        rate = table.fnmr_interval(threshold)
        alike = f"{100 * table.alike.fmr_at(threshold):.2f} %" if table.alike else "-"
        words = f"{100 * rate.value:.1f} % ({100 * rate.low:.1f}-{100 * rate.high:.1f})"
        print(
            f"| {fmr:g} | {threshold:.3f} | {words} | {alike} | {live:.3f} | "
            f"{100 * same_pairs_live.fnmr_at(live):.1f} % | {theirs:.3f} |",
            flush=True,
        )


def tell_lfw(
    table: ScoreTable,
    released: ScoreTable,
    pairs: Sequence[tuple[str, str, bool]],
    lives: Sequence[Live],
    portraits: Sequence[tuple[int, Portrait]],
    way: str,
) -> dict[str, Any]:
    """Print and give FNMR and FMR on LFW at the table's thresholds: the first picture of each mated pair is printed.

    Non-mated: every printed portrait against every live picture of another name.
    """
    by_name = {one.who: one for _, one in portraits}
    live_of = {one.who: one for one in lives}
    mated = [(by_name[a], live_of[a], live_of[b]) for a, b, _ in pairs if a in by_name and b in live_of]
    compared = [(one, a, b) for one, a, b in mated if one.comparable]
    lost = len(pairs) - len(compared)
    scores = np.array([comparison_score(one.templates[way], b.template) for one, _, b in compared])
    from_live = np.array([comparison_score(a.template, b.template) for _, a, b in compared])
    frontal = np.array([a.frontal and b.frontal for _, a, b in compared])
    names = [one.who for one in by_name.values() if one.comparable]
    documents = np.stack([by_name[name].templates[way] for name in names])
    across = documents @ np.stack([one.template for one in lives]).T
    other = np.array([name.rsplit("_", 1)[0] for name in names])[:, None] != np.array(
        [one.who.rsplit("_", 1)[0] for one in lives]
    )
    strangers = across[other]
    told: dict[str, Any] = {"mated": len(compared), "not_compared": lost, "nonmated": int(other.sum())}
    print(f"LFW folds 1-3: {len(compared)} mated pairs compared, {lost} not (no portrait, or a problem with it)")
    print("| FMR | threshold | FNMR (95 %) | both near frontal | FMR | live: FNMR at the live table's threshold |")
    print("|---|---|---|---|---|---|")
    for fmr in FMRS:
        threshold = table.threshold_for_fmr(fmr)
        rate = rate_of(int((scores < threshold).sum()), len(scores))
        of_frontal = float((scores[frontal] < threshold).mean())
        reached = float((strangers >= threshold).mean())
        live = float((from_live < released.threshold_for_fmr(fmr)).mean())
        told[f"fmr_{fmr:g}"] = {
            "fnmr": rate.value, "low": rate.low, "high": rate.high, "fnmr_frontal": of_frontal, "fmr": reached,
            "live_fnmr": live,
        }  # fmt: skip
        print(
            f"| {fmr:g} | {threshold:.3f} | {100 * rate.value:.1f} % ({100 * rate.low:.1f}-{100 * rate.high:.1f}) | "
            f"{100 * of_frontal:.1f} % | {reached:.2g} | {100 * live:.1f} % |",
            flush=True,
        )
    return told
