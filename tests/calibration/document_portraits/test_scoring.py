"""Pairs, tables and curves of document portraits."""

from __future__ import annotations

import hashlib
import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from calibration.document_portraits.account import write_account
from calibration.document_portraits.documents import Damage
from calibration.document_portraits.plot import Line, det, write_det
from calibration.document_portraits.printing import Printer
from calibration.document_portraits.scoring import Pairs, live_table, people_interval, score, table_of
from calibration.document_portraits.taking import Live, Portrait
from edge_models.tasks.score_tables import ScoreTable
from kiosk.document.facts import PortraitFound
from kiosk.document.portrait.scores import ACCOUNT, SCORES


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def live(who: str, template: np.ndarray, group: int = -1, *, frontal: bool = True) -> Live:
    return Live(who, group, template, np.zeros((112, 112, 3), np.uint8), np.zeros((5, 2), np.float32), frontal)


def portrait(of: Live, template: np.ndarray) -> Portrait:
    found = PortraitFound((0, 0, 10, 10), 0, 30.0, 0.8)
    return Portrait(of.who, of.group, Damage(Printer.DYE, 30.0), found, right=True, templates={"way": template})


def people() -> tuple[list[Live], list[tuple[int, Portrait]]]:
    probes = [
        live("a", unit(1, 0, 0), 110),
        live("a", unit(1, 0.2, 0), 110),
        live("b", unit(0, 1, 0), 110),
        live("c", unit(0, 0, 1), 210),
        live("c", unit(0, 0.1, 1), 210, frontal=False),
    ]
    return probes, [(0, portrait(probes[0], unit(1, 0.1, 0))), (2, portrait(probes[2], unit(0.1, 1, 0)))]


def test_a_picture_is_never_compared_with_itself_nor_with_what_is_not_frontal() -> None:
    probes, portraits = people()
    pairs = score(portraits, probes, "way")
    assert len(pairs.mated) == 1
    assert pairs.mated[0] == pytest.approx(float(unit(1, 0.1, 0) @ unit(1, 0.2, 0)), abs=1e-6)
    assert pairs.mated_live[0] == pytest.approx(float(unit(1, 0, 0) @ unit(1, 0.2, 0)), abs=1e-6)
    assert len(pairs.nonmated) == 2 + 3  # portrait of a against b and c; of b against both a and c
    assert pairs.alike.sum() == 1 + 2


def test_pairs_that_may_be_one_person_are_left_out() -> None:
    probes, portraits = people()
    doubtful = np.zeros((5, 5), bool)
    doubtful[0, 2] = doubtful[2, 0] = True
    assert len(score(portraits, probes, "way", doubtful).nonmated) == 3


def test_joined_pairs_keep_their_portraits_apart() -> None:
    probes, portraits = people()
    one = score(portraits, probes, "way")
    both = one.joined(one)
    assert len(both.nonmated) == 2 * len(one.nonmated)
    assert both.portraits[1] > both.portraits[0]


def made_pairs() -> Pairs:
    rng = np.random.default_rng(2)
    mated, nonmated = rng.normal(0.6, 0.1, 3000), rng.normal(0.0, 0.12, 200_000)
    alike = np.arange(200_000) % 20 == 0
    return Pairs(mated, mated + 0.05, nonmated, nonmated, alike, np.arange(3000) // 30)


def test_the_table_reads_back_as_the_rates_of_its_pairs(tmp_path: Path) -> None:
    pairs = made_pairs()
    content = write_account(tmp_path, table_of(pairs), {"set": "made up", "rates": {"fmr_0.001": {"fnmr": 0.25}}})
    table = ScoreTable.from_bytes(content, of="made up")
    for fmr in (1e-2, 1e-3):
        threshold = table.threshold_for_fmr(fmr)
        assert (pairs.nonmated >= threshold).mean() == pytest.approx(fmr, rel=0.1)
        assert table.fnmr_at(threshold) == pytest.approx((pairs.mated < threshold).mean(), abs=0.01)
        assert live_table(pairs).fnmr_at(threshold) <= table.fnmr_at(threshold)
    assert table.alike is not None
    assert table.alike.nonmated_count == 10_000
    account = tomllib.loads((tmp_path / ACCOUNT).read_text())
    assert account["scores_sha256"] == hashlib.sha256((tmp_path / SCORES).read_bytes()).hexdigest()
    assert account["rates"]["fmr_0.001"]["fnmr"] == 0.25


def test_the_interval_of_people_is_wider_than_that_of_pairs() -> None:
    errors = np.repeat(np.random.default_rng(1).random(20) < 0.3, 100).astype(float)
    low, high = people_interval(errors, np.repeat(np.arange(20), 100))
    alone = people_interval(errors, np.arange(2000))
    assert low < errors.mean() < high
    assert high - low > 3 * (alone[1] - alone[0])


def test_the_curve_falls_and_is_drawn(tmp_path: Path) -> None:
    pairs = made_pairs()
    line = Line("made <up>", pairs.mated, pairs.nonmated)
    curve = det(line)
    assert all(one[1] >= other[1] for one, other in itertools.pairwise(curve))
    assert curve[0][0] == pytest.approx(30 / 200_000)
    write_det(tmp_path / "det.svg", "Title", [line])
    drawn = (tmp_path / "det.svg").read_text()
    assert "made &lt;up&gt;" in drawn
    assert "200,000 non-mated" in drawn
