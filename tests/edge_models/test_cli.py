"""``edge-models``: list, verify, show; install, use, rollback, remove, log."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edge_models import cli_store
from edge_models.cli import run
from edge_models.runtime.card import Card
from edge_models.runtime.errors import ContractMismatch, EngineUnavailable
from edge_models.runtime.manifest import AcceptedRefusal
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import EngineName, open_engine, released_root

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge


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


def codes(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The codes of the last command's items."""
    return {item["code"] for item in json.loads(capsys.readouterr().out)["items"]}


def test_verify_golden_vectors_that_are_gone_or_other_is_5(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "face_detection" / "golden.npz"
    path.unlink()
    assert run(["verify", "--root", str(root), "--json"]) == 5
    assert codes(capsys) == {"MODEL_FILE_MISSING"}
    shutil.copy(released_root() / "face_landmarks" / "golden.npz", path)
    assert run(["verify", "--root", str(root), "--json"]) == 5
    assert codes(capsys) == {"MODEL_HASH"}


def test_verify_signed_golden_vectors_that_do_not_come_out_again_is_5(
    forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    good, other = forge.release("face_tiny"), forge.release("face_other", factor=-7.0)
    files = {path.name: path.read_bytes() for path in good.iterdir() if not path.name.startswith("manifest")}
    forge.release("face_tiny", files=files | {"golden.npz": (other / "golden.npz").read_bytes()})
    where = ["--root", str(forge.folder / "released"), "--trust-roots", str(forge.roots_folder)]
    assert run(["verify", "face_other", *where, "--json"]) == 0
    assert codes(capsys) == {""}
    assert run(["verify", "face_tiny", *where, "--json"]) == 5
    assert codes(capsys) == {"MODEL_DRIFT"}


def test_show(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "face_detection", "--root", str(root), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["card"]["name"] == document["manifest"]["name"] == "face_detection"
    assert document["signed_by"]["key"] == document["manifest"]["key"]
    assert run(["show", "face_detection", "--root", str(root)]) == 0
    assert "usable until" in capsys.readouterr().out
    tamper(root)
    assert run(["show", "face_detection", "--root", str(root)]) == 5
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error[MODEL_HASH]: ")


def test_show_names_what_was_overruled(forge: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    forge.release(accepted=(AcceptedRefusal(code="TIME", said="9 ms; 1 allowed", because="the only one there is"),))
    where = ["--root", str(forge.folder / "released"), "--trust-roots", str(forge.roots_folder)]
    assert run(["show", "face_tiny", *where]) == 0
    assert "in spite of TIME: 9 ms; 1 allowed; because: the only one there is" in capsys.readouterr().out


def test_list_names_what_is_broken_beside_what_is_whole(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(released_root() / "face_pad", root / "face_pad")
    tamper(root)
    assert run(["list", "--root", str(root), "--json"]) == 5
    broken, whole = json.loads(capsys.readouterr().out)["items"]
    assert (broken["code"], whole["code"], whole["version"] != "") == ("MODEL_HASH", "", True)
    assert run(["list", "--root", str(root)]) == 5
    assert "error[MODEL_HASH]" in capsys.readouterr().out.splitlines()[0]


@pytest.fixture
def bench(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Forge:
    """A data folder of its own, the shipped releases of the forge, and its key trusted."""
    monkeypatch.setenv("GISHE_DATA", str(forge.folder / "data"))
    monkeypatch.setenv("GISHE_TRUST_ROOTS", str(forge.roots_folder))
    monkeypatch.setattr("edge_models.cli_options.released_root", lambda: forge.folder / "released")
    forge.release()
    return forge


def rows(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, bool]]:
    """Version, origin and whether it is in use, of each row of ``list --json``."""
    capsys.readouterr()
    assert run(["list", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    return [(item["version"], item["origin"], item["active"]) for item in items]


def test_install_use_roll_back_remove(bench: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    made = bench.release(version="2.0.0", factor=3.0, at=bench.folder / "made")
    assert run(["install", str(made)]) == 0
    assert capsys.readouterr().out.splitlines() == ["face_tiny 2.0.0 is installed", "face_tiny: shipped is in use"]
    assert rows(capsys) == [("1.0.0", "shipped", True), ("2.0.0", "installed", False)]
    assert run(["use", "face_tiny", "2.0.0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "face_tiny", "in_use": "2.0.0", "installed": ["2.0.0"]}
    assert rows(capsys) == [("1.0.0", "shipped", False), ("2.0.0", "installed", True)]
    assert run(["verify"]) == 0
    assert "2.0.0" in capsys.readouterr().out
    assert run(["remove", "face_tiny", "2.0.0"]) == 5
    assert capsys.readouterr().err.startswith("error[MODEL_STORE]: face_tiny 2.0.0 is in use")
    assert run(["rollback", "face_tiny"]) == 0
    assert run(["remove", "face_tiny", "2.0.0"]) == 0
    assert rows(capsys) == [("1.0.0", "shipped", True)]
    assert run(["log", "--json"]) == 0
    steps = [entry["by"] for entry in json.loads(capsys.readouterr().out)["items"]]
    assert steps == ["install", "use", "rollback", "remove"]
    assert run(["log"]) == 0
    assert "shipped -> 2.0.0" in capsys.readouterr().out


def test_a_shipped_version_can_be_named_like_any_other(bench: Forge, capsys: pytest.CaptureFixture[str]) -> None:
    made = bench.release(version="2.0.0", at=bench.folder / "made")
    assert run(["install", str(made), "--use"]) == 0
    assert run(["use", "face_tiny", "1.0.0"]) == 0
    assert rows(capsys)[0] == ("1.0.0", "shipped", True)
    assert run(["rollback", "face_tiny"]) == 0
    assert run(["use", "face_tiny", "shipped"]) == 0
    assert rows(capsys)[0] == ("1.0.0", "shipped", True)


def test_a_clock_that_lost_its_battery(
    bench: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What ships and what was installed goes on working, and says so; something newer is not taken in."""

    def clock(moment: datetime) -> None:
        for module in ("cli", "cli_store"):
            monkeypatch.setattr(f"edge_models.{module}.clock", lambda: moment)

    later = bench.now + timedelta(days=60)
    second = bench.release(version="2.0.0", created=later, at=bench.folder / "second")
    third = bench.release(version="3.0.0", created=later + timedelta(days=60), at=bench.folder / "third")
    lost = datetime(2001, 1, 1, tzinfo=UTC)
    clock(lost)
    assert run(["install", str(second)]) == 5
    assert capsys.readouterr().err.startswith("error[MODEL_NOT_YET_VALID]: ")
    clock(later)
    assert run(["install", str(second), "--use"]) == 0
    clock(lost)
    capsys.readouterr()
    assert run(["verify"]) == 0
    assert capsys.readouterr().err.startswith("warning: this machine's clock (2001-01-01)")
    assert run(["rollback", "face_tiny"]) == 0
    assert run(["install", str(third)]) == 5


@pytest.mark.parametrize(("place", "code"), [("model.onnx", "MODEL_HASH"), ("manifest.json", "MODEL_SIGNATURE")])
def test_a_tampered_release_is_not_installed(
    bench: Forge, place: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bench.release(version="2.0.0", at=bench.folder / "made")
    content = bytearray((made / place).read_bytes())
    content[30] ^= 1
    (made / place).write_bytes(bytes(content))
    assert run(["install", str(made), "--use"]) == 5
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error[{code}]: ")
    assert len(captured.err.splitlines()) == 1
    assert rows(capsys) == [("1.0.0", "shipped", True)]


def test_a_release_that_was_changed_after_installing_is_not_switched_to(
    bench: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", str(bench.release(version="2.0.0", at=bench.folder / "made"))]) == 0
    (bench.folder / "data" / "models" / "face_tiny" / "2.0.0" / "card.toml").write_text("name = 1")
    capsys.readouterr()
    assert run(["use", "face_tiny", "2.0.0"]) == 5
    assert capsys.readouterr().err.startswith("error[MODEL_HASH]: ")
    assert run(["show", "face_tiny"]) == 0


def test_a_network_that_gives_other_results_here_is_not_installed(
    bench: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    good, other = bench.release(version="2.0.0", at=bench.folder / "good"), bench.release("face_other", factor=-7.0)
    files = {path.name: path.read_bytes() for path in good.iterdir() if not path.name.startswith("manifest")}
    bad = bench.release(
        version="2.0.0", at=bench.folder / "bad", files=files | {"golden.npz": (other / "golden.npz").read_bytes()}
    )
    assert run(["install", str(bad)]) == 5
    assert capsys.readouterr().err.startswith("error[MODEL_DRIFT]: ")


def test_a_store_that_cannot_be_read_is_said_and_mended_by_a_new_choice(
    bench: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", str(bench.release(version="2.0.0", at=bench.folder / "made")), "--use"]) == 0
    (bench.folder / "data" / "models" / "face_tiny" / "active.json").write_text("{")
    capsys.readouterr()
    for command in (["show", "face_tiny"], ["list"], ["verify"], ["rollback", "face_tiny"]):
        assert run(command) == 5
        captured = capsys.readouterr()
        assert "MODEL_STORE" in captured.err + captured.out
    assert run(["use", "face_tiny", "2.0.0"]) == 0
    assert rows(capsys)[1] == ("2.0.0", "installed", True)


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["dance"], 2, "USAGE"),
        (["show"], 2, "USAGE"),
        (["list", "--colour"], 2, "USAGE"),
        (["show", "nothing"], 5, "MODEL_MISSING"),
        (["list", "--root", "gone"], 5, "MODEL_MISSING"),
        (["install", "gone"], 5, "MODEL_MISSING"),
        (["use", "face_detection", "9.9.9"], 5, "MODEL_NOT_INSTALLED"),
        (["rollback", "face_detection"], 5, "MODEL_NOT_INSTALLED"),
        (["remove", "face_detection", "1.0.0"], 5, "MODEL_NOT_INSTALLED"),
        (["verify", "--trust-roots", "gone"], 5, "TRUST_ROOT"),
    ],
)
def test_errors_are_one_line_with_their_status(
    arguments: list[str],
    status: int,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    assert run(arguments) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error[{code}]: ")
    assert len(captured.err.splitlines()) == 1


def test_no_command_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage" in capsys.readouterr().err


def test_one_engine_that_is_not_usable_here_is_enough_of_a_reason_to_say_so_but_not_to_refuse(
    bench: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bench.release(version="2.0.0", factor=3.0, at=bench.folder / "made")

    def opened(card: Card, content: bytes, *, engine: EngineName, **more: Any) -> Engine:
        if engine == "open_vino":
            raise ContractMismatch("face_tiny drifted")
        return open_engine(card, content, engine=engine, **more)

    monkeypatch.setattr(cli_store, "open_engine", opened)
    assert run(["install", str(made), "--use"]) == 0
    assert "warning: face_tiny drifted" in capsys.readouterr().err

    def closed(*_: Any, engine: EngineName, **__: Any) -> Engine:
        raise EngineUnavailable("not here") if engine == "open_vino" else ContractMismatch("drifted")

    monkeypatch.setattr(cli_store, "open_engine", closed)
    assert run(["use", "face_tiny", "shipped"]) == 5
    assert capsys.readouterr().err.startswith("error[MODEL_CONTRACT]: drifted")
