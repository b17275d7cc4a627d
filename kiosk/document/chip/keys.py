"""Keys that reader and chip share, and what is done with them (Doc 9303-11, 9.7 and 9.8).

Triple DES is what the older half of all documents speaks; it protects the air between chip and reader, nothing that is kept.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

FOR_ENCRYPTION, FOR_MAC, FOR_PASSWORD = 1, 2, 3
MAC_BYTES = 8


class Suite(Enum):
    """A cipher and the length of its keys in bytes."""

    TRIPLE_DES = ("3DES", 16)
    AES_128 = ("AES", 16)
    AES_192 = ("AES", 24)
    AES_256 = ("AES", 32)

    @property
    def key_bytes(self) -> int:
        """Give the length of a key."""
        return self.value[1]


class SessionKeys(Protocol):
    """A pair of keys, one to encrypt and one to authenticate."""

    block: int
    """bytes of a block, and of the send sequence counter"""

    def encrypt(self, padded: bytes, counter: bytes) -> bytes:
        """Encrypt whole blocks under the counter's value."""
        ...

    def decrypt(self, data: bytes, counter: bytes) -> bytes:
        """Decrypt whole blocks under the counter's value."""
        ...

    def mac(self, data: bytes) -> bytes:
        """Authenticate data, which are padded here, in eight bytes."""
        ...


def derive_key(secret: bytes, counter: int, suite: Suite) -> bytes:
    """Derive a key (9.7.1): SHA-1 for keys of 16 bytes, SHA-256 for longer ones."""
    text = secret + counter.to_bytes(4, "big")
    if suite.key_bytes > 16:
        return hashlib.sha256(text).digest()[: suite.key_bytes]
    key = hashlib.sha1(text, usedforsecurity=False).digest()[:16]
    return _with_parity(key) if suite is Suite.TRIPLE_DES else key


def derive_session(secret: bytes, suite: Suite) -> SessionKeys:
    """Derive both keys of a session from what was agreed on."""
    return session_of(derive_key(secret, FOR_ENCRYPTION, suite), derive_key(secret, FOR_MAC, suite), suite)


def session_of(encryption: bytes, mac: bytes, suite: Suite) -> SessionKeys:
    """Join two keys."""
    return TripleDesKeys(encryption, mac) if suite is Suite.TRIPLE_DES else AesKeys(encryption, mac)


def decrypt_nonce(key: bytes, nonce: bytes, suite: Suite) -> bytes:
    """Decrypt whole blocks in CBC from a zero vector, as PACE does with its nonce."""
    algorithm = _triple(key) if suite is Suite.TRIPLE_DES else algorithms.AES(key)
    return _decrypted(Cipher(algorithm, modes.CBC(bytes(algorithm.block_size // 8))), nonce)


def pad(data: bytes, block: int) -> bytes:
    """Pad to whole blocks (ISO 9797-1 method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes | None:
    """Take the padding off; None when there is none."""
    stripped = data.rstrip(b"\0")
    return stripped[:-1] if stripped.endswith(b"\x80") else None


class TripleDesKeys:
    """Two-key triple DES in CBC and the retail MAC (ISO 9797-1 algorithm 3)."""

    block = 8

    def __init__(self, encryption: bytes, mac: bytes) -> None:
        """Take two keys of 16 bytes."""
        self._cipher = Cipher(_triple(encryption), modes.CBC(bytes(8)))
        # A single DES step is triple DES with the same key three times.
        self._chain = Cipher(TripleDES(mac[:8] * 3), modes.CBC(bytes(8)))
        self._last = Cipher(TripleDES(mac[8:] * 3), modes.CBC(bytes(8)))

    def encrypt(self, padded: bytes, counter: bytes) -> bytes:  # noqa: ARG002
        """Encrypt; the vector is zero whatever the counter says."""
        return _encrypted(self._cipher, padded)

    def decrypt(self, data: bytes, counter: bytes) -> bytes:  # noqa: ARG002
        """Decrypt; the vector is zero whatever the counter says."""
        return _decrypted(self._cipher, data)

    def mac(self, data: bytes) -> bytes:
        """Give the retail MAC."""
        chained = _encrypted(self._chain, pad(data, 8))[-8:]
        return _encrypted(self._chain, _decrypted(self._last, chained))


class AesKeys:
    """AES in CBC, its vector the encrypted counter, and CMAC cut to eight bytes."""

    block = 16

    def __init__(self, encryption: bytes, mac: bytes) -> None:
        """Take two keys of 16, 24 or 32 bytes."""
        self._algorithm = algorithms.AES(encryption)
        # One block from a zero vector is that block under the bare cipher.
        self._bare = Cipher(self._algorithm, modes.CBC(bytes(16)))
        self._mac = mac

    def encrypt(self, padded: bytes, counter: bytes) -> bytes:
        """Encrypt."""
        return _encrypted(Cipher(self._algorithm, modes.CBC(_encrypted(self._bare, counter))), padded)

    def decrypt(self, data: bytes, counter: bytes) -> bytes:
        """Decrypt."""
        return _decrypted(Cipher(self._algorithm, modes.CBC(_encrypted(self._bare, counter))), data)

    def mac(self, data: bytes) -> bytes:
        """Give the CMAC of the data as they are: who protects messages pads them first, who signs a token does not."""
        maker = CMAC(algorithms.AES(self._mac))
        maker.update(data)
        return maker.finalize()[:MAC_BYTES]


def _triple(key: bytes) -> TripleDES:
    return TripleDES(key + key[:8])


def _encrypted(cipher: Cipher[modes.CBC], data: bytes) -> bytes:
    worker = cipher.encryptor()
    return worker.update(data) + worker.finalize()


def _decrypted(cipher: Cipher[modes.CBC], data: bytes) -> bytes:
    worker = cipher.decryptor()
    return worker.update(data) + worker.finalize()


def _with_parity(key: bytes) -> bytes:
    """Set each byte's lowest bit so that its ones are odd in number."""
    return bytes(byte & 0xFE | ((byte >> 1).bit_count() + 1) & 1 for byte in key)
