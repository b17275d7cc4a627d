from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.errors import KeyUnusable
from kiosk.keys.back_office import create_pair, demonstration_key, read_private, read_public
from kiosk.keys.files import FileKeys


def test_a_key_is_made_once_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "device.pem"
    first, second = FileKeys(path), FileKeys(path)
    assert first.key_id == second.key_id
    assert path.stat().st_mode & 0o777 == 0o600
    Ed25519PublicKey.from_public_bytes(first.public_key).verify(second.sign(b"message"), b"message")


def test_a_broken_key_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "device.pem"
    path.write_bytes(b"no key")
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="is broken"):
        FileKeys(path)
    assert path.read_bytes() == b"no key"


def test_a_key_that_others_can_read_is_refused_with_its_mend(tmp_path: Path) -> None:
    path = tmp_path / "device.pem"
    FileKeys(path)
    path.chmod(0o644)
    with pytest.raises(KeyUnusable, match="read by others") as caught:
        FileKeys(path)
    assert "chmod 600" in caught.value.what_to_do


def test_a_link_in_the_keys_place_is_refused(tmp_path: Path) -> None:
    FileKeys(tmp_path / "elsewhere.pem")
    (tmp_path / "device.pem").symlink_to(tmp_path / "elsewhere.pem")
    with pytest.raises(KeyUnusable, match="is a link"):
        FileKeys(tmp_path / "device.pem")


def test_a_pair_never_replaces_another(tmp_path: Path) -> None:
    create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    with pytest.raises(KeyUnusable, match="there already"):
        create_pair(tmp_path / "private.pem", tmp_path / "other.pem")
    assert not (tmp_path / "other.pem").exists()


def test_a_demonstration_pair_that_was_half_made_is_completed(tmp_path: Path) -> None:
    demonstration_key(tmp_path).unlink()
    public, private = read_public(demonstration_key(tmp_path)), read_private(tmp_path / "back-office-demo.private.pem")
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    assert suite.decrypt(suite.encrypt(b"sealed", public), private) == b"sealed"


def test_the_demonstration_key_stays_the_same(tmp_path: Path) -> None:
    path = demonstration_key(tmp_path)
    before = path.read_bytes()
    assert demonstration_key(tmp_path).read_bytes() == before
    read_public(path)


def test_a_wrong_public_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "office.pem"
    path.write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    with pytest.raises(KeyUnusable, match="not a back office's public key"):
        read_public(path)
    with pytest.raises(KeyUnusable, match="cannot be read"):
        read_public(tmp_path / "absent.pem")
