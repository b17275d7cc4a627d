"""A licence's barcode text becomes fields."""

from __future__ import annotations

from kiosk.document.facts import Field, Source
from kiosk.identity.aamva import AamvaLicence, parse_aamva


def licence_of(kind: str, text: str) -> AamvaLicence | None:
    """Give the licence that a barcode holds, None where it is something else: licences use PDF417 alone."""
    return parse_aamva(text) if kind == "PDF417" else None


def licence_fields(licence: AamvaLicence) -> tuple[Field, ...]:
    """Give the fields; the code's own error correction has proved each character."""
    return tuple(
        Field(one.name, one.text, Source.BARCODE, confidence=1.0 if one.text else 0.0, raw=one.raw)
        for one in licence.fields
    )
