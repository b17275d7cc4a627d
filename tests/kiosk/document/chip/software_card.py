"""A chip in software, written for itself and not with the reader's code.

It takes only the curves' constants from the reader, which have a test of their own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from kiosk.document.chip.curves import STANDARD
from kiosk.errors import ChipLost
from tests.kiosk.document.chip.card_side import (
    PACE,
    Protection,
    add,
    der,
    derived,
    from_bytes,
    split,
    times,
    to_bytes,
    zero_vector,
)

OK, WRONG_DATA, NOT_FOUND, NOT_ALLOWED, NO_MESSAGING = 0x9000, 0x6A80, 0x6A82, 0x6982, 0x6988
APPLICATION = bytes.fromhex("A0000002471001")


@dataclass
class SoftwareCard:
    """A card on a reader. What it holds and how it misbehaves is set from outside."""

    files: dict[int, bytes]
    information: bytes = b""
    """number, birth and expiry with their check digits: what its zone gives as key"""
    can: bytes = b""
    pace: tuple[int, int] | None = None
    """cipher 1 to 4 and the number of the curve; it then writes EF.CardAccess for itself"""
    bac: bool = True
    chip_key: ec.EllipticCurvePrivateKey | None = None
    chip_cipher: int = 2
    active_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None
    plain_signature: bool = True
    """r and s side by side, as the standard says; else in DER, as some chips have it"""
    largest_answer: int = 256
    present: bool = True
    spoil: Callable[[int, bytes], bytes] | None = None
    """changes the answer to the n-th command, as noise or an attacker would"""
    gone_after: int | None = None
    """commands after which it is taken away"""
    refuse_proof: bool = False
    hide: frozenset[int] = frozenset()
    """files that it says it does not have"""
    guarded: frozenset[int] = frozenset()
    """files that it shows to a state's readers only"""
    stammer: bool = False
    """gives one byte of a file at a time"""
    commands: int = 0
    lengths: list[int] = field(default_factory=list)
    """of its answers"""

    def __post_init__(self) -> None:
        if self.pace is not None:
            identifier = PACE + bytes([self.pace[0]])
            info = der(0x30, der(6, identifier), der(2, b"\x02"), der(2, bytes([self.pace[1]])))
            self.files.setdefault(0x011C, der(0x31, info))
        self._connected = False
        self._reset()

    def _reset(self) -> None:
        self.protection: Protection | None = None
        self.next_protection: Protection | None = None
        self.chosen: bytes | None = None
        self.application = False
        self.challenge = b""
        self.step = 0

    # -- the reader's side of the port

    def connect(self) -> bool:
        self._reset()
        self._connected = self.present
        return self.present

    def transmit(self, command: bytes) -> bytes:
        if not self._connected or not self.present:
            raise ChipLost
        self.commands += 1
        if self.gone_after is not None and self.commands > self.gone_after:
            self.present = False
            raise ChipLost
        answer = self._answer(command)
        self.lengths.append(len(answer))
        return answer if self.spoil is None else self.spoil(self.commands, answer)

    def close(self) -> None:
        self._connected = False

    # -- commands

    def _answer(self, command: bytes) -> bytes:
        head, data, wanted = _parse(command)
        if head[0] & 0x0C:
            return self._protected(head, data, wanted)
        if self.protection is not None:
            self.protection = None
            return NO_MESSAGING.to_bytes(2, "big")
        body, status = self._do(head, data, wanted, protected=False)
        return body + status.to_bytes(2, "big")

    def _protected(self, head: bytes, data: bytes, outer: int) -> bytes:
        guard = self.protection
        if guard is None:
            return NO_MESSAGING.to_bytes(2, "big")
        counter = guard.step()
        parts = {tag: (value, raw) for tag, value, raw in split(data)}
        covered = b"".join(parts[tag][1] for tag in (0x87, 0x85, 0x97) if tag in parts)
        text = counter + guard.padded(head) + covered
        if guard.mac(guard.padded(text)) != parts[0x8E][0]:
            self.protection = None
            return NO_MESSAGING.to_bytes(2, "big")
        plain = b""
        for tag, skip in ((0x87, 1), (0x85, 0)):
            if tag in parts:
                plain = guard.crypt(parts[tag][0][skip:], counter, encrypt=False)
                plain = plain[: plain.rindex(b"\x80")]
        wanted = 0
        if 0x97 in parts:
            length = parts[0x97][0]
            wanted = int.from_bytes(length, "big") or 256 ** len(length)
        body, status = self._do(bytes([head[0] & 0xF3]) + head[1:], plain, wanted, protected=True)
        counter = guard.step()
        answer = b""
        if body:
            hidden = guard.crypt(guard.padded(body), counter, encrypt=True)
            answer += der(0x85, hidden) if head[1] & 1 else der(0x87, b"\x01" + hidden)
        answer += der(0x99, status.to_bytes(2, "big"))
        answer += der(0x8E, guard.mac(guard.padded(counter + answer)))
        if self.next_protection is not None:
            self.protection, self.next_protection = self.next_protection, None
        if len(answer) > outer:
            # Only a signature may be longer than the reader can carry; files are read in pieces that fit.
            assert head[1] == 0x88, "the reader did not make room for this answer"
            return 0x6700.to_bytes(2, "big")
        return answer + status.to_bytes(2, "big")

    def _do(self, head: bytes, data: bytes, wanted: int, *, protected: bool) -> tuple[bytes, int]:
        match head[1]:
            case 0xA4:
                return self._select(head, data, protected=protected)
            case 0xB0 | 0xB1:
                return self._read(head, data, wanted, protected=protected)
            case 0x84:
                self.challenge = os.urandom(8)
                return self.challenge, OK
            case 0x82 if self.bac and self.application:
                return self._basic_access(data)
            case 0x22:
                return self._manage(head, data)
            case 0x86:
                return self._general(data)
            case 0x88 if protected and self.active_key is not None:
                return (b"", NOT_ALLOWED) if self.refuse_proof else (self._sign(data), OK)
        return b"", 0x6D00

    def _select(self, head: bytes, data: bytes, *, protected: bool) -> tuple[bytes, int]:
        if head[2] == 4:
            self.application = data == APPLICATION
            return b"", OK if self.application else NOT_FOUND
        identifier = int.from_bytes(data, "big")
        if identifier not in self.files or identifier in self.hide:
            return b"", NOT_FOUND
        if identifier not in (0x011C, 0x2F01) and not (protected and self.application):
            return b"", NOT_ALLOWED
        if identifier in self.guarded:
            return b"", NOT_ALLOWED
        self.chosen = self.files[identifier]
        return b"", OK

    def _read(self, head: bytes, data: bytes, wanted: int, *, protected: bool) -> tuple[bytes, int]:
        if self.chosen is None:
            return b"", 0x6986
        room = self.largest_answer - (40 if protected else 2)
        if wanted > max(room, 256):
            return b"", 0x6700
        if head[1] == 0xB0:
            offset = int.from_bytes(head[2:4], "big")
            piece = self.chosen[offset : offset + (1 if self.stammer and offset > 8 else wanted)]
        else:
            offset = int.from_bytes(next(split(data))[1], "big")
            piece = der(0x53, self.chosen[offset : offset + max(0, wanted - 4)])
        if offset >= len(self.chosen):
            return b"", 0x6B00
        return piece, OK

    # -- opening

    def _basic_access(self, data: bytes) -> tuple[bytes, int]:
        seed = hashlib.sha1(self.information).digest()[:16]
        guard = Protection(seed, 1)
        hidden, mac = data[:32], data[32:]
        if guard.retail(guard.padded(hidden)) != mac:
            return b"", 0x6300
        shown = guard.crypt(hidden, b"", encrypt=False)
        if shown[8:16] != self.challenge:
            return b"", 0x6300
        own = os.urandom(16)
        answer = guard.crypt(self.challenge + shown[:8] + own, b"", encrypt=True)
        secret = bytes(a ^ b for a, b in zip(shown[16:], own, strict=True))
        self.next_protection = None
        self.protection = Protection(secret, 1, int.from_bytes(self.challenge[4:] + shown[4:8], "big"))
        return answer + guard.retail(guard.padded(answer)), OK

    def _manage(self, head: bytes, data: bytes) -> tuple[bytes, int]:
        parts = {tag: value for tag, value, _ in split(data)}
        if head[2:4] == b"\xc1\xa4" and self.pace is not None and parts[0x80] == PACE + bytes([self.pace[0]]):
            self.password = hashlib.sha1(self.information).digest() if parts[0x83] == b"\x01" else self.can
            self.step = 1
            return b"", OK
        if head[2] == 0x41 and self.chip_key is not None and not self.refuse_proof:
            if head[3] == 0xA6 and self.chip_cipher == 1:
                self._agree(parts[0x91])
            self.step = 10
            return b"", OK
        return b"", WRONG_DATA

    def _general(self, data: bytes) -> tuple[bytes, int]:
        _, inner, _ = next(split(data))
        parts = {tag: value for tag, value, _ in split(inner)}
        if self.step == 10:
            self._agree(parts[0x80])
            return der(0x7C), OK
        if self.pace is None or not self.step:
            return b"", WRONG_DATA
        cipher, number = self.pace
        curve = STANDARD[number]
        self.step += 1
        if self.step == 2:
            guard = Protection(b"", cipher)
            guard.encryption = derived(self.password, 3, cipher)
            self.nonce = os.urandom(16)
            # With a counter whose block encrypts to anything but zero the vector would be wrong: PACE has none.
            return der(0x7C, der(0x80, zero_vector(guard, self.nonce))), OK
        if self.step == 3:
            own = int.from_bytes(os.urandom(24), "big")
            shared = times(curve, own, from_bytes(parts[0x81]))
            self.base = add(curve, times(curve, int.from_bytes(self.nonce, "big"), curve.base), shared)
            return der(0x7C, der(0x82, to_bytes(curve, times(curve, own, curve.base)))), OK
        if self.step == 4:
            own = int.from_bytes(os.urandom(24), "big")
            self.theirs, self.ours = parts[0x83], to_bytes(curve, times(curve, own, self.base))
            secret = times(curve, own, from_bytes(self.theirs))
            assert secret is not None
            self.agreed = Protection(secret[0].to_bytes((curve.p.bit_length() + 7) // 8, "big"), cipher)
            return der(0x7C, der(0x84, self.ours)), OK
        identifier = der(6, PACE + bytes([cipher]))
        if self._token(identifier, self.ours) != parts[0x85]:
            return b"", 0x6300
        self.protection = self.agreed
        return der(0x7C, der(0x86, self._token(identifier, self.theirs))), OK

    def _token(self, identifier: bytes, point: bytes) -> bytes:
        text = der(0x7F49, identifier, der(0x86, point))
        return self.agreed.mac(self.agreed.padded(text) if self.agreed.cipher == 1 else text)

    # -- proofs

    def _agree(self, theirs: bytes) -> None:
        assert self.chip_key is not None
        numbers = ec.EllipticCurvePublicKey.from_encoded_point(self.chip_key.curve, theirs)
        self.next_protection = Protection(self.chip_key.exchange(ec.ECDH(), numbers), self.chip_cipher)

    def _sign(self, challenge: bytes) -> bytes:
        if isinstance(self.active_key, rsa.RSAPrivateKey):
            numbers = self.active_key.private_numbers()
            modulus = numbers.public_numbers.n
            size = (modulus.bit_length() + 7) // 8
            own = os.urandom(size - 22)
            text = b"\x6a" + own + hashlib.sha1(own + challenge).digest() + b"\xbc"
            return pow(int.from_bytes(text, "big"), numbers.d, modulus).to_bytes(size, "big")
        assert self.active_key is not None
        signature = self.active_key.sign(challenge, ec.ECDSA(hashes.SHA256()))
        if not self.plain_signature:
            return signature
        r, s = decode_dss_signature(signature)
        size = (self.active_key.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _parse(command: bytes) -> tuple[bytes, bytes, int]:
    """Give header, data and how many bytes are wanted (ISO 7816-4, 5.1)."""
    head, body = command[:4], command[4:]
    if not body:
        return head, b"", 0
    if len(body) == 1:
        return head, b"", body[0] or 256
    if body[0]:
        size = body[0]
        data, rest = body[1 : 1 + size], body[1 + size :]
        assert len(data) == size
        assert len(rest) <= 1
        return head, data, (rest[0] or 256) if rest else 0
    if len(body) == 3:
        return head, b"", int.from_bytes(body[1:], "big") or 65_536
    size = int.from_bytes(body[1:3], "big")
    data, rest = body[3 : 3 + size], body[3 + size :]
    assert len(data) == size
    assert len(rest) in (0, 2)
    return head, data, (int.from_bytes(rest, "big") or 65_536) if rest else 0
