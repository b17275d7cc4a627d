"""Keys in files: the embedded default, for machines without a TPM."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import KeyUnusable

_RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw


class FileKeys:
    """An Ed25519 key in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        """Read the key, or make it on the first use. Raises ``KeyUnusable``; a broken key is never replaced silently."""
        self._key = _read(path) if os.path.lexists(path) else _create(path)

    @property
    def public_key(self) -> bytes:
        """Give the raw public key, 32 bytes."""
        return self._key.public_key().public_bytes(*_RAW)

    @property
    def key_id(self) -> str:
        """Give the SHA-256 of the raw public key in hexadecimal."""
        return hashlib.sha256(self.public_key).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message, 64 bytes."""
        return self._key.sign(message)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; an existing one is not touched.

    Raises ``KeyUnusable``.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # fails where another process was first; its key is then the one
        except FileExistsError:
            pass
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # a key that signed a record must be there after a power cut
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyUnusable(
            f"no key can be written to {path.parent} ({error.strerror})",
            hint="check that the disk has room and that the folder may be written",
        ) from error


def _create(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_secret(path, pem)
    return _read(path)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode & 0o077
    except OSError as error:
        raise KeyUnusable(f"the device key {path.name} cannot be read ({error.strerror})") from error
    if path.is_symlink():
        raise KeyUnusable(f"the device key {path.name} is a link", hint="put the key's file itself there")
    if mode:
        raise KeyUnusable(f"the device key {path.name} may be read by others", hint=f"run: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"the device key {path.name} is broken") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"the device key {path.name} is not an Ed25519 key")
    return key
