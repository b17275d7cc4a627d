"""PACE with generic mapping on elliptic curves (Doc 9303-11, 4.4): a short password, and nobody who listens learns it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.apdu import SUCCESS, Command, PlainChannel
from kiosk.document.chip.curves import STANDARD, Curve, Point
from kiosk.document.chip.keys import FOR_PASSWORD, Suite, decrypt_nonce, derive_key, derive_session
from kiosk.document.chip.messaging import SecureChannel
from kiosk.document.chip.tlv import Element, encode, need, read_one
from kiosk.errors import ChipInvalid, ChipRefused

_PREFIX = bytes.fromhex("04007F000702020402")
"""id-PACE-ECDH-GM; the byte after it names the cipher"""
_SUITES = {1: Suite.TRIPLE_DES, 2: Suite.AES_128, 3: Suite.AES_192, 4: Suite.AES_256}
_BY_MRZ, _BY_CAN = 1, 2
_CHAINED = 0x10


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """One way of PACE that the chip offers and that is known here."""

    identifier: bytes
    suite: Suite
    parameters: int

    @property
    def curve(self) -> Curve:
        """Give the curve."""
        return STANDARD[self.parameters]


def find_offers(card_access: bytes) -> tuple[PaceOffer, ...]:
    """Read EF.CardAccess: give the offers that are known here, the strongest first. Raises ``ChipInvalid``."""
    found = []
    for info in read_one(card_access, 0x31).children():
        parts = info.children()
        offer = _offer_of(parts)
        if offer is not None:
            found.append(offer)
    return tuple(sorted(found, key=lambda offer: (offer.suite.value, offer.curve.p.bit_length()), reverse=True))


def _offer_of(parts: tuple[Element, ...]) -> PaceOffer | None:
    if len(parts) != 3 or parts[0].tag != 0x06 or parts[0].value[:-1] != _PREFIX:
        return None
    suite, parameters = _SUITES.get(parts[0].value[-1]), parts[2].number()
    if suite is None or parameters not in STANDARD or parts[1].number() != 2:
        return None
    return PaceOffer(parts[0].value, suite, parameters)


def open_by_pace(
    channel: PlainChannel,
    access: ChipAccess | Can,
    offer: PaceOffer,
    *,
    choose: Callable[[int], int] = secrets.randbelow,
) -> SecureChannel:
    """Open the chip. Raises ``ChipRefused`` when the password is wrong, ``ChipInvalid`` when the chip errs.

    ``choose`` gives a number below its argument; only the standard's worked examples give another one.
    """
    curve = offer.curve
    reference = _BY_CAN if isinstance(access, Can) else _BY_MRZ
    template = (
        encode(0x80, offer.identifier) + encode(0x83, bytes([reference])) + encode(0x84, bytes([offer.parameters]))
    )
    started = channel.send(Command(0x00, 0x22, 0xC1, 0xA4, template))
    # 63CX: so many tries are left before the chip blocks; it is ready all the same.
    if started.status != SUCCESS and started.status & 0xFFF0 != 0x63C0:
        raise ChipInvalid(f"the chip answers {started.status:04X} to its own offer of PACE")
    hidden = _step(channel, b"", 0x80)
    if len(hidden) not in (16, 32):
        raise ChipInvalid("the chip's nonce has the wrong length")
    key = derive_key(access.password(), FOR_PASSWORD, offer.suite)
    nonce = int.from_bytes(decrypt_nonce(key, hidden, offer.suite), "big")

    scalar = 1 + choose(curve.n - 1)
    theirs = curve.decode(_step(channel, encode(0x81, curve.encode(curve.multiply(scalar, curve.base))), 0x82))
    base = curve.add(curve.multiply(nonce, curve.base), curve.multiply(scalar, theirs))

    scalar = 1 + choose(curve.n - 1)
    ours = curve.multiply(scalar, base)
    theirs = curve.decode(_step(channel, encode(0x83, curve.encode(ours)), 0x84))
    if theirs == ours:
        raise ChipInvalid("the chip sends our own key back")
    secret = curve.multiply(scalar, theirs)[0].to_bytes(curve.size, "big")
    keys = derive_session(secret, offer.suite)

    token = keys.mac(_token_text(offer, theirs))
    given = _step(channel, encode(0x85, token), 0x86, last=True)
    if not hmac.compare_digest(given, keys.mac(_token_text(offer, ours))):
        raise ChipInvalid("the chip does not prove that it knows the password")
    return SecureChannel(channel, keys)


def _token_text(offer: PaceOffer, point: Point) -> bytes:
    return encode(0x7F49, encode(0x06, offer.identifier) + encode(0x86, offer.curve.encode(point)))


def _step(channel: PlainChannel, data: bytes, tag: int, *, last: bool = False) -> bytes:
    """Take one step of GENERAL AUTHENTICATE and give the value of the tag that is due."""
    answer = channel.send(Command(0x00 if last else _CHAINED, 0x86, 0, 0, encode(0x7C, data), 256))
    if last and (answer.status in (0x6300, 0x6982, 0x6983, 0x6985) or answer.status & 0xFFF0 == 0x63C0):
        raise ChipRefused
    return need(read_one(answer.need("a step of PACE"), 0x7C).children(), tag).value
