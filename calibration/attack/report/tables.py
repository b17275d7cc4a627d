"""The report's tables as rows of words, the same for the terminal and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calibration.attack.judged import Judged
from calibration.attack.outcome import Outcome
from calibration.attack.pack_figures import FLOOR, GOAL, MANY, LeftOutRow
from calibration.attack.presentation import Way
from calibration.rates import Rate, Sum


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, the rows; ``wide``: shares of the paper's width for each column."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    wide: tuple[float, ...]


def said(rate: Rate | None) -> str:
    """Write a rate with its interval in percent and its count."""
    if rate is None or rate.value is None:
        return "-"
    return f"{100 * rate.value:.1f} ({100 * rate.low:.1f}-{100 * rate.high:.1f}) {rate.errors}/{rate.of}"


def said_sum(value: Sum) -> str:
    """Write a sum of rates."""
    return "-" if value.value is None else f"{100 * value.value:.1f} ({100 * value.low:.1f}-{100 * value.high:.1f})"


def summary(outcome: Outcome) -> list[str]:
    """Give what counts, as sentences."""
    return [
        *(_of_presentations(outcome) if outcome.results else ()),
        *(_of_packs(outcome) if outcome.packs else ()),
        *left_out_words(outcome),
    ]


def _of_presentations(outcome: Outcome) -> list[str]:
    figures = outcome.figures
    worst, whole = figures.worst, figures.worst_whole
    attacks = sum(not one.bona_fide for one in outcome.results)
    bona_fide = len(outcome.results) - attacks
    what = f"{attacks} attack presentations of {len(figures.species)} species, {bona_fide} bona fide presentations"
    how = f"profile '{outcome.profile}', seed {outcome.seed}. Rates in percent, exact 95 % intervals, counts."
    lines = [f"{what}; {how}"]
    if len(outcome.results) < outcome.wanted:
        done = f"{len(outcome.results)} of {outcome.wanted}"
        lines.append(f"STOPPED after {done} presentations: what is missing counts for nothing.")
    if worst is not None:
        lines.append(f"APCER of the worst species ({worst.species.name}), PAD subsystem: {said(worst.apcer)}.")
    if whole is not None:
        lines.append(
            f"IAPAR of the worst species ({whole.species.name}), whole session: {said(whole.iapar)}; "
            f"RIAPAR (IAPAR + FRR): {said_sum(whole.riapar)}."
        )
    lines.append(f"BPCER {said(figures.bpcer)}; bona fide without an answer (BPNRR) {said(figures.bpnrr)}.")
    lines.append(f"FRR, bona fide films that show what is asked: {said(figures.frr)}.")
    accepted, refused = outcome.accepted_attacks, outcome.refused_bona_fide
    lines.append("Attacks accepted: " + (", ".join(one.name for one in accepted) or "none") + ".")
    lines.append("Bona fide refused: " + (", ".join(_why(one) for one in refused) or "none") + ".")
    if outcome.errors:
        lines.append("Could not be presented: " + ", ".join(one.name for one in outcome.errors) + ".")
    return lines


def _of_packs(outcome: Outcome) -> list[str]:
    """Say which species of which source the released student accepts most, at its own thresholds."""
    lines = []
    faceless = sum(one.score is None for one in outcome.packs)
    lines.append(f"Picture packs: {len(outcome.packs)} single pictures, {faceless} without a face that was found.")
    for bpcer in sorted({row.bpcer for row in outcome.pack_rows}):
        shipped = [
            r for r in outcome.pack_rows if r.bpcer == bpcer and r.threshold_of == "shipped" and r.apcer.of >= MANY
        ]
        if shipped:
            worst = max(shipped, key=lambda row: row.apcer.value or 0.0)
            lines.append(
                f"Released student at the threshold of BPCER {100 * bpcer:g} %, worst species with {MANY} attacks "
                f"({worst.source}, {worst.species}): APCER {said(worst.apcer)}."
            )
    return lines


def left_out_words(outcome: Outcome) -> list[str]:
    """Say of each source left out whether floor and goal are met."""
    return [
        f"{row.source} left out of training (threshold of {_whose(row)} bona fide): floor "
        f"{'met' if row.floor_met else 'NOT MET'}, goal {'met' if row.goal_met else 'NOT MET'}."
        for row in outcome.left_out
    ]


def tables(outcome: Outcome) -> list[Table]:
    """Give all tables that have rows."""
    given = [_by_species(outcome), _caught(outcome), _left_out(outcome), _packs(outcome), _presentations(outcome)]
    return [table for table in given if table.rows]


def _by_species(outcome: Outcome) -> Table:
    rows = [
        (
            one.species.name + (" *" if one.species.injection else ""),
            one.species.potential,
            str(one.presentations),
            said(one.apnrr),
            said(one.apcer),
            said(one.iapar),
            said_sum(one.riapar),
        )
        for one in outcome.figures.species
    ]
    return Table(
        "By species (* injection; potential of attack: A household means and hours, B some skill and days, C a lab)",
        ("species", "potential", "number", "APNRR", "APCER", "IAPAR", "RIAPAR"),
        rows,
        (0.17, 0.08, 0.07, 0.17, 0.18, 0.18, 0.15),
    )


def _caught(outcome: Outcome) -> Table:
    """Give which evidence caught what: refused by, and in brackets refused by it alone."""
    figures = outcome.figures.species
    checks = sorted({check for one in figures for check in one.caught_by})
    rows = [
        (
            one.species.name,
            str(one.presentations),
            *(_with_alone(one.caught_by.get(check, 0), one.only_by.get(check, 0)) for check in checks),
        )
        for one in figures
    ]
    share = 0.7 / max(1, len(checks))
    return Table(
        "Which evidence refused how many (in brackets: it alone)",
        ("species", "number", *checks),
        rows if checks else [],
        (0.2, 0.1, *(share for _ in checks)),
    )


def _left_out(outcome: Outcome) -> Table:
    rows = [
        (
            row.source,
            _whose(row),
            str(row.attacks),
            f"{row.worst_at_floor[0]} {said(row.worst_at_floor[1])}",
            said(row.bpcer_at_floor),
            "met" if row.floor_met else "NOT MET",
            f"{row.worst_at_goal[0]} {said(row.worst_at_goal[1])}",
            said(row.bpcer_at_goal),
            "met" if row.goal_met else "NOT MET",
        )
        for row in outcome.left_out
    ]
    return Table(
        f"Sources left out of training: floor APCER <= {100 * FLOOR[1]:g} % at BPCER <= {100 * FLOOR[0]:g} %, "
        f"goal {100 * GOAL[1]:g} % at {100 * GOAL[0]:g} %, worst species",
        ("source", "threshold of", "attacks", "APCER at floor", "BPCER here", "floor", "APCER at goal", "BPCER here", "goal"),
        rows,
        (0.11, 0.08, 0.06, 0.19, 0.12, 0.07, 0.19, 0.12, 0.06),
    )  # fmt: skip


def _packs(outcome: Outcome) -> Table:
    rows = [
        (row.source, row.species, f"{100 * row.bpcer:g}", row.threshold_of, said(row.apcer), said(row.bpcer_here))
        for row in outcome.pack_rows
    ]
    return Table(
        "Picture packs, released student (trained on most people of these packs: the table of sources left out is the honest one)",
        ("source", "species", "BPCER %", "threshold of", "APCER", "BPCER here"),
        rows,
        (0.18, 0.12, 0.1, 0.14, 0.23, 0.23),
    )


def _presentations(outcome: Outcome) -> Table:
    return Table(
        "Presentations",
        ("name", "truth", "judged by", "verdict", "refused by", "also, reasons, errors"),
        [
            (
                one.name,
                "bona fide" if one.bona_fide else one.species,
                "session" if one.way == Way.SESSION else "PAD alone",
                one.verdict or "-",
                ", ".join(one.refused_by) or "-",
                _rest(one),
            )
            for one in outcome.results
        ],
        (0.26, 0.12, 0.09, 0.1, 0.19, 0.24),
    )


def _rest(one: Judged) -> str:
    if one.error:
        return one.error
    noted = tuple(f"{check} (noted)" for check in one.noted_by)
    told = dict.fromkeys((*one.also_refused_by, *noted, *one.reasons))
    return ", ".join(told)


def _why(one: Judged) -> str:
    reasons = ", ".join(one.refused_by or one.reasons or one.also_refused_by)
    return f"{one.name} ({reasons})" if reasons else one.name


def _whose(row: LeftOutRow) -> str:
    return "its own" if row.threshold_of == "own" else "others'"


def _with_alone(refused: int, alone: int) -> str:
    if not refused:
        return ""
    return f"{refused} ({alone})" if alone else str(refused)
