"""Certificates of those who sign documents, and of those who sign the signers (Doc 9303-12, 7.1)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from kiosk.document.chip.signatures import PublicKey, read_public_key, verify
from kiosk.document.chip.tlv import Element, read_one
from kiosk.errors import ChipInvalid

Name = tuple[tuple[str, str], ...]
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """What is needed of an X.509 certificate."""

    der: bytes
    subject: Name
    issuer: Name
    raw_issuer: bytes
    serial: int
    not_before: datetime
    not_after: datetime
    country: str
    """of the subject, two capital letters; "" when it says none"""
    authority: bool
    """may sign certificates"""
    signs: bool
    """may sign documents: digital signatures are allowed, and no other purpose is named"""
    key_name: bytes
    """subject key identifier; empty when it has none"""
    issuer_key_name: bytes

    def key(self) -> PublicKey:
        """Give its key. Raises ``ChipInvalid``, ``AlgorithmUnknown``."""
        return read_public_key(_subject_key(_parts(self.der)[0]))

    def check_signed_by(self, issuer: Certificate) -> None:
        """Check its signature. Raises ``SignatureWrongHere``, ``AlgorithmUnknown``, ``ChipInvalid``."""
        body, algorithm, bits = _parts(self.der)
        verify(issuer.key(), bits.value[1:], body.raw, algorithm)


def load_certificate(der: bytes) -> Certificate:
    """Read a certificate. Raises ``ChipInvalid``."""
    body, _, _ = _parts(der)
    try:
        with warnings.catch_warnings():
            # Some states number their certificates from zero or below.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            given = x509.load_der_x509_certificate(der)
        extensions = given.extensions
        key_name = _extension(extensions, x509.SubjectKeyIdentifier)
        issuer_key_name = _extension(extensions, x509.AuthorityKeyIdentifier)
        basic = _extension(extensions, x509.BasicConstraints)
        usage = _extension(extensions, x509.KeyUsage)
        purposes = _extension(extensions, x509.ExtendedKeyUsage)
        return Certificate(
            der=der,
            subject=spell(given.subject),
            issuer=spell(given.issuer),
            raw_issuer=_issuer(body).raw,
            serial=_after_version(body)[0].number(),
            not_before=given.not_valid_before_utc,
            not_after=given.not_valid_after_utc,
            country=_country(given.subject),
            authority=basic is not None and basic.ca and (usage is None or usage.key_cert_sign),
            signs=(basic is None or not basic.ca)
            and (usage is None or usage.digital_signature)
            # Lists, seals and the like are signed by the same authority, with a purpose of their own.
            and purposes is None,
            key_name=key_name.digest if key_name else b"",
            issuer_key_name=(issuer_key_name.key_identifier or b"") if issuer_key_name else b"",
        )
    except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension) as error:
        raise ChipInvalid("a certificate cannot be read") from error


def _extension(extensions: x509.Extensions, kind: type[_Kind]) -> _Kind | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def spell(name: x509.Name) -> Name:
    """Spell a name so that it compares: authorities write the same name in capitals and not, with one space or two."""
    return tuple((part.oid.dotted_string, " ".join(str(part.value).casefold().split())) for part in name)


def _country(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return str(found[0].value).strip().upper() if found else ""


def _parts(der: bytes) -> tuple[Element, Element, Element]:
    parts = read_one(der, 0x30).children()
    if [part.tag for part in parts] != [0x30, 0x30, 0x03]:
        raise ChipInvalid("a certificate has not its three parts")
    return parts[0], parts[1], parts[2]


def _after_version(body: Element) -> tuple[Element, ...]:
    """Give serial number, algorithm, issuer, validity, subject, key ..."""
    parts = body.children()
    parts = parts[1:] if parts and parts[0].tag == 0xA0 else parts
    if len(parts) < 6:
        raise ChipInvalid("a certificate lacks a part")
    return parts


def _issuer(body: Element) -> Element:
    return _after_version(body)[2]


def _subject_key(body: Element) -> Element:
    return _after_version(body)[5]
