"""What the bench says of a machine, how it counts, and that a crash is a row."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from calibration.bench import bench, machine
from calibration.bench.bench import Measured, Outcome, cells_of
from calibration.bench.children import Child, ChildFailed, measuring_child
from calibration.bench.goals import expect, judge
from calibration.bench.machine import Machine, copy_bandwidth, extensions_of
from calibration.bench.peers import peers_of
from calibration.bench.plain import find_plain, without_quantisation
from calibration.bench.report import document_of, print_report
from calibration.bench.samples import QUICK, Amount, spread_of
from calibration.bench.turns import Competitor, take_turns
from calibration.cli import app
from edge_models.runtime.registry import ENGINES, open_engine, open_model
from kiosk.cli.speech import run

LITTLE = Amount(rounds=1, runs=2, frames=4)
PLAIN = Machine("Some CPU", "x86_64", 2, ("AVX2",), 8192.0, 10.0)


def script(text: str) -> Child:
    """A child that is a small program."""
    return Child([sys.executable, "-c", text])


ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    print("a library's chatter")
    print(json.dumps({"ms": [1.0] * asked.get("runs", 0)}), flush=True)
"""
DIES = "import os, sys; sys.stdin.readline(); os.abort()"
LEAVES = "import sys; sys.stdin.readline(); sys.exit('no such engine')"
SILENT = "import sys, time; sys.stdin.readline(); time.sleep(60)"


# --- the machine


def test_extensions_are_read_from_either_kind_of_processor() -> None:
    x86 = "processor\t: 0\nflags\t\t: fpu avx2 avx512_vnni amx_int8\n"
    arm = "processor\t: 0\nFeatures\t: fp asimd asimddp bf16\n"
    assert extensions_of(x86) == ("AVX2", "AVX-512 VNNI", "AMX INT8")
    assert extensions_of(arm) == ("NEON", "NEON dot product", "NEON BF16")
    assert extensions_of("") == ()


@pytest.mark.parametrize(
    ("extensions", "dot"), [((), False), (("AVX2",), False), (("AVX-VNNI",), True), (("NEON dot product",), True)]
)
def test_dot_products_are_known_by_the_extensions(extensions: tuple[str, ...], dot: bool) -> None:
    assert Machine("", "", 1, extensions, 0, 0).dot_product is dot


def test_copying_has_a_speed() -> None:
    assert copy_bandwidth(megabytes=1, times=2) > 0


# --- what it should hold


def test_expectations_follow_from_the_machine_and_the_frame() -> None:
    assert "saturate" in expect(PLAIN, None)[0]
    assert any("use a faster computer" in line for line in expect(PLAIN, 200.0))
    assert any("not for every frame" in line for line in expect(PLAIN, 50.0))
    assert any("other core" in line for line in expect(PLAIN, 10.0))
    assert any("stutter" in line for line in expect(Machine("", "", 1, (), 0, 0), 10.0))


def test_goals_are_met_missed_or_not_measured() -> None:
    goals = judge({"face_pad": (700_000, 2.0)}, registry_ms=None, frame_ms=11.0, app_mb=451.0)
    said = {(goal.name, goal.unit): goal.met for goal in goals}
    assert said[("face_pad", "MB")] is True
    assert said[("face_pad", "ms")] is False
    assert said[("verify and load all models", "ms")] is None
    assert said[("one frame on one core", "ms")] is True
    assert said[("memory of a whole verification", "MB")] is False


def test_the_middle_counts_and_one_late_run_does_not() -> None:
    spread = spread_of([1.0, 1.0, 1.0, 1.0, 500.0])
    assert spread is not None
    assert (spread.median, spread.least, spread.runs) == (1.0, 1.0, 5)
    assert spread_of([]) is None


# --- children and turns


def test_a_child_answers_in_spite_of_chatter() -> None:
    child = script(ECHO)
    assert child.ask({"ask": "run", "runs": 2}) == {"ms": [1.0, 1.0]}
    child.close()


@pytest.mark.parametrize(
    ("text", "said"), [(DIES, "crashed .signal 6."), (LEAVES, "ended with 1: no such engine"), (SILENT, "no answer")]
)
def test_how_a_child_failed_is_said(text: str, said: str) -> None:
    child = script(text)
    with pytest.raises(ChildFailed, match=said):
        child.ask({"ask": "x"}, patience=5.0 if text is not SILENT else 0.2)
    if text is not SILENT:
        child.close()


