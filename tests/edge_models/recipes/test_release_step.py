"""Release, sign, key: what passed the gate is signed, swapped in whole, and loads; an overruled refusal can be read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from edge_models.recipes.__main__ import main
from edge_models.recipes.evidence import FILE, record_samples
from edge_models.recipes.publishing import swap
from edge_models.recipes.signing import PASSPHRASE, make_key, read_key, root_of, root_text
from edge_models.runtime.errors import ModelError
from edge_models.runtime.registry import ENGINES
from edge_models.runtime.trust import TrustRoots, read_root

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge

RECIPE = """
model = "face_tiny"
version = "{version}"
seed = 1
[gate]
size_limit = 1000
time = {{ path = "ms.{{precision}}_{{engine}}", limit_ms = 5.0 }}
[[gate.figures]]
path = "{{precision}}_{{engine}}.accuracy"
higher_is_better = true
int8_loss_allowed = 0.001
regression_allowed = 0.001
engines_apart_allowed = 0.001
limit = 0.9
[card]
"""


class Bench:
    """A candidate of version 1.1.0 beside a release 1.0.0, and a key file."""

    def __init__(self, forge: Forge) -> None:
        self.forge = forge
        self.released = forge.release().parent
        made = forge.release(version="1.1.0", factor=3.0, at=forge.folder / "made")
        self.candidate = forge.folder / "work" / "face_tiny" / "candidate"
        self.candidate.mkdir(parents=True)
        for name in ("model.onnx", "card.toml", "golden.npz", "accuracy.toml"):
            (self.candidate / name).write_bytes((made / name).read_bytes())
        record_samples(self.candidate, calibration=["p/a"], evaluation=["p/b", "p/c"])
        self.accuracy(0.95)
        self.recipe = forge.folder / "recipe.toml"
        self.recipe.write_text(RECIPE.format(version="1.1.0"))
        self.key = forge.folder / "key.pem"
        self.key.write_bytes(forge.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def accuracy(self, value: float) -> None:
        """Give both precisions this accuracy in both engines."""
        text = (self.candidate / "accuracy.toml").read_text().splitlines()[0]
        forms = [f"{precision}_{engine}" for precision in ("int8", "fp32") for engine in ENGINES]
        lines = [text, *(f"{form}.accuracy = {value}" for form in forms), *(f"ms.{form} = 0.1" for form in forms)]
        (self.candidate / "accuracy.toml").write_text("\n".join(lines))

    def release(self, *more: str) -> int:
        """Run the step."""
        where = ["--work", str(self.forge.folder / "work"), "--released", str(self.released)]
        keys = ["--key", str(self.key), "--roots", str(self.forge.roots_folder)]
        return main(["release", "--config", str(self.recipe), *where, *keys, *more])

    def version(self) -> str:
        """The version that a kiosk would load."""
        return self.forge.open(self.released / "face_tiny").manifest.version


@pytest.fixture
def bench(forge: Forge) -> Bench:
    return Bench(forge)


def test_a_candidate_becomes_the_release(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.release("--json") == 0
    said = json.loads(capsys.readouterr().out)
    release = bench.forge.open(bench.released / "face_tiny", version="1.1.0")
    assert (said["version"], said["replaced"], said["key"]) == ("1.1.0", "1.0.0", bench.forge.root.key)
    assert said["manifest_sha256"] == release.signed.sha256
    assert FILE not in release.files
    assert release.network == (bench.candidate / "model.onnx").read_bytes()
    samples = release.manifest.samples
    assert samples is not None
    assert (samples.calibration, samples.evaluation, samples.overlap) == (1, 2, 0)
    assert [path.name for path in bench.released.iterdir()] == ["face_tiny"]


def test_a_release_without_a_readme_gets_one_that_holds(bench: Bench) -> None:
    assert bench.release() == 0
    text = bench.forge.open(bench.released / "face_tiny").file("README.md").decode()
    assert "| `{precision}_{engine}.accuracy` | 0.95 | 0.95 | 0.95 | 0.95 |" in text
    (bench.candidate / "README.md").write_text("# by hand\n")


def test_a_readme_by_hand_stays(bench: Bench) -> None:
    (bench.candidate / "README.md").write_text("# by hand\n")
    assert bench.release() == 0
    assert bench.forge.open(bench.released / "face_tiny").file("README.md") == b"# by hand\n"


def test_a_refused_candidate_leaves_the_release_as_it_was(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.accuracy(0.5)
    assert bench.release() == 5
    *refusals, last = capsys.readouterr().err.splitlines()
    assert all(line.startswith("refused[LIMIT]: ") for line in refusals)
    assert last.startswith("error[GATE]: face_tiny 1.1.0 is not released: 2 refusals")
    assert bench.version() == "1.0.0"


def test_an_overruled_refusal_stands_in_the_manifest(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.accuracy(0.5)
    assert bench.release("--accept-refusal", "LIMIT", "--because", "first of its kind, for a pilot") == 0
    assert "accepted[LIMIT]" in capsys.readouterr().out
    accepted = bench.forge.open(bench.released / "face_tiny").manifest.accepted_refusals
    assert {item.because for item in accepted} == {"first of its kind, for a pilot"}
    assert all(item.code == "LIMIT" and "nothing worse than 0.9" in item.said for item in accepted)


@pytest.mark.parametrize(
    "more",
    [
        ["--accept-refusal", "LIMIT"],
        ["--accept-refusal", "LIMIT", "--because", "  "],
        ["--accept-refusal", "WORSE", "--because", "x"],
        ["--accept-refusal", "LIMIT", "--accept-refusal", "SAMPLES", "--because", "x", "--because", "y"],
        ["--because", "x"],
    ],
    ids=["no reason", "empty reason", "not refused", "one not refused", "nothing accepted"],
)
def test_nothing_is_overruled_in_passing(bench: Bench, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    bench.accuracy(0.5)
    assert bench.release(*more) == 2
    assert capsys.readouterr().err.startswith("error[ACCEPT]: ")
    assert bench.version() == "1.0.0"


def test_some_refusals_cannot_be_overruled(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    (bench.candidate / "golden.npz").unlink()
    assert bench.release("--accept-refusal", "FILE_MISSING", "--because", "x") == 2
    assert "never accepted" in capsys.readouterr().err


def test_a_key_that_nobody_trusts_signs_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.key.unlink()
    make_key(bench.key)
    assert bench.release() == 5
    assert capsys.readouterr().err.startswith("error[MODEL_KEY_UNKNOWN]: ")
    assert bench.version() == "1.0.0"
    assert [path.name for path in bench.released.iterdir()] == ["face_tiny"]


def test_an_end_can_be_given(bench: Bench) -> None:
    day = f"{bench.forge.now:%Y-%m-%d}"
    assert bench.release("--valid-until", day) == 0
    release = bench.forge.open(bench.released / "face_tiny")
    assert f"{release.ends:%Y-%m-%d %H:%M}" == f"{day} 23:59"


def test_signing_again_with_another_key_keeps_what_was_said(bench: Bench) -> None:
    bench.accuracy(0.5)
    assert bench.release("--accept-refusal", "LIMIT", "--because", "a pilot") == 0
    before = bench.forge.open(bench.released / "face_tiny").manifest
    new = bench.forge.folder / "new.pem"
    root = root_of(make_key(new), holder="next", purpose="tests", begins=bench.forge.now, days=30)
    (bench.forge.roots_folder / "next.toml").write_text(root_text(root))
    roots = ["--roots", str(bench.forge.roots_folder)]
    assert main(["sign", "face_tiny", "--key", str(new), "--released", str(bench.released), *roots]) == 0
    after = bench.forge.open(bench.released / "face_tiny", roots=TrustRoots([root])).manifest
    assert (after.key, after.files, after.samples) == (root.key, before.files, before.samples)
    assert after.accepted_refusals == before.accepted_refusals
    with pytest.raises(ModelError):
        bench.forge.open(bench.released / "face_tiny")


def test_folders_are_swapped_and_both_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for exchange in (True, False):
        for folder in (new, old):
            folder.mkdir(exist_ok=True)
            (folder / "said").write_text(folder.name)
        if not exchange:
            monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
        swap(new, old)
        assert ((old / "said").read_text(), (new / "said").read_text()) == ("new", "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


# --- keys


def test_a_key_is_made_for_its_owner_alone_and_its_root_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, root = tmp_path / "key.pem", tmp_path / "root.toml"
    assert main(["key", "--out", str(key), "--root", str(root), "--holder", "A bank", "--days", "10"]) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    read = read_root(root)
    assert (read.holder, (read.valid_until - read.valid_from).days) == ("A bank", 10)
    assert read.public().public_bytes_raw() == read_key(key).public_key().public_bytes_raw()
    before = key.read_bytes()
    assert main(["key", "--out", str(key), "--root", str(tmp_path / "r2.toml"), "--holder", "x"]) == 3
    assert main(["key", "--out", str(tmp_path / "k2.pem"), "--root", str(root), "--holder", "x"]) == 3
    assert key.read_bytes() == before
    assert "PRIVATE" not in capsys.readouterr().out


def test_a_key_is_never_written_where_git_would_track_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "init", "-q", str(repository)], check=True, env=clean)
    (repository / ".gitignore").write_text("/ignored/\n")
    (repository / "ignored").mkdir()
    more = ["--root", str(tmp_path / "root.toml"), "--holder", "x"]
    for place in (repository / "key.pem", Path(__file__).parents[3] / "edge_models" / "key.pem"):
        assert main(["key", "--out", str(place), *more]) == 3
        assert capsys.readouterr().err.startswith("error[KEY_PLACE]: ")
        assert not place.exists()
    assert main(["key", "--out", str(repository / "ignored" / "key.pem"), *more]) == 0


def test_a_passphrase_opens_a_key_and_a_wrong_one_does_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.key.write_bytes(b"")
    bench.key.unlink()
    key = make_key(bench.key, b"a long one")
    root = root_of(key, holder="x", purpose="x", begins=bench.forge.now, days=5)
    (bench.forge.roots_folder / "more.toml").write_text(root_text(root))
    assert b"ENCRYPTED" in bench.key.read_bytes()
    for wrong in ("", "another"):
        monkeypatch.setenv(PASSPHRASE, wrong)
        assert bench.release() == 3
        assert capsys.readouterr().err.startswith("error[SIGNING_KEY]: ")
    monkeypatch.setenv(PASSPHRASE, "a long one")
    assert bench.release() == 0


def test_what_is_no_ed25519_key_is_refused(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (other, b"nothing", b""):
        bench.key.write_bytes(content)
        assert bench.release() == 3
        assert capsys.readouterr().err.startswith("error[SIGNING_KEY]: ")


def test_a_step_that_a_model_does_not_have_is_said(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = Path(__file__).parents[3] / "edge_models" / "recipes" / "face_pad" / "recipe.toml"
    assert main(["ensemble", "--config", str(recipe)]) == 2
    assert capsys.readouterr().err.startswith("error[STEP]: face_pad has no step ensemble")
    assert main(["teach", "--config", str(recipe), "--data", str(bench.forge.folder / "gone")]) == 3
    assert capsys.readouterr().err.startswith("error[DATA]: ")
