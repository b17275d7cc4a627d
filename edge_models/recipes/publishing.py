"""Write, sign and swap a release folder; what ``release`` and ``sign`` share."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_models.recipes.signing import sign
from edge_models.runtime.manifest import MANIFEST, SIGNATURE, AcceptedRefusal, FileEntry, Manifest, SampleCounts
from edge_models.runtime.release import Release, open_release
from edge_models.runtime.trust import TrustRoots, key_id_of

SAMPLES = "samples.json"
STAYS = (MANIFEST, SIGNATURE, SAMPLES)
"""files of a candidate or a release that are no part of what the manifest lists"""
_EXCHANGE = 2


def shipping_files(folder: Path) -> list[Path]:
    """List the files of a folder that a release consists of."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name not in STAYS and not p.name.startswith("."))


def publish(
    files: dict[str, bytes],
    target: Path,
    *,
    name: str,
    version: str,
    key: Ed25519PrivateKey,
    roots: TrustRoots,
    now: datetime,
    valid_until: datetime | None = None,
    samples: SampleCounts | None = None,
    accepted: tuple[AcceptedRefusal, ...] = (),
) -> Release:
    """Sign these files as a release, verify it as a kiosk would, and put it in the place of the present one.

    Nothing of the present release is touched before the new one holds. Raises ``ModelError`` branches (``KeyUnknown``
    when the key has no trust root yet).
    """
    now = now.replace(microsecond=0)
    manifest = Manifest(
        name=name,
        version=version,
        created=now,
        key=key_id_of(key.public_key()),
        valid_until=valid_until,
        files={
            file: FileEntry(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            for file, content in sorted(files.items())
        },
        samples=samples,
        accepted_refusals=accepted,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.incoming")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        for file, content in files.items():
            (part / file).write_bytes(content)
        sign(part, manifest, key)
        release = open_release(part, roots=roots, now=now, name=name, version=version)
        swap(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return release


def swap(new: Path, target: Path) -> None:
    """Put a folder in the place of another in one step of the file system; the old one is then where the new one was."""
    if not target.exists():
        new.rename(target)
        return
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here = -100
    if exchange is not None and exchange(here, os.fsencode(new), here, os.fsencode(target), _EXCHANGE) == 0:
        return
    # A file system without exchange: two renames, the first undone when the second fails.
    old = target.with_name(f".{target.name}.replaced")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    old.rename(new)
