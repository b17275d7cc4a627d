"""Readers over PC/SC, on a client library in Python."""

from __future__ import annotations

import ctypes

import pytest

from kiosk.document.chip import pcsc
from kiosk.document.chip.pcsc import PcscPort
from kiosk.document.chip.reading import read_chip
from kiosk.errors import ChipLost, ChipReaderBusy, ChipReaderMissing
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.pcsc_library import NO_SERVICE, SHARING, PcscLibrary

CHALLENGE = bytes.fromhex("0084000008")


def _library(present: bool = True, **failing: int) -> PcscLibrary:
    state = issuing.state()
    return PcscLibrary({"Desk 00 00": None, "Gate 01 00": state.card(present=present)}, failing)


def test_a_whole_reading_goes_through_it() -> None:
    library = _library()
    reading = read_chip(PcscPort("Gate", library=library), issuing.ACCESS, issuing.state().store(), issuing.NOW)
    assert reading.lines == issuing.ZONE
    assert (library.open_cards, library.open_contexts) == (0, 0)


def test_the_chip_is_reset_so_that_it_forgets_its_keys() -> None:
    library = _library()
    port = PcscPort("Gate", library=library)
    assert port.connect()
    port.close()
    assert library.resets == 1


def test_the_first_reader_is_taken_when_none_is_named() -> None:
    assert not PcscPort(library=_library()).connect()


def test_nothing_stays_open_when_no_document_lies_there() -> None:
    library = _library(present=False)
    assert not PcscPort("Gate", library=library).connect()
    assert (library.open_cards, library.open_contexts) == (0, 0)


def test_readers_are_named() -> None:
    assert PcscPort(library=_library()).readers() == ("Desk 00 00", "Gate 01 00")


def test_a_reader_of_another_name_is_missing_and_the_ones_that_are_there_are_named() -> None:
    library = _library()
    with pytest.raises(ChipReaderMissing, match="Hall") as raised:
        PcscPort("Hall", library=library).connect()
    assert "Gate 01 00" in raised.value.what_to_do
    assert library.open_contexts == 0


def test_no_reader_at_all_is_missing() -> None:
    with pytest.raises(ChipReaderMissing, match="no reader"):
        PcscPort(library=PcscLibrary({})).connect()


def test_a_service_that_does_not_run_is_said() -> None:
    with pytest.raises(ChipReaderMissing, match="does not run") as raised:
        PcscPort(library=_library(SCardEstablishContext=NO_SERVICE)).connect()
    assert raised.value.exit_status == 4


def test_a_status_that_is_not_known_is_said_by_its_number() -> None:
    with pytest.raises(ChipReaderMissing, match="80101234"):
        PcscPort("Gate", library=_library(SCardConnect=0x80101234)).connect()


def test_a_reader_that_another_program_holds_is_busy() -> None:
    library = _library(SCardConnect=SHARING)
    with pytest.raises(ChipReaderBusy):
        PcscPort("Gate", library=library).connect()
    assert library.open_contexts == 0


def test_a_document_that_is_taken_away_is_lost_and_let_go() -> None:
    library = _library()
    card = library.readers["Gate 01 00"]
    port = PcscPort("Gate", library=library)
    assert port.connect()
    card.present = False  # type: ignore[union-attr]
    with pytest.raises(ChipLost):
        port.transmit(CHALLENGE)
    assert (library.open_cards, library.open_contexts) == (0, 0)


def test_a_machine_without_the_client_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with pytest.raises(ChipReaderMissing) as raised:
        pcsc.PcscPort().connect()
    assert "pcscd" in raised.value.what_to_do
