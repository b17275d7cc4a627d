"""Keys that sign releases: made outside the repository, read from a PEM file, used for one manifest at a time."""

from __future__ import annotations

import base64
import getpass
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from edge_models.runtime.errors import GisheError
from edge_models.runtime.manifest import MANIFEST, SIGNATURE, Manifest, write_signature
from edge_models.runtime.trust import TrustRoot, key_id_of

PASSPHRASE = "GISHE_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable


class SigningKeyUnusable(GisheError):
    """The private key cannot be used."""

    code = "SIGNING_KEY"
    exit_status = 3
    hint = f"give a PEM file with an Ed25519 private key; its passphrase is asked for or taken from {PASSPHRASE}"


class PlaceRefused(GisheError):
    """A private key may not be written there."""

    code = "KEY_PLACE"
    exit_status = 3
    hint = "choose a place outside the repository that nobody else reads, best a stick that lies in a safe"


def passphrase() -> bytes:
    """Give the key's passphrase: from the environment, else asked; empty where nobody can answer."""
    known = os.environ.get(PASSPHRASE)
    if known is None and sys.stdin.isatty():
        known = getpass.getpass("passphrase of the signing key: ")
    return (known or "").encode()


def read_key(path: Path, ask: Callable[[], bytes] = passphrase) -> Ed25519PrivateKey:
    """Read a private key; ``ask`` is called only when it is encrypted. Raises ``SigningKeyUnusable``."""
    try:
        content = path.read_bytes()
        key = load_pem_private_key(content, ask() if b"ENCRYPTED" in content else None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyUnusable(f"the key {path.name} cannot be read ({type(error).__name__})") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnusable(f"{path.name} is no Ed25519 key")
    return key


def sign(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> None:
    """Write manifest and signature into a release folder."""
    content = manifest.canonical()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(write_signature(manifest.key, key.sign(content)))


def make_key(path: Path, secret: bytes = b"") -> Ed25519PrivateKey:
    """Make a key and write it as PEM for its owner's eyes alone, encrypted when a passphrase is given.

    Raises ``PlaceRefused`` inside a repository that would track the file, and where a file is already.
    """
    if would_be_tracked(path):
        raise PlaceRefused(f"{path} lies in the repository: a private key never goes there")
    key = Ed25519PrivateKey.generate()
    protection = BestAvailableEncryption(secret) if secret else NoEncryption()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise PlaceRefused(f"{path} cannot be made ({type(error).__name__})") from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return key


def root_of(key: Ed25519PrivateKey, *, holder: str, purpose: str, begins: datetime, days: int) -> TrustRoot:
    """Give the trust root of a key, from the beginning of that day on."""
    public = key.public_key()
    start = begins.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return TrustRoot(
        key=key_id_of(public),
        public_key=base64.b64encode(public.public_bytes_raw()).decode(),
        valid_from=start,
        valid_until=start + timedelta(days=days),
        holder=holder,
        purpose=purpose,
    )


def root_text(root: TrustRoot) -> str:
    """Give the TOML of a trust root."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'

    return (
        f"key = {quoted(root.key)}\npublic_key = {quoted(root.public_key)}\n"
        f"valid_from = {root.valid_from:%Y-%m-%dT%H:%M:%SZ}\nvalid_until = {root.valid_until:%Y-%m-%dT%H:%M:%SZ}\n"
        f"holder = {quoted(root.holder)}\npurpose = {quoted(root.purpose)}\n"
    )


def would_be_tracked(path: Path) -> bool:
    """Say whether git would track this file; inside this source tree without git the answer is yes."""
    path = path.resolve()
    folder = next((parent for parent in path.parents if parent.is_dir()), Path("/"))
    inside = Path(__file__).parents[2] in path.parents
    try:
        found = subprocess.run(["git", "-C", folder, "rev-parse"], capture_output=True, check=False).returncode == 0
        if not found:
            return inside
        ignored = subprocess.run(["git", "-C", folder, "check-ignore", "-q", path], capture_output=True, check=False)
    except OSError:
        return inside
    return ignored.returncode != 0
