"""Commands and answers of a chip (ISO 7816-4), in clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.document.chip.port import CardPort
from kiosk.errors import ChipInvalid

SUCCESS = 0x9000
END_OF_FILE = 0x6282
"""the file ended before all that was asked for"""
NOT_FOUND = frozenset({0x6A82, 0x6A83, 0x6A88})
REFUSED = frozenset({0x6982, 0x6985, 0x6300, 0x6983, 0x6988})
SHORT = 256
"""bytes: the longest answer to a short command"""
_MOST_COMMANDS = 16_384
"""on one channel: a hostile chip could go on for ever; the largest portrait in the shortest pieces takes a fifth"""


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A command: four bytes of header, data, and how many bytes of answer are wanted (None: none)."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    wanted: int | None = None

    def encode(self) -> bytes:
        """Write it, in the extended form only where it must be."""
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        if len(self.data) < SHORT and (self.wanted or 0) <= SHORT:
            body = bytes([len(self.data)]) + self.data if self.data else b""
            return head + body + (b"" if self.wanted is None else bytes([self.wanted & 0xFF]))
        body = b"\0" + len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        if self.wanted is None:
            return head + body
        return head + body + (b"" if body else b"\0") + (self.wanted & 0xFFFF).to_bytes(2, "big")


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the chip answers."""

    data: bytes
    status: int

    def need(self, what: str) -> bytes:
        """Give the data of a success. Raises ``ChipInvalid``, which says what was tried."""
        if self.status != SUCCESS:
            raise ChipInvalid(f"the chip answers {self.status:04X} to {what}")
        return self.data


class Channel(Protocol):
    """A way to the chip, in clear or protected."""

    def send(self, command: Command) -> Answer:
        """Send a command. Raises ``ChipLost`` or ``ChipInvalid``."""
        ...


class PlainChannel:
    """Commands in clear; fetches answers that come in pieces."""

    def __init__(self, port: CardPort) -> None:
        """Take a port that is connected."""
        self._port = port
        self._left = _MOST_COMMANDS

    def send(self, command: Command) -> Answer:
        """Send a command in clear."""
        answer = self._exchange(command)
        if answer.status >> 8 == 0x6C:
            # "wrong length, so many there are": asked again as the chip wants it.
            right = Command(
                command.cla, command.ins, command.p1, command.p2, command.data, answer.status & 0xFF or SHORT
            )
            answer = self._exchange(right)
        data = bytearray(answer.data)
        while answer.status >> 8 == 0x61:
            answer = self._exchange(Command(command.cla & 0x03, 0xC0, 0, 0, wanted=answer.status & 0xFF or SHORT))
            data += answer.data
        return Answer(bytes(data), answer.status)

    def _exchange(self, command: Command) -> Answer:
        self._left -= 1
        if self._left < 0:
            raise ChipInvalid("the chip answers without end")
        answer = self._port.transmit(command.encode())
        if len(answer) < 2:
            raise ChipInvalid("the chip's answer is cut off")
        return Answer(answer[:-2], int.from_bytes(answer[-2:], "big"))
