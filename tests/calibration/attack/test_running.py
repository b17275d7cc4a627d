"""The bench as a whole: presentations in the kiosk's own session, results that outlive a kill, the report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from calibration.attack.deck import find_presentations
from calibration.attack.judged import Finding, Judged
from calibration.attack.keeping import Progress
from calibration.attack.outcome import Outcome
from calibration.attack.pack_figures import LeftOutRow
from calibration.attack.packs import Scored
from calibration.attack.presentation import Label, Material, Presentation, Way
from calibration.attack.presenting import Bench, bench_settings
from calibration.attack.report.document import document_of
from calibration.attack.report.pdf import write_pdf
from calibration.attack.report.tables import summary, tables
from calibration.attack.report.text import print_report
from calibration.attack.running import Wanted, run_bench
from calibration.cli import app
from calibration.rates import rate
from kiosk.camera.demo.portrait import reference_portrait
from kiosk.cli.speech import run
from kiosk.errors import BadInput
from kiosk.settings import Settings, load_settings

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
QUIET = Console(stderr=True, quiet=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path / "data")


def demo(variant: str, label: Label, made: str = "") -> Presentation:
    species = "" if label is Label.BONA_FIDE else f"made_{made}" if made else "demo"
    return Presentation(
        f"{variant} {made}", label, species, Material(demo=variant, made=made), Way.SESSION, must_pass=not species
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's portrait as a picture, and a film that is none."""
    made = tmp_path_factory.mktemp("films")
    cv2.imwrite(str(made / "live_portrait.png"), reference_portrait())
    (made / "attack_broken.mp4").write_bytes(b"no film at all")
    return made


def test_a_willing_person_is_approved_and_an_attack_is_not_and_nothing_stays(settings: Settings) -> None:
    with bench_settings(settings) as own:
        bench = Bench(own, 1)
        person = bench.judge(demo("bona_fide", Label.BONA_FIDE))
        assert person.approved, (person.reasons, person.refused_by)
        assert not person.taken_for_attack
        photo = bench.judge(demo("photo", Label.ATTACK))
        assert not photo.approved
        assert photo.refused_by
        assert photo.responded
        temporary = own.data
    assert not temporary.exists()
    assert not settings.data.exists() or not any(settings.data.iterdir())


def test_what_cannot_be_read_is_a_result_with_its_error(settings: Settings, folder: Path) -> None:
    with bench_settings(settings) as own:
        bench = Bench(own, 1)
        found = {one.name: bench.judge(one) for one in find_presentations(folder)}
    assert "attack_broken" in found["attack_broken"].error
    assert found["live_portrait"].verdict in ("accept", "refuse")
    assert found["live_portrait"].of("pad") is not None


