"""The authorities whose document signers are believed: a folder that the technician fills.

It takes certificates (PEM or DER), master lists (Doc 9303-12, 8) and revocation lists. Whoever may write there decides what
is genuine: a master list's own signature is not asked for.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

from kiosk.document.chip.certificates import Certificate, Name, load_certificate, spell
from kiosk.document.chip.security_object import read_signed
from kiosk.document.chip.signatures import verify
from kiosk.document.chip.tlv import need, read_one
from kiosk.errors import ChipInvalid

_LARGEST = 1 << 25
"""bytes of one file: the largest master lists take one to two million"""
_MASTER_LIST = "2.23.136.1.1.2"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{3,30})-----(.*?)-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class RevocationList:
    """Serial numbers that an authority has taken back."""

    der: bytes
    issuer: Name
    serials: frozenset[int]
    until: datetime | None
    """when the next one is due"""

    def check_signed_by(self, authority: Certificate) -> None:
        """Check its signature. Raises ``ChipInvalid`` and its kinds."""
        parts = read_one(self.der, 0x30).children()
        if len(parts) != 3:
            raise ChipInvalid("a revocation list has not its three parts")
        verify(authority.key(), parts[2].value[1:], parts[0].raw, parts[1])


@dataclass(frozen=True, slots=True)
class CscaStore:
    """Authorities, what they have revoked, and what in the folder could not be used."""

    authorities: tuple[Certificate, ...] = ()
    revocations: tuple[RevocationList, ...] = ()
    skipped: tuple[str, ...] = field(default=())
    """names of files, or of files and places in them"""

    def issuers_of(self, signer: Certificate) -> tuple[Certificate, ...]:
        """Give those that may have issued this signer: by the name of the key, or by name where no key is named."""
        if signer.issuer_key_name:
            by_key = tuple(one for one in self.authorities if one.key_name == signer.issuer_key_name)
            if by_key:
                return by_key
        return tuple(
            one
            for one in self.authorities
            if one.subject == signer.issuer and not (signer.issuer_key_name and one.key_name)
        )

    def is_revoked(self, signer: Certificate, authority: Certificate, now: datetime) -> bool | None:
        """Say whether the authority has taken the signer back; None: no list that is its own and in time says so."""
        current = False
        for one in self.revocations:
            if one.issuer != authority.subject:
                continue
            try:
                one.check_signed_by(authority)
            except ChipInvalid:
                continue
            if signer.serial in one.serials:
                return True
            current = current or one.until is None or one.until >= now
        return False if current else None


def load_store(folder: Path) -> CscaStore:
    """Load all that a folder holds; no folder is an empty store. What cannot be used is named, not fatal."""
    authorities: dict[bytes, Certificate] = {}
    revocations: list[RevocationList] = []
    skipped: list[str] = []
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in files:
        name = str(path.relative_to(folder))
        try:
            pieces = _pieces(path)
        except OSError:
            skipped.append(name)
            continue
        for place, piece in enumerate(pieces, start=1):
            where = name if len(pieces) == 1 else f"{name}, {place}"
            try:
                _add(piece, authorities, revocations)
            except ChipInvalid:
                skipped.append(where)
    return CscaStore(tuple(authorities.values()), tuple(revocations), tuple(skipped))


def _pieces(path: Path) -> list[bytes]:
    """Give the DER pieces of a file, those of a master list one by one."""
    if path.stat().st_size > _LARGEST:
        return [b""]
    data = path.read_bytes()
    blocks = _PEM.findall(data)
    if blocks:
        return [_from_base64(block) for _, block in blocks]
    try:
        signed = read_signed(data)
        if signed.content_type != _MASTER_LIST:
            return [data]
        return [one.raw for one in need(read_one(signed.content, 0x30).children(), 0x31).children()]
    except ChipInvalid:
        return [data]


def _from_base64(block: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(block.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _add(piece: bytes, authorities: dict[bytes, Certificate], revocations: list[RevocationList]) -> None:
    try:
        certificate = load_certificate(piece)
    except ChipInvalid:
        revocations.append(_load_revocations(piece))
        return
    if not certificate.authority:
        raise ChipInvalid("this certificate is no authority's")
    authorities[certificate.der] = certificate


def _load_revocations(der: bytes) -> RevocationList:
    read_one(der, 0x30)
    try:
        given = x509.load_der_x509_crl(der)
        serials = frozenset(one.serial_number for one in given)
        return RevocationList(der, spell(given.issuer), serials, given.next_update_utc)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise ChipInvalid("this is neither a certificate nor a revocation list") from error
