"""Secure messaging: commands that nobody between reader and chip can read or change (Doc 9303-11, 9.8)."""

from __future__ import annotations

import hmac

from kiosk.document.chip.apdu import SHORT, Answer, Channel, Command
from kiosk.document.chip.keys import SessionKeys, pad, unpad
from kiosk.document.chip.tlv import encode, first, read_all
from kiosk.errors import ChipInvalid

LONGEST_SHORT_READ = 0xDF
"""bytes that fit a short protected answer under either cipher"""
_MARKER = b"\x01"
"""says which padding the encrypted data have"""


class SecureChannel:
    """Protects each command and checks each answer; one wrong answer ends it."""

    def __init__(self, channel: Channel, keys: SessionKeys, counter: int = 0) -> None:
        """Take the channel in clear, both keys and where the send sequence counter stands."""
        self._channel = channel
        self._keys = keys
        self._counter = counter
        self._broken = False

    def send(self, command: Command) -> Answer:
        """Send a protected command. Raises ``ChipInvalid`` when the answer is not the chip's own."""
        if self._broken:
            raise ChipInvalid("the protected session has ended")
        self._broken = True
        protected = self._protect(command)
        answer = self._open(self._channel.send(protected))
        self._broken = False
        return answer

    def _next(self) -> bytes:
        self._counter += 1
        return (self._counter % (1 << 8 * self._keys.block)).to_bytes(self._keys.block, "big")

    def _protect(self, command: Command) -> Command:
        counter = self._next()
        head = bytes((command.cla | 0x0C, command.ins, command.p1, command.p2))
        body = b""
        if command.data:
            hidden = self._keys.encrypt(pad(command.data, self._keys.block), counter)
            body = encode(0x85, hidden) if command.ins & 1 else encode(0x87, _MARKER + hidden)
        long = command.wanted is not None and command.wanted > SHORT
        if command.wanted is not None:
            size = 1 if command.wanted <= SHORT else 2
            body += encode(0x97, (command.wanted % (1 << 8 * size)).to_bytes(size, "big"))
        mac = self._mac(counter + pad(head, self._keys.block) + body)
        return Command(head[0], head[1], head[2], head[3], body + encode(0x8E, mac), 65_536 if long else SHORT)

    def _open(self, answer: Answer) -> Answer:
        counter = self._next()
        parts = read_all(answer.data)
        status, mac = first(parts, 0x99), first(parts, 0x8E)
        if status is None or mac is None or len(status.value) != 2 or parts[-1] is not mac:
            raise ChipInvalid(f"the chip ends the protected session with {answer.status:04X}")
        covered = b"".join(part.raw for part in parts[:-1])
        if not hmac.compare_digest(self._mac(counter + covered), mac.value):
            raise ChipInvalid("an answer was not the chip's own, or was changed on its way")
        marked, bare = first(parts, 0x87), first(parts, 0x85)
        data = b""
        if marked is not None:
            data = self._reveal(marked.value[1:], counter)
        elif bare is not None:
            data = self._reveal(bare.value, counter)
        return Answer(data, int.from_bytes(status.value, "big"))

    def _mac(self, data: bytes) -> bytes:
        # The retail MAC pads by itself; CMAC is given whole blocks, as 9.8.6 says.
        return self._keys.mac(data if self._keys.block == 8 else pad(data, self._keys.block))

    def _reveal(self, hidden: bytes, counter: bytes) -> bytes:
        if not hidden or len(hidden) % self._keys.block:
            raise ChipInvalid("an answer is not in whole blocks")
        data = unpad(self._keys.decrypt(hidden, counter))
        if data is None:
            raise ChipInvalid("an answer lacks its padding")
        return data
