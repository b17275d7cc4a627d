"""Trust roots: what ships, what an operator adds, what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_models.recipes.signing import root_of, root_text
from edge_models.runtime.errors import KeyExpired, KeyUnknown, TrustRootInvalid
from edge_models.runtime.registry import built, released_root
from edge_models.runtime.release import open_release, read_signed
from edge_models.runtime.trust import TrustRoots, read_root, read_roots, shipped_roots

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge


def test_every_shipped_release_is_signed_by_a_shipped_root_and_whole() -> None:
    folders = [path for path in released_root().iterdir() if path.is_dir()]
    assert len(folders) >= 4
    for folder in folders:
        release = open_release(folder, roots=shipped_roots(), now=built(), name=folder.name)
        assert release.signed.root.holder
        assert {"README.md", "accuracy.toml", "card.toml", "golden.npz", "model.onnx"} <= set(release.files)


def test_no_private_key_lies_in_the_repository() -> None:
    marker = b"PRIVATE" + b" KEY-----"
    root = Path(__file__).parents[3]
    files = [path for part in ("edge_models", "kiosk", "docs", "tests") for path in (root / part).rglob("*")]
    assert [path for path in files if path.suffix in (".pem", ".key") and path.is_file()] == []
    texts = [path for path in files if path.suffix in (".toml", ".json", ".md", ".py", ".sig")]
    assert [path for path in texts if marker in path.read_bytes()] == []


def test_an_operators_root_is_added(forge: Forge) -> None:
    folder = forge.release()
    with pytest.raises(KeyUnknown):
        read_signed(folder, shipped_roots())
    roots = shipped_roots().with_more(forge.roots_folder)
    assert read_signed(folder, roots).root.holder == "a test"
    assert len(list(roots)) == len(list(shipped_roots())) + 1


def test_an_operator_ends_a_shipped_key_by_a_file_of_their_own(tmp_path: Path) -> None:
    signed = read_signed(released_root() / "face_detection", shipped_roots())
    ended = signed.root.model_copy(update={"valid_until": signed.root.valid_from + timedelta(hours=1)})
    (tmp_path / "ended.toml").write_text(root_text(ended), encoding="utf-8")
    with pytest.raises(KeyExpired):
        open_release(released_root() / "face_detection", roots=shipped_roots().with_more(tmp_path), now=built())


def test_a_root_is_written_as_it_is_read(forge: Forge, tmp_path: Path) -> None:
    odd = root_of(forge.key, holder='A "bank"\\ of\nsorts', purpose="x", begins=forge.now, days=3)
    (tmp_path / "odd.toml").write_text(root_text(odd), encoding="utf-8")
    read = read_root(tmp_path / "odd.toml")
    assert (read.key, read.valid_from, read.valid_until) == (odd.key, odd.valid_from, odd.valid_until)
    assert read.holder == 'A "bank"\\ of sorts'


def test_a_root_that_cannot_be_believed_is_refused_and_never_passed_over(forge: Forge) -> None:
    path = forge.roots_folder / "test.toml"
    text = path.read_text()
    other = root_of(Ed25519PrivateKey.generate(), holder="x", purpose="x", begins=forge.now, days=1)
    for broken, said in (
        ("[", "cannot be read"),
        (text.replace(forge.root.public_key, other.public_key), "the id of this public key is"),
        (text.replace(forge.root.public_key, "AAAA"), "root"),
        (text.replace("valid_from", "begins"), "valid_from"),
        (text.replace("Z", ""), "valid_from"),
        (text.replace(f"{forge.root.valid_until:%Y}-", "1999-"), "before valid_from"),
        (text.replace('holder = "a test"', 'holder = ""'), "holder"),
        (text + "colour = 1\n", "colour"),
    ):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(TrustRootInvalid, match=said) as caught:
            read_roots(forge.roots_folder)
        assert "test.toml" in caught.value.message


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustRootInvalid):
        TrustRoots([]).with_more(tmp_path / "gone")
