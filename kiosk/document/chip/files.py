"""Files of a chip, read whole (Doc 9303-10, 3.6)."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.document.chip.apdu import END_OF_FILE, NOT_FOUND, SHORT, SUCCESS, Channel, Command
from kiosk.document.chip.messaging import LONGEST_SHORT_READ
from kiosk.document.chip.tlv import encode, first, read_all, read_header, read_one
from kiosk.errors import ChipInvalid

ATR_INFO = 0x2F01
CARD_ACCESS = 0x011C
COM = 0x011E
SECURITY_OBJECT = 0x011D
GROUP_TAGS = {1: 0x61, 2: 0x75, 11: 0x6B, 14: 0x6E, 15: 0x6F}
"""the outermost tag of each data group that is read here"""

LARGEST_FILE = 1 << 19
"""bytes; portraits take some tens of thousands"""
NOT_ALLOWED = 0x6982
Tell = Callable[[float], None]
"""takes the share of a file that has been read; may raise to stop"""
_HEAD = 8
_LONGEST_PIECE = 4096
"""bytes of an answer: readers take no longer ones gladly, and more saves little"""
_PROTECTION = 64
"""bytes that secure messaging adds at most, status and padding included"""
_FURTHEST_PLAIN = 0x7FFF
"""offsets beyond it need the odd form of READ BINARY"""
_ODD_HEAD = 4
"""bytes of tag and length that an answer to that form carries, at most"""
_LEAST_PIECE = 32
"""bytes that a read gives on average, or the chip is only wasting our time"""


def longest_piece(channel: Channel) -> int:
    """Read in EF.ATR/INFO how many bytes an answer may carry (Doc 9303-10, 3.11.2). Raises ``ChipInvalid``.

    Chips without that file take short answers only.
    """
    answer = channel.send(Command(0x00, 0xA4, 0x02, 0x0C, ATR_INFO.to_bytes(2, "big")))
    if answer.status != SUCCESS:
        return LONGEST_SHORT_READ
    limits = first(read_all(channel.send(Command(0x00, 0xB0, 0, 0, wanted=256)).data), 0x7F66)
    if limits is None:
        return LONGEST_SHORT_READ
    numbers = [element.number() for element in limits.children()]
    if len(numbers) != 2:
        return LONGEST_SHORT_READ
    piece = min(numbers[1], _LONGEST_PIECE) - _PROTECTION
    return piece if piece > SHORT else LONGEST_SHORT_READ


class FileReader:
    """Reads files over one channel, in pieces as large as the chip can give."""

    def __init__(self, channel: Channel, piece: int = LONGEST_SHORT_READ) -> None:
        """Take a channel and how many bytes one answer may carry."""
        self._channel = channel
        self._piece = piece

    def read_group(self, number: int, tell: Tell | None = None) -> bytes | None:
        """Read a data group; None when there is none. Raises ``ChipInvalid``."""
        return self.read(0x0100 + number, GROUP_TAGS[number], tell)

    def read(self, identifier: int, tag: int, tell: Tell | None = None) -> bytes | None:
        """Read a file whose one element has this tag; None when there is none. Raises ``ChipInvalid``."""
        answer = self._channel.send(Command(0x00, 0xA4, 0x02, 0x0C, identifier.to_bytes(2, "big")))
        if answer.status in NOT_FOUND:
            return None
        if answer.status == NOT_ALLOWED:
            raise ChipInvalid(
                f"the chip shows file {identifier:04X} to others only",
                hint="some states' cards open to readers with that state's own certificate alone",
            )
        answer.need(f"the choice of file {identifier:04X}")
        data = bytearray(self._read_piece(0, _HEAD))
        found, begin, length = read_header(bytes(data))
        total = begin + length
        if found != tag or total > LARGEST_FILE:
            raise ChipInvalid(f"file {identifier:04X} is not what it should be")
        rounds = 16 + total // _LEAST_PIECE
        while len(data) < total and rounds:
            data += self._read_piece(len(data), min(self._piece, total - len(data)))
            rounds -= 1
            if tell is not None:
                tell(min(1.0, len(data) / total))
        if len(data) < total:
            raise ChipInvalid(f"file {identifier:04X} has no end")
        return bytes(data[:total])

    def _read_piece(self, offset: int, length: int) -> bytes:
        head = _ODD_HEAD if offset > _FURTHEST_PLAIN else 0
        length = min(length, self._piece - head)
        if LONGEST_SHORT_READ < length + head <= SHORT:
            # The short form could ask for it, and could not carry it once it is protected.
            length = LONGEST_SHORT_READ - head
        answer = self._channel.send(_read_command(offset, length))
        if answer.status not in (SUCCESS, END_OF_FILE) and length > LONGEST_SHORT_READ:
            # It promised more than it can give: small pieces from here on.
            self._piece = LONGEST_SHORT_READ
            return self._read_piece(offset, LONGEST_SHORT_READ)
        data = answer.data if answer.status == END_OF_FILE else answer.need("a read")
        if offset > _FURTHEST_PLAIN:
            data = read_one(data, 0x53).value
        if not data or len(data) > length:
            raise ChipInvalid("the chip gives more or less than its file has")
        return data


def _read_command(offset: int, length: int) -> Command:
    if offset <= _FURTHEST_PLAIN:
        return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, wanted=length)
    return Command(0x00, 0xB1, 0, 0, encode(0x54, offset.to_bytes(3, "big")), length + _ODD_HEAD)
