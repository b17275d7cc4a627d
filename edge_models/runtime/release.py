"""Open a release: signature, then manifest, then hashes, then card, each on bytes that are read once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge_models.runtime.card import Card, parse_card
from edge_models.runtime.errors import (
    CardDisagrees,
    FileExtra,
    FileMissing,
    HashMismatch,
    ModelMissing,
    SignatureMissing,
)
from edge_models.runtime.golden import Golden, parse_golden
from edge_models.runtime.manifest import MANIFEST, SIGNATURE, Manifest, check_place, check_signature, check_times
from edge_models.runtime.trust import TrustRoot, TrustRoots

LARGEST_MANIFEST = 1 << 20
"""bytes; nothing larger is read before it is trusted"""


@dataclass(frozen=True)
class Signed:
    """A manifest whose signature held, with the bytes of both."""

    manifest: Manifest
    root: TrustRoot
    content: bytes
    signature: bytes

    @property
    def sha256(self) -> str:
        """Give the manifest's digest: it stands for the whole release."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, eq=False)
class Release:
    """A verified release: nothing of it is read from the disk again."""

    signed: Signed
    card: Card
    files: Mapping[str, bytes]

    @property
    def manifest(self) -> Manifest:
        """Give what was signed."""
        return self.signed.manifest

    @property
    def ends(self) -> datetime:
        """Give when it stops being usable: with its key, or before when its maker said so."""
        own = self.manifest.valid_until
        return self.signed.root.valid_until if own is None else min(own, self.signed.root.valid_until)

    @property
    def network(self) -> bytes:
        """Give the network's bytes."""
        return self.files[self.card.file]

    def file(self, name: str) -> bytes:
        """Give a file's verified bytes. Raises ``FileMissing`` when the release has none of this name."""
        if name not in self.files:
            raise FileMissing(f"{self.manifest.name} {self.manifest.version} has no {name}")
        return self.files[name]

    def golden(self) -> list[Golden]:
        """Give the golden vectors. Raises ``FileMissing``, ``CardInvalid``."""
        return parse_golden(self.file("golden.npz"), of=self.manifest.name)


def open_release(
    folder: Path, *, roots: TrustRoots, now: datetime, name: str | None = None, version: str | None = None
) -> Release:
    """Verify a release folder and give its content; ``name`` and ``version`` say which release belongs there.

    Raises ``ModelMissing`` (no folder), ``SignatureMissing``, ``KeyUnknown``, ``SignatureWrong``, ``ManifestInvalid``,
    ``ModelSwapped``, ``KeyExpired``, ``KeyNotYetValid``, ``ReleaseNotYetValid``, ``ReleaseExpired``, ``FileMissing``,
    ``HashMismatch``, ``FileExtra``, ``CardInvalid``, ``CardDisagrees``: the first that holds, in this order.
    """
    signed = read_signed(folder, roots)
    manifest = signed.manifest
    check_place(manifest, name=name, version=version, of=folder.name)
    check_times(manifest, signed.root, now, of=folder.name)
    contents = _files(folder, manifest)
    card = parse_card(contents.get("card.toml"), of=folder.name)
    _check_card(card, manifest, folder.name)
    return Release(signed, card, contents)


def read_signed(folder: Path, roots: TrustRoots) -> Signed:
    """Give a folder's manifest once its signature held; neither times nor files are looked at.

    Raises ``ModelMissing``, ``SignatureMissing``, ``KeyUnknown``, ``SignatureWrong``, ``ManifestInvalid``.
    """
    if not folder.is_dir():
        raise ModelMissing(
            f"there is no release at {folder}", hint="name the folder of a release: it holds manifest.json"
        )
    content, signature = (_read_signed(folder, name) for name in (MANIFEST, SIGNATURE))
    manifest, root = check_signature(content, signature, roots, of=folder.name)
    return Signed(manifest, root, content, signature)


def _read_signed(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise SignatureMissing(f"the release {folder.name} has no {name}")
    return _read(path, LARGEST_MANIFEST)


def _files(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise FileMissing(f"{manifest.name} {manifest.version} lacks its file {name}")
        content = _read(path, entry.size)
        if len(content) != entry.size or hashlib.sha256(content).hexdigest() != entry.sha256:
            raise HashMismatch(f"{folder.name}/{name} is not the file that was signed")
        contents[name] = content
    extra = sorted({path.name for path in folder.iterdir()} - set(contents) - {MANIFEST, SIGNATURE})
    if extra:
        raise FileExtra(f"{folder.name} holds {extra[0]}, which is no part of the release")
    return contents


def _read(path: Path, size: int) -> bytes:
    """Give at most one byte more than expected: a swollen file shows itself and fills no memory."""
    try:
        with path.open("rb") as file:
            return file.read(size + 1)
    except OSError as error:
        raise ModelMissing(f"{path.parent.name}/{path.name} cannot be read ({type(error).__name__})") from error


def _check_card(card: Card, manifest: Manifest, of: str) -> None:
    entry = manifest.files.get(card.file)
    for field, on_card, signed in (
        ("name", card.name, manifest.name),
        ("version", card.version, manifest.version),
        ("file", card.file, card.file if entry else None),
        ("sha256", card.sha256, entry.sha256 if entry else None),
        ("bytes", card.bytes, entry.size if entry else None),
    ):
        if on_card != signed:
            raise CardDisagrees(f"the card of {of} says {field} {on_card}, the manifest {signed}")
