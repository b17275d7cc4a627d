"""A release's manifest (``manifest.json``, RFC 8785) and its detached signature (``manifest.sig``)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Literal

import rfc8785
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from edge_models.runtime.errors import (
    ManifestInvalid,
    ModelSwapped,
    ReleaseExpired,
    ReleaseNotYetValid,
    SignatureWrong,
)
from edge_models.runtime.trust import TOLERANCE, TrustRoot, TrustRoots

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
VERSION = r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$"
FILE = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Part):
    """What one file of the release must be."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class AcceptedRefusal(_Part):
    """A refusal of the gate that a person overruled, with what the gate said and that person's reason."""

    code: str
    said: str
    because: str = Field(min_length=1)


class SampleCounts(_Part):
    """How many samples calibrated this model, how many measured it, how many did both, and the digest of the lists."""

    calibration: int = Field(ge=0)
    evaluation: int = Field(ge=0)
    overlap: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(_Part):
    """Everything that is signed of a release."""

    type: Literal["gishe.model-release"] = "gishe.model-release"
    format: Literal[1] = 1
    name: str = Field(pattern=NAME)
    version: str = Field(pattern=VERSION)
    created: AwareDatetime
    key: str
    valid_until: AwareDatetime | None = None
    files: dict[str, FileEntry] = Field(min_length=1)
    samples: SampleCounts | None = None
    accepted_refusals: tuple[AcceptedRefusal, ...] = ()

    def canonical(self) -> bytes:
        """Give the bytes that are signed."""
        return bytes(rfc8785.dumps(self.model_dump(mode="json")))


def write_signature(key: str, signature: bytes) -> bytes:
    """Give the content of ``manifest.sig``: key id and signature in base64, one line."""
    return f"{key} {base64.b64encode(signature).decode()}\n".encode()


def read_signature(content: bytes, *, of: str) -> tuple[str, bytes]:
    """Give key id and signature. Raises ``SignatureWrong``."""
    try:
        key, text = content.decode("ascii").split()
        return key, base64.b64decode(text, validate=True)
    except (UnicodeDecodeError, ValueError, binascii.Error) as error:
        raise SignatureWrong(f"{SIGNATURE} of {of} is no signature") from error


def check_signature(content: bytes, signature: bytes, roots: TrustRoots, *, of: str) -> tuple[Manifest, TrustRoot]:
    """Give the manifest of signed bytes, read only after the signature held; times are not looked at.

    Raises ``SignatureWrong``, ``KeyUnknown``, ``ManifestInvalid``.
    """
    key, value = read_signature(signature, of=of)
    root = roots.of(key, of=of)
    root.check(value, content, of=of)
    manifest = parse(content, of=of)
    if manifest.key != key:
        raise ManifestInvalid(f"the manifest of {of} names the key {manifest.key} but {key} signed it")
    return manifest, root


def parse(content: bytes, *, of: str) -> Manifest:
    """Read a manifest; anything but its canonical form is refused. Raises ``ManifestInvalid``."""
    try:
        manifest = Manifest.model_validate(json.loads(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestInvalid(f"the manifest of {of}: {where}: {first['msg']}") from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ManifestInvalid(f"the manifest of {of} is not JSON") from error
    wrong = [name for name in manifest.files if not re.match(FILE, name) or name in (MANIFEST, SIGNATURE)]
    if wrong:
        raise ManifestInvalid(f"the manifest of {of} lists {wrong[0]!r}, which is no name of a release's file")
    if manifest.canonical() != content:
        raise ManifestInvalid(f"the manifest of {of} is not in its canonical form")
    return manifest


def check_times(manifest: Manifest, root: TrustRoot, now: datetime, *, of: str) -> None:
    """Check key and release against the clock.

    Raises ``KeyExpired``, ``KeyNotYetValid``, ``ReleaseExpired``, ``ReleaseNotYetValid``.
    """
    root.check_time(now, of=of)
    root.check_time(manifest.created, of=of)
    if manifest.created > now + TOLERANCE:
        raise ReleaseNotYetValid(f"{of} was signed on {manifest.created:%Y-%m-%d}; this machine has {now:%Y-%m-%d}")
    if manifest.valid_until is not None and now > manifest.valid_until:
        raise ReleaseExpired(f"{of} might be used until {manifest.valid_until:%Y-%m-%d}; it is {now:%Y-%m-%d}")


def check_place(manifest: Manifest, *, name: str | None, version: str | None, of: str) -> None:
    """Raise ``ModelSwapped`` when the release is not the one that belongs here."""
    if name is not None and manifest.name != name:
        raise ModelSwapped(f"the release in {of} is one of {manifest.name}, not of {name}")
    if version is not None and manifest.version != version:
        raise ModelSwapped(f"the release in {of} is {manifest.name} {manifest.version}, not {version}")
