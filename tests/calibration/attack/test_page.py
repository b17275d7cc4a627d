"""A page's figures come from reports, between its marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calibration.attack.report.page import BEGIN, END, merged, said, write_page

RATE = {"rate": 0.25, "errors": 1, "of": 4, "low": 0.006, "high": 0.806}
LEVEL = {"worst_species": "print", "apcer_worst": RATE, "apcer_all": RATE, "bpcer_here": None}


def films() -> dict[str, Any]:
    return {
        "taken": "2026-01-02T03:04:00+00:00",
        "profile": "demo",
        "models": [{"name": "face_pad", "version": "1.0"}],
        "summary": {
            "presentations": 5, "asked_for": 9, "attacks": 4, "bona_fide": 1, "apcer_worst": {"species": "print", **RATE}, "iapar_worst": None,
            "bpcer": RATE, "bpnrr": RATE, "frr": RATE,
        },
        "species": [
            {"species": "print", "injection": False, "attack_potential": "A", "presentations": 4, "apcer": RATE, "iapar": RATE,
             "caught_by": {"pad": 3}},
        ],
        "presentations": [
            {"name": "one", "label": "attack", "species": "print", "verdict": "reject", "error": "", "refused_by": ["pad"],
             "reasons": ["pad_failed"]},
        ],
        "packs": [],
        "pack_pictures": {},
        "left_out": {"rows": [], "floor": {"bpcer": 0.1, "apcer": 0.15}, "goal": {"bpcer": 0.05, "apcer": 0.07}},
        "det": {"pad": {"bona_fide": 3, "attacks": 4, "points": [
            {"threshold": 0.1, "bpcer": 0.0, "apcer": 1.0}, {"threshold": None, "bpcer": 1.0, "apcer": 0.0}]}},
    }  # fmt: skip


def packs() -> dict[str, Any]:
    row = {"source": "web", "threshold_of": "own", "attacks": 60, "at_floor": LEVEL, "at_goal": LEVEL}
    whole = films() | {"packs": [{"source": "web", "species": "print", "bpcer": 0.05, "threshold_of": "shipped", "apcer": RATE,
                                  "bpcer_here": None}]}  # fmt: skip
    whole["left_out"] = {**whole["left_out"], "rows": [{**row, "floor_met": False, "goal_met": True}]}
    return whole


def test_the_figures_stand_between_the_marks_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    page.write_text(f"# Before\n{BEGIN}\nstale figures\n{END}\nafter\n", encoding="utf-8")
    write_page([films(), packs()], page)
    first = page.read_text()
    write_page([films(), packs()], page)
    assert page.read_text() == first
    assert first.startswith("# Before\n")
    assert first.endswith("\nafter\n")
    assert "stale" not in first
    assert "| one | `print` | reject | pad, (pad_failed) |" in first
    assert "**not met**" in first
    assert "Stopped after 5 of 9" in first
    assert "25.0 (0.6-80.6) of 4" in first
    assert (tmp_path / "bench-det.svg").read_text().startswith("<?xml")


def test_later_reports_fill_what_the_first_lacks() -> None:
    whole = merged([films(), packs()])
    assert whole["packs"]
    assert whole["left_out"]["rows"]
    assert json.dumps(merged([packs(), films()])) == json.dumps(packs())


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    page.write_text("nothing")
    with pytest.raises(ValueError, match="marks"):
        write_page([films()], page)
    assert page.read_text() == "nothing"


def test_a_rate_of_nothing_is_empty() -> None:
    assert said(None) == said({"rate": None}) == ""
