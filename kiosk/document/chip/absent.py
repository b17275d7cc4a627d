"""A kiosk without a reader of chips."""

from __future__ import annotations

from typing import NoReturn

from kiosk.errors import ChipLost, ChipReaderMissing


class AbsentPort:
    """Stands where there is no reader, and says so."""

    def connect(self) -> NoReturn:
        """Raise ``ChipReaderMissing``."""
        raise ChipReaderMissing("this kiosk has no reader for chips")

    def transmit(self, command: bytes) -> NoReturn:  # noqa: ARG002
        """Raise ``ChipLost``."""
        raise ChipLost("there is no chip to talk to")

    def close(self) -> None:
        """Do nothing."""
