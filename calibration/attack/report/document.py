"""The report as one JSON document."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from calibration.attack.figures import SpeciesFigures
from calibration.attack.judged import Judged
from calibration.attack.outcome import NOT_MEASURED, Outcome
from calibration.attack.pack_figures import FLOOR, GOAL, LeftOutRow, Row
from calibration.rates import CONFIDENCE, Rate, Sum, det_points


def document_of(outcome: Outcome) -> dict[str, Any]:
    """Give everything; rates are shares with exact intervals."""
    figures = outcome.figures
    worst, worst_whole = figures.worst, figures.worst_whole
    return {
        "standard": "ISO/IEC 30107-3:2023 (form of the report; not an accredited evaluation)",
        "taken": outcome.taken.isoformat(timespec="seconds"),
        "software": outcome.software,
        "profile": outcome.profile,
        "pad_bpcer": outcome.bpcer,
        "seed": outcome.seed,
        "confidence": CONFIDENCE,
        "models": [{"name": name, "version": version, "sha256": digest} for name, version, digest in outcome.models],
        "summary": {
            "presentations": len(outcome.results),
            "asked_for": outcome.wanted or len(outcome.results),
            "attacks": sum(not one.bona_fide for one in outcome.results),
            "bona_fide": sum(one.bona_fide for one in outcome.results),
            "not_presented": figures.errors,
            "apcer_worst": None if worst is None else {"species": worst.species.name, **_rate(worst.apcer)},
            "iapar_worst": None if worst_whole is None else {"species": worst_whole.species.name, **_rate(worst_whole.iapar)},
            "riapar_worst": None if worst_whole is None else {"species": worst_whole.species.name, **_sum(worst_whole.riapar)},
            "bpcer": _rate(figures.bpcer),
            "bpnrr": _rate(figures.bpnrr),
            "frr": _rate(figures.frr),
        },
        "species": [_species(one) for one in figures.species],
        "det": {
            check: {"bona_fide": len(sides[0]), "attacks": len(sides[1]), "points": _det(*sides)}
            for check, sides in outcome.scores.items()
        },
        "presentations": [_presentation(one) for one in outcome.results],
        "packs": [_row(row) for row in outcome.pack_rows],
        "pack_pictures": {
            source: {
                "pictures": sum(one.source == source for one in outcome.packs),
                "without_a_face": sum(one.source == source and one.score is None for one in outcome.packs),
            }
            for source in sorted({one.source for one in outcome.packs})
        },
        "left_out": {
            "scores": outcome.left_out_file,
            "floor": {"bpcer": FLOOR[0], "apcer": FLOOR[1]},
            "goal": {"bpcer": GOAL[0], "apcer": GOAL[1]},
            "rows": [_left_out(row) for row in outcome.left_out],
        },
        "unreadable": list(outcome.unreadable),
        "not_measured": list(NOT_MEASURED),
    }  # fmt: skip


def _rate(rate: Rate) -> dict[str, Any]:
    return {"rate": rate.value, "errors": rate.errors, "of": rate.of, "low": rate.low, "high": rate.high}


def _sum(value: Sum) -> dict[str, Any]:
    return asdict(value)


def _species(one: SpeciesFigures) -> dict[str, Any]:
    return {
        "species": one.species.name,
        "says": one.species.says,
        "attack_potential": one.species.potential,
        "injection": one.species.injection,
        "presentations": one.presentations,
        "apnrr": _rate(one.apnrr),
        "apcer": _rate(one.apcer),
        "iapar": _rate(one.iapar),
        "riapar": _sum(one.riapar),
        "caught_by": one.caught_by,
        "only_by": one.only_by,
    }


def _presentation(one: Judged) -> dict[str, Any]:
    return {
        **asdict(one),
        "refused_by": list(one.refused_by),
        "noted_by": list(one.noted_by),
        "also_refused_by": list(one.also_refused_by),
        "responded": one.responded,
    }


def _det(bona_fide: list[float], attacks: list[float]) -> list[dict[str, float | None]]:
    return [
        {"threshold": threshold if isfinite(threshold) else None, "bpcer": bpcer, "apcer": apcer}
        for threshold, bpcer, apcer in det_points(bona_fide, attacks)
    ]


def _row(row: Row) -> dict[str, Any]:
    return {
        "source": row.source,
        "species": row.species,
        "bpcer": row.bpcer,
        "threshold_of": row.threshold_of,
        "threshold": row.threshold,
        "apcer": _rate(row.apcer),
        "bpcer_here": None if row.bpcer_here is None else _rate(row.bpcer_here),
    }


def _left_out(row: LeftOutRow) -> dict[str, Any]:
    return {
        "source": row.source,
        "threshold_of": row.threshold_of,
        "attacks": row.attacks,
        "at_floor": _level(row.worst_at_floor, row.all_at_floor, row.bpcer_at_floor),
        "at_goal": _level(row.worst_at_goal, row.all_at_goal, row.bpcer_at_goal),
        "floor_met": row.floor_met,
        "goal_met": row.goal_met,
    }


def _level(worst: tuple[str, Rate], whole: Rate, bpcer: Rate | None) -> dict[str, Any]:
    return {
        "worst_species": worst[0],
        "apcer_worst": _rate(worst[1]),
        "apcer_all": _rate(whole),
        "bpcer_here": None if bpcer is None else _rate(bpcer),
    }
