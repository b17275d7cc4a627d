"""Whether the chip is the one that was issued, and no copy of what it says (Doc 9303-11, 6.1 and 6.2).

Both ways rest on a key that never leaves the chip and whose public half the issuer has signed among the data groups.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.document.chip.apdu import SHORT, SUCCESS, Channel, Command, PlainChannel
from kiosk.document.chip.keys import Suite, derive_session
from kiosk.document.chip.messaging import LONGEST_SHORT_READ, SecureChannel
from kiosk.document.chip.signatures import (
    AlgorithmUnknown,
    EcKey,
    RsaKey,
    check_usable,
    read_public_key,
    verify,
)
from kiosk.document.chip.tlv import Element, encode, need, read_one
from kiosk.errors import ChipInvalid

_PUBLIC_KEY = bytes.fromhex("04007F000702020102")
"""id-PK-ECDH"""
_CHIP_AUTHENTICATION = bytes.fromhex("04007F000702020302")
"""id-CA-ECDH; the byte after it names the cipher"""
_SUITES = {1: Suite.TRIPLE_DES, 2: Suite.AES_128, 3: Suite.AES_192, 4: Suite.AES_256}
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_CHALLENGE = 8
_TRAILERS: dict[int, Callable[[bytes], hashlib._Hash]] = {
    0xBC: lambda data: hashlib.sha1(data, usedforsecurity=False),
    0x33CC: lambda data: hashlib.sha1(data, usedforsecurity=False),
    0x34CC: hashlib.sha256,
    0x35CC: hashlib.sha512,
    0x36CC: hashlib.sha384,
    0x38CC: hashlib.sha224,
}
"""of ISO/IEC 9796-2, by what they say of the hash"""


class CloneDetection(StrEnum):
    """How a copy of the chip would have been found."""

    NONE = "none"
    """not at all: a copy would look the same"""
    ACTIVE = "active_authentication"
    CHIP = "chip_authentication"
    REFUSED = "refused"
    """the issuer gave the chip a key, and the chip does not prove that it has it"""
    FAILED = "failed"
    """the chip does not have the key that its issuer gave it: it is a copy"""


@dataclass(frozen=True, slots=True)
class ChipKey:
    """The key of chip authentication, and how it is used."""

    key: EcKey
    suite: Suite
    identifier: bytes
    """of the cipher"""
    name: bytes
    """of the key, empty where there is only one"""


def find_chip_key(group: bytes) -> ChipKey | None:
    """Find in data group 14 a key that is known here; None: there is none. Raises ``ChipInvalid``, ``AlgorithmUnknown``."""
    infos = [info.children() for info in read_one(read_one(group, 0x6E).value, 0x31).children()]
    keys = {_name(parts): parts[1] for parts in infos if _is(parts, _PUBLIC_KEY) and len(parts) > 1}
    if not keys:
        return None
    ways = {_name(parts): parts[0].value for parts in infos if _way(parts) is not None}
    for name, identifier in sorted(ways.items(), key=lambda way: way[1][-1], reverse=True):
        info = keys.get(name) or (next(iter(keys.values())) if len(keys) == 1 else None)
        key = read_public_key(info) if info is not None else None
        if isinstance(key, EcKey):
            return ChipKey(key, _SUITES[identifier[-1]], identifier, name)
    if ways:
        raise AlgorithmUnknown("chip authentication has a key that is not known here")
    # Without a word on the cipher it is triple DES (6.2.4.3).
    name, info = next(iter(keys.items()))
    key = read_public_key(info)
    if not isinstance(key, EcKey):
        raise AlgorithmUnknown("chip authentication has a key that is not known here")
    return ChipKey(key, Suite.TRIPLE_DES, _CHIP_AUTHENTICATION + b"\x01", name)


def authenticate_chip(
    plain: PlainChannel, session: Channel, chip: ChipKey, prove: Callable[[Channel], object]
) -> CloneDetection:
    """Agree on new keys with the chip's own key; ``prove`` reads something under them.

    Only who has the key can answer under what was agreed on. The old session has ended afterwards.
    """
    curve = chip.key.curve
    scalar = 1 + secrets.randbelow(curve.n - 1)
    ours = curve.encode(curve.multiply(scalar, curve.base))
    name = encode(0x84, chip.name) if chip.name else b""
    try:
        if chip.suite is Suite.TRIPLE_DES:
            accepted = session.send(Command(0x00, 0x22, 0x41, 0xA6, encode(0x91, ours) + name)).status == SUCCESS
        else:
            template = encode(0x80, chip.identifier) + name
            accepted = session.send(Command(0x00, 0x22, 0x41, 0xA4, template)).status == SUCCESS and (
                session.send(Command(0x00, 0x86, 0, 0, encode(0x7C, encode(0x80, ours)), 256)).status == SUCCESS
            )
    except ChipInvalid:
        accepted = False
    if not accepted:
        return CloneDetection.REFUSED
    secret = curve.multiply(scalar, chip.key.point)[0].to_bytes(curve.size, "big")
    try:
        prove(SecureChannel(plain, derive_session(secret, chip.suite)))
    except ChipInvalid:
        return CloneDetection.FAILED
    return CloneDetection.CHIP


def authenticate_actively(session: Channel, group: bytes, options: bytes | None, *, long: bool) -> CloneDetection:
    """Let the chip sign a challenge with the key of data group 15; ``options`` is data group 14, which names the hash.

    ``long`` allows an answer that needs the extended form, as signatures of 2048 bits do. Raises ``ChipInvalid``,
    ``AlgorithmUnknown`` when the key cannot be used, never for anything that the chip answers.
    """
    key = read_public_key(read_one(read_one(group, 0x6F).value, 0x30))
    algorithm = _signature_algorithm(options)
    if isinstance(key, EcKey):
        check_usable(key, algorithm)
    challenge = secrets.token_bytes(_CHALLENGE)
    try:
        answer = session.send(Command(0x00, 0x88, 0, 0, challenge, _wanted(key) if long else SHORT))
        if answer.status != SUCCESS or not answer.data:
            return CloneDetection.REFUSED
    except ChipInvalid:
        return CloneDetection.REFUSED
    if isinstance(key, RsaKey):
        return CloneDetection.ACTIVE if _recovers(key, answer.data, challenge) else CloneDetection.FAILED
    assert algorithm is not None
    try:
        verify(key, answer.data, challenge, algorithm)
    except ChipInvalid:
        return CloneDetection.FAILED
    return CloneDetection.ACTIVE


def _wanted(key: EcKey | RsaKey) -> int:
    """Give how long an answer to ask for: the short form holds no more than ``LONGEST_SHORT_READ`` protected bytes."""
    size = (key.modulus.bit_length() + 7) // 8 if isinstance(key, RsaKey) else 0
    return SHORT if size <= LONGEST_SHORT_READ else max(size, SHORT + 1)


def _recovers(key: RsaKey, signature: bytes, challenge: bytes) -> bool:
    """Check a signature of ISO/IEC 9796-2 scheme 1, which carries a part of its message."""
    size = (key.modulus.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= key.modulus:
        return False
    opened = pow(value, key.exponent, key.modulus).to_bytes(size, "big")
    # 0x6A: some of the message is recovered and the rest is the challenge.
    width = 1 if opened[-1] == 0xBC else 2
    maker = _TRAILERS.get(int.from_bytes(opened[-width:], "big"))
    if opened[0] != 0x6A or maker is None:
        return False
    length = maker(b"").digest_size
    recovered, stated = opened[1 : -width - length], opened[-width - length : -width]
    return bool(recovered) and hmac.compare_digest(stated, maker(recovered + challenge).digest())


def _signature_algorithm(options: bytes | None) -> Element | None:
    """Give the algorithm that ActiveAuthenticationInfo names, in the shape of an AlgorithmIdentifier."""
    if options is None:
        return None
    for info in read_one(read_one(options, 0x6E).value, 0x31).children():
        parts = info.children()
        if len(parts) > 2 and parts[0].tag == 0x06 and parts[0].identifier() == _ACTIVE_AUTHENTICATION:
            need(parts[2:], 0x06)
            return read_one(encode(0x30, parts[2].raw), 0x30)
    return None


def _is(parts: tuple[Element, ...], identifier: bytes) -> bool:
    return bool(parts) and parts[0].tag == 0x06 and parts[0].value == identifier


def _way(parts: tuple[Element, ...]) -> Suite | None:
    if len(parts) < 2 or parts[0].tag != 0x06 or parts[0].value[:-1] != _CHIP_AUTHENTICATION:
        return None
    return _SUITES.get(parts[0].value[-1])


def _name(parts: tuple[Element, ...]) -> bytes:
    """Give the key's number, which stands last where there is one."""
    return parts[2].value if len(parts) > 2 and parts[2].tag == 0x02 else b""
