"""Tag, length, value: what chips and certificates are made of (ISO 7816-4 BER-TLV, X.690 DER), read with bounds.

Only definite lengths are known, which is all that Doc 9303 allows.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import ChipInvalid

_MOST_ELEMENTS = 4096
"""that one value may hold: a list of all countries' certificates has some hundreds"""
_LONGEST_TAG = 3
_LONGEST_LENGTH = 4
_LONGEST_IDENTIFIER = 64


@dataclass(frozen=True, slots=True, repr=False)
class Element:
    """One element."""

    tag: int
    """its bytes as one number: 0x30, 0x7F60"""
    value: bytes
    raw: bytes
    """the whole of it, tag and length included"""

    def children(self) -> tuple[Element, ...]:
        """Give what its value holds. Raises ``ChipInvalid``."""
        return read_all(self.value)

    def number(self) -> int:
        """Give a DER INTEGER's value. Raises ``ChipInvalid``."""
        if self.tag != 0x02 or not self.value:
            raise ChipInvalid("a number is expected and something else is there")
        return int.from_bytes(self.value, "big", signed=True)

    def identifier(self) -> str:
        """Give a DER OBJECT IDENTIFIER in dots. Raises ``ChipInvalid``."""
        if self.tag != 0x06:
            raise ChipInvalid("an identifier is expected and something else is there")
        return dotted(self.value)


def read_header(data: bytes, start: int = 0) -> tuple[int, int, int]:
    """Read tag and length at ``start``: give the tag, where the value begins and its length. Raises ``ChipInvalid``."""
    try:
        tag = data[start]
        position = start + 1
        if tag & 0x1F == 0x1F:
            while True:
                tag = tag << 8 | data[position]
                position += 1
                if not tag & 0x80:
                    break
                if position - start >= _LONGEST_TAG:
                    raise ChipInvalid("a tag has no end")
        length = data[position]
        position += 1
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= _LONGEST_LENGTH:
                raise ChipInvalid("a length has a form that is not allowed")
            length = int.from_bytes(data[position : position + count], "big")
            position += count
            if position > len(data):
                raise ChipInvalid("the data end too early")
    except IndexError as error:
        raise ChipInvalid("the data end too early") from error
    return tag, position, length


def read_all(data: bytes) -> tuple[Element, ...]:
    """Read the elements that fill ``data`` to its end. Raises ``ChipInvalid``."""
    found: list[Element] = []
    position = 0
    while position < len(data):
        tag, begin, length = read_header(data, position)
        end = begin + length
        if end > len(data) or len(found) >= _MOST_ELEMENTS:
            raise ChipInvalid("the data end too early" if end > len(data) else "there are too many parts")
        found.append(Element(tag, data[begin:end], data[position:end]))
        position = end
    return tuple(found)


def read_one(data: bytes, tag: int | None = None) -> Element:
    """Read the one element that fills ``data``, of this tag if one is named. Raises ``ChipInvalid``."""
    found = read_all(data)
    if len(found) != 1 or (tag is not None and found[0].tag != tag):
        raise ChipInvalid("one part is expected and something else is there")
    return found[0]


def first(elements: tuple[Element, ...], tag: int) -> Element | None:
    """Give the first element of this tag."""
    return next((element for element in elements if element.tag == tag), None)


def need(elements: tuple[Element, ...], tag: int) -> Element:
    """Give the first element of this tag. Raises ``ChipInvalid`` when there is none."""
    found = first(elements, tag)
    if found is None:
        raise ChipInvalid(f"the part {tag:02X} is missing")
    return found


def dotted(value: bytes) -> str:
    """Spell the value of an OBJECT IDENTIFIER in dots. Raises ``ChipInvalid``."""
    if not 1 <= len(value) <= _LONGEST_IDENTIFIER or value[-1] & 0x80:
        raise ChipInvalid("an identifier is broken")
    arcs: list[int] = []
    arc = 0
    for byte in value:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    head = min(arcs[0] // 40, 2)
    return ".".join(str(part) for part in (head, arcs[0] - 40 * head, *arcs[1:]))


def encode(tag: int, value: bytes) -> bytes:
    """Write one element."""
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    length = len(value)
    if length < 0x80:
        return head + bytes([length]) + value
    size = (length.bit_length() + 7) // 8
    return head + bytes([0x80 | size]) + length.to_bytes(size, "big") + value
