"""The back office's key pair for sealing: hybrid ML-KEM-768 with X25519, so that a later quantum computer opens nothing.

The public file is what a kiosk has: two PEM blocks, ML-KEM-768 then X25519. The private file has the same shape and
belongs to the back office alone.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from kiosk.errors import KeyUnusable
from kiosk.keys.files import write_secret

_SECRET = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
_SHOWN = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo


def read_public(path: Path) -> MLKEM768X25519PublicKey:
    """Read the key that records are sealed to. Raises ``KeyUnusable``."""
    try:
        lattice, curve = (serialization.load_pem_public_key(block) for block in _blocks(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"{path.name} is not a back office's public key") from error
    if not isinstance(lattice, MLKEM768PublicKey) or not isinstance(curve, X25519PublicKey):
        raise KeyUnusable(f"{path.name} does not hold an ML-KEM-768 and an X25519 public key")
    return MLKEM768X25519PublicKey(lattice, curve)


def read_private(path: Path) -> MLKEM768X25519PrivateKey:
    """Read the key that opens records; the back office's work. Raises ``KeyUnusable``."""
    return MLKEM768X25519PrivateKey(*_private_halves(path))


def create_pair(private: Path, public: Path) -> None:
    """Make a pair and write both files. Raises ``KeyUnusable``, also where one is there already: keys are not replaced."""
    for path in (private, public):
        if path.exists():
            raise KeyUnusable(f"{path.name} is there already", hint="name another file, or move the old key away")
    lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    write_secret(private, lattice.private_bytes(*_SECRET) + curve.private_bytes(*_SECRET))
    write_secret(public, lattice.public_key().public_bytes(*_SHOWN) + curve.public_key().public_bytes(*_SHOWN))


def demonstration_key(folder: Path) -> Path:
    """Give the public key of a demonstration back office, made on first use. Raises ``KeyUnusable``.

    Its private half lies on the same machine, in the same folder, which a real back office's never does: records
    sealed to it say so.
    """
    private, public = folder / "back-office-demo.private.pem", folder / "back-office-demo.public.pem"
    if not private.exists() and not public.exists():
        lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        write_secret(private, lattice.private_bytes(*_SECRET) + curve.private_bytes(*_SECRET))
    if not public.exists():  # from the file, not from memory: after a kill, or beside another process, it is the key
        kept, curve = _private_halves(private)
        write_secret(public, kept.public_key().public_bytes(*_SHOWN) + curve.public_key().public_bytes(*_SHOWN))
    return public


def _private_halves(path: Path) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    try:
        lattice, curve = (serialization.load_pem_private_key(block, password=None) for block in _blocks(path))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"{path.name} is not a back office's private key") from error
    if not isinstance(lattice, MLKEM768PrivateKey) or not isinstance(curve, X25519PrivateKey):
        raise KeyUnusable(f"{path.name} does not hold an ML-KEM-768 and an X25519 private key")
    return lattice, curve


def _blocks(path: Path) -> tuple[bytes, bytes]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyUnusable(
            f"the key {path} cannot be read ({error.strerror})", hint="check GISHE_BACK_OFFICE_KEY"
        ) from error
    parts = content.replace(b"\r\n", b"\n").split(b"-----BEGIN ")
    blocks = [b"-----BEGIN " + part for part in parts[1:]]
    if len(blocks) != 2:
        raise ValueError("two PEM blocks are wanted")
    return blocks[0], blocks[1]
