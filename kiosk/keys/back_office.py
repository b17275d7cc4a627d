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

_END = b"-----\n"


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
    try:
        lattice, curve = (serialization.load_pem_private_key(block, password=None) for block in _blocks(path))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"{path.name} is not a back office's private key") from error
    if not isinstance(lattice, MLKEM768PrivateKey) or not isinstance(curve, X25519PrivateKey):
        raise KeyUnusable(f"{path.name} does not hold an ML-KEM-768 and an X25519 private key")
    return MLKEM768X25519PrivateKey(lattice, curve)


def create_pair(private: Path, public: Path) -> None:
    """Make a pair and write both files. Raises ``KeyUnusable``."""
    lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    secret = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    shown = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_secret(private, lattice.private_bytes(*secret) + curve.private_bytes(*secret))
    write_secret(public, lattice.public_key().public_bytes(*shown) + curve.public_key().public_bytes(*shown))


def demonstration_key(folder: Path) -> Path:
    """Give the public key of a demonstration back office, made on first use. Raises ``KeyUnusable``.

    Its private half lies on the same machine, in the same folder, which a real back office's never does: records
    sealed to it say so.
    """
    public = folder / "back-office-demo.public.pem"
    if not public.exists():
        create_pair(folder / "back-office-demo.private.pem", public)
    return public


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