def test_a_crash_is_a_row_and_the_others_go_on() -> None:
    good = Competitor({"name": "good"}, partial(script, ECHO), {"ask": "x"})
    bad = Competitor({"name": "bad"}, partial(script, DIES), {"ask": "x"})
    never = Competitor({"name": "never"}, partial(script, DIES), {"ask": "x"}, failed="FP32 not at hand")
    take_turns([bad, good, never], LITTLE, lambda: None)
    assert good.times == [1.0, 1.0]
    assert not good.failed
    assert "crashed" in bad.failed
    assert bad.spread is None
    assert never.failed == "FP32 not at hand"
    assert good.child is None


def test_competitors_take_turns(tmp_path: Path) -> None:
    log = tmp_path / "log"
    text = (
        f"import json, sys\nfor line in sys.stdin:\n    open({str(log)!r}, 'a').write(sys.argv[1])\n"
        "    print(json.dumps({'ms': [1.0]}), flush=True)"
    )
    both = [
        Competitor({}, lambda name=name: Child([sys.executable, "-c", text, name]), {"ask": "x"})  # type: ignore[misc]
        for name in "ab"
    ]
    take_turns(both, Amount(rounds=3, runs=1, frames=1), lambda: None)
    assert "ababab" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_tells_times_memory_and_whether_the_results_hold(engine: str) -> None:
    release = open_model("face_landmarks")
    cell = next(
        cell
        for cell in cells_of(release, None, [0, 1])
        if (cell.label["engine"], cell.label["threads"], cell.label["origin"]) == (engine, 1, "released")
    )
    take_turns([cell], LITTLE, lambda: None)
    assert not cell.failed
    assert len(cell.times) == 2
    assert cell.told["difference"] < 0.2
    assert cell.told["memory_mb"] >= cell.told["network_mb"] >= 0
    assert cell.told["load_ms"] > 0


def test_a_network_that_an_engine_refuses_says_so() -> None:
    child = measuring_child()
    card = open_model("face_landmarks").card.model_dump(mode="json")
    with pytest.raises(ChildFailed, match="refuses face_landmarks"):
        child.ask({"ask": "cell", "card": card, "engine": "onnx_runtime", "threads": 1, "cpus": [0]}, b"no network")
    child.close()


def test_one_core_has_no_cells_of_two_threads() -> None:
    cells = cells_of(open_model("face_landmarks"), None, [0])
    assert {bool(cell.failed) for cell in cells if cell.label["threads"] == 2} == {True}
    assert len(cells) == 8


# --- FP32


def test_an_fp32_network_that_is_given_is_taken(tmp_path: Path) -> None:
    (tmp_path / "face_pad").mkdir()
    (tmp_path / "face_pad" / "fp32.onnx").write_bytes(b"plain")
    found = find_plain(tmp_path, "face_pad", b"")
    assert found is not None
    assert (found.content, found.origin) == (b"plain", "given")
    assert find_plain(tmp_path, "face_quality", b"not onnx") is None


@pytest.mark.parametrize("name", ["face_detection", "face_landmarks", "face_embedding", "face_pad"])
def test_an_fp32_network_that_is_made_computes_what_the_int8_one_approximates(name: str) -> None:
    onnx = pytest.importorskip("onnx")
    release = open_model(name)
    content = without_quantisation(release.network)
    kinds = {node.op_type for node in onnx.load_from_string(content).graph.node}
    assert kinds.isdisjoint({"QuantizeLinear", "DequantizeLinear"})
    engine = open_engine(release.card, content, engine="onnx_runtime")
    for vector in release.golden():
        for output, value in engine.run(vector.inputs).items():
            golden = vector.outputs[output]
            assert float(np.abs(value - golden).mean()) < 0.3 * max(float(golden.std()), 1e-2)


# --- peers


def test_a_peer_that_is_not_there_is_a_row() -> None:
    whole, networks = peers_of(None, Path(sys.executable), "/no/frames.npy", [0])
    assert networks == []
    take_turns(whole[:1], LITTLE, lambda: None)
    assert whole[0].failed


