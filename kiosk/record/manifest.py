"""The manifest: what a record says, as canonical JSON (RFC 8785). The published schema is docs/protocol/record.schema.json."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from kiosk.errors import RecordInvalid
from kiosk.flow.evidence import Evidence

FORMAT = "gishe-record/1"
BLOCK = 4096
"""bytes to whose multiple a manifest is filled up"""


@dataclass(frozen=True)
class Place:
    """Where a record stands in its device's chain."""

    sequence: int
    """1, 2, 3 ... without gaps"""
    previous: str
    """SHA-256 of the packet before it, hexadecimal; "" for the first"""


@dataclass(frozen=True)
class RecordFacts:
    """All that the manifest tells beside the evidence."""

    record: str
    session: str
    source: str
    """``device``, ``replay`` or ``demo``"""
    camera: str
    profile: str
    production: bool
    language: str
    assistance: tuple[str, ...]
    transaction: str
    transaction_facts: tuple[tuple[str, str], ...]
    started: str
    """UTC, RFC 3339"""
    ended: str
    retention_days: int
    models: tuple[tuple[str, str, str, str], ...]
    """name, version, SHA-256, engine"""
    software: str
    assurance: str
    """level that the evidence reaches: ``low``, ``substantial``, ``high``, "" for none"""
    demo_key: bool
    """sealed to the demonstration key: anybody with this machine could open it"""


def build_manifest(
    facts: RecordFacts,
    evidence: Evidence,
    outcome: str,
    reasons: tuple[str, ...],
    blobs: Mapping[str, bytes],
    place: Place,
    device: str,
) -> dict[str, Any]:
    """Give the manifest as plain values; ``device`` is the key id of the signing device."""
    return {
        "format": FORMAT,
        "record": facts.record,
        "session": facts.session,
        "device": device,
        "sequence": place.sequence,
        "previous": place.previous,
        "software": facts.software,
        "source": facts.source,
        "camera": facts.camera,
        "demo_key": facts.demo_key,
        "profile": {"name": facts.profile, "production": facts.production},
        "language": facts.language,
        "assistance": list(facts.assistance),
        "transaction": {"reference": facts.transaction, "facts": [list(pair) for pair in facts.transaction_facts]},
        "started": facts.started,
        "ended": facts.ended,
        "retention_days": facts.retention_days,
        "outcome": outcome,
        "assurance": facts.assurance,
        "reasons": list(reasons),
        "evidence": [
            {
                "check": finding.check.value,
                "passed": finding.passed,
                "code": finding.code,
                "score": _number(finding.score),
                "threshold": _number(finding.threshold),
                "rate": _number(finding.rate),
                "detail": dict(finding.detail),
            }
            for finding in evidence.findings
        ],
        "models": [dict(zip(("name", "version", "sha256", "engine"), model, strict=True)) for model in facts.models],
        "blobs": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "media_type": "image/jpeg"}
            for name, content in sorted(blobs.items())
        },
    }


def padded(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Give the manifest filled up to a multiple of ``BLOCK`` bytes.

    A packet's size stands in clear. Without this it would tell an approval from a referral, and a silent sign with it.
    Raises ``RecordInvalid`` as ``canonical`` does.
    """
    empty = {**manifest, "padding": ""}
    return {**empty, "padding": " " * (-len(canonical(empty)) % BLOCK)}


def canonical(document: Mapping[str, Any]) -> bytes:
    """Give the one byte form of a JSON document (RFC 8785).

    Raises ``RecordInvalid`` for what has none: a score that is not a number, a text with half a letter.
    """
    try:
        return rfc8785.dumps(dict(document))
    except ValueError as error:  # the library's own errors are values' errors; their text could hold a value
        raise RecordInvalid("the record holds a value that has no JSON form") from error


def _number(value: float | None) -> float | None:
    """Give a plain float: an engine's own number types have no JSON form."""
    return None if value is None else float(value)
