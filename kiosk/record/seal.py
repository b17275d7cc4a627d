"""Signing and sealing: the packet that is stored, carried and delivered.

packet   = MAGIC, 4-byte length, header (canonical JSON), 64-byte signature, sealed
sealed   = HPKE (RFC 9180; ML-KEM-768 with X25519, HKDF-SHA256, AES-256-GCM), the header as info
           of: 4-byte length, manifest (canonical JSON), 64-byte signature of it, the blobs in the order of their names
signature of the packet = Ed25519 over MAGIC, header and sealed
All lengths are big endian. The header holds random ids, places and hashes: nothing about a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from kiosk.errors import RecordInvalid
from kiosk.keys.port import DeviceKeys
from kiosk.record.manifest import canonical

MAGIC = b"GISHE1\n"
_LENGTH, _SIGNATURE = 4, 64
_LONGEST_HEADER = 65_536
_HEADER = {"record": str, "device": str, "sequence": int, "previous": str, "manifest_sha256": str}


@dataclass(frozen=True)
class OpenedRecord:
    """What the back office reads."""

    manifest: dict[str, Any]
    blobs: dict[str, bytes]


def seal(
    manifest: Mapping[str, Any], blobs: Mapping[str, bytes], keys: DeviceKeys, recipient: MLKEM768X25519PublicKey
) -> bytes:
    """Give the packet of a record; only the recipient's private key opens it. Raises ``KeyUnusable``."""
    body = canonical(manifest)
    header = canonical(
        {
            "format": "gishe-packet/1",
            "record": manifest["record"],
            "device": keys.key_id,
            "sequence": manifest["sequence"],
            "previous": manifest["previous"],
            "manifest_sha256": hashlib.sha256(body).hexdigest(),
            "demo_key": manifest["demo_key"],
        }
    )
    inside = _framed(body) + keys.sign(body) + b"".join(blobs[name] for name in sorted(blobs))
    sealed = _suite().encrypt(inside, recipient, MAGIC + header)
    signature = keys.sign(MAGIC + header + sealed)
    return MAGIC + _framed(header) + signature + sealed


def read_header(packet: bytes) -> dict[str, Any]:
    """Give the clear header of a packet, unverified. Raises ``RecordInvalid``."""
    return _parts(packet)[0]


def verify_packet(packet: bytes, device_public_key: bytes) -> dict[str, Any]:
    """Check the device's signature; give the header. Raises ``RecordInvalid`` on any changed byte."""
    header, raw, signature, sealed = _parts(packet)
    if hashlib.sha256(device_public_key).hexdigest() != header["device"]:
        raise RecordInvalid("the packet was not signed by this device")
    _check(device_public_key, signature, MAGIC + raw + sealed)
    return header


def open_record(packet: bytes, private_key: MLKEM768X25519PrivateKey, device_public_key: bytes) -> OpenedRecord:
    """Verify and open a packet; the back office's work. Raises ``RecordInvalid``."""
    header = verify_packet(packet, device_public_key)
    _, raw, _, sealed = _parts(packet)
    try:
        inside = _suite().decrypt(sealed, private_key, MAGIC + raw)
    except (InvalidTag, ValueError) as error:
        raise RecordInvalid("the packet cannot be opened with this key") from error
    body, rest = _unframed(inside)
    signature, rest = rest[:_SIGNATURE], rest[_SIGNATURE:]
    _check(device_public_key, signature, body)
    if hashlib.sha256(body).hexdigest() != header["manifest_sha256"]:
        raise RecordInvalid("the manifest is not the one that the header names")
    manifest: dict[str, Any] = json.loads(body)
    blobs: dict[str, bytes] = {}
    for name, described in sorted(manifest["blobs"].items()):
        content, rest = rest[: described["bytes"]], rest[described["bytes"] :]
        if hashlib.sha256(content).hexdigest() != described["sha256"]:
            raise RecordInvalid(f"the blob {name} is not the one that the manifest names")
        blobs[name] = content
    if rest:
        raise RecordInvalid("the packet holds more than its manifest names")
    return OpenedRecord(manifest, blobs)


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(_LENGTH) + content


def _unframed(content: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(content[:_LENGTH])
    end = _LENGTH + length
    if len(content) < end:
        raise RecordInvalid("the packet is cut short")
    return content[_LENGTH:end], content[end:]


def _parts(packet: bytes) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """Give header, its bytes, signature and sealed part."""
    if not packet.startswith(MAGIC):
        raise RecordInvalid("this is not a record's packet")
    raw, rest = _unframed(packet[len(MAGIC) :])
    if len(raw) > _LONGEST_HEADER or len(rest) < _SIGNATURE:
        raise RecordInvalid("the packet is cut short")
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise RecordInvalid("the packet's header cannot be read") from error
    if not isinstance(header, dict) or any(not isinstance(header.get(name), kind) for name, kind in _HEADER.items()):
        raise RecordInvalid("the packet's header lacks a field")
    return header, raw, rest[:_SIGNATURE], rest[_SIGNATURE:]


def _check(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise RecordInvalid("the signature does not fit: the packet was changed") from error
