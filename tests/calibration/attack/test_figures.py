"""How results become the rates of ISO/IEC 30107-3."""

from __future__ import annotations

import pytest

from calibration.attack.figures import figures_of, refusals_of_bona_fide, scores_by_check
from calibration.attack.judged import NOTED, PAD_CHECKS, Finding, Judged, as_row, from_row
from kiosk.decision.policy import POLICY, Consequence
from kiosk.flow.evidence import Check


def shown(
    name: str,
    species: str = "",
    *,
    refused: tuple[str, ...] = (),
    verdict: str = "",
    pad: float | None = 0.9,
    must: bool = False,
) -> Judged:
    findings = [
        Finding(
            "pad",
            pad is not None and "pad" not in refused,
            "pad_failed" if pad is not None else "pad_unavailable",
            pad,
            0.5,
        )
    ]
    findings += [Finding(check, False, f"{check}_failed", 0.1, 0.5) for check in refused if check != "pad"]
    return Judged(
        name=name,
        label="attack" if species else "bona_fide",
        species=species,
        source="test",
        way="session" if verdict else "pad",
        must_pass=must,
        verdict=verdict,
        findings=tuple(findings),
    )  # fmt: skip


RESULTS = [
    shown("a", verdict="approve", must=True),
    shown("b", verdict="refer", refused=("depth",), must=True),
    shown("c", pad=None),
    shown("d", refused=("moire",)),
    shown("p1", "print", refused=("pad", "depth"), verdict="reject"),
    shown("p2", "print", refused=("liveness",), verdict="reject"),
    shown("p3", "print", verdict="approve"),
    shown("p4", "print", pad=None, verdict="refer"),
    shown("s1", "screen", refused=("pad",)),
]


def test_rates_count_what_answered() -> None:
    figures = figures_of(RESULTS)
    by_name = {one.species.name: one for one in figures.species}
    prints, screens = by_name["print"], by_name["screen"]
    assert (prints.apcer.errors, prints.apcer.of) == (1, 3)
    assert (prints.apnrr.errors, prints.apnrr.of) == (1, 4)
    assert (prints.iapar.errors, prints.iapar.of) == (1, 4)
    assert (screens.apcer.errors, screens.apcer.of) == (0, 1)
    assert screens.iapar.of == 0
    assert (figures.bpcer.errors, figures.bpcer.of) == (1, 3)
    assert (figures.bpnrr.errors, figures.bpnrr.of) == (1, 4)
    assert (figures.frr.errors, figures.frr.of) == (1, 2)
    assert prints.riapar.value == pytest.approx(1 / 4 + 1 / 2)
    assert figures.worst is prints
    assert figures.worst_whole is prints


def test_it_is_told_which_evidence_caught_what_and_alone() -> None:
    prints = figures_of(RESULTS).species[0]
    assert prints.caught_by == {"depth": 1, "liveness": 1, "pad": 1}
    assert prints.only_by == {"liveness": 1}


def test_what_could_not_be_presented_counts_in_nothing_else() -> None:
    broken = Judged("x", "attack", "print", "test", "session", must_pass=False, error="broken")
    with_it, without = figures_of([*RESULTS, broken]), figures_of(RESULTS)
    assert with_it.errors == 1
    assert with_it.species == without.species


def test_a_check_that_gave_no_answer_refused_nobody() -> None:
    silent = Judged(
        "x", "bona_fide", "", "test", "session", must_pass=False,
        findings=(Finding("depth", False, "depth_too_few"), Finding("sensor", False, "sensor_not_enrolled")),
    )  # fmt: skip
    assert silent.refused_by == ()
    assert not silent.responded


def test_bona_fide_refusals_are_named() -> None:
    assert [one.name for one in refusals_of_bona_fide(RESULTS)] == ["b"]


def test_scores_of_each_check_are_kept_apart_by_truth() -> None:
    bona_fide, attacks = scores_by_check(RESULTS)["pad"]
    assert (len(bona_fide), len(attacks)) == (3, 4)
    assert "moire" not in scores_by_check(RESULTS)


def test_a_result_survives_its_way_through_a_file() -> None:
    for one in RESULTS:
        assert from_row(as_row(one)) == one


def test_noted_checks_are_those_of_the_kiosks_policy() -> None:
    noted = {rule.check.value for rule in POLICY if rule.failed is Consequence.NOTE}
    assert noted & PAD_CHECKS == NOTED


def test_every_pad_check_is_one_of_the_kiosks() -> None:
    assert {check.value for check in Check} >= PAD_CHECKS
