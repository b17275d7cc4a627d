"""Who may know whom, tried in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def loaded_by(*modules: str) -> set[str]:
    """Give the names of all modules that importing these loads."""
    script = f"import sys\nimport {', '.join(modules)}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def below(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == package or name.startswith(f"{package}.") for package in packages)}


def test_the_commands_load_neither_training_nor_screens_nor_engines() -> None:
    names = loaded_by("kiosk.cli", "kiosk.bootstrap.headless", "kiosk.bootstrap.app", "edge_models.cli")
    assert "kiosk.cli.app" in names
    assert below(names, "torch", "nncf", "onnx", "tomlkit", "edge_models.recipes") == set()
    assert below(names, "PySide6", "kiosk.ui", "onnxruntime", "openvino", "skimage") == set()


def test_the_technicians_command_loads_no_engine_of_its_own() -> None:
    names = loaded_by("calibration.cli")
    assert below(names, "PySide6", "kiosk.ui", "onnxruntime", "openvino", "torch", "onnx", "mediapipe", "dlib") == set()


def test_sessions_know_no_qt() -> None:
    names = loaded_by("kiosk.session.headless", "kiosk.session.threads", "kiosk.flow.machine", "kiosk.record.seal")
    assert below(names, "PySide6", "shiboken6") == set()


def test_the_flow_is_pure() -> None:
    names = loaded_by("kiosk.flow.machine", "kiosk.decision.verdict")
    assert below(names, "cv2", "numpy", "onnxruntime", "openvino", "sqlite3", "PySide6") == set()


def test_the_contracts_hold() -> None:
    pytest.importorskip("importlinter")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout
