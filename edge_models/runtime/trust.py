"""Trust roots: the public keys whose releases this installation believes, each for a time."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from edge_models.runtime.errors import KeyExpired, KeyNotYetValid, KeyUnknown, SignatureWrong, TrustRootInvalid

TOLERANCE = timedelta(days=1)
"""how far a clock may lag behind a signature: a machine set to the wrong time zone is not an attack"""


def key_id_of(public: Ed25519PublicKey) -> str:
    """Give a key's id: it follows from the key, so no file can claim another one's."""
    return "ed25519:" + hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


class TrustRoot(BaseModel):
    """One public key, who holds it, what for, and from when to when it counts (a file of ``trust_roots/``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    public_key: str = Field(description="the 32 bytes of the Ed25519 key in base64")
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    holder: str = Field(min_length=1)
    purpose: str = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> TrustRoot:
        if key_id_of(self.public()) != self.key:
            raise ValueError(f"the id of this public key is {key_id_of(self.public())}")
        if self.valid_until <= self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def public(self) -> Ed25519PublicKey:
        """Give the key itself. Raises ``ValueError`` when it is none."""
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key, validate=True))

    def check(self, signature: bytes, content: bytes, *, of: str) -> None:
        """Raise ``SignatureWrong`` unless this key signed these bytes."""
        try:
            self.public().verify(signature, content)
        except InvalidSignature as error:
            raise SignatureWrong(f"the manifest of {of} is not what {self.key} ({self.holder}) signed") from error

    def check_time(self, moment: datetime, *, of: str) -> None:
        """Raise ``KeyExpired`` or ``KeyNotYetValid`` unless the key counts at this moment."""
        if moment > self.valid_until:
            raise KeyExpired(
                f"the key {self.key} of {of} ended on {self.valid_until:%Y-%m-%d}; it is {moment:%Y-%m-%d}"
            )
        if moment < self.valid_from - TOLERANCE:
            raise KeyNotYetValid(
                f"the key {self.key} of {of} counts from {self.valid_from:%Y-%m-%d}; it is {moment:%Y-%m-%d}"
            )


class TrustRoots:
    """The roots of an installation, by key id. Of two files for one key the later counts: so an operator ends a key."""

    def __init__(self, roots: Iterable[TrustRoot]) -> None:
        """Take the roots; a later one replaces an earlier one of the same key."""
        self._roots = {root.key: root for root in roots}

    def __iter__(self) -> Iterator[TrustRoot]:
        """Give the roots in the order in which their keys came."""
        return iter(self._roots.values())

    def with_more(self, folder: Path | None) -> TrustRoots:
        """Add the operator's own roots. Raises ``TrustRootInvalid``."""
        return self if folder is None else TrustRoots((*self, *read_roots(folder)))

    def of(self, key: str, *, of: str) -> TrustRoot:
        """Give the root of a key id. Raises ``KeyUnknown``."""
        if key not in self._roots:
            raise KeyUnknown(f"{of} is signed by {key}, which is not trusted here")
        return self._roots[key]


def read_roots(folder: Path) -> list[TrustRoot]:
    """Read every ``*.toml`` of a folder. Raises ``TrustRootInvalid``: a root that cannot be read is never passed over."""
    if not folder.is_dir():
        raise TrustRootInvalid(f"there is no folder of trust roots at {folder}")
    return [read_root(path) for path in sorted(folder.glob("*.toml"))]


def read_root(path: Path) -> TrustRoot:
    """Read one root. Raises ``TrustRootInvalid``."""
    try:
        return TrustRoot.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrustRootInvalid(f"the trust root {path.name} cannot be read ({type(error).__name__})") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TrustRootInvalid(f"the trust root {path.name}: {where or 'key'}: {first['msg']}") from error


def shipped_roots() -> TrustRoots:
    """Give the roots that ship with this installation. Raises ``TrustRootInvalid``."""
    return TrustRoots(read_roots(Path(str(files("edge_models.runtime"))) / "trust_roots"))
