"""The morning deck: what it keeps, what it says of yesterday, what it draws."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.attack.morning.history import Morning, Presented, append, compared, read_history
from calibration.attack.morning.plot import plot_of
from calibration.cli import app
from kiosk.cli.speech import run
from kiosk.errors import StoreUnusable

REFUSED, ACCEPTED, SILENT = ("pad",), (), ()


def attack(*, accepted: bool) -> Presented:
    return Presented("print", ACCEPTED if accepted else REFUSED, 0.9 if accepted else 0.1, 80)


def morning(accepted: int, of: int, *, day: int = 1, camera: str = "device", model: str = "face_pad 1") -> Morning:
    presented = [Presented("", (), 0.95, 90), *(attack(accepted=i < accepted) for i in range(of))]
    return Morning(f"2026-01-{day:02d}T07:30:00+00:00", camera, model, 0.05, tuple(presented))


def test_a_morning_counts_what_answered() -> None:
    one = Morning("2026-01-01T07:00:00+00:00", "device", "m", 0.05, (
        Presented("", (), 0.9, 80), Presented("", ("pad",), 0.2, 80), Presented("", (), None, 3),
        Presented("print", ("pad",), 0.1, 80), Presented("phone", (), 0.9, 80), Presented("screen", (), None, 0),
    ))  # fmt: skip
    assert one.attacks() == (1, 2)
    assert one.bona_fide() == (1, 2)


@given(st.integers(0, 6), st.integers(6, 9), st.sampled_from(["device", "demo", "replay"]))
def test_mornings_survive_their_file(
    tmp_path_factory: pytest.TempPathFactory, accepted: int, of: int, camera: str
) -> None:
    path = tmp_path_factory.mktemp("m") / "deep" / "history.jsonl"
    kept = [morning(accepted, of, camera=camera), morning(0, of, day=2)]
    for one in kept:
        append(path, one)
    assert read_history(path) == kept


def test_without_a_file_there_are_no_mornings_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    assert read_history(path) == []
    append(path, morning(0, 4))
    with path.open("a") as file:
        file.write("{broken\n")
    with pytest.raises(StoreUnusable, match="line 2"):
        read_history(path)


def test_nothing_but_figures_and_codes_is_kept(tmp_path: Path) -> None:
    append(tmp_path / "h.jsonl", morning(1, 2))
    row = json.loads((tmp_path / "h.jsonl").read_text())
    assert row.keys() == {"taken", "camera", "model", "bpcer", "presented"}
    assert all(one.keys() == {"species", "refused_by", "pad", "frames"} for one in row["presented"])


def test_the_first_morning_has_nothing_to_compare_with() -> None:
    assert "nothing to compare" in compared([morning(0, 4)])[0]


def test_better_and_worse_are_said_only_where_the_test_is_sure() -> None:
    quiet = [morning(0, 4, day=day) for day in range(1, 11)]
    assert "the same" in compared([*quiet, morning(1, 4, day=11)])[0]
    assert "worse" in compared([*quiet, morning(3, 4, day=11)])[0]
    bad = [morning(3, 4, day=day) for day in range(1, 11)]
    assert "better" in compared([*bad, morning(0, 4, day=11)])[0]


def test_trials_and_other_releases_are_not_compared() -> None:
    site = [morning(0, 4, day=day) for day in range(1, 11)]
    trial = compared([*site, morning(4, 4, day=11, camera="demo")])
    assert "nothing to compare" in trial[0]
    assert "trial" in trial[-1]
    other = compared([*site, morning(4, 4, day=11, model="face_pad 2")])
    assert "nothing to compare" in other[0]
    assert any("10 earlier mornings had another release" in line for line in other)


@pytest.mark.parametrize("count", [1, 3, 80])
def test_the_plot_shows_each_morning_with_its_interval(count: int) -> None:
    root = ET.fromstring(plot_of([morning(day % 2, 4, day=1 + day % 28) for day in range(count)]))
    dots = [element for element in root.iter() if element.tag.endswith("circle")]
    assert len(dots) == 2 * min(count, 60)
    texts = " ".join(element.text or "" for element in root.iter())
    assert "site camera" in texts
    assert "Bona fide refused" in texts


def test_a_trial_with_the_demonstration_is_kept_and_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    options = [
        "morning",
        "--camera",
        "demo:",
        "--no-wait",
        "--seconds",
        "2",
        "--bona-fide",
        "1",
        "--attack",
        "print",
        "--json",
    ]
    assert run(app, options) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["trial"], document["camera"]) == (True, "demo")
    assert [one["species"] for one in document["presented"]] == ["", "print"]
    assert document["apcer"]["of"] == 1
    assert document["apcer"]["errors"] == 0
    assert document["bpcer_today"]["errors"] == 0
    assert len(read_history(tmp_path / "morning" / "history.jsonl")) == 1
    assert (tmp_path / "morning" / "trial.svg").is_file()
    assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize("options", [["--attack", "hologram"], ["--plot", "rate.png"], []])
def test_a_command_line_that_cannot_work_is_refused(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    assert run(app, ["morning", "--camera", "demo:", *options]) == 2
    assert "error[" in capsys.readouterr().err
    assert not (tmp_path / "morning").exists()
