"""EF.SOD: the hashes of all data groups, signed by who issued the document (Doc 9303-10, 4.6.2; RFC 5652)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from kiosk.document.chip.certificates import Certificate, load_certificate
from kiosk.document.chip.signatures import SignatureWrongHere, digest, hash_of, verify
from kiosk.document.chip.tlv import Element, encode, first, need, read_all, read_one
from kiosk.errors import ChipInvalid

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_LDS_OBJECT = frozenset({"2.23.136.1.1.1", "1.2.528.1.1006.1.20.1"})
"""the identifier of the standard and the one that the first documents used"""
_MOST_CERTIFICATES = 8
_GROUPS = range(1, 17)


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """A CMS SignedData with one signer."""

    content_type: str
    content: bytes
    certificates: tuple[bytes, ...]
    signer: Element

    def check(self, certificate: Certificate) -> hashes.HashAlgorithm:
        """Check the signature; give its hash. Raises ``SignatureWrongHere``, ``AlgorithmUnknown``, ``ChipInvalid``."""
        parts = self.signer.children()
        if len(parts) < 5:
            raise ChipInvalid("the signature lacks a part")
        hashed = hash_of(parts[2])
        attributes = first(parts[3:], 0xA0)
        rest = parts[4:] if attributes else parts[3:]
        if len(rest) < 2 or rest[0].tag != 0x30 or rest[1].tag != 0x04:
            raise ChipInvalid("the signature lacks a part")
        message = self.content
        if attributes:
            self._check_attributes(attributes, hashed)
            # What is signed is the set itself, not its place in the structure (RFC 5652, 5.4).
            message = encode(0x31, attributes.value)
        verify(certificate.key(), rest[1].value, message, rest[0], hashed)
        return hashed

    def _check_attributes(self, attributes: Element, hashed: hashes.HashAlgorithm) -> None:
        values: dict[str, Element] = {}
        for attribute in attributes.children():
            parts = attribute.children()
            name = need(parts, 0x06).identifier()
            given = need(parts, 0x31).children()
            if name in values or len(given) != 1:
                raise ChipInvalid("a signed attribute is there twice")
            values[name] = given[0]
        kind, stated = values.get(_CONTENT_TYPE), values.get(_MESSAGE_DIGEST)
        if kind is None or stated is None or kind.identifier() != self.content_type:
            raise ChipInvalid("the signature does not say what it signs")
        if not hmac.compare_digest(stated.value, digest(hashed, self.content)):
            raise SignatureWrongHere

    def is_by(self, certificate: Certificate) -> bool:
        """Say whether the signature names this certificate as its own."""
        who = self.signer.children()[1]
        if who.tag == 0x80:
            return who.value == certificate.key_name
        parts = who.children() if who.tag == 0x30 else ()
        return len(parts) == 2 and parts[0].raw == certificate.raw_issuer and parts[1].number() == certificate.serial


@dataclass(frozen=True, slots=True, repr=False)
class SecurityObject:
    """What EF.SOD says."""

    signed: Signed
    algorithm: hashes.HashAlgorithm
    hashes: dict[int, bytes]
    """by data group"""

    def certificates(self) -> tuple[Certificate, ...]:
        """Give the certificates that it carries, the one that it names first; those that cannot be read are left out."""
        found = []
        for der in self.signed.certificates:
            try:
                found.append(load_certificate(der))
            except ChipInvalid:
                continue
        return tuple(sorted(found, key=lambda one: not self.signed.is_by(one)))


def read_signed(data: bytes) -> Signed:
    """Read a CMS SignedData. Raises ``ChipInvalid``."""
    outer = read_one(data, 0x30).children()
    if len(outer) != 2 or outer[0].identifier() != _SIGNED_DATA or outer[1].tag != 0xA0:
        raise ChipInvalid("this is no signed message")
    parts = read_one(outer[1].value, 0x30).children()
    if len(parts) < 4:
        raise ChipInvalid("a signed message lacks a part")
    content = parts[2].children()
    if len(content) != 2 or content[1].tag != 0xA0:
        raise ChipInvalid("a signed message has no content")
    bundle = first(parts[3:], 0xA0)
    signers = parts[-1]
    if signers.tag != 0x31:
        raise ChipInvalid("a signed message has no signer")
    return Signed(
        content[0].identifier(),
        read_one(content[1].value, 0x04).value,
        tuple(one.raw for one in bundle.children())[:_MOST_CERTIFICATES] if bundle else (),
        _only(signers),
    )


def _only(signers: Element) -> Element:
    found = signers.children()
    if len(found) != 1 or len(found[0].children()) < 5:
        raise ChipInvalid("a signed message has not one signer")
    return found[0]


def read_security_object(data: bytes) -> SecurityObject:
    """Read EF.SOD. Raises ``ChipInvalid``, ``AlgorithmUnknown``."""
    # Some chips append other elements after the signed message.
    inner = read_all(read_one(data, 0x77).value)
    signed = read_signed(need(inner, 0x30).raw)
    if signed.content_type not in _LDS_OBJECT:
        raise ChipInvalid("the security object is of another kind")
    parts = read_one(signed.content, 0x30).children()
    if len(parts) < 3:
        raise ChipInvalid("the security object lacks a part")
    listed: dict[int, bytes] = {}
    for entry in parts[2].children():
        pair = entry.children()
        if len(pair) != 2 or pair[1].tag != 0x04:
            raise ChipInvalid("the security object's list is broken")
        number = pair[0].number()
        if number not in _GROUPS or number in listed:
            raise ChipInvalid("the security object names a data group that cannot be")
        listed[number] = pair[1].value
    return SecurityObject(signed, hash_of(parts[1]), listed)
