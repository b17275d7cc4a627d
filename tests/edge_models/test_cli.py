"""``edge-models``: list, verify, show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from edge_models.cli import run
from edge_models.runtime.registry import released_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of releases that a test may break."""
    shutil.copytree(released_root() / "face_detection", tmp_path / "released" / "face_detection")
    return tmp_path / "released"


def tamper(root: Path) -> None:
    path = root / "face_detection" / "model.onnx"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(bytes(content))


def test_list(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--root", str(root), "--json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert (item["name"], item["precision"]) == ("face_detection", "int8")
    assert run(["list", "--root", str(root)]) == 0
    assert capsys.readouterr().out.startswith("face_detection ")


def test_verify_a_whole_release(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--root", str(root), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["passed"] is True
    assert {item["engine"] for item in document["items"]} == {"open_vino", "onnx_runtime"}


def test_verify_a_changed_file_is_5(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(root)
    assert run(["verify", "face_detection", "--root", str(root), "--json"]) == 5
    document = json.loads(capsys.readouterr().out)
    assert document["passed"] is False
    assert {item["code"] for item in document["items"]} == {"MODEL_HASH"}


def test_verify_golden_vectors_that_are_gone_or_other_is_5(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "face_detection" / "golden.npz"
    path.unlink()
    assert run(["verify", "--root", str(root), "--json"]) == 5
    shutil.copy(released_root() / "face_landmarks" / "golden.npz", path)
    capsys.readouterr()
    assert run(["verify", "--root", str(root), "--json"]) == 5
    assert {item["code"] for item in json.loads(capsys.readouterr().out)["items"]} == {"MODEL_CONTRACT"}


def test_show(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "face_detection", "--root", str(root), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["card"]["name"] == "face_detection"
    assert document["file_matches"] is True
    tamper(root)
    assert run(["show", "face_detection", "--root", str(root)]) == 0
    assert "DOES NOT MATCH" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["dance"], 2, "USAGE"),
        (["show"], 2, "USAGE"),
        (["list", "--colour"], 2, "USAGE"),
        (["show", "nothing"], 5, "MODEL_MISSING"),
        (["list", "--root", "gone"], 5, "MODEL_MISSING"),
    ],
)
def test_errors_are_one_line_with_their_status(
    arguments: list[str], status: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error[{code}]: ")
    assert len(captured.err.splitlines()) == 1


def test_no_command_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage" in capsys.readouterr().err
