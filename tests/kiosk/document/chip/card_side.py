"""The card's side of Doc 9303-11, written for itself: elements, points by the textbook, protected messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from kiosk.document.chip.curves import Curve

PACE = bytes.fromhex("04007F000702020402")
CHIP_AUTHENTICATION = bytes.fromhex("04007F000702020302")
KEY_SIZES = {1: 16, 2: 16, 3: 24, 4: 32}
AffinePoint = tuple[int, int] | None


def der(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    size = len(value)
    if size < 128:
        length = bytes([size])
    elif size < 256:
        length = bytes([0x81, size])
    elif size < 65_536:
        length = b"\x82" + size.to_bytes(2, "big")
    else:
        length = b"\x83" + size.to_bytes(3, "big")
    return (tag.to_bytes(2, "big") if tag > 255 else bytes([tag])) + length + value


def split(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give tag, value and the whole of each element; one-byte tags and lengths of up to three bytes."""
    place = 0
    while place < len(data):
        start, tag = place, data[place]
        size, place = data[place + 1], place + 2
        if size > 0x80:
            count = size & 0x7F
            size, place = int.from_bytes(data[place : place + count], "big"), place + count
        yield tag, data[place : place + size], data[start : place + size]
        place += size


def add(curve: Curve, one: AffinePoint, other: AffinePoint) -> AffinePoint:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % curve.p == 0:
            return None
        slope = (3 * one[0] ** 2 + curve.a) * pow(2 * one[1], -1, curve.p) % curve.p
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, curve.p) % curve.p
    x = (slope**2 - one[0] - other[0]) % curve.p
    return x, (slope * (one[0] - x) - one[1]) % curve.p


def times(curve: Curve, scalar: int, point: AffinePoint) -> AffinePoint:
    total: AffinePoint = None
    while scalar:
        if scalar & 1:
            total = add(curve, total, point)
        point, scalar = add(curve, point, point), scalar >> 1
    return total


def to_bytes(curve: Curve, point: AffinePoint) -> bytes:
    assert point is not None
    size = (curve.p.bit_length() + 7) // 8
    return b"\x04" + point[0].to_bytes(size, "big") + point[1].to_bytes(size, "big")


def from_bytes(data: bytes) -> AffinePoint:
    half = len(data) // 2
    return int.from_bytes(data[1 : half + 1], "big"), int.from_bytes(data[half + 1 :], "big")


def derived(secret: bytes, number: int, cipher: int) -> bytes:
    text = secret + bytes([0, 0, 0, number])
    return hashlib.sha256(text).digest()[: KEY_SIZES[cipher]] if cipher > 2 else hashlib.sha1(text).digest()[:16]


class Protection:
    """Keys and counter of the card's side; ``cipher`` is 1 for triple DES, 2 to 4 for AES."""

    def __init__(self, secret: bytes, cipher: int, counter: int = 0) -> None:
        self.cipher = cipher
        self.block = 8 if cipher == 1 else 16
        self.encryption, self.authentication = derived(secret, 1, cipher), derived(secret, 2, cipher)
        self.counter = counter

    def step(self) -> bytes:
        self.counter += 1
        return self.counter.to_bytes(self.block, "big")

    def crypt(self, data: bytes, counter: bytes, *, encrypt: bool) -> bytes:
        if self.cipher == 1:
            cipher: Cipher[modes.CBC] = Cipher(TripleDES(self.encryption + self.encryption[:8]), modes.CBC(bytes(8)))
        else:
            bare = Cipher(algorithms.AES(self.encryption), modes.ECB()).encryptor()
            cipher = Cipher(algorithms.AES(self.encryption), modes.CBC(bare.update(counter) + bare.finalize()))
        worker = cipher.encryptor() if encrypt else cipher.decryptor()
        return worker.update(data) + worker.finalize()

    def padded(self, data: bytes) -> bytes:
        data += b"\x80"
        while len(data) % self.block:
            data += b"\0"
        return data

    def mac(self, data: bytes) -> bytes:
        """Authenticate whole blocks."""
        if self.cipher == 1:
            return self.retail(data)
        maker = CMAC(algorithms.AES(self.authentication))
        maker.update(data)
        return maker.finalize()[:8]

    def retail(self, data: bytes) -> bytes:
        left, right = (TripleDES(half * 3) for half in (self.authentication[:8], self.authentication[8:]))
        state = bytes(8)
        for place in range(0, len(data), 8):
            mixed = bytes(a ^ b for a, b in zip(state, data[place : place + 8], strict=True))
            state = Cipher(left, modes.ECB()).encryptor().update(mixed)
        return Cipher(left, modes.ECB()).encryptor().update(Cipher(right, modes.ECB()).decryptor().update(state))


def zero_vector(guard: Protection, data: bytes) -> bytes:
    if guard.cipher == 1:
        return guard.crypt(data, b"", encrypt=True)
    worker = Cipher(algorithms.AES(guard.encryption), modes.CBC(bytes(16))).encryptor()
    return worker.update(data) + worker.finalize()
