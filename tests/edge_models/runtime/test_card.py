"""Cards: what is refused before a network is loaded."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_models.runtime.card import read_card, read_verified, sha256_of
from edge_models.runtime.errors import CardInvalid, HashMismatch, ModelMissing
from edge_models.runtime.registry import released_root

NAMES = sorted(path.parent.name for path in released_root().glob("*/card.toml"))


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of a released model that a test may break."""
    return Path(shutil.copytree(released_root() / "face_detection", tmp_path / "face_detection"))


@pytest.mark.parametrize("name", NAMES)
def test_every_released_card_tells_the_truth_about_its_file(name: str) -> None:
    card, content = read_verified(released_root() / name)
    assert card.name == name
    assert card.bytes == len(content)
    assert card.sha256 == hashlib.sha256(content).hexdigest() == sha256_of(released_root() / name / card.file)


def test_a_changed_byte_is_found(release: Path) -> None:
    path = release / "model.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(HashMismatch, match="face_detection"):
        read_verified(release)


def test_a_cut_file_is_found(release: Path) -> None:
    path = release / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(HashMismatch):
        read_verified(release)


@pytest.mark.parametrize("gone", ["model.onnx", "card.toml"])
def test_a_missing_file_is_named(release: Path, gone: str) -> None:
    (release / gone).unlink()
    with pytest.raises(ModelMissing, match=gone):
        read_verified(release)


def _without(field: str) -> Callable[[str], str]:
    return lambda text: "\n".join(line for line in text.splitlines() if not line.startswith(f"{field} ="))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _text: "name = ", "not TOML"),
        (_without("sha256"), "sha256"),
        (_without("licence"), "licence"),
        (lambda text: "colour = 1\n" + text, "colour"),
        (lambda text: text.replace(tomllib.loads(text)["sha256"], "ABC"), "sha256"),
        (lambda text: _without("bytes")(text).replace("name =", "bytes = 0\nname =", 1), "bytes"),
    ],
    ids=["no_toml", "no_hash", "no_licence", "unknown_key", "bad_hash", "no_bytes"],
)
def test_a_broken_card_is_refused_with_the_field(release: Path, change: Callable[[str], str], said: str) -> None:
    path = release / "card.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CardInvalid, match=said):
        read_card(release)


def test_a_card_in_another_encoding_is_refused(release: Path) -> None:
    (release / "card.toml").write_bytes(b"name = '\xff\xfe'")
    with pytest.raises(CardInvalid):
        read_card(release)


@pytest.mark.parametrize("file", ["../face_detection/model.onnx", "sub/../model.onnx"])
def test_a_card_cannot_name_a_file_elsewhere(release: Path, file: str) -> None:
    (release / "sub").mkdir()
    path = release / "card.toml"
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("file ="))
    path.write_text(f'file = "{file}"\n{text}', encoding="utf-8")
    with pytest.raises(ModelMissing):
        read_verified(release)
