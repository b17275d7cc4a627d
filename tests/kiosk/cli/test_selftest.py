"""``kiosk selftest`` and the self-test at the start: a machine that computes wrongly says so and ends with 5."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.app import app
from kiosk.cli.speech import run


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tolerance that no second engine keeps: as if this machine computed wrongly."""
    monkeypatch.setattr("kiosk.analysis.fitness.TOLERANCE", 0.0)


def test_a_fit_installation_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["selftest", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["passed"]
    assert {"face_pad open_vino", "face_pad onnx_runtime"} <= {item["name"] for item in document["items"]}


def test_a_drifted_model_fails_the_selftest_with_its_engine_and_how_much(
    strict: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, ["selftest", "--engine", "open_vino", "--json"]) == 5
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    item = items["face_embedding open_vino"]
    assert item["code"] == "MODEL_DRIFT"
    assert "drifted in open_vino: off by 0." in item["said"]
    assert items["keys"]["passed"]


def test_a_drift_in_the_engine_that_is_not_chosen_is_said_and_does_not_count(
    strict: None, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kiosk.cli.selftest.choose_engine", lambda *_args, **_kinds: "onnx_runtime")
    assert run(app, ["selftest", "--json"]) == 0
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    assert not items["face_pad open_vino"]["passed"]
    assert not items["face_pad open_vino"]["needed"]
    assert items["face_pad onnx_runtime"]["passed"]


def test_a_machine_that_drifted_leads_no_session(strict: None, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["verify", "--camera", "demo:", "--engine", "open_vino"]) == 5
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("error[MODEL_DRIFT]: ")
    assert "face_pad" in line
    assert "calibrate bench" in line


def test_an_uncalibrated_site_is_said_and_does_not_count_under_the_demo_profile(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(app, ["selftest", "--json"])
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    site, pin = items["site calibration"], items["camera pin"]
    assert (site["passed"], site["needed"], pin["passed"], pin["needed"]) == (False, False, False, False)
    assert "calibrate camera" in site["said"]


def test_a_broken_site_calibration_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "site").mkdir()
    (data / "site" / "camera.toml").write_text("version = 1\n")
    assert run(app, ["selftest", "--json"]) == 5
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    assert items["site calibration"]["code"] == "SITE"
