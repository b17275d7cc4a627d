"""The port behind which recognisers of spoken digits stand, one for each language that has one."""

from __future__ import annotations

from typing import Protocol

from kiosk.analysis.heard import HeardDigits
from kiosk.sound.clip import Samples


class Recogniser(Protocol):
    """Takes speech for digits; used by one thread at a time; nothing leaves the machine."""

    @property
    def languages(self) -> frozenset[str]:
        """Name the languages whose digits it knows."""
        ...

    def recognise(self, samples: Samples, count: int, language: str) -> HeardDigits:
        """Give the digits, ``count`` of them or none, said in samples of ``kiosk.sound.port.RATE``."""
        ...


def find_recogniser() -> Recogniser | None:
    """Give the recogniser that is installed here, None where there is none."""
    try:
        from kiosk.analysis.hearing.sphinx import SphinxRecogniser
    except ImportError:
        return None
    return SphinxRecogniser()