def test_a_folder_of_networks_is_measured_in_both_engines(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    (tmp_path / "other.onnx").write_bytes(without_quantisation(open_model("face_landmarks").network))
    _, networks = peers_of(tmp_path, None, "", [0])
    take_turns(networks, LITTLE, lambda: None)
    assert [(one.label["engine"], one.failed, len(one.times)) for one in networks] == [(e, "", 2) for e in ENGINES]


# --- the choice and the report


def measured(name: str = "face_landmarks", **ms: tuple[float, float]) -> Measured:
    """A model with one INT8 cell an engine: milliseconds, deviation."""
    cells = [
        Competitor(
            {"engine": engine, "precision": "int8", "threads": 1, "origin": "released"},
            measuring_child,
            {},
            times=[value],
            told={"difference": off, "load_ms": 1.0},
        )
        for engine, (value, off) in ms.items()
    ]
    return Measured(open_model(name).card, cells)


def test_an_engine_that_drifts_is_not_chosen_however_fast() -> None:
    assert measured(open_vino=(1.0, 0.1), onnx_runtime=(2.0, 0.0)).fits(1) == {"open_vino": 1.0, "onnx_runtime": 2.0}
    assert measured(open_vino=(1.0, 0.9), onnx_runtime=(2.0, 0.0)).fits(1) == {"onnx_runtime": 2.0}
    assert measured(open_vino=(1.0, 0.9), onnx_runtime=(2.0, 0.9)).fits(1) == {}


def outcome(model: Measured) -> Outcome:
    from datetime import UTC, datetime

    made = Outcome(datetime(2026, 1, 2, tzinfo=UTC), PLAIN, 1, [model])
    made.frames = [Competitor({"name": "ours"}, measuring_child, {}, failed="crashed (signal 9)")]
    made.registry = {"failed": "crashed"}
    made.verification = {"failed": "crashed"}
    return made


def test_a_model_without_a_right_engine_is_an_integrity_failure() -> None:
    model = measured(open_vino=(1.0, 0.9))
    assert outcome(model).exit_status == 5
    model.chosen = {1: "open_vino"}
    assert outcome(model).exit_status == 0


def test_the_report_is_one_document_and_a_table_also_when_parts_failed(capsys: pytest.CaptureFixture[str]) -> None:
    made = outcome(measured(open_vino=(1.0, 0.0)))
    made.models[0].cells[0].told["difference"] = float("inf")
    document = json.loads(json.dumps(document_of(made), allow_nan=False))
    assert document["machine"]["processor"] == "Some CPU"
    assert document["models"][0]["cells"][0]["ms"]["median"] == 1.0
    assert document["frames"][0]["failed"] == "crashed (signal 9)"
    print_report(made, Console(width=180))
    assert "Some CPU, 2 cores" in capsys.readouterr().out


# --- the command


def test_the_whole_bench_writes_choices_that_the_kiosk_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything but peers and the session, whose pieces have tests of their own."""
    data = tmp_path / "data"
    monkeypatch.setenv("GISHE_DATA", str(data))
    monkeypatch.setattr("calibration.cli.QUICK", LITTLE)
    monkeypatch.setattr(bench, "peers_of", lambda *_: ([], []))
    monkeypatch.setattr(bench, "find_plain", lambda *_: None)
    monkeypatch.setattr(bench, "look_at_machine", lambda: PLAIN)
    one = machine.usable_cores()[:1]
    monkeypatch.setattr(bench, "usable_cores", lambda: one)
    assert run(app, ["bench", "--quick", "--json"]) == 0
    said = capsys.readouterr()
    document: dict[str, Any] = json.loads(said.out)
    assert {model["name"] for model in document["models"]} >= {"face_detection", "face_pad"}
    kept = json.loads((data / "engines.json").read_text(encoding="utf-8"))
    assert document["written"] == str(data / "engines.json")
    for model in document["models"]:
        key = next(key for key in kept if key.startswith(f"{model['name']} "))
        assert model["chosen"]["1"] == min(kept[key], key=lambda name: kept[key][name])
    assert document["frames"][0]["found"] == 1.0
    assert document["verification"]["outcome"] == "approve"
    assert document["registry"]["models"] >= 4
    assert not (data / "outbox").exists()


@pytest.mark.parametrize("option", ["--models", "--fp32", "--peers", "--peer-python"])
def test_a_path_that_is_not_there_is_bad_input(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["bench", option, "/no/such/place"]) == 3
    assert option in capsys.readouterr().err


def test_releases_that_nobody_signed_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "face_tiny").mkdir()
    (tmp_path / "face_tiny" / "card.toml").write_text("", encoding="utf-8")
    assert run(app, ["bench", "--models", str(tmp_path)]) == 5
    assert run(app, ["bench", "--models", str(tmp_path / "face_tiny")]) == 5
    assert QUICK.rounds < 20
    assert "error[" in capsys.readouterr().err
