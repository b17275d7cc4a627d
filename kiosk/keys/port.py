"""The port behind which the device's key stands."""

from __future__ import annotations

from typing import Protocol


class DeviceKeys(Protocol):
    """Signs for this device. The private key never leaves the adapter."""

    @property
    def key_id(self) -> str:
        """Give the SHA-256 of the raw public key in hexadecimal."""
        ...

    @property
    def public_key(self) -> bytes:
        """Give the raw Ed25519 public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Give the Ed25519 signature of a message, 64 bytes. Raises ``KeyUnusable``."""
        ...
