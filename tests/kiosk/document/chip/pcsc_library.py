"""The client library of a PC/SC service in Python: the same functions on the same kinds of arguments (pcsclite 1.9)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

from kiosk.document.chip.port import CardPort
from kiosk.errors import ChipLost

NO_SERVICE, NO_READERS, SHARING, NO_CARD, REMOVED = 0x8010001D, 0x8010002E, 0x8010000B, 0x8010000C, 0x80100069


def _signed(status: int) -> int:
    """Give a status as ctypes gives it: a C int."""
    return status - (1 << 32) if status >> 31 else status


@dataclass
class PcscLibrary:
    """Readers by name, each with the chip that lies on it."""

    readers: dict[str, CardPort | None]
    failing: dict[str, int] = field(default_factory=dict)
    """functions and the status that they answer instead"""
    open_contexts: int = 0
    open_cards: int = 0
    resets: int = 0
    contexts: dict[int, str] = field(default_factory=dict)

    def SCardEstablishContext(self, scope: Any, one: None, other: None, context: Any) -> int:
        if status := self.failing.get("SCardEstablishContext"):
            return _signed(status)
        assert scope.value == 2
        self.open_contexts += 1
        context._obj.value = 77
        return 0

    def SCardReleaseContext(self, context: Any) -> int:
        assert context.value == 77
        self.open_contexts -= 1
        return 0

    def SCardListReaders(self, context: Any, groups: None, names: Any, length: Any) -> int:
        assert context.value == 77
        if not self.readers:
            return _signed(NO_READERS)
        text = b"".join(name.encode() + b"\0" for name in self.readers) + b"\0"
        if names is not None:
            assert length._obj.value >= len(text)
            ctypes.memmove(names, text, len(text))
        length._obj.value = len(text)
        return 0

    def SCardConnect(self, context: Any, reader: bytes, share: Any, protocols: Any, card: Any, protocol: Any) -> int:
        assert (context.value, share.value, protocols.value) == (77, 1, 3)
        if status := self.failing.get("SCardConnect"):
            return _signed(status)
        self._chip = self.readers[reader.decode()]
        if self._chip is None or not self._chip.connect():
            return _signed(NO_CARD)
        self.open_cards += 1
        card._obj.value, protocol._obj.value = 5, 2
        return 0

    def SCardTransmit(
        self, card: Any, header: Any, command: bytes, size: Any, received: None, answer: Any, length: Any
    ) -> int:
        assert (card.value, header._obj.protocol, header._obj.length) == (5, 2, ctypes.sizeof(header._obj))
        assert len(command) == size.value
        assert self._chip is not None
        try:
            given = self._chip.transmit(command)
        except ChipLost:
            return _signed(REMOVED)
        assert len(given) <= length._obj.value
        ctypes.memmove(answer, given, len(given))
        length._obj.value = len(given)
        return 0

    def SCardDisconnect(self, card: Any, disposition: Any) -> int:
        assert card.value == 5
        self.open_cards -= 1
        self.resets += disposition.value == 1
        return 0
