"""Passive authentication: whether what the chip says is what its issuer signed (Doc 9303-11, 5.1).

Fails closed: each step that cannot be shown to hold gives a code, and no later step is looked at to make up for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives import hashes

from kiosk.document.chip.certificates import Certificate
from kiosk.document.chip.countries import states_of
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.security_object import SecurityObject
from kiosk.document.chip.signatures import AlgorithmUnknown, SignatureWrongHere, digest
from kiosk.errors import ChipInvalid


class Authenticity(StrEnum):
    """Whether the chip's data are its issuer's."""

    PASSED = "passed"
    FAILED = "failed"
    """something is shown to be wrong"""
    UNKNOWN = "unknown"
    """nothing is shown to be wrong, and nothing is proven"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it stands, and why."""

    authentic: Authenticity
    code: str = ""
    """"" when it passed; else ``hash_wrong``, ``signature_wrong``, ``issuer_unknown`` ..."""
    problems: tuple[str, ...] = ()


class _NotProven(Exception):
    def __init__(self, authentic: Authenticity, code: str) -> None:
        self.authentic = authentic
        self.code = code


def authenticate(
    security: SecurityObject, groups: Mapping[int, bytes], store: CscaStore, now: datetime, state: str
) -> Verdict:
    """Judge data groups that were read, by their number. ``state`` is the issuer that the zone names, without fillers."""
    problems: list[str] = []
    try:
        _check_hashes(security, groups)
        signer = _find_signer(security, problems)
        _check_signer(signer, now)
        authority = _find_authority(signer, store, now)
        _check_revocation(signer, authority, store, now, problems)
        _check_country(signer, authority, state)
    except _NotProven as reason:
        return Verdict(reason.authentic, reason.code, tuple(problems))
    return Verdict(Authenticity.PASSED, "", tuple(problems))


def _check_hashes(security: SecurityObject, groups: Mapping[int, bytes]) -> None:
    if not groups:
        raise _NotProven(Authenticity.FAILED, "nothing_to_check")
    for number, data in groups.items():
        stated = security.hashes.get(number)
        if stated is None:
            raise _NotProven(Authenticity.FAILED, "hash_missing")
        if not hmac.compare_digest(stated, digest(security.algorithm, data)):
            raise _NotProven(Authenticity.FAILED, "hash_wrong")


def _find_signer(security: SecurityObject, problems: list[str]) -> Certificate:
    """Give the certificate whose key made the signature."""
    candidates = security.certificates()
    if not candidates:
        raise _NotProven(Authenticity.UNKNOWN, "signer_missing")
    unknown = False
    for candidate in candidates:
        try:
            hashed = security.signed.check(candidate)
        except AlgorithmUnknown:
            unknown = True
            continue
        except SignatureWrongHere:
            continue
        except ChipInvalid as error:
            raise _NotProven(Authenticity.FAILED, "security_object_invalid") from error
        if isinstance(hashed, hashes.SHA1) or isinstance(security.algorithm, hashes.SHA1):
            problems.append("weak_hash")
        return candidate
    if unknown:
        raise _NotProven(Authenticity.UNKNOWN, "algorithm_unknown")
    raise _NotProven(Authenticity.FAILED, "signature_wrong")


def _check_signer(signer: Certificate, now: datetime) -> None:
    if not signer.signs:
        raise _NotProven(Authenticity.FAILED, "signer_not_for_documents")
    if now < signer.not_before:
        raise _NotProven(Authenticity.FAILED, "signer_not_yet_valid")
    if now > signer.not_after:
        raise _NotProven(Authenticity.FAILED, "signer_expired")


def _find_authority(signer: Certificate, store: CscaStore, now: datetime) -> Certificate:
    candidates = store.issuers_of(signer)
    if not candidates:
        raise _NotProven(Authenticity.UNKNOWN, "issuer_unknown")
    signed_by: list[Certificate] = []
    unknown = False
    for candidate in candidates:
        try:
            signer.check_signed_by(candidate)
        except AlgorithmUnknown:
            unknown = True
        except ChipInvalid:
            continue
        else:
            signed_by.append(candidate)
    if not signed_by:
        if unknown:
            raise _NotProven(Authenticity.UNKNOWN, "algorithm_unknown")
        raise _NotProven(Authenticity.FAILED, "issuer_signature_wrong")
    # The same key may have certificates of several times.
    found = next((one for one in signed_by if one.not_before <= now <= one.not_after), None)
    if found is None:
        raise _NotProven(Authenticity.FAILED, "issuer_expired")
    return found


def _check_revocation(
    signer: Certificate, authority: Certificate, store: CscaStore, now: datetime, problems: list[str]
) -> None:
    revoked = store.is_revoked(signer, authority, now)
    if revoked:
        raise _NotProven(Authenticity.FAILED, "signer_revoked")
    if revoked is None:
        problems.append("revocation_unchecked")


def _check_country(signer: Certificate, authority: Certificate, state: str) -> None:
    """Refuse a document that one state's signer made in another state's name."""
    if signer.country and authority.country and signer.country != authority.country:
        raise _NotProven(Authenticity.FAILED, "issuer_country_wrong")
    states = states_of(authority.country)
    if not states:
        raise _NotProven(Authenticity.UNKNOWN, "issuer_country_unknown")
    if state not in states:
        raise _NotProven(Authenticity.FAILED, "issuer_country_wrong")
