"""Readers of the system's PC/SC service (pcscd), by way of its own client library.

The library is bound by hand: the one Python package for it has no ready-built wheel for Linux, and a kiosk has no compiler.
"""

from __future__ import annotations

import ctypes
from typing import Any

from kiosk.errors import ChipError, ChipLost, ChipReaderBusy, ChipReaderMissing

_LIBRARY = "libpcsclite.so.1"
_SCOPE_SYSTEM = 2
_SHARE_EXCLUSIVE = 1
"""no other program's commands between ours, and nobody else in a session that our key has opened"""
_PROTOCOLS = 3
"""T=0 or T=1, as the chip likes; the second field of the protocol's header is its length"""
_RESET = 1
_LONGEST_ANSWER = 65_538
"""bytes: an extended answer of 65 536 and its status"""

_SUCCESS = 0
_SHARING_VIOLATION = 0x8010000B
_NO_CHIP = frozenset({0x8010000C, 0x80100065, 0x80100066, 0x80100067, 0x80100068, 0x80100069, 0x8010000F, 0x80100016})
"""no card, unsupported, unresponsive, unpowered, reset, removed, protocol mismatch, not transacted: nothing to talk to lies there"""
_TEXTS = {
    0x8010001D: "the PC/SC service does not run",
    0x8010001E: "the PC/SC service has stopped",
    0x8010002E: "no reader is plugged in",
    0x80100009: "there is no reader of this name",
    0x80100017: "the reader is not available",
    0x8010006A: "this user may not use the reader",
}

_Long = ctypes.c_long
_Dword = ctypes.c_ulong


class _Header(ctypes.Structure):
    """SCARD_IO_REQUEST: which protocol carries a command."""

    _fields_ = (("protocol", _Dword), ("length", _Dword))


def load_library() -> Any:
    """Load the client library. Raises ``ChipReaderMissing`` where it is not installed."""
    try:
        return ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise ChipReaderMissing(
            "the client of the PC/SC service is not installed", hint="install the packages pcscd and libpcsclite1"
        ) from error


class PcscPort:
    """A reader by name, or the first one that there is."""

    def __init__(self, reader: str = "", *, library: Any = None) -> None:
        """Take the reader's name as the service says it, or a part of it; nothing is opened yet."""
        self._wanted = reader
        self._library = library
        self._context: Any = None
        self._card: Any = None
        self._protocol = 0

    def connect(self) -> bool:
        """Wake the chip on the reader. Raises ``ChipReaderMissing``, ``ChipReaderBusy`` or ``ChipError``."""
        self.close()
        self._establish()
        try:
            connected = self._connect_to(self._find_reader())
        except ChipError:
            self.close()
            raise
        if not connected:
            self.close()
        return connected

    def transmit(self, command: bytes) -> bytes:
        """Send one command. Raises ``ChipLost`` when the chip is gone."""
        if self._card is None:
            raise ChipLost("no chip is connected")
        answer = ctypes.create_string_buffer(_LONGEST_ANSWER)
        length = _Dword(_LONGEST_ANSWER)
        header = _Header(self._protocol, ctypes.sizeof(_Header))
        status = _unsigned(
            self._library.SCardTransmit(
                self._card,
                ctypes.byref(header),
                bytes(command),
                _Dword(len(command)),
                None,
                answer,
                ctypes.byref(length),
            )
        )
        if status != _SUCCESS:
            self.close()
            raise ChipLost
        given = ctypes.string_at(answer, length.value)
        # What the chip sent is identity data: the large buffer is not left in memory for long.
        ctypes.memset(answer, 0, length.value)
        return given

    def close(self) -> None:
        """Reset the chip and let go of the service."""
        card, self._card = self._card, None
        context, self._context = self._context, None
        if card is not None:
            self._library.SCardDisconnect(card, _Dword(_RESET))
        if context is not None:
            self._library.SCardReleaseContext(context)

    def readers(self) -> tuple[str, ...]:
        """Name the readers that are plugged in. Raises ``ChipReaderMissing`` when the service is not there."""
        self.close()
        self._establish()
        try:
            return self._list_readers()
        finally:
            self.close()

    def _establish(self) -> None:
        if self._library is None:
            self._library = load_library()
        context = _Long()
        _check(self._library.SCardEstablishContext(_Dword(_SCOPE_SYSTEM), None, None, ctypes.byref(context)))
        self._context = context

    def _list_readers(self) -> tuple[str, ...]:
        length = _Dword(0)
        _check(self._library.SCardListReaders(self._context, None, None, ctypes.byref(length)))
        names = ctypes.create_string_buffer(max(1, length.value))
        _check(self._library.SCardListReaders(self._context, None, names, ctypes.byref(length)))
        return tuple(name.decode("utf-8", "replace") for name in names.raw[: length.value].split(b"\0") if name)

    def _find_reader(self) -> str:
        names = self._list_readers()
        found = next((name for name in names if self._wanted in name), None)
        if found is None:
            raise ChipReaderMissing(
                f"there is no reader called {self._wanted}" if names else "no reader is plugged in",
                hint=f"the readers here are: {'; '.join(names)}" if names else None,
            )
        return found

    def _connect_to(self, reader: str) -> bool:
        card, protocol = _Long(), _Dword()
        status = _unsigned(
            self._library.SCardConnect(
                self._context,
                reader.encode(),
                _Dword(_SHARE_EXCLUSIVE),
                _Dword(_PROTOCOLS),
                ctypes.byref(card),
                ctypes.byref(protocol),
            )
        )
        if status in _NO_CHIP:
            return False
        _check(status)
        self._card, self._protocol = card, protocol.value
        return True


def _unsigned(status: int) -> int:
    return status & 0xFFFFFFFF


def _check(status: int) -> None:
    status = _unsigned(status)
    if status == _SUCCESS:
        return
    if status == _SHARING_VIOLATION:
        raise ChipReaderBusy
    raise ChipReaderMissing(_TEXTS.get(status, f"the PC/SC service answers {status:08X}"))
