"""What the data groups say: the zone and the portrait (Doc 9303-10, 4.7; ISO/IEC 19794-5 and 39794-5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kiosk.document.chip.tlv import Element, first, need, read_all, read_one
from kiosk.errors import ChipInvalid

_TAG_GROUPS = {0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8}
_TAG_GROUPS |= {0x69: 9, 0x6A: 10, 0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16}
_SHAPES = {90: ("TD1", 30), 72: ("TD2", 36), 88: ("TD3", 44)}
_ZONE = re.compile(r"[A-Z0-9<]+")
_IMAGES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
)
_DEEPEST = 16
_FACE_RECORD = b"FAC\x0001"
_RECORD_HEADER, _FACE_HEADER, _FEATURE_POINT, _IMAGE_HEADER = 14, 20, 8, 12


@dataclass(frozen=True, slots=True)
class Portrait:
    """The portrait as the chip holds it, still compressed."""

    image: bytes = field(repr=False)
    mime: str
    """``image/jpeg``, ``image/jp2`` or ``image/j2c`` (a bare JPEG 2000 stream)"""
    standard: str
    """``19794-5`` or ``39794-5``"""


def read_contents(com: bytes) -> tuple[int, ...]:
    """Read EF.COM: give the data groups that it names. Raises ``ChipInvalid``."""
    listed = need(read_one(com, 0x60).children(), 0x5C).value
    return tuple(sorted({_TAG_GROUPS[tag] for tag in listed if tag in _TAG_GROUPS}))


def read_zone(group: bytes) -> tuple[str, tuple[str, ...]]:
    """Read data group 1: give the zone's kind and its lines. Raises ``ChipInvalid``."""
    data = need(read_one(group, 0x61).children(), 0x5F1F).value
    text = data.decode("ascii", "replace")
    if len(text) not in _SHAPES or not _ZONE.fullmatch(text):
        raise ChipInvalid("the chip's zone is none of a travel document")
    kind, width = _SHAPES[len(text)]
    return kind, tuple(text[start : start + width] for start in range(0, len(text), width))


def read_portrait(group: bytes) -> Portrait:
    """Read data group 2: give the first portrait in it. Raises ``ChipInvalid``."""
    templates = need(read_one(group, 0x75).children(), 0x7F61).children()
    template = need(templates, 0x7F60).children()
    block = first(template, 0x5F2E) or first(template, 0x7F2E)
    if block is None:
        raise ChipInvalid("the chip's portrait is missing or enciphered")
    if block.value.startswith(_FACE_RECORD):
        return _from_record(block.value)
    found = _search(block, 0)
    if found is None:
        raise ChipInvalid("the chip's portrait has a form that is not known here")
    return Portrait(found[0], found[1], "39794-5")


def _from_record(record: bytes) -> Portrait:
    """Take the first image out of a face record of ISO/IEC 19794-5, 5.1: header, points of the face, image."""
    face = record[_RECORD_HEADER:]
    if len(face) < _FACE_HEADER + _IMAGE_HEADER:
        raise ChipInvalid("the chip's portrait is cut off")
    length = int.from_bytes(face[:4], "big")
    points = int.from_bytes(face[4:6], "big")
    image = face[_FACE_HEADER + points * _FEATURE_POINT + _IMAGE_HEADER : length]
    mime = _mime(image)
    if mime is None:
        raise ChipInvalid("the chip's portrait is no JPEG or JPEG 2000 picture")
    return Portrait(image, mime, "19794-5")


def _mime(image: bytes) -> str | None:
    return next((mime for start, mime in _IMAGES if image.startswith(start)), None)


def _search(element: Element, depth: int) -> tuple[bytes, str] | None:
    """Search a tree of elements for the first that holds a picture, which is all that is known of 39794-5 here."""
    mime = _mime(element.value)
    if mime is not None:
        return element.value, mime
    constructed = element.raw[0] & 0x20
    if not constructed or depth >= _DEEPEST:
        return None
    for child in read_all(element.value):
        found = _search(child, depth + 1)
        if found is not None:
            return found
    return None