def test_a_bench_that_was_killed_goes_on_and_another_seed_is_refused(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    progress = tmp_path / "progress.jsonl"
    wanted = Wanted(settings, [folder], 1, progress=progress)
    first = run_bench(wanted, QUIET, NOW)
    lines = progress.read_text().splitlines()
    assert len(lines) == 1 + len(first.results)
    # Killed while the last line was written: what was whole is kept, marked here so that it is seen not to be made again.
    row = json.loads(lines[1])
    row["result"]["note"] = "kept"
    progress.write_text("\n".join([lines[0], json.dumps(row), lines[2][:30]]))
    again = run_bench(Wanted(settings, [folder], 1, progress=progress, resume=True), QUIET, NOW)
    assert [one.name for one in again.results] == [one.name for one in first.results]
    assert sorted(one.note for one in again.results) == ["", "kept"]
    with pytest.raises(BadInput, match="another profile, seed"):
        run_bench(Wanted(settings, [folder], 2, progress=progress, resume=True), QUIET, NOW)


def test_nothing_to_present_is_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to present"):
        run_bench(Wanted(settings, [Path("demo")], 1, progress=tmp_path / "p", only="no such name"), QUIET, NOW)


def test_the_command_gives_one_document_and_a_pdf(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path / "data"))
    report = tmp_path / "bench.pdf"
    assert run(app, ["attack-bench", str(folder), "--report", str(report), "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads(report.with_suffix(".json").read_text())
    assert document["summary"]["not_presented"] == 1
    assert {one["name"] for one in document["presentations"]} == {"live_portrait", "attack_broken"}
    assert report.read_bytes().startswith(b"%PDF")
    assert not list(tmp_path.glob("*.jsonl"))
    assert not (tmp_path / "data" / "outbox").exists()


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--report", "bench.txt"], 2),
        (["--report", "/no/such/folder/x.pdf"], 3),
        (["/no/such/path"], 3),
        (["--left-out", "/no.npz"], 3),
    ],
)
def test_a_command_line_that_cannot_work_is_refused(
    options: list[str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    assert run(app, ["attack-bench", *options]) == status
    assert "error[" in capsys.readouterr().err


# --- the report


def outcome() -> Outcome:
    rng = np.random.default_rng(1)

    def one(name: str, species: str, *refused: str, verdict: str = "") -> Judged:
        score = float(rng.uniform(0, 0.4) if "pad" in refused else rng.uniform(0.6, 1))
        findings = [Finding("pad", "pad" not in refused, "pad_failed", score, 0.5)]
        findings += [Finding(check, False, f"{check}_failed") for check in refused if check != "pad"]
        label = "attack" if species else "bona_fide"
        way = "session" if verdict else "pad"
        return Judged(name, label, species, "s", way, must_pass=not species, verdict=verdict, findings=tuple(findings))

    results = [one(f"live {i}", "", verdict="approve") for i in range(5)]
    results += [one("live refused", "", "depth", verdict="refer")]
    results += [one(f"print {i}", "print", "pad", "liveness", verdict="reject") for i in range(4)]
    results += [one("accepted", "made_relightless", verdict="approve"), one("alone", "phone", "pad")]
    results += [Judged("broken", "attack", "phone", "s", "pad", must_pass=False, error="error[INPUT]: no film")]
    packs = [Scored("web", str(i), "bona_fide", "", "", float(rng.uniform(0.5, 1))) for i in range(25)]
    packs += [Scored("web", str(i), "attack", "print", "a4", float(rng.uniform(0, 0.7))) for i in range(25)]
    left = LeftOutRow(
        "web", "own", 60, ("print", rate(12, 60)), ("print", rate(20, 60)), rate(12, 60), rate(20, 60), None, None
    )
    models = (("face_pad", "0.3.0", "ab" * 32),)
    return Outcome(NOW, "gishe 1", "demo", 0.05, 1, models, results, packs, (), [left], "left_out.npz")


def test_the_summary_names_the_worst_species_what_was_accepted_and_what_is_not_met() -> None:
    text = " ".join(summary(outcome()))
    assert "worst species (made_relightless)" in text
    assert "Attacks accepted: accepted." in text
    assert "live refused (depth)" in text
    assert "Could not be presented: broken" in text
    assert "floor NOT MET, goal NOT MET" in text


def test_tables_fit_their_columns() -> None:
    given = tables(outcome())
    assert len(given) >= 4
    for table in given:
        assert len(table.columns) == len(table.wide)
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert sum(table.wide) <= 1.001


def test_the_document_is_json_and_its_rates_have_intervals() -> None:
    document = json.loads(json.dumps(document_of(outcome()), allow_nan=False))
    assert document["summary"]["frr"] == {
        "rate": 1 / 6,
        "errors": 1,
        "of": 6,
        "low": rate(1, 6).low,
        "high": rate(1, 6).high,
    }
    by_name = {one["species"]: one for one in document["species"]}
    assert by_name["made_relightless"]["iapar"]["rate"] == 1.0
    assert by_name["print"]["caught_by"] == {"liveness": 4, "pad": 4}
    assert document["left_out"]["rows"][0]["floor_met"] is False
    assert document["det"]["pad"]["points"][-1] == {"threshold": None, "bpcer": 1.0, "apcer": 0.0}
    assert len(document["not_measured"]) >= 5


def test_the_pdf_holds_pages_and_the_terminal_holds_every_table(tmp_path: Path) -> None:
    write_pdf(outcome(), tmp_path / "r.pdf")
    content = (tmp_path / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page ") >= 3
    with (tmp_path / "r.txt").open("w") as file:
        print_report(outcome(), Console(file=file, width=200, highlight=False, markup=False))
    text = (tmp_path / "r.txt").read_text()
    assert all(table.title in text for table in tables(outcome()))
    assert "not measured: Worn masks" in text


def test_a_pdf_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_pdf(outcome(), tmp_path / "none" / "r.pdf")


def test_progress_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput):
        Progress(tmp_path / "file" / "p.jsonl", {}, resume=False)
