"""The port behind which every reader of chips stands."""

from __future__ import annotations

from typing import Protocol


class CardPort(Protocol):
    """A reader of chips, used by one thread at a time. What passes through it is never logged."""

    def connect(self) -> bool:
        """Wake the chip that lies on the reader; say whether one does. Called again, it starts anew.

        Raises ``ChipReaderMissing`` or ``ChipReaderBusy``.
        """
        ...

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU (ISO 7816-4); give the answer's data and its two status bytes.

        Raises ``ChipLost`` when the chip is gone, closed, or was never connected.
        """
        ...

    def close(self) -> None:
        """Let go of chip and reader, so that the chip forgets its keys; may be called at any time, twice too."""
        ...
