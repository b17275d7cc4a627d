"""What every reader of chips promises, run on each kind that this machine has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.document.chip.absent import AbsentPort
from kiosk.document.chip.pcsc import PcscPort
from kiosk.document.chip.port import CardPort
from kiosk.errors import ChipError, ChipLost, ChipReaderMissing
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.pcsc_library import PcscLibrary

SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
UNKNOWN_FILE = bytes.fromhex("00A4020C027F7F")


def _made(kind: str, *, present: bool = True) -> CardPort:
    card = issuing.state().card(present=present)
    if kind == "software":
        return card
    if kind == "pcsc_in_python":
        return PcscPort(library=PcscLibrary({"Gate 00 00": card}))
    return PcscPort()


@pytest.fixture(params=["software", "pcsc_in_python", "pcsc_device"])
def port(request: pytest.FixtureRequest) -> Iterator[CardPort]:
    port = _made(request.param)
    if request.param == "pcsc_device":
        try:
            if not port.connect():
                pytest.skip("no document lies on the reader")
        except ChipError as error:
            pytest.skip(f"no reader is usable here: {error}")
        port.close()
    yield port
    port.close()


class TestEveryPort:
    def test_it_connects_and_answers_with_a_status(self, port: CardPort) -> None:
        assert port.connect()
        answer = port.transmit(SELECT_APPLICATION)
        assert len(answer) >= 2
        assert port.transmit(UNKNOWN_FILE)[-2:] != b"\x90\x00"

    def test_talking_before_connecting_tells_a_loss(self, port: CardPort) -> None:
        with pytest.raises(ChipLost):
            port.transmit(SELECT_APPLICATION)

    def test_talking_after_closing_tells_a_loss(self, port: CardPort) -> None:
        assert port.connect()
        port.close()
        with pytest.raises(ChipLost):
            port.transmit(SELECT_APPLICATION)

    def test_closing_twice_is_harmless(self, port: CardPort) -> None:
        port.connect()
        port.close()
        port.close()

    def test_connecting_again_starts_anew(self, port: CardPort) -> None:
        assert port.connect()
        assert port.transmit(SELECT_APPLICATION)[-2:] == b"\x90\x00"
        assert port.connect()
        assert port.transmit(SELECT_APPLICATION)[-2:] == b"\x90\x00"


@pytest.mark.parametrize("kind", ["software", "pcsc_in_python"])
def test_no_document_on_the_reader_is_no_error(kind: str) -> None:
    port = _made(kind, present=False)
    assert port.connect() is False
    with pytest.raises(ChipLost):
        port.transmit(SELECT_APPLICATION)


def test_a_kiosk_without_a_reader_says_so() -> None:
    port = AbsentPort()
    with pytest.raises(ChipReaderMissing):
        port.connect()
    with pytest.raises(ChipLost):
        port.transmit(SELECT_APPLICATION)
    port.close()
