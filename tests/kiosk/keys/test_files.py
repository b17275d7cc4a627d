from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import KeyUnusable
from kiosk.keys.back_office import demonstration_key, read_public
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
