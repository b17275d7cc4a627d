"""What ships: everything a kiosk needs, nothing of training."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of all files in a freshly built wheel."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_training_stays_at_home(names: list[str]) -> None:
    assert [name for name in names if "recipes" in name or name.startswith("tests/")] == []


@pytest.mark.parametrize("suffix", [".py", ".qml", ".toml", ".sql", ".npz", ".onnx", ".json", ".sig", ".md"])
@pytest.mark.parametrize("package", ["kiosk", "edge_models"])
def test_every_file_of_a_kind_is_there(names: list[str], package: str, suffix: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", package], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("not a checkout")
    wanted = {name for name in tracked if name.endswith(suffix) and not name.startswith("edge_models/recipes/")}
    assert wanted <= set(names)


def test_the_technicians_tools_come_along(names: list[str]) -> None:
    assert {"calibration/cli.py", "calibration/bench/child.py", "calibration/bench/peer.py"} <= set(names)


def test_the_kinds_that_a_kiosk_lives_on_are_there(names: list[str]) -> None:
    kinds = {Path(name).suffix for name in names}
    assert {".qml", ".toml", ".sql", ".npz", ".onnx"} <= kinds
    assert any(name.endswith("entry_points.txt") for name in names)


def test_every_release_ships_whole_with_its_signature_and_a_root_and_no_key(names: list[str]) -> None:
    models = {name.split("/")[2] for name in names if name.startswith("edge_models/released/")}
    assert models
    for model in models:
        for file in (
            "manifest.json",
            "manifest.sig",
            "card.toml",
            "model.onnx",
            "golden.npz",
            "accuracy.toml",
            "README.md",
        ):
            assert f"edge_models/released/{model}/{file}" in names
    assert any(name.startswith("edge_models/runtime/trust_roots/") and name.endswith(".toml") for name in names)
    assert [name for name in names if name.endswith((".pem", ".key"))] == []
